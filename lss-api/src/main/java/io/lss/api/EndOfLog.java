package io.lss.api;

/** Why recovery took the log to end where it did. */
public enum EndOfLog {
    /** The store was created by this open. */
    CREATED,
    /** The store was closed; nothing followed the recorded end. */
    CLEAN,
    /** A flush unit was missing or torn, and nothing of its session followed. */
    TORN_TAIL,
    /** A flush unit was missing or torn, and units that were in flight with it followed. None had been acknowledged; they were cut. */
    UNACKNOWLEDGED_HOLE
}
