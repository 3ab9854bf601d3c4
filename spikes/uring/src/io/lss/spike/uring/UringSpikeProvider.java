package io.lss.spike.uring;

import io.lss.localfiles.FileUri;
import io.lss.spi.flush.Device;
import io.lss.spi.flush.DeviceOptions;
import io.lss.spi.flush.DeviceProvider;
import io.lss.spi.flush.Probe;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/** A spike, not a provider: shows that the flush SPI fits io_uring. See README.md beside it. */
public final class UringSpikeProvider implements DeviceProvider {

    /** For {@link java.util.ServiceLoader}. Touches no native code. */
    public UringSpikeProvider() {}

    @Override
    public String name() {
        return "uring-spike";
    }

    /** Below every real provider: it serves only who names it. */
    @Override
    public int preference() {
        return 1;
    }

    @Override
    public Probe probe(URI location) {
        if (!FileUri.isLocal(location)) {
            return Probe.unavailable("location " + location + " is not on the local file system", "give a path");
        }
        if (!System.getProperty("os.name").equals("Linux") || !System.getProperty("sun.arch.data.model", "64").equals("64")) {
            return Probe.unavailable("not a 64-bit Linux", "");
        }
        if (!UringSpikeProvider.class.getModule().isNativeAccessEnabled()) {
            return Probe.unavailable("native access is denied", "add --enable-native-access=ALL-UNNAMED");
        }
        try {
            new Ring(4).close();
            return probeFiles(FileUri.toPath(location));
        } catch (IOException e) {
            return Probe.unavailable(String.valueOf(e.getMessage()), "");
        }
    }

    /** A file without a name in the nearest directory that exists: leaves nothing behind, and the location need not exist. */
    private static Probe probeFiles(Path location) {
        Path directory = location;
        while (directory != null && !Files.isDirectory(directory)) {
            directory = directory.getParent();
        }
        if (directory == null) {
            return Probe.unavailable("no directory above " + location, "");
        }
        int fd = Libc.open(directory.toString(), Libc.O_TMPFILE | Libc.O_RDWR | Libc.O_DIRECT | Libc.O_CLOEXEC, 0600);
        if (fd < 0) {
            return Probe.unavailable(String.valueOf(Libc.failure("open of an unnamed O_DIRECT file", fd, directory).getMessage()), "");
        }
        long alignment = Libc.directAlignment(fd);
        Libc.close(fd);
        return (int) alignment == 0
                ? Probe.unavailable("O_DIRECT is not honoured in " + directory, "use a file system that does, such as ext4 or xfs")
                : Probe.available("io_uring, O_DIRECT with blocks of " + (int) alignment);
    }

    @Override
    public Device open(URI location, DeviceOptions options) throws IOException {
        return UringDevice.open(FileUri.toPath(location), options);
    }
}
