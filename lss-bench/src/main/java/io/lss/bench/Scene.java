package io.lss.bench;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Where a suite runs, and how much of everything.
 *
 * @param directory for data
 * @param program the compiled C reference
 * @param mebibytes of payload in a bulk measurement of ours and of limits
 * @param time of a commit measurement
 */
record Scene(Path directory, Path program, int mebibytes, Duration time) {

    /** {@return a place for a contender} */
    Path place(String name) {
        return directory.resolve(name.replaceAll("[^A-Za-z0-9]+", "-"));
    }
}
