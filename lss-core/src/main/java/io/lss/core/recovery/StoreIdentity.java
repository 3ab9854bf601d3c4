package io.lss.core.recovery;

import io.lss.core.format.Root;
import io.lss.core.format.SegmentHeader;

/**
 * What every segment of a store has in common, fixed when it was created.
 *
 * @param uuidHigh upper half of the store's UUID
 * @param uuidLow lower half of the store's UUID
 * @param segmentSize in bytes
 * @param blockSize in bytes
 */
public record StoreIdentity(long uuidHigh, long uuidLow, long segmentSize, int blockSize) {

    /**
     * {@return the identity that a root states}
     *
     * @param root which
     */
    public static StoreIdentity of(Root root) {
        return new StoreIdentity(root.uuidHigh(), root.uuidLow(), root.segmentSize(), root.blockSize());
    }

    /**
     * {@return the identity that a segment header states}
     *
     * @param header which
     */
    public static StoreIdentity of(SegmentHeader header) {
        return new StoreIdentity(header.uuidHigh(), header.uuidLow(), header.segmentSize(), header.blockSize());
    }

    /**
     * {@return the LSN of a segment's first byte}
     *
     * @param number of the segment
     */
    public long base(long number) {
        return number * segmentSize;
    }

    /**
     * {@return the number of the segment in whose LSN space an LSN is}
     *
     * @param lsn any
     */
    public long number(long lsn) {
        return lsn / segmentSize;
    }

    /**
     * {@return the position of an LSN in its segment}
     *
     * @param lsn any
     */
    public long position(long lsn) {
        return lsn % segmentSize;
    }

    /**
     * {@return the LSN of a segment's first unit}
     *
     * @param number of the segment
     */
    public long firstUnit(long number) {
        return base(number) + blockSize;
    }

    /** {@return "segment 5, position 8192" for an LSN} */
    String place(long lsn) {
        return "segment " + number(lsn) + ", position " + position(lsn);
    }
}
