package io.lss.faults.disk;

import io.lss.faults.Shell;
import java.io.IOException;
import java.nio.file.Path;

/** A mounted file system. */
public final class Mount implements AutoCloseable {

    private final Path at;
    private final Leftovers.Undo undo;

    private Mount(Path at) {
        this.at = at;
        this.undo = Leftovers.add(() -> Shell.run("umount", "--lazy", at.toString()));
    }

    /**
     * Mounts a file system.
     *
     * @param device a device, or a file if {@code loop} is among the options
     * @param at an empty directory
     * @param type of the file system
     * @param options as {@code mount -o} takes them
     * @return the mount
     * @throws IOException if it cannot be mounted
     */
    public static Mount of(Path device, Path at, String type, String options) throws IOException {
        Shell.run("mount", "-t", type, "-o", options, device.toString(), at.toString());
        return new Mount(at);
    }

    /** {@return the root of the file system} */
    public Path root() {
        return at;
    }

    @Override
    public void close() throws IOException {
        Shell.run("umount", at.toString());
        Leftovers.remove(undo);
    }
}
