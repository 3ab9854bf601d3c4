package io.lss.core.format;

import static io.lss.core.format.Layouts.INT;
import static io.lss.core.format.Layouts.LONG;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * A frame: one record, or the filler in place of one.
 *
 * <pre>
 *     offset  0       4        8      9       10     12      16
 *            +-------+--------+------+-------+------+-------+-----------+--------------+
 *            | crc   | length | kind | codec | zero | tag   | payload   | zeros to a   |
 *            | u32   | u32    | u8   | u8    | u16  | u32   | `length`  | multiple of 8|
 *            +-------+--------+------+-------+------+-------+-----------+--------------+
 *             \_____________/ \____________________________/
 *                 word 0                  word 1
 * </pre>
 *
 * <ul>
 *   <li>A frame's first byte is at a multiple of {@link #ALIGNMENT}; its LSN is the LSN of that byte.</li>
 *   <li>{@code length}: of the payload, at least 1.</li>
 *   <li>{@code tag}: the upper half of mix(salt XOR LSN).</li>
 *   <li>{@code crc}: CRC32C over bytes 4 to 16 + {@code length}.</li>
 * </ul>
 *
 * <p>Allocation-free. The caller bounds the length before it uses it.
 */
public final class FrameDescriptor {

    /** Frames begin and end at multiples of this. */
    public static final int ALIGNMENT = 8;

    /** Where the payload begins. */
    public static final int HEADER_LENGTH = 16;

    /** The shortest frame: a payload of one byte. */
    public static final int MIN_LENGTH = HEADER_LENGTH + ALIGNMENT;

    /** The longest payload whose frame fits a unit. */
    public static final int MAX_PAYLOAD_LENGTH = UnitDescriptor.MAX_LENGTH - UnitDescriptor.HEADER_LENGTH - HEADER_LENGTH;

    /** A record. */
    public static final int KIND_RECORD = 1;

    /** An aborted or abandoned reservation; its payload is zero. */
    public static final int KIND_FILLER = 2;

    /** The payload as it is. */
    public static final int CODEC_NONE = 0;

    private static final int CRC_OFFSET = 0;
    private static final int LENGTH_OFFSET = 4;
    private static final int KIND_OFFSET = 8;
    private static final int TAG_OFFSET = 12;

    private static final int LENGTH_SHIFT = 32;
    private static final int CODEC_SHIFT = 8;
    private static final int ZERO_SHIFT = 16;
    private static final int TAG_SHIFT = 32;
    private static final int BYTE_MASK = 0xff;
    private static final int ZERO_MASK = 0xffff;
    private static final long INT_MASK = 0xffff_ffffL;

    private FrameDescriptor() {}

    // ------------------------------------------------------------------------------------------- arithmetic

    /**
     * {@return how many bytes a frame takes, header and padding included}
     *
     * @param payloadLength at most {@link #MAX_PAYLOAD_LENGTH}
     */
    public static int frameLength(int payloadLength) {
        return (HEADER_LENGTH + payloadLength + (ALIGNMENT - 1)) & -ALIGNMENT;
    }

    /**
     * {@return the tag of the frame at an LSN}
     *
     * @param salt of the segment
     * @param lsn of the frame
     */
    public static int tag(long salt, long lsn) {
        return (int) (Tags.mix(salt ^ lsn) >>> TAG_SHIFT);
    }

    // ------------------------------------------------------------------------------------------- words

    /**
     * {@return word 0}
     *
     * @param crc the checksum
     * @param length of the payload
     */
    public static long word0(int crc, int length) {
        return (crc & INT_MASK) | (long) length << LENGTH_SHIFT;
    }

    /**
     * {@return word 1, codec none}
     *
     * @param kind which
     * @param tag as {@link #tag} gives it
     */
    public static long word1(int kind, int tag) {
        return kind | CODEC_NONE << CODEC_SHIFT | (long) tag << TAG_SHIFT;
    }

    // ------------------------------------------------------------------------------------------- readers

    /**
     * {@return the checksum as stored}
     *
     * @param memory where the frame is
     * @param offset of the frame
     */
    public static int crc(MemorySegment memory, long offset) {
        return memory.get(INT, offset + CRC_OFFSET);
    }

    /**
     * {@return the length of the payload as stored, not yet checked: may be negative}
     *
     * @param memory where the frame is
     * @param offset of the frame
     */
    public static int length(MemorySegment memory, long offset) {
        return memory.get(INT, offset + LENGTH_OFFSET);
    }

    /**
     * {@return the kind as stored}
     *
     * @param memory where the frame is
     * @param offset of the frame
     */
    public static int kind(MemorySegment memory, long offset) {
        return memory.get(INT, offset + KIND_OFFSET) & BYTE_MASK;
    }

    /**
     * {@return the codec as stored}
     *
     * @param memory where the frame is
     * @param offset of the frame
     */
    public static int codec(MemorySegment memory, long offset) {
        return memory.get(INT, offset + KIND_OFFSET) >>> CODEC_SHIFT & BYTE_MASK;
    }

    /**
     * {@return the tag as stored}
     *
     * @param memory where the frame is
     * @param offset of the frame
     */
    public static int tag(MemorySegment memory, long offset) {
        return memory.get(INT, offset + TAG_OFFSET);
    }

    // ------------------------------------------------------------------------------------------- writers

    /**
     * Makes the payload that is in its place already a frame: header, checksum and padding around it.
     *
     * @param memory where the frame is
     * @param offset of the frame, a multiple of {@link #ALIGNMENT}
     * @param view the same memory, from the same start
     * @param checksums the thread's
     * @param salt of the segment
     * @param lsn of the frame
     * @param kind which
     * @param length of the payload
     */
    public static void write(
            MemorySegment memory, long offset, ByteBuffer view, Checksums checksums, long salt, long lsn, int kind, int length) {
        zeroPadding(memory, offset, length);
        memory.set(LONG, offset, word0(0, length));
        memory.set(LONG, offset + KIND_OFFSET, word1(kind, tag(salt, lsn)));
        memory.set(LONG, offset, word0(payloadCrc(view, checksums, offset, length), length));
    }

    /**
     * Begins a record's frame: everything but payload and checksum. {@link #end} follows when the payload is in its place.
     *
     * <p>Header first, payload second, because the checksum is read over both at once: a wide load over words that were just stored waits until
     * every store before it has reached the cache, the payload's among them. Behind a payload of 4 KiB that cost a tenth of the append.
     *
     * @param memory where the frame is
     * @param offset of the frame, a multiple of {@link #ALIGNMENT}
     * @param salt of the segment
     * @param lsn of the frame
     * @param length of the payload
     */
    public static void begin(MemorySegment memory, long offset, long salt, long lsn, int length) {
        memory.set(LONG, offset, word0(0, length));
        memory.set(LONG, offset + KIND_OFFSET, word1(KIND_RECORD, tag(salt, lsn)));
        if ((length & (ALIGNMENT - 1)) != 0) {
            memory.set(LONG, offset + frameLength(length) - ALIGNMENT, 0L);
        }
    }

    /**
     * Ends a frame that was begun: its checksum.
     *
     * @param memory where the frame is
     * @param offset of the frame
     * @param view the same memory, from the same start
     * @param checksums the thread's
     * @param length of the payload
     */
    public static void end(MemorySegment memory, long offset, ByteBuffer view, Checksums checksums, int length) {
        memory.set(INT, offset + CRC_OFFSET, payloadCrc(view, checksums, offset, length));
    }

    /**
     * Puts a filler in place of a record: zero payload, its own header.
     *
     * @param memory where the frame is
     * @param offset of the frame, a multiple of {@link #ALIGNMENT}
     * @param view the same memory, from the same start
     * @param checksums the thread's
     * @param salt of the segment
     * @param lsn of the frame
     * @param length of the payload
     */
    public static void writeFiller(
            MemorySegment memory, long offset, ByteBuffer view, Checksums checksums, long salt, long lsn, int length) {
        for (long i = HEADER_LENGTH; i < frameLength(length); i += Long.BYTES) {
            memory.set(LONG, offset + i, 0L);
        }
        write(memory, offset, view, checksums, salt, lsn, KIND_FILLER, length);
    }

    private static void zeroPadding(MemorySegment memory, long offset, int length) {
        int used = length & (ALIGNMENT - 1);
        if (used != 0) {
            long lastWord = offset + frameLength(length) - ALIGNMENT;
            memory.set(LONG, lastWord, memory.get(LONG, lastWord) & ((1L << (used * Byte.SIZE)) - 1));
        }
    }

    // ------------------------------------------------------------------------------------------- validation

    /**
     * {@return whether a frame is whole and is the one that belongs here}
     *
     * @param memory where the frame is
     * @param offset of the frame
     * @param view the same memory, from the same start
     * @param checksums the thread's
     * @param salt of the segment
     * @param lsn of the frame
     * @param limit the offset at which its unit (or what was read) ends; nothing from there on is looked at
     */
    public static FrameFault check(
            MemorySegment memory, long offset, ByteBuffer view, Checksums checksums, long salt, long lsn, long limit) {
        if (limit - offset < MIN_LENGTH) {
            return FrameFault.CUT_SHORT;
        }
        FrameFault header = checkHeader(memory, offset, salt, lsn);
        if (header != FrameFault.NONE) {
            return header;
        }
        int length = length(memory, offset);
        if (frameLength(length) > limit - offset) {
            return FrameFault.CUT_SHORT;
        }
        return payloadCrc(view, checksums, offset, length) == crc(memory, offset) ? FrameFault.NONE : FrameFault.CHECKSUM;
    }

    /**
     * {@return whether a frame's header could be the one that belongs here} Its checksum, and so its length, are not proven by
     * it.
     *
     * @param memory where the frame is, with at least its header
     * @param offset of the frame
     * @param salt of the segment
     * @param lsn of the frame
     */
    public static FrameFault checkHeader(MemorySegment memory, long offset, long salt, long lsn) {
        if (tag(memory, offset) != tag(salt, lsn)) {
            return FrameFault.TAG;
        }
        int length = length(memory, offset);
        if (length < 1 || length > MAX_PAYLOAD_LENGTH) {
            return FrameFault.LENGTH;
        }
        int kind = kind(memory, offset);
        if (kind != KIND_RECORD && kind != KIND_FILLER) {
            return FrameFault.KIND;
        }
        if (codec(memory, offset) != CODEC_NONE) {
            return FrameFault.CODEC;
        }
        return (memory.get(INT, offset + KIND_OFFSET) >>> ZERO_SHIFT & ZERO_MASK) == 0 ? FrameFault.NONE : FrameFault.KIND;
    }

    /** {@return whether the bytes after the payload are zero} They are in no checksum; {@code verify} looks at them. */
    static boolean paddingIsZero(MemorySegment memory, long offset, int length) {
        int used = length & (ALIGNMENT - 1);
        return used == 0 || memory.get(LONG, offset + frameLength(length) - ALIGNMENT) >>> (used * Byte.SIZE) == 0;
    }

    private static int payloadCrc(ByteBuffer view, Checksums checksums, long offset, int length) {
        int start = (int) offset;
        return checksums.crc32c(view, start + LENGTH_OFFSET, start + HEADER_LENGTH + length);
    }
}
