package io.lss.faults.rot;

/**
 * A stretch of bytes of one kind in a segment.
 *
 * @param kind what is there
 * @param segment its number
 * @param from the position of the first byte
 * @param to the position after the last
 * @param stable for {@link Kind#SEGMENT_HEADER} and {@link Kind#UNIT_HEADER}: up to where it says the log was stable; otherwise 0
 * @param unitEnd for {@link Kind#UNIT_HEADER}: the position at which the unit ends, padding included; otherwise 0
 */
record Part(Kind kind, long segment, int from, int to, long stable, int unitEnd) {

    /** What can be in a segment. */
    enum Kind {
        SEGMENT_HEADER,
        UNIT_HEADER,
        FRAME_HEADER,
        PAYLOAD,
        /** Zeros behind a payload, or behind the frames of a unit. */
        PADDING,
        /** Nothing of the log. */
        REST
    }
}
