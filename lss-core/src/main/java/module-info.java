/**
 * The engine of LSS: the ring of flush buffers, the watermarks, segments, recovery, reads.
 *
 * <p><b>Who requires it:</b> nobody. It is found as a service: put it on the module path (each provider's artifact brings it)
 * and use {@code io.lss.api}.
 *
 * <p><b>What it provides and uses:</b> it provides {@link io.lss.spi.store.StoreEngine} and uses
 * {@link io.lss.spi.flush.DeviceProvider}.
 *
 * <p><b>What it must never depend on:</b> a provider, {@code java.nio.channels.FileChannel}, native calls. What it does to a
 * disk it does through the flush SPI.
 *
 * <p><b>What it exports:</b> nothing to everybody. {@code io.lss.cli}, which looks into stores that do not open and saves them, sees
 * {@code io.lss.core.inspect}, {@code io.lss.core.salvage} and the structures of {@code io.lss.core.format} that they speak of.
 *
 * <p><b>Run-time flags:</b> none. JFR events are named {@code io.lss.Flush}, {@code io.lss.Sync}, {@code io.lss.BackPressure},
 * {@code io.lss.Recovery} and {@code io.lss.Roll}.
 */
@SuppressWarnings("module") // the qualified exports: io.lss.cli is not there when this is compiled
@org.jspecify.annotations.NullMarked
module io.lss.core {
    requires io.lss.api;
    requires jdk.jfr;
    requires static org.jspecify;

    exports io.lss.core.format to
            io.lss.cli;
    exports io.lss.core.inspect to
            io.lss.cli;
    exports io.lss.core.salvage to
            io.lss.cli;

    uses io.lss.spi.flush.DeviceProvider;

    provides io.lss.spi.store.StoreEngine with
            io.lss.core.CoreEngine;
}
