package io.lss.faults.system;

import io.lss.faults.Shell;
import io.lss.faults.load.ViolationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** ext4 in a file, served by a process of its own, fuse2fs, which can be killed. */
final class FuseMount implements AutoCloseable {

    private static final int MOST_SECONDS = 20;

    private final Process process;
    private final Path point;

    private FuseMount(Process process, Path point) {
        this.process = process;
        this.point = point;
    }

    /** {@return a new file system, mounted; taken down with the stage} */
    static FuseMount of(Stage stage, Path image) throws IOException, ViolationException, SkippedException {
        Stage.needs("fuse2fs", "fuse2fs");
        Mounted.make("ext4", image.toString());
        return again(stage, image);
    }

    /** {@return one that is there, mounted; taken down with the stage} */
    static FuseMount again(Stage stage, Path image) throws IOException, ViolationException {
        Path point = Files.createDirectories(stage.directory().resolve("mnt"));
        Process process = new ProcessBuilder("fuse2fs", "-f", "-o", "fakeroot", image.toString(), point.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        FuseMount mount = stage.closing(new FuseMount(process, point));
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOST_SECONDS);
        while (!Files.exists(point.resolve("lost+found"))) {
            if (!process.isAlive() || System.nanoTime() > end) {
                throw new IOException("fuse2fs does not serve " + image);
            }
            LockSupport.parkNanos(5_000_000);
        }
        return mount;
    }

    Path point() {
        return point;
    }

    /** Ends it as a crash does. */
    void kill() {
        process.destroyForcibly();
    }

    /** Unmounts, and waits until everything is written. */
    @Override
    public void close() throws IOException {
        Mounted.unmountIfMounted(point);
        try {
            if (!process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("fuse2fs did not end after " + point + " was unmounted");
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** Makes what is in an image consistent, as after a crash. */
    static void check(Path image) throws IOException {
        try {
            Shell.run("e2fsck", "-fy", image.toString());
        } catch (Shell.FailedException e) {
            if (!String.valueOf(e.getMessage()).contains("ended with status 1:")) {
                throw e;
            }
        }
    }
}
