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
 * <p><b>Run-time flags:</b> none. {@code jdk.unsupported} is required for one constant, the option by which writes bypass the page
 * cache ({@code com.sun.nio.file.ExtendedOpenOption.DIRECT}); the constant is looked up by name, so the provider compiles
 * against no internal API, and works without it, at a fraction of the speed.
 */
@org.jspecify.annotations.NullMarked
module io.lss.filechannel {
    requires static org.jspecify;
    requires io.lss.api;
    requires io.lss.localfiles;
    requires jdk.unsupported;

    exports io.lss.filechannel;

    provides io.lss.spi.flush.DeviceProvider with
            io.lss.filechannel.FileChannelDeviceProvider;
}
