package io.lss.core.format;

import static io.lss.core.format.Layouts.INT;
import static io.lss.core.format.Layouts.LONG;

import io.lss.api.StoreOptions;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * The header of a segment: its first block.
 *
 * <pre>
 *     offset  0        4         8       12           16         24             32
 *            +--------+---------+-------+------------+----------+--------------+
 *            | "LSSS" | version | crc   | block size | number   | segment size |
 *            | u32    | u32     | u32   | u32        | u64      | u64          |
 *            +--------+---------+-------+------------+----------+--------------+
 *        32  | store UUID 2 x u64               | session u64                  |
 *        56  | predecessor segment u64 (0: none)| predecessor end LSN u64      |
 *        72  | salt u64     | in-flight window u64 (bytes) | stable LSN u64    |
 *        96  | zero to the end of the block                                    |
 *            +-----------------------------------------------------------------+
 * </pre>
 *
 * <p>{@code crc}: CRC32C over the first 4096 bytes with this field zero. Magic, version and crc stay where they are in every
 * version.
 */
public final class SegmentHeaderDescriptor {

    /** "LSSS". */
    public static final int MAGIC = 'L' | 'S' << 8 | 'S' << 16 | 'S' << 24;

    /** The version of the format that this release writes, and the only one it knows. */
    public static final int VERSION = 1;

    /** How many bytes the fields and the checksum take; the header itself takes a block. */
    public static final int LENGTH = 4096;

    private static final int MAGIC_OFFSET = 0;
    private static final int VERSION_OFFSET = 4;
    private static final int CRC_OFFSET = 8;
    private static final int BLOCK_SIZE_OFFSET = 12;
    private static final int NUMBER_OFFSET = 16;
    private static final int SEGMENT_SIZE_OFFSET = 24;
    private static final int UUID_HIGH_OFFSET = 32;
    private static final int UUID_LOW_OFFSET = 40;
    private static final int SESSION_OFFSET = 48;
    private static final int PREDECESSOR_OFFSET = 56;
    private static final int PREDECESSOR_END_OFFSET = 64;
    private static final int SALT_OFFSET = 72;
    private static final int WINDOW_OFFSET = 80;
    private static final int STABLE_LSN_OFFSET = 88;
    private static final int ZERO_OFFSET = 96;

    private SegmentHeaderDescriptor() {}

    /**
     * Writes a header, the rest of its block zero.
     *
     * @param memory where it goes
     * @param offset of its first byte
     * @param header what it says; its block size bytes are written
     */
    public static void write(MemorySegment memory, long offset, SegmentHeader header) {
        MemorySegment block = memory.asSlice(offset, header.blockSize());
        block.fill((byte) 0);
        block.set(INT, MAGIC_OFFSET, MAGIC);
        block.set(INT, VERSION_OFFSET, VERSION);
        block.set(INT, BLOCK_SIZE_OFFSET, header.blockSize());
        block.set(LONG, NUMBER_OFFSET, header.number());
        block.set(LONG, SEGMENT_SIZE_OFFSET, header.segmentSize());
        block.set(LONG, UUID_HIGH_OFFSET, header.uuidHigh());
        block.set(LONG, UUID_LOW_OFFSET, header.uuidLow());
        block.set(LONG, SESSION_OFFSET, header.session());
        block.set(LONG, PREDECESSOR_OFFSET, header.predecessor());
        block.set(LONG, PREDECESSOR_END_OFFSET, header.predecessorEnd());
        block.set(LONG, SALT_OFFSET, header.salt());
        block.set(LONG, WINDOW_OFFSET, header.window());
        block.set(LONG, STABLE_LSN_OFFSET, header.stableLsn());
        block.set(INT, CRC_OFFSET, crc(block));
    }

    /**
     * {@return what is in memory where a header should be} The fields agree with each other then; whether they are those of this
     * store and place is the caller's question.
     *
     * @param memory where it is
     * @param offset of its first byte
     * @param available how many bytes there are from there; fewer than {@link #LENGTH} are no header
     */
    public static SegmentHeaderImage read(MemorySegment memory, long offset, long available) {
        if (available < LENGTH) {
            return new SegmentHeaderImage.Invalid("segment ends within its header");
        }
        MemorySegment block = memory.asSlice(offset, LENGTH);
        if (block.get(INT, MAGIC_OFFSET) != MAGIC) {
            return new SegmentHeaderImage.Invalid("no segment header");
        }
        if (block.get(INT, CRC_OFFSET) != crc(block)) {
            return new SegmentHeaderImage.Invalid("segment header checksum wrong");
        }
        int version = block.get(INT, VERSION_OFFSET);
        if (version != VERSION) {
            return new SegmentHeaderImage.UnknownVersion(version);
        }
        SegmentHeader header = new SegmentHeader(
                block.get(INT, BLOCK_SIZE_OFFSET),
                block.get(LONG, NUMBER_OFFSET),
                block.get(LONG, SEGMENT_SIZE_OFFSET),
                block.get(LONG, UUID_HIGH_OFFSET),
                block.get(LONG, UUID_LOW_OFFSET),
                block.get(LONG, SESSION_OFFSET),
                block.get(LONG, PREDECESSOR_OFFSET),
                block.get(LONG, PREDECESSOR_END_OFFSET),
                block.get(LONG, SALT_OFFSET),
                block.get(LONG, WINDOW_OFFSET),
                block.get(LONG, STABLE_LSN_OFFSET));
        String contradiction = contradiction(header);
        if (contradiction.isEmpty() && !isZero(block)) {
            contradiction = "unused bytes are not zero";
        }
        return contradiction.isEmpty()
                ? new SegmentHeaderImage.Valid(header)
                : new SegmentHeaderImage.Invalid("segment header impossible: " + contradiction);
    }

    /** {@return what no header can say; empty if all is well} */
    private static String contradiction(SegmentHeader h) {
        if (!isGeometry(h.segmentSize(), h.blockSize())) {
            return "segment size " + h.segmentSize() + ", block size " + h.blockSize();
        }
        if (h.number() < 1 || h.number() > Long.MAX_VALUE / h.segmentSize() - 1) {
            return "number " + h.number();
        }
        if (h.session() < 1) {
            return "session " + h.session();
        }
        if (h.predecessor() < 0 || h.predecessor() >= h.number()) {
            return "predecessor " + h.predecessor() + " of segment " + h.number();
        }
        if (!endsIn(h.predecessorEnd(), h.predecessor(), h.segmentSize(), h.blockSize())) {
            return "predecessor " + h.predecessor() + " ends at LSN " + h.predecessorEnd();
        }
        if (h.window() < 1) {
            return "in-flight window " + h.window();
        }
        if (h.stableLsn() < 0 || h.stableLsn() > h.base() + h.blockSize() || h.stableLsn() % h.blockSize() != 0) {
            return "stable LSN " + h.stableLsn();
        }
        return "";
    }

    /** {@return whether a store can have these sizes} */
    static boolean isGeometry(long segmentSize, int blockSize) {
        return blockSize >= LENGTH
                && blockSize <= 1 << 16
                && Integer.bitCount(blockSize) == 1
                && segmentSize >= 2L * blockSize
                && segmentSize <= StoreOptions.MAX_SEGMENT_SIZE
                && segmentSize % blockSize == 0;
    }

    /**
     * {@return whether the log can end at an LSN in a segment: behind the header, at most at the segment's end, at a block; or
     * both are 0}
     */
    static boolean endsIn(long end, long number, long segmentSize, int blockSize) {
        if (number == 0) {
            return end == 0;
        }
        if (number < 0 || number > Long.MAX_VALUE / segmentSize - 1) {
            return false;
        }
        long position = end - number * segmentSize;
        return position >= blockSize && position <= segmentSize && position % blockSize == 0;
    }

    private static boolean isZero(MemorySegment block) {
        for (long i = ZERO_OFFSET; i < LENGTH; i += Long.BYTES) {
            if (block.get(LONG, i) != 0) {
                return false;
            }
        }
        return true;
    }

    private static int crc(MemorySegment block) {
        ByteBuffer view = block.asByteBuffer();
        return new Checksums().crc32cWithout(view, 0, LENGTH, CRC_OFFSET);
    }
}
