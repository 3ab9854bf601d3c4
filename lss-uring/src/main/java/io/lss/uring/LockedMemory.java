package io.lss.uring;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The limit on memory that a process may lock, as the system tells it in {@code /proc/self/limits}. */
final class LockedMemory {

    private static final Path LIMITS = Path.of("/proc/self/limits");
    /** As {@link #limit} says it where there is none. */
    static final String UNLIMITED = "unlimited";

    private static final String LINE = "Max locked memory";

    private LockedMemory() {}

    /** {@return the soft limit, for people: {@code 8192 KiB}, {@code unlimited}, {@code unknown}} */
    static String limit() {
        try {
            for (String line : Files.readAllLines(LIMITS, StandardCharsets.UTF_8)) {
                if (line.startsWith(LINE)) {
                    String soft = line.substring(LINE.length()).strip().split("\\s+", 2)[0];
                    return soft.chars().allMatch(Character::isDigit) ? Long.parseLong(soft) / 1024 + " KiB" : soft;
                }
            }
        } catch (IOException | NumberFormatException e) {
            // No /proc here.
        }
        return "unknown";
    }

    /** {@return what to do about a limit that is too low} */
    static String remedy() {
        return "raise it (ulimit -l, LimitMEMLOCK= in a systemd unit, memlock in /etc/security/limits.conf)"
                + " or grant CAP_IPC_LOCK";
    }
}
