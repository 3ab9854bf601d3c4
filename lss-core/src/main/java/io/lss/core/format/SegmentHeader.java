package io.lss.core.format;

/**
 * What the header of a segment says; {@link SegmentHeaderDescriptor} draws it.
 *
 * @param blockSize of the store, in bytes
 * @param number of the segment, from 1
 * @param segmentSize of the store, in bytes
 * @param uuidHigh upper half of the store's UUID
 * @param uuidLow lower half of the store's UUID
 * @param session that wrote the segment, from 1
 * @param predecessor the number of the segment before it in the log; 0: none
 * @param predecessorEnd the LSN at which the log goes on from there to here; 0 if there is no predecessor
 * @param salt random; goes into every tag of the segment
 * @param window no unit of the session was issued with its end more than this beyond the stable watermark; in bytes
 * @param stableLsn the stable watermark when the header was made
 */
public record SegmentHeader(
        int blockSize,
        long number,
        long segmentSize,
        long uuidHigh,
        long uuidLow,
        long session,
        long predecessor,
        long predecessorEnd,
        long salt,
        long window,
        long stableLsn) {

    /** {@return the LSN of the segment's first byte} */
    public long base() {
        return number * segmentSize;
    }
}
