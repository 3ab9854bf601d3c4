package io.lss.uring;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How a write is made durable. All three give the same; which is the fastest depends on the device. */
enum Durable {
    /** By pwritev2(2) with RWF_DSYNC, on the thread that submits; it returns when the write is durable. */
    PWRITEV2,
    /** By a write through the ring with RWF_DSYNC: durable when it completes. */
    RWF_DSYNC,
    /** By a write through the ring, and an fdatasync of the file through the ring when it, and those beside it, have completed. */
    FDATASYNC;

    /** {@return its name in properties and descriptions} */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** {@return all names} */
    static List<String> words() {
        return Arrays.stream(values()).map(Durable::word).toList();
    }

    /** {@return the one of that name} */
    static Durable of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
