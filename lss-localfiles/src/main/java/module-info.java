/**
 * What the providers on local files share: names, checks of the location, lock, durable creation and deletion, root copies,
 * and threads that nobody interrupts.
 * It decides where data lives and never how it is written.
 *
 * <p><b>Who requires it:</b> the local providers, {@code io.lss.filechannel} and {@code io.lss.uring}; its packages are
 * exported to them alone. Because both lay files out through this module, a store written through one opens through the
 * other.
 *
 * <p><b>What it provides and uses:</b> nothing.
 *
 * <p><b>What it must never depend on:</b> the engine, or a provider.
 *
 * <p><b>Run-time flags:</b> none. {@code jdk.unsupported}, which every JDK has and a run-time image gets by this requirement, holds the
 * option by which root copies are read past the page cache: a store that was read through it could believe a root that is not on the disk.
 */
@org.jspecify.annotations.NullMarked
@SuppressWarnings("module") // a qualified export may name a module that is not there while this one is compiled
module io.lss.localfiles {
    requires static org.jspecify;
    requires transitive io.lss.api;
    requires jdk.unsupported;

    exports io.lss.localfiles to
            io.lss.filechannel,
            io.lss.uring;
    exports io.lss.localfiles.crew to
            io.lss.filechannel,
            io.lss.uring;
}
