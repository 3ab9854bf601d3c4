/**
 * The {@code lss} command.
 *
 * <p><b>Who requires it:</b> nobody; {@code bin/lss} runs it.
 *
 * <p><b>What it provides and uses:</b> it provides nothing. It opens a store through {@link io.lss.api} alone; storage
 * providers are whichever are on the module path, and {@code doctor} asks each {@link io.lss.spi.flush.DeviceProvider} what it can do. What looks
 * into a store that it must not open, since it is in use or damaged, reads it with the packages that the engine exports to this module alone:
 * {@code io.lss.core.inspect}, {@code io.lss.core.salvage} and {@code io.lss.core.format}. Each command is a class that {@link io.lss.cli.Main}
 * lists, in a package of its own such as {@code io.lss.cli.demo}. What all of them are made with is in {@code io.lss.cli.frame}, what they
 * write with in {@code io.lss.cli.text}.
 *
 * <p><b>What it must never depend on:</b> a provider, and of the engine anything but those packages.
 *
 * <p><b>Run-time flags:</b> none of its own; {@code --enable-native-access=io.lss.uring} for that provider. {@code jdk.unsupported} is required so that providers that look up O_DIRECT in it
 * find it, {@code java.logging} to keep what the engine logs out of the output, {@code java.management} to start a
 * second JVM with the flags of this one.
 */
@org.jspecify.annotations.NullMarked
module io.lss.cli {
    requires static org.jspecify;
    requires info.picocli;
    requires io.lss.api;
    requires io.lss.core;
    requires java.logging;
    requires java.management;
    requires jdk.unsupported;

    opens io.lss.cli to
            info.picocli;
    opens io.lss.cli.demo to
            info.picocli;
    opens io.lss.cli.doctor to
            info.picocli;
    opens io.lss.cli.dump to
            info.picocli;
    opens io.lss.cli.frame to
            info.picocli;
    opens io.lss.cli.records to
            info.picocli;
    opens io.lss.cli.salvage to
            info.picocli;
    opens io.lss.cli.upkeep to
            info.picocli;

    uses io.lss.spi.flush.DeviceProvider;
}
