package io.lss.core.format;

import static io.lss.core.format.Layouts.INT;
import static io.lss.core.format.Layouts.LONG;

import io.lss.api.StoreOptions;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * A flush unit: one flush buffer as it is written.
 *
 * <pre>
 *     offset  0        4       8         16      24           32        40            44              48
 *            +--------+-------+---------+-------+------------+---------+-------------+---------------+------+
 *            | "LSSU" | crc   | tag     | LSN   | stable LSN | session | length      | padded length | zero |
 *            | u32    | u32   | u64     | u64   | u64        | u64     | u32         | u32           | 16 B |
 *            +--------+-------+---------+-------+------------+---------+-------------+---------------+------+
 *        64  | frames, back to back, to `length`                                                             |
 *            | zeros to `padded length`, the next multiple of B                                              |
 *            +-----------------------------------------------------------------------------------------------+
 * </pre>
 *
 * <ul>
 *   <li>{@code crc}: CRC32C over bytes 8 to 63. {@code tag}: mix(salt XOR LSN).</li>
 *   <li>{@code LSN}: of the unit's first byte. {@code stable LSN}: the stable watermark when the unit was issued, never above
 *       its own LSN.</li>
 *   <li>{@code length}: header and frames, a multiple of 8, at least one frame.</li>
 * </ul>
 *
 * <p>Whether its frames are valid too is {@link UnitFrames}' question. Allocation-free.
 */
public final class UnitDescriptor {

    /** "LSSU". */
    public static final int MAGIC = 'L' | 'S' << 8 | 'S' << 16 | 'U' << 24;

    /** Where the frames begin. */
    public static final int HEADER_LENGTH = 64;

    /** The shortest unit: one frame of one byte of payload; without padding. */
    public static final int MIN_LENGTH = HEADER_LENGTH + FrameDescriptor.MIN_LENGTH;

    /** The longest unit: the longest flush buffer. */
    public static final int MAX_LENGTH = StoreOptions.MAX_BUFFER_SIZE;

    private static final int MAGIC_OFFSET = 0;
    private static final int CRC_OFFSET = 4;
    private static final int TAG_OFFSET = 8;
    private static final int LSN_OFFSET = 16;
    private static final int STABLE_LSN_OFFSET = 24;
    private static final int SESSION_OFFSET = 32;
    private static final int LENGTH_OFFSET = 40;
    private static final int PADDED_LENGTH_OFFSET = 44;
    private static final int ZERO_OFFSET = 48;

    private UnitDescriptor() {}

    // ------------------------------------------------------------------------------------------- arithmetic

    /**
     * {@return the length of a unit rounded up to whole blocks}
     *
     * @param length header and frames, at most {@link #MAX_LENGTH}
     * @param blockSize of the store, a power of two
     */
    public static int paddedLength(int length, int blockSize) {
        return (length + (blockSize - 1)) & -blockSize;
    }

    // ------------------------------------------------------------------------------------------- readers

    /**
     * {@return whether there is the magic of a unit}
     *
     * @param memory where the unit is
     * @param offset of the unit
     */
    public static boolean hasMagic(MemorySegment memory, long offset) {
        return memory.get(INT, offset + MAGIC_OFFSET) == MAGIC;
    }

    /**
     * {@return the LSN of the unit's first byte, as stored}
     *
     * @param memory where the unit is
     * @param offset of the unit
     */
    public static long lsn(MemorySegment memory, long offset) {
        return memory.get(LONG, offset + LSN_OFFSET);
    }

    /**
     * {@return the stable watermark when the unit was issued, as stored}
     *
     * @param memory where the unit is
     * @param offset of the unit
     */
    public static long stableLsn(MemorySegment memory, long offset) {
        return memory.get(LONG, offset + STABLE_LSN_OFFSET);
    }

    /**
     * {@return the salt from which the tag was made, as stored} So every unit header holds the salt of its segment, which is otherwise in the
     * segment's header alone.
     *
     * @param memory where the unit is
     * @param offset of the unit
     */
    public static long salt(MemorySegment memory, long offset) {
        return Tags.unmix(memory.get(LONG, offset + TAG_OFFSET)) ^ lsn(memory, offset);
    }

    /**
     * {@return the session, as stored}
     *
     * @param memory where the unit is
     * @param offset of the unit
     */
    public static long session(MemorySegment memory, long offset) {
        return memory.get(LONG, offset + SESSION_OFFSET);
    }

    /**
     * {@return the length of header and frames, as stored}
     *
     * @param memory where the unit is
     * @param offset of the unit
     */
    public static int length(MemorySegment memory, long offset) {
        return memory.get(INT, offset + LENGTH_OFFSET);
    }

    /**
     * {@return the length of header, frames and padding, as stored}
     *
     * @param memory where the unit is
     * @param offset of the unit
     */
    public static int paddedLength(MemorySegment memory, long offset) {
        return memory.get(INT, offset + PADDED_LENGTH_OFFSET);
    }

    // ------------------------------------------------------------------------------------------- writer

    /**
     * Makes the frames that are in their place already a unit: header before them, zeros behind them.
     *
     * @param memory where the unit is
     * @param offset of the unit
     * @param view the same memory, from the same start
     * @param checksums the thread's
     * @param salt of the segment
     * @param lsn of the unit's first byte
     * @param stableLsn the stable watermark now
     * @param session which
     * @param length header and frames
     * @param paddedLength the same in whole blocks; the bytes between are zeroed
     */
    public static void write(
            MemorySegment memory,
            long offset,
            ByteBuffer view,
            Checksums checksums,
            long salt,
            long lsn,
            long stableLsn,
            long session,
            int length,
            int paddedLength) {
        memory.set(INT, offset + MAGIC_OFFSET, MAGIC);
        memory.set(LONG, offset + TAG_OFFSET, Tags.mix(salt ^ lsn));
        memory.set(LONG, offset + LSN_OFFSET, lsn);
        memory.set(LONG, offset + STABLE_LSN_OFFSET, stableLsn);
        memory.set(LONG, offset + SESSION_OFFSET, session);
        memory.set(INT, offset + LENGTH_OFFSET, length);
        memory.set(INT, offset + PADDED_LENGTH_OFFSET, paddedLength);
        memory.set(LONG, offset + ZERO_OFFSET, 0L);
        memory.set(LONG, offset + ZERO_OFFSET + Long.BYTES, 0L);
        memory.set(INT, offset + CRC_OFFSET, headerCrc(view, checksums, offset));
        for (long i = length; i < paddedLength; i += Long.BYTES) {
            memory.set(LONG, offset + i, 0L);
        }
    }

    // ------------------------------------------------------------------------------------------- validation

    /**
     * {@return whether a unit's header is whole and is one that belongs here}
     *
     * @param memory where the unit is, with at least its header
     * @param offset of the unit
     * @param view the same memory, from the same start
     * @param checksums the thread's
     * @param salt of the segment
     * @param lsn of the unit's first byte
     * @param session of the segment
     * @param blockSize of the store
     * @param room how many bytes a unit here can have at most: to the end of the segment, and no more than the in-flight window
     */
    public static UnitFault check(
            MemorySegment memory,
            long offset,
            ByteBuffer view,
            Checksums checksums,
            long salt,
            long lsn,
            long session,
            int blockSize,
            long room) {
        if (!hasMagic(memory, offset)) {
            return UnitFault.MAGIC;
        }
        if (memory.get(INT, offset + CRC_OFFSET) != headerCrc(view, checksums, offset)) {
            return UnitFault.CHECKSUM;
        }
        if (memory.get(LONG, offset + TAG_OFFSET) != Tags.mix(salt ^ lsn)) {
            return UnitFault.MISPLACED;
        }
        return checkFields(memory, offset, lsn, session, blockSize, room);
    }

    /**
     * {@return the same where the segment's header is lost, and the salt with it} The LSN, which no two places of a store share,
     * and the checksum must do. Evidence that something was written, never a unit to take.
     *
     * @param memory where the unit is, with at least its header
     * @param offset of the unit
     * @param view the same memory, from the same start
     * @param checksums the thread's
     * @param lsn of the unit's first byte
     * @param session that may have written here
     * @param blockSize of the store
     * @param room how many bytes a unit here can have at most
     */
    public static UnitFault checkWithoutSalt(
            MemorySegment memory,
            long offset,
            ByteBuffer view,
            Checksums checksums,
            long lsn,
            long session,
            int blockSize,
            long room) {
        if (!hasMagic(memory, offset)) {
            return UnitFault.MAGIC;
        }
        return memory.get(INT, offset + CRC_OFFSET) == headerCrc(view, checksums, offset)
                ? checkFields(memory, offset, lsn, session, blockSize, room)
                : UnitFault.CHECKSUM;
    }

    /**
     * {@return whether there is the header of some unit, of whatever store and place}
     *
     * @param memory where the unit may be, with at least its header
     * @param offset of the unit
     * @param view the same memory, from the same start
     * @param checksums the thread's
     */
    public static boolean isAnyUnit(MemorySegment memory, long offset, ByteBuffer view, Checksums checksums) {
        return hasMagic(memory, offset) && memory.get(INT, offset + CRC_OFFSET) == headerCrc(view, checksums, offset);
    }

    private static UnitFault checkFields(
            MemorySegment memory, long offset, long lsn, long session, int blockSize, long room) {
        if (lsn(memory, offset) != lsn) {
            return UnitFault.MISPLACED;
        }
        if (session(memory, offset) != session) {
            return UnitFault.SESSION;
        }
        int length = length(memory, offset);
        if (length < MIN_LENGTH
                || length > MAX_LENGTH
                || length % FrameDescriptor.ALIGNMENT != 0
                || paddedLength(memory, offset) != paddedLength(length, blockSize)
                || paddedLength(memory, offset) > room) {
            return UnitFault.LENGTH;
        }
        boolean zero = memory.get(LONG, offset + ZERO_OFFSET) == 0 && memory.get(LONG, offset + ZERO_OFFSET + Long.BYTES) == 0;
        long stable = stableLsn(memory, offset);
        return zero && stable >= 0 && stable <= lsn ? UnitFault.NONE : UnitFault.IMPOSSIBLE;
    }

    private static int headerCrc(ByteBuffer view, Checksums checksums, long offset) {
        int start = (int) offset;
        return checksums.crc32c(view, start + TAG_OFFSET, start + HEADER_LENGTH);
    }
}
