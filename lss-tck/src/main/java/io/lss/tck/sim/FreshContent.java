package io.lss.tck.sim;

/** What the part of a segment reads as that was never written; all of these are allowed (F8). */
public enum FreshContent {

    /** Zeros. */
    ZEROS,

    /** Bytes that look random, the same each time. */
    GARBAGE,

    /**
     * What a segment held that was deleted from the same medium before, as long as there is one; else zeros. Finds out
     * who takes stale bytes for new ones.
     */
    RECYCLED,

    /** Nothing: a read ends after the last block that was written. */
    SHORT
}
