package io.lss.faults.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/** The on-disk format once more, as {@code docs/FORMAT.md} draws it: offsets, words, checksums, tags. */
final class Format {

    static final int ROOT_MAGIC = 0x5253534c;
    static final int SEGMENT_MAGIC = 0x5353534c;
    static final int UNIT_MAGIC = 0x5553534c;

    /** The length of a root copy, and of what a segment header's checksum covers. */
    static final int PAGE = 4096;

    static final int UNIT_HEADER = 64;
    static final int FRAME_HEADER = 16;
    static final int RECORD = 1;
    static final int FILLER = 2;

    // Offsets in a root copy and a segment header.
    static final int PAGE_CRC = 8;
    static final int ROOT_SEGMENT_SIZE = 40;
    static final int ROOT_BLOCK_SIZE = 48;
    static final int ROOT_SEQUENCE = 16;
    static final int SEGMENT_BLOCK_SIZE = 12;
    static final int SEGMENT_NUMBER = 16;
    static final int SEGMENT_SIZE = 24;
    static final int SEGMENT_UUID = 32;
    static final int ROOT_UUID = 24;
    static final int SEGMENT_SALT = 72;

    // Offsets in a unit header.
    static final int UNIT_CRC = 4;
    static final int UNIT_TAG = 8;
    static final int UNIT_LSN = 16;
    static final int UNIT_STABLE = 24;
    static final int UNIT_SESSION = 32;
    static final int UNIT_LENGTH = 40;
    static final int UNIT_PADDED = 44;

    // Offsets in a frame.
    static final int FRAME_CRC = 0;
    static final int FRAME_LENGTH = 4;
    static final int FRAME_KIND = 8;
    static final int FRAME_TAG = 12;

    /** A field: where it is, and how many bytes it has. */
    record Field(int offset, int bytes) {}

    private static final Field[] ROOT_FIELDS = fields(
            0, 4, 4, 4, 12, 4, 16, 8, 24, 8, 32, 8, 40, 8, 48, 4, 52, 4, 56, 8, 64, 8, 72, 8, 80, 8, 88, 8, 96, 8, 104, 8, 256,
            8);
    private static final Field[] SEGMENT_FIELDS = fields(
            0, 4, 4, 4, 12, 4, 16, 8, 24, 8, 32, 8, 40, 8, 48, 8, 56, 8, 64, 8, 72, 8, 80, 8, 88, 8, 96, 8, 4088, 8);
    private static final Field[] UNIT_FIELDS = fields(0, 4, 8, 8, 16, 8, 24, 8, 32, 8, 40, 4, 44, 4, 48, 8, 56, 8);
    private static final Field[] FRAME_FIELDS = fields(4, 4, 8, 1, 9, 1, 10, 2, 12, 4, 16, 8);

    private Format() {}

    private static Field[] fields(int... numbers) {
        Field[] fields = new Field[numbers.length / 2];
        for (int i = 0; i < fields.length; i++) {
            fields[i] = new Field(numbers[2 * i], numbers[2 * i + 1]);
        }
        return fields;
    }

    static Field rootField(int index) {
        return ROOT_FIELDS[index % ROOT_FIELDS.length];
    }

    static Field segmentField(int index) {
        return SEGMENT_FIELDS[index % SEGMENT_FIELDS.length];
    }

    static Field unitField(int index) {
        return UNIT_FIELDS[index % UNIT_FIELDS.length];
    }

    static Field frameField(int index) {
        return FRAME_FIELDS[index % FRAME_FIELDS.length];
    }

    // ------------------------------------------------------------------------------------------- words

    static int getInt(byte[] bytes, int at) {
        return view(bytes).getInt(at);
    }

    static long getLong(byte[] bytes, int at) {
        return view(bytes).getLong(at);
    }

    static void putInt(byte[] bytes, int at, int value) {
        view(bytes).putInt(at, value);
    }

    static void putLong(byte[] bytes, int at, long value) {
        view(bytes).putLong(at, value);
    }

    private static ByteBuffer view(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    // ------------------------------------------------------------------------------------------- checksums and tags

    /** {@return the finalizer of MurmurHash3} */
    static long mix(long x) {
        x ^= x >>> 33;
        x *= 0xff51afd7ed558ccdL;
        x ^= x >>> 33;
        x *= 0xc4ceb9fe1a85ec53L;
        return x ^ x >>> 33;
    }

    static int frameTag(long salt, long lsn) {
        return (int) (mix(salt ^ lsn) >>> 32);
    }

    static int crc(byte[] bytes, int from, int to) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, to - from);
        return (int) crc.getValue();
    }

    /** {@return the checksum of a root copy or segment header: with its own bytes zero} */
    static int pageCrc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, PAGE_CRC);
        crc.update(new byte[4]);
        crc.update(bytes, PAGE_CRC + 4, PAGE - PAGE_CRC - 4);
        return (int) crc.getValue();
    }

    static int unitCrc(byte[] bytes, int at) {
        return crc(bytes, at + UNIT_TAG, at + UNIT_HEADER);
    }

    /** {@return the checksum of a frame that lies within the bytes} */
    static int frameCrc(byte[] bytes, int at) {
        return crc(bytes, at + FRAME_LENGTH, at + FRAME_HEADER + getInt(bytes, at + FRAME_LENGTH));
    }

    /** {@return how many bytes a frame takes, as its length says; may be anything} */
    static long frameBytes(byte[] bytes, int at) {
        return FRAME_HEADER + (long) getInt(bytes, at + FRAME_LENGTH) + 7 & -8L;
    }

    /** {@return whether a frame lies within the bytes, as its length says} */
    static boolean fits(byte[] bytes, int at) {
        if (at < 0 || at + FRAME_HEADER > bytes.length) {
            return false;
        }
        long length = getInt(bytes, at + FRAME_LENGTH);
        return length >= 1 && at + FRAME_HEADER + length <= bytes.length;
    }

    static boolean isPage(byte[] bytes, int magic) {
        return bytes.length >= PAGE && getInt(bytes, 0) == magic && getInt(bytes, PAGE_CRC) == pageCrc(bytes);
    }
}
