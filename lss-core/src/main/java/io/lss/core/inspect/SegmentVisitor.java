package io.lss.core.inspect;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** Told what a {@link SegmentWalk} meets, in the order of positions. */
public interface SegmentVisitor {

    /**
     * A flush unit: its header is good.
     *
     * @param position of its first byte, in the segment
     * @param lsn of its first byte
     * @param length of header and frames, in bytes
     * @param paddedLength the same in whole blocks
     * @param session that wrote it
     * @param stableLsn the stable LSN that it recorded
     * @param records how many records there are before the fault, or in all
     * @param faultLsn where the first bad frame is, if there is one
     * @param fault what is wrong there; empty if the unit is valid
     */
    record Unit(
            long position,
            long lsn,
            int length,
            int paddedLength,
            long session,
            long stableLsn,
            long records,
            long faultLsn,
            String fault) {

        /** {@return whether header and frames are good} */
        public boolean valid() {
            return fault.isEmpty();
        }
    }

    /**
     * A good frame, or bytes of a unit that are none.
     *
     * @param position of its first byte, in the segment
     * @param lsn of its first byte
     * @param kind as in the format; 0 if it is no frame
     * @param length of the payload, or of what is no frame, in bytes
     * @param fault what is wrong; empty if it is a good frame
     * @param payload the payload, valid during the call; empty if it is no frame
     */
    record Frame(long position, long lsn, int kind, long length, String fault, MemorySegment payload) {

        /** {@return whether it is a good frame} */
        public boolean valid() {
            return fault.isEmpty();
        }
    }

    /**
     * Whole blocks that are no unit.
     *
     * @param position of the first, in the segment
     * @param lsn of its first byte
     * @param bytes how many, in bytes
     * @param zero whether all of them are zero, as where nothing was written
     * @param fault what is wrong with the first of them
     */
    record Gap(long position, long lsn, long bytes, boolean zero, String fault) {}

    /**
     * Met a unit.
     *
     * @param unit which
     * @return whether its frames are of interest
     * @throws IOException if it cannot be told on
     */
    boolean unit(Unit unit) throws IOException;

    /**
     * Met a frame of the last unit.
     *
     * @param frame which
     * @throws IOException if it cannot be told on
     */
    void frame(Frame frame) throws IOException;

    /**
     * Met blocks that are no unit.
     *
     * @param gap which
     * @throws IOException if it cannot be told on
     */
    void gap(Gap gap) throws IOException;
}
