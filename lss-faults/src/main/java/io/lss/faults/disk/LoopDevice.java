package io.lss.faults.disk;

import io.lss.faults.Shell;
import java.io.IOException;
import java.nio.file.Path;

/** A loop device on a file. */
public final class LoopDevice implements AutoCloseable {

    /** The free one that losetup has found may be taken when it takes it. */
    private static final Object FREE = new Object();

    private final Path path;
    private final Leftovers.Undo undo;

    private LoopDevice(Path path) {
        this.path = path;
        this.undo = Leftovers.add(this::detach);
    }

    /**
     * {@return a device on a file}
     *
     * @param file the file
     * @param sector the size of its sectors in bytes, 512 or 4096
     * @throws IOException if there can be none
     */
    public static LoopDevice on(Path file, int sector) throws IOException {
        synchronized (FREE) {
            return Leftovers.wholly(() -> new LoopDevice(
                    Path.of(Shell.run("losetup", "--find", "--show", "--sector-size", String.valueOf(sector), file.toString()))));
        }
    }

    /** {@return the device's file} */
    public Path path() {
        return path;
    }

    private void detach() throws IOException {
        Shell.run("losetup", "--detach", path.toString());
    }

    @Override
    public void close() throws IOException {
        // As a whole: detached once more, the device may be another's by then.
        Leftovers.wholly(() -> {
            Leftovers.remove(undo);
            detach();
            return path;
        });
    }
}
