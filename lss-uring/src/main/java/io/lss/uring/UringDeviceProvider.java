package io.lss.uring;

import io.lss.localfiles.FileUri;
import io.lss.spi.flush.Device;
import io.lss.spi.flush.DeviceOptions;
import io.lss.spi.flush.DeviceProvider;
import io.lss.spi.flush.Probe;
import io.lss.uring.linux.RingLibrary;
import io.lss.uring.linux.UnavailableException;
import java.io.IOException;
import java.net.URI;

/**
 * The fast provider on Linux: local files past the page cache, written through io_uring from registered memory.
 *
 * <p>It needs Linux 6.1 or newer on 64 bits (amd64, aarch64, riscv64), a file system that honours O_DIRECT (ext4; xfs too, but there the kernel was seen
 * to put some writes off to workers), and the flag {@code --enable-native-access=io.lss.uring} ({@code ALL-UNNAMED} on the class path). What is
 * missing is named by {@link #probe}, with the remedy; {@link #open} tries the same before it makes anything.
 *
 * <table>
 *   <caption>Its properties</caption>
 *   <tr><th>key</th><th>values</th><th>meaning</th></tr>
 *   <tr><td>{@code library}</td><td>{@code auto}, {@code none}, or a path; by default what the system property {@value #LIBRARY_PROPERTY} says, or
 *       {@code auto}</td>
 *       <td>by which way the kernel is called: {@code auto} through {@code liburing.so.2} where it is installed and is 2.3 or newer, otherwise by
 *       system calls; {@code none}: by system calls; a path: through that library, or the provider fails</td></tr>
 *   <tr><td>{@code durable}</td><td>{@code auto} (default), {@code pwritev2}, {@code rwf_dsync}, {@code fdatasync}</td>
 *       <td>how writes are made durable. {@code auto}: as a short measurement says, made when a location is first opened and kept beside
 *       the store, for each of: a small write that is alone, small writes together, large writes. {@code pwritev2}: a small write that is alone
 *       by a synchronous call, others as {@code fdatasync}. {@code rwf_dsync}: each durable by itself, through the ring. {@code
 *       fdatasync}: written through the ring, and one sync for those that were in flight together</td></tr>
 *   <tr><td>{@code preallocate}</td><td>{@code auto} (default), {@code zero}, {@code fallocate}</td>
 *       <td>how a new segment is made if none can be reused; all reserve its space. {@code zero}: filled with zeros; small durable writes into
 *       blocks that were written before are faster, but every byte of a log that only grows is written twice. {@code fallocate}: reserved
 *       only. {@code auto}: filled ahead of a log that grows so slowly that the disk has time for it, else reserved</td></tr>
 *   <tr><td>{@code depth}</td><td>1 to 64, by default 4, or the number of flush buffers if less</td>
 *       <td>how many writes in flight are worth having</td></tr>
 *   <tr><td>{@code readers}</td><td>1 to 64, by default 8</td>
 *       <td>threads that read for virtual threads; started when needed. Platform threads read by themselves</td></tr>
 *   <tr><td>{@code spares}</td><td>0 to 1024, by default 4</td>
 *       <td>how many files of deleted segments wait for reuse, instead of being given back to the system</td></tr>
 * </table>
 *
 * <p>What is in use stands in the description of the device: the way, the alignment, how much memory is registered, how writes are made durable.
 */
public final class UringDeviceProvider implements DeviceProvider {

    /** The provider's name. */
    static final String NAME = "uring";

    /** The system property that says by which way the kernel is called, for all stores that do not say it themselves. */
    public static final String LIBRARY_PROPERTY = "io.lss.uring.library";

    /** For {@link java.util.ServiceLoader}. Touches no native code. */
    public UringDeviceProvider() {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int preference() {
        return 200;
    }

    @Override
    public Probe probe(URI location) {
        return UringProbe.of(location, Settings.libraryByDefault());
    }

    @Override
    public Device open(URI location, DeviceOptions options) throws IOException {
        Settings settings = Settings.of(options);
        var path = FileUri.toPath(location);
        UnavailableException platform = Refusals.ofPlatform();
        if (platform != null) {
            throw platform;
        }
        UringProbe.check(path, RingLibrary.of(settings.library()));
        return UringDevice.open(path, options, settings);
    }
}
