package io.lss.core.salvage;

import io.lss.core.format.SegmentHeader;
import org.jspecify.annotations.Nullable;

/**
 * A segment of the old log.
 *
 * @param number of the segment
 * @param header by which its units are checked, stored or put together from them; null if there is neither, and nothing of it can be checked
 * @param rebuilt whether the header was put together
 * @param named whether it is on record which segment precedes this one, and where the log left that: the header says so
 * @param fault why no header is stored; empty if there is one
 * @param limit the LSN at which the log leaves it, exclusive; {@link #UNKNOWN} if nothing has it on record
 */
record LogPart(long number, @Nullable SegmentHeader header, boolean rebuilt, boolean named, String fault, long limit) {

    /** The limit of a segment of which nobody says where the log leaves it. */
    static final long UNKNOWN = -1;

    /** {@return whether it is on record where the log leaves it} */
    boolean hasLimit() {
        return limit != UNKNOWN;
    }

    LogPart withLimit(long lsn) {
        return new LogPart(number, header, rebuilt, named, fault, lsn);
    }
}
