package io.lss.tck.crash;

import org.jspecify.annotations.Nullable;

/**
 * A violation in one run.
 *
 * @param violation what is wrong
 * @param way how it came about
 */
record Finding(String violation, String way) {

    /** {@return the finding, null if there is none} */
    static @Nullable Finding of(@Nullable String violation, @Nullable String way) {
        return violation == null ? null : new Finding(violation, String.valueOf(way));
    }
}
