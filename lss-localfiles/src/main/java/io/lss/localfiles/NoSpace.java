package io.lss.localfiles;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether a failure says that the disk is full. Java hands on the system's words, not its error number.
 *
 * <p>The words follow the locale of the process on some systems. What they are in this process is learned, on Linux, from a device that is always full;
 * elsewhere, and for quotas, the free space is asked for as well, see {@link StoreDirectory#create}.
 */
public final class NoSpace {

    /** ENOSPC on Linux and macOS, EDQUOT on Linux and macOS, ERROR_DISK_FULL on Windows. */
    private static final List<String> WORDS = List.of(
            "No space left on device",
            "Disk quota exceeded",
            "Disc quota exceeded",
            "There is not enough space on the disk");

    private static final Path ALWAYS_FULL = Path.of("/dev/full");

    private static volatile @Nullable List<String> learned;

    private NoSpace() {}

    /**
     * {@return whether the failure, or what caused it, says that there is no space}
     *
     * @param failure any, or null
     */
    public static boolean isCauseOf(@Nullable Throwable failure) {
        // Bounded, because a chain of causes may be a ring.
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < 10; depth++) {
            if (says(cause.getMessage()) || (cause instanceof FileSystemException e && says(e.getReason()))) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    private static boolean says(@Nullable String message) {
        return message != null && (WORDS.stream().anyMatch(message::contains) || learned().stream().anyMatch(message::contains));
    }

    /** Asked for when they are first needed; if several threads do so, all learn the same. */
    private static List<String> learned() {
        List<String> words = learned;
        if (words == null) {
            words = learn();
            learned = words;
        }
        return words;
    }

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
