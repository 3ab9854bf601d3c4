package io.lss.faults.disk;

import io.lss.faults.Shell;
import java.io.IOException;
import java.nio.file.Files;
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
        this.undo = Leftovers.add(() -> detach(at));
    }

    /**
     * Mounts a file system.
     *
     * @param device a device, or a file if {@code loop} is among the options; any name if there is none
     * @param at an empty directory
     * @param type of the file system
     * @param options as {@code mount -o} takes them
     * @return the mount
     * @throws IOException if it cannot be mounted
     */
    public static Mount of(Path device, Path at, String type, String options) throws IOException {
        return Leftovers.wholly(() -> {
            Shell.run("mount", "-t", type, "-o", options, device.toString(), at.toString());
            return new Mount(at);
        });
    }

    /** {@return the root of the file system} */
    public Path root() {
        return at;
    }

    /**
     * Unmounts it, unless that has been done. What a dead process, or a closed ring, still holds is let go by the kernel a moment
     * later: waits for that.
     *
     * @throws IOException if it is in use for longer; it is then only out of sight
     */
    @Override
    public void close() throws IOException {
        unmount(at);
        Leftovers.remove(undo);
    }

    /** Unmounts what is mounted there, if anything, as soon as it is not in use any more. */
    static void unmount(Path at) throws IOException {
        long deadline = System.nanoTime() + BUSY_NANOS;
        while (isMounted(at)) {
            try {
                Shell.run("umount", at.toString());
            } catch (Shell.FailedException e) {
                if (System.nanoTime() > deadline) {
                    detach(at);
                    throw e;
                }
                LockSupport.parkNanos(5_000_000);
            }
        }
    }

    /** Unmounts what is mounted there, if anything, whoever uses it. */
    static void detach(Path at) throws IOException {
        try {
            if (isMounted(at)) {
                Shell.run("umount", "--lazy", at.toString());
            }
        } catch (Shell.FailedException e) {
            if (isMounted(at)) { // otherwise its owner was faster
                throw e;
            }
        }
    }

    /** {@return whether a file system, or one file, is mounted there} */
    static boolean isMounted(Path at) throws IOException {
        String escaped = at.toString().replace("\\", "\\134").replace(" ", "\\040").replace("\t", "\\011");
        for (String line : Files.readAllLines(Path.of("/proc/self/mounts"))) {
            if (line.split(" ", -1)[1].equals(escaped)) {
                return true;
            }
        }
        return false;
    }
}
