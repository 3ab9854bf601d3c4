package io.lss.faults.disk;

import io.lss.faults.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A directory that is deleted with all that is in it, also when the JVM is told to end. */
public final class TemporaryDirectory implements AutoCloseable {

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Path path;
    private final Leftovers.Undo undo;

    private TemporaryDirectory(Path path) {
        this.path = path;
        this.undo = Leftovers.add(this::delete);
    }

    /**
     * {@return a new directory among those for temporary files}
     *
     * @param prefix how its name begins
     * @throws IOException if it cannot be made
     */
    public static TemporaryDirectory named(String prefix) throws IOException {
        return in(Path.of(System.getProperty("java.io.tmpdir")), prefix);
    }

    /**
     * {@return a new directory}
     *
     * @param parent where
     * @param prefix how its name begins
     * @throws IOException if it cannot be made
     */
    public static TemporaryDirectory in(Path parent, String prefix) throws IOException {
        return Leftovers.wholly(() -> new TemporaryDirectory(Files.createTempDirectory(parent, prefix)));
    }

    /** {@return where it is} */
    public Path path() {
        return path;
    }

    /** Others may be in the middle of using it: what is made or deleted meanwhile is no reason to give up. */
    private void delete() throws IOException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            try {
                Trees.delete(path);
            } catch (NoSuchFileException | DirectoryNotEmptyException | UncheckedIOException e) {
                if (System.nanoTime() > deadline) {
                    throw e instanceof IOException checked ? checked : new IOException(e);
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        delete();
        Leftovers.remove(undo);
    }
}
