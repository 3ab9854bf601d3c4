package io.lss.faults.disk;

import io.lss.faults.Shell;
import java.io.IOException;
import java.nio.file.Path;

/** A file system in a file, by way of a loop device of its own, which stays when it is unmounted for a while. */
public final class MountedFile implements AutoCloseable {

    private final LoopDevice device;
    private final Path at;
    private final FileSystem type;
    private final String options;
    private Mount mount;

    private MountedFile(LoopDevice device, Path at, FileSystem type, String options) throws IOException {
        this.device = device;
        this.at = at;
        this.type = type;
        this.options = options;
        this.mount = mount();
    }

    /**
     * Mounts one.
     *
     * @param file the file
     * @param sector the size of the device's sectors in bytes, 512 or 4096
     * @param at an empty directory
     * @param type what is in the file
     * @param options as {@code mount -o} takes them
     * @return the file system
     * @throws IOException if it cannot be mounted
     */
    public static MountedFile of(Path file, int sector, Path at, FileSystem type, String options) throws IOException {
        LoopDevice device = LoopDevice.on(file, sector);
        try {
            return new MountedFile(device, at, type, options);
        } catch (IOException e) {
            device.close();
            throw e;
        }
    }

    private Mount mount() throws IOException {
        return Mount.of(device.path(), at, type.type(), options);
    }

    /** {@return the root of the file system} */
    public Path root() {
        return at;
    }

    /** {@return the device's name, without its directory} */
    public String device() {
        return String.valueOf(device.path().getFileName());
    }

    /**
     * Mounts it anew: what was in the page cache only is lost.
     *
     * @throws IOException if it cannot be unmounted, or mounted
     */
    public void remount() throws IOException {
        mount.close();
        mount = mount();
    }

    /**
     * As {@link #remount}, with a check of the file system, ext4, in between, as after an error.
     *
     * @throws IOException if it cannot be unmounted, mended or mounted
     */
    public void mendAndRemount() throws IOException {
        mount.close();
        mend(device.path());
        mount = mount();
    }

    /**
     * Unmounts it, unless that has been done.
     *
     * @throws IOException if it is in use
     */
    public void unmount() throws IOException {
        mount.close();
    }

    @Override
    public void close() throws IOException {
        try (LoopDevice _ = device) {
            mount.close();
        }
    }

    /**
     * Makes what is in a file or device, ext4, consistent, as after a crash.
     *
     * @param disk where; not mounted
     * @throws IOException if it cannot be mended
     */
    public static void mend(Path disk) throws IOException {
        try {
            Shell.run("e2fsck", "-fy", disk.toString());
        } catch (Shell.FailedException e) {
            if (!String.valueOf(e.getMessage()).contains("ended with status 1:")) { // 1: errors were corrected
                throw e;
            }
        }
    }
}
