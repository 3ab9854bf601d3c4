package io.lss.faults.load;

import io.lss.faults.disk.TemporaryDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * This JVM's directories for all its {@link LoadProcess}es, which die at any moment and leave things there. Deleted when it ends.
 */
final class Scratch {

    private static final Path MEMORY = Path.of("/dev/shm");

    private static final TemporaryDirectory WARM_UPS = make(Files.isWritable(MEMORY) ? MEMORY : temporary());
    private static final TemporaryDirectory CLASSES = make(temporary());

    private Scratch() {}

    /** {@return where processes warm up, in memory where there is some} */
    static Path warmUps() {
        return WARM_UPS.path();
    }

    /** {@return where the class cache is, and what belongs to its making} */
    static Path classes() {
        return CLASSES.path();
    }

    private static Path temporary() {
        return Path.of(System.getProperty("java.io.tmpdir"));
    }

    private static TemporaryDirectory make(Path parent) {
        try {
            return TemporaryDirectory.in(parent, "lss-faults-load-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
