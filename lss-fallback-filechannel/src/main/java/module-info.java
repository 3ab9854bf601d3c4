/**
 * The portable storage provider, {@code filechannel}: segments are files, written and read through {@link
 * java.nio.channels.FileChannel} on every operating system, without native access.
 *
 * <p><b>Who requires it:</b> nobody. A user puts it beside the engine and it is found.
 *
 * <p><b>What it provides and uses:</b> it provides {@link io.lss.spi.flush.DeviceProvider}; it uses nothing.
 *
 * <p><b>What it must never depend on:</b> the engine, another provider, native code.
 *
 * <p><b>Run-time flags:</b> {@code --add-modules jdk.unsupported} when the program runs from the module path. That module of
 * the JDK holds the option by which writes bypass the page cache ({@code com.sun.nio.file.ExtendedOpenOption.DIRECT}). It is
 * looked up by name, so the provider works without it, at a fraction of the speed, and says so in its description and in the
 * log. From the class path the module is always there.
 */
@org.jspecify.annotations.NullMarked
module io.lss.filechannel {
    requires static org.jspecify;
    requires io.lss.api;
    requires io.lss.localfiles;

    exports io.lss.filechannel;

    provides io.lss.spi.flush.DeviceProvider with
            io.lss.filechannel.FileChannelDeviceProvider;
}
