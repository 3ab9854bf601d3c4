package io.lss.tck.reference;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * Units and frames in bytes. A unit: magic, LSN, session, first segment of the session, segment before the session and where the log ended in
 * it, end of the segment before this one, recorded stable LSN, length, end of the frames, checksum; then frames: LSN, length, kind, checksum,
 * payload; then zeros to the end of the block. Every checksum begins with the store's salt.
 */
final class Format {

    static final int UNIT_HEADER = 80;
    static final int FRAME_HEADER = 24;
    private static final long UNIT_MAGIC = 0x5245464c4f473031L;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final int UNIT_CHECKSUM = 72;
    private static final int FRAME_CHECKSUM = 16;
    private static final int KIND_RECORD = 1;
    private static final int KIND_FILLER = 2;

    /**
     * What a unit's header says.
     *
     * @param lsn of its first byte
     * @param session whose it is
     * @param first the session's first segment
     * @param previous the segment in which the log ended before the session; 0 if there was no log
     * @param previousEnd the position there
     * @param rolledFrom where the segment before this one ended; 0 in the session's first
     * @param recordedStable what was known to be durable when it was issued
     * @param length of the unit in bytes
     * @param framesEnd the offset behind the last frame
     */
    record Header(
            long lsn, long session, long first, long previous, long previousEnd, long rolledFrom, long recordedStable, int length, int framesEnd) {}

    private final long salt;

    Format(long salt) {
        this.salt = salt;
    }

    static int frameLength(int payload) {
        return (FRAME_HEADER + payload + 7) & -8;
    }

    void writeHeader(MemorySegment unit, Header h) {
        unit.set(LONG, 0, UNIT_MAGIC);
        unit.set(LONG, 8, h.lsn());
        unit.set(LONG, 16, h.session());
        unit.set(LONG, 24, h.first());
        unit.set(LONG, 32, h.previous());
        unit.set(INT, 40, (int) h.previousEnd());
        unit.set(INT, 44, (int) h.rolledFrom());
        unit.set(LONG, 48, h.recordedStable());
        unit.set(INT, 56, h.length());
        unit.set(INT, 60, h.framesEnd());
        unit.set(LONG, 64, 0);
        unit.set(INT, UNIT_CHECKSUM, checksum(unit.asSlice(0, UNIT_CHECKSUM)));
        unit.set(INT, UNIT_CHECKSUM + 4, 0);
    }

    /** {@return what a header says, or null if there is none for that LSN} */
    Header readHeader(MemorySegment unit, long lsn) {
        if (unit.byteSize() < UNIT_HEADER
                || unit.get(LONG, 0) != UNIT_MAGIC
                || unit.get(LONG, 8) != lsn
                || unit.get(INT, UNIT_CHECKSUM) != checksum(unit.asSlice(0, UNIT_CHECKSUM))) {
            return null;
        }
        return new Header(
                lsn,
                unit.get(LONG, 16),
                unit.get(LONG, 24),
                unit.get(LONG, 32),
                unit.get(INT, 40),
                unit.get(INT, 44),
                unit.get(LONG, 48),
                unit.get(INT, 56),
                unit.get(INT, 60));
    }

    /** Writes a frame whose payload is in its place. */
    void writeFrame(MemorySegment frame, long lsn, int length, boolean record) {
        frame.set(LONG, 0, lsn);
        frame.set(INT, 8, length);
        frame.set(INT, 12, record ? KIND_RECORD : KIND_FILLER);
        frame.set(INT, FRAME_CHECKSUM + 4, 0);
        frame.set(INT, FRAME_CHECKSUM, frameChecksum(frame, length));
        int end = FRAME_HEADER + length;
        frame.asSlice(end, frameLength(length) - end).fill((byte) 0);
    }

    /** {@return the frame at that place, or null if there is none whole and for that LSN} */
    Frame readFrame(MemorySegment frame, long lsn, boolean trusting) {
        if (frame.byteSize() < FRAME_HEADER) {
            return null;
        }
        int length = frame.get(INT, 8);
        int kind = frame.get(INT, 12);
        boolean bounded = length > 0 && length <= frame.byteSize() - FRAME_HEADER && (kind == KIND_RECORD || kind == KIND_FILLER);
        if (!bounded || !trusting && (frame.get(LONG, 0) != lsn || frame.get(INT, FRAME_CHECKSUM) != frameChecksum(frame, length))) {
            return null;
        }
        return new Frame(lsn, length, kind == KIND_RECORD ? Frame.State.RECORD : Frame.State.FILLER);
    }

    /** {@return whether there is a frame that is whole, of whatever LSN} */
    boolean isWhole(MemorySegment frame) {
        return frame.byteSize() >= FRAME_HEADER && readFrame(frame, frame.get(LONG, 0), false) != null;
    }

    private int frameChecksum(MemorySegment frame, int length) {
        CRC32C crc = salted();
        crc.update(frame.asSlice(0, FRAME_CHECKSUM).toArray(ValueLayout.JAVA_BYTE));
        crc.update(frame.asSlice(FRAME_HEADER, length).toArray(ValueLayout.JAVA_BYTE));
        return (int) crc.getValue();
    }

    private int checksum(MemorySegment bytes) {
        CRC32C crc = salted();
        crc.update(bytes.toArray(ValueLayout.JAVA_BYTE));
        return (int) crc.getValue();
    }

    private CRC32C salted() {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(Long.BYTES).putLong(0, salt));
        return crc;
    }
}
