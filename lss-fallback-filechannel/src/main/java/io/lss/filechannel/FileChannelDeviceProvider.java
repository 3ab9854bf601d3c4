package io.lss.filechannel;

import io.lss.api.StoreLocationException;
import io.lss.localfiles.FileUri;
import io.lss.localfiles.Medium;
import io.lss.spi.flush.Device;
import io.lss.spi.flush.DeviceOptions;
import io.lss.spi.flush.DeviceProvider;
import io.lss.spi.flush.Probe;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The portable provider: local files through {@link java.nio.channels.FileChannel}, on every operating system.
 *
 * <table>
 *   <caption>Its properties</caption>
 *   <tr><th>key</th><th>values</th><th>meaning</th></tr>
 *   <tr><td>{@code direct}</td><td>{@code auto} (default), {@code on}, {@code off}</td>
 *       <td>whether data bypasses the page cache; {@code on} fails to open where it cannot</td></tr>
 *   <tr><td>{@code preallocate}</td><td>{@code zero} (default), {@code sparse}</td>
 *       <td>{@code zero}: a new segment is filled with zeros, so that a full disk shows when a segment is created, which
 *       the store survives, and commits go into written blocks, which is faster; every byte of a log that only grows is
 *       written twice. {@code sparse}: a new segment is only checked against the free space of that moment. Growth is
 *       faster, but if others fill the disk meanwhile a write fails, and with it the store. On a file system that copies
 *       on write or compresses (btrfs, ZFS) zeros reserve nothing, and both are like {@code sparse}</td></tr>
 *   <tr><td>{@code writers}</td><td>1 to 64, by default 4, or the number of flush buffers if less</td>
 *       <td>threads that write and sync; the number of writes in flight</td></tr>
 *   <tr><td>{@code readers}</td><td>1 to 64, by default 8</td><td>threads that read; started when needed</td></tr>
 *   <tr><td>{@code spares}</td><td>0 to 1024, by default 4</td>
 *       <td>how many files of deleted segments wait for reuse, instead of being given back to the system</td></tr>
 * </table>
 */
public final class FileChannelDeviceProvider implements DeviceProvider {

    /** The provider's name. */
    static final String NAME = "filechannel";

    /** For {@link java.util.ServiceLoader}. */
    public FileChannelDeviceProvider() {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int preference() {
        return 100;
    }

    /**
     * {@inheritDoc}
     *
     * <p>Every location on the local file system is served. One that is missing, locked or not a store is for {@link #open}
     * to refuse: it can say why.
     */
    @Override
    public Probe probe(URI location) {
        if (!FileUri.isLocal(location)) {
            return Probe.unavailable(
                    "location " + location + " is not on the local file system",
                    "give a path or a URI that begins with file:");
        }
        try {
            return Probe.available("FileChannel on " + mediumType(FileUri.toPath(location)));
        } catch (StoreLocationException e) {
            return Probe.unavailable(String.valueOf(e.getMessage()), "");
        }
    }

    private static String mediumType(Path location) {
        for (Path path = location; path != null; path = path.getParent()) {
            if (Files.exists(path)) {
                return Medium.of(path).type();
            }
        }
        return "unknown";
    }

    @Override
    public Device open(URI location, DeviceOptions options) throws IOException {
        return FileChannelDevice.open(FileUri.toPath(location), options);
    }

    @Override
    public Optional<Device> openToRead(URI location) throws IOException {
        return FileChannelDevice.openToRead(FileUri.toPath(location));
    }
}
