package io.lss.cli.frame;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * Whether a failure says that a disk is full. Java hands on the system's words, in the language of the process, and not its number. What they are in
 * this process is learned from a device that is always full.
 */
public final class NoSpace {
    /** In Linux. */
    private static final Path ALWAYS_FULL = Path.of("/dev/full");

    private static final List<String> IN_ENGLISH = List.of("No space left on device", "Disk quota exceeded");

    private NoSpace() {}

    /**
     * {@return whether the failure, or what caused it, says that there is no space}
     *
     * @param failure any
     */
    public static boolean isCauseOf(Throwable failure) {
        // Bounded, because a chain of causes may be a ring.
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
                .limit(10)
                .map(cause -> String.valueOf(cause.getMessage()))
                .anyMatch(message -> Stream.concat(IN_ENGLISH.stream(), Words.HERE.stream()).anyMatch(message::contains));
    }

    /** Learned when it is first needed. */
    private static final class Words {
        static final List<String> HERE = learn();

        private static List<String> learn() {
            if (!Files.exists(ALWAYS_FULL) || Files.isRegularFile(ALWAYS_FULL)) {
                return List.of();
            }
            try (OutputStream out = Files.newOutputStream(ALWAYS_FULL, StandardOpenOption.WRITE)) {
                out.write(0);
                return List.of();
            } catch (IOException e) {
                return e.getMessage() == null ? List.of() : List.of(e.getMessage());
            }
        }
    }
}
