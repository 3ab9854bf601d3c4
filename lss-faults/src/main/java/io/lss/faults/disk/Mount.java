package io.lss.faults.disk;

import io.lss.faults.Shell;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A mounted file system. */
public final class Mount implements AutoCloseable {

    private static final long BUSY_NANOS = TimeUnit.SECONDS.toNanos(20);

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

    /**
     * Unmounts it. What a dead process, or a closed ring, still holds is let go by the kernel a moment later: waits for that.
     *
     * @throws IOException if it is in use for longer
     */
    @Override
    public void close() throws IOException {
        long deadline = System.nanoTime() + BUSY_NANOS;
        while (true) {
            try {
                Shell.run("umount", at.toString());
                Leftovers.remove(undo);
                return;
            } catch (Shell.FailedException e) {
                if (System.nanoTime() > deadline || !e.toString().contains("busy")) {
                    throw e;
                }
            }
            LockSupport.parkNanos(5_000_000);
        }
    }
}
