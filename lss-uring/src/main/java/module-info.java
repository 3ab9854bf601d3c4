/**
 * The fast storage provider for Linux, {@code uring}: segments are files, written past the page cache through io_uring from
 * registered memory, bound by the Foreign Function and Memory API; there is nothing native to build.
 *
 * <p><b>Who requires it:</b> nobody. A user puts it beside the engine and it is found.
 *
 * <p><b>What it provides and uses:</b> it provides {@link io.lss.spi.flush.DeviceProvider}; it uses nothing.
 *
 * <p><b>What it must never depend on:</b> the engine, or another provider. Its native calls are in {@code io.lss.uring.linux} and
 * nowhere else.
 *
 * <p><b>Run-time flags:</b> {@code --enable-native-access=io.lss.uring}; on the class path {@code
 * --enable-native-access=ALL-UNNAMED}, or in the manifest of an executable jar {@code Enable-Native-Access: ALL-UNNAMED}.
 * Without it the provider answers that it cannot serve any location, names the flag, and touches no native code. {@code
 * -Dio.lss.uring.library} says by which way the kernel is called, see {@link io.lss.uring.UringDeviceProvider}.
 */
@org.jspecify.annotations.NullMarked
module io.lss.uring {
    requires static org.jspecify;
    requires io.lss.api;
    requires io.lss.localfiles;

    exports io.lss.uring;

    provides io.lss.spi.flush.DeviceProvider with
            io.lss.uring.UringDeviceProvider;
}
