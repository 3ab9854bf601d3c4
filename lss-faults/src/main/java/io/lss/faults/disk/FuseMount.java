package io.lss.faults.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** ext4 in a file, served by a process of its own, fuse2fs, which can be killed. */
public final class FuseMount implements AutoCloseable {

    private static final long START_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final Process process;
    private final Path at;
    private final Leftovers.Undo undo;

    private FuseMount(Process process, Path at) {
        this.process = process;
        this.at = at;
        this.undo = Leftovers.add(() -> {
            process.destroyForcibly();
            Processes.hasEnded(process);
            Mount.detach(at);
        });
    }

    /**
     * Mounts one.
     *
     * @param image the file, with a file system in it
     * @param at an empty directory
     * @return what serves it
     * @throws IOException if it is not served
     */
    public static FuseMount of(Path image, Path at) throws IOException {
        FuseMount mount = Leftovers.wholly(() -> new FuseMount(
                new ProcessBuilder("fuse2fs", "-f", "-o", "fakeroot", image.toString(), at.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start(),
                at));
        long deadline = System.nanoTime() + START_NANOS;
        while (!Files.exists(at.resolve("lost+found"))) {
            if (!mount.process.isAlive() || System.nanoTime() > deadline) {
                mount.crash();
                mount.close();
                throw new IOException("fuse2fs does not serve " + image);
            }
            LockSupport.parkNanos(5_000_000);
        }
        return mount;
    }

    /** {@return the root of the file system} */
    public Path root() {
        return at;
    }

    /** Ends it as a crash does. */
    public void crash() {
        process.destroyForcibly();
    }

    /** Unmounts, unless that has been done, and waits until everything is written. */
    @Override
    public void close() throws IOException {
        Mount.unmount(at);
        if (!Processes.hasEnded(process)) {
            process.destroyForcibly();
            throw new IOException("fuse2fs did not end after " + at + " was unmounted");
        }
        Leftovers.remove(undo);
    }
}
