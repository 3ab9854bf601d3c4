package io.lss.uring;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Whether the file of a new segment is filled with zeros, or its blocks are only allocated. Writing into blocks that were written before is faster, a
 * small durable write most of all; but filling writes every byte of the log twice. So it is done where the bandwidth lies idle: for a
 * log that grows slowly, ahead of it.
 */
final class Preallocation {

    /** What the user asked for. */
    enum Way {
        /** Zeros, if there is time. */
        AUTO,
        /** Zeros. */
        ZERO,
        /** Blocks as the file system gives them. */
        FALLOCATE;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        static List<String> words() {
            return Arrays.stream(values()).map(Way::word).toList();
        }

        static Way of(String word) {
            return valueOf(word.toUpperCase(Locale.ROOT));
        }
    }

    /** Filling may take this part of the time in which the log uses a segment up: one in so many. */
    private static final int SHARE = 8;

    private final Way way;

    /** As it was the last time; before the first, that of a slow disk. */
    private volatile double fillNanosPerByte = 4;

    /** When the last segment was announced. One thread at a time. */
    private long lastAnnounced;

    /** The device is opened now. */
    Preallocation(Way way, long nanoTime) {
        this.way = way;
        this.lastAnnounced = nanoTime;
    }

    /** {@return whether to fill a file for which somebody waits} */
    boolean fillsNow() {
        return way == Way.ZERO;
    }

    /**
     * {@return whether to fill a file that is made while the log is still in the segment before} Asked once for each segment, whether a file is made
     * for it or not: the time since the last is what a segment lasts.
     */
    boolean fillsAhead(long bytes, long nanoTime) {
        long used = nanoTime - lastAnnounced;
        lastAnnounced = nanoTime;
        return way == Way.ZERO || (way == Way.AUTO && used >= SHARE * fillNanosPerByte * bytes);
    }

    /** So much was filled. */
    void filled(long bytes, long nanos) {
        if (bytes > 0) {
            fillNanosPerByte = (double) nanos / bytes;
        }
    }

    /** {@return what is done, for people} */
    String description() {
        return switch (way) {
            case AUTO -> "segments zero-filled if there is time";
            case ZERO -> "zero-filled segments";
            case FALLOCATE -> "fallocated segments";
        };
    }
}
