package io.lss.faults.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A directory that is deleted with all that is in it, also when the JVM is told to end. */
public final class TemporaryDirectory implements AutoCloseable {

    private final Path path;
    private final Leftovers.Undo undo;

    private TemporaryDirectory(Path path) {
        this.path = path;
        this.undo = Leftovers.add(this::delete);
    }

    /**
     * {@return a new directory}
     *
     * @param parent where
     * @param prefix how its name begins
     * @throws IOException if it cannot be made
     */
    public static TemporaryDirectory in(Path parent, String prefix) throws IOException {
        return new TemporaryDirectory(Files.createTempDirectory(parent, prefix));
    }

    /** {@return where it is} */
    public Path path() {
        return path;
    }

    private void delete() throws IOException {
        try (Stream<Path> files = Files.walk(path)) {
            for (Path each : files.sorted(Comparator.reverseOrder()).collect(Collectors.toList())) {
                Files.deleteIfExists(each);
            }
        }
    }

    @Override
    public void close() throws IOException {
        Leftovers.remove(undo);
        delete();
    }
}
