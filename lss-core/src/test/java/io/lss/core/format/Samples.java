package io.lss.core.format;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The structures that the golden files hold. */
final class Samples {

    static final int BLOCK = 4096;
    static final long SEGMENT = 1 << 20;
    static final long SALT = 0x0123_4567_89ab_cdefL;

    private Samples() {}

    static Root root() {
        return new Root(
                0x1111_2222_3333_4444L,
                0x5555_6666_7777_8888L,
                42,
                SEGMENT,
                BLOCK,
                true,
                7,
                12,
                10,
                10 * SEGMENT + 3 * BLOCK,
                9 * SEGMENT + 4160,
                12 * SEGMENT + 2 * BLOCK,
                "application root".getBytes(StandardCharsets.US_ASCII));
    }

    static SegmentHeader header() {
        return new SegmentHeader(
                BLOCK,
                12,
                SEGMENT,
                0x1111_2222_3333_4444L,
                0x5555_6666_7777_8888L,
                7,
                10,
                10 * SEGMENT + 3 * BLOCK,
                SALT,
                8 << 20,
                10 * SEGMENT + 3 * BLOCK);
    }

    static byte[] headerImage() {
        byte[] image = new byte[BLOCK];
        SegmentHeaderDescriptor.write(MemorySegment.ofArray(image), 0, header());
        return image;
    }

    /** The first unit of that segment: a record, a filler, a record. */
    static byte[] unitImage() {
        byte[] image = new byte[BLOCK];
        java.util.Arrays.fill(image, (byte) 0xee);
        MemorySegment memory = MemorySegment.ofArray(image);
        ByteBuffer view = ByteBuffer.wrap(image);
        Checksums checksums = new Checksums();
        long lsn = header().base() + BLOCK;
        int at = UnitDescriptor.HEADER_LENGTH;
        for (String record : new String[] {"first", "", "the second record"}) {
            byte[] payload = record.getBytes(StandardCharsets.US_ASCII);
            if (payload.length == 0) {
                FrameDescriptor.writeFiller(memory, at, view, checksums, SALT, lsn + at, 9);
                at += FrameDescriptor.frameLength(9);
            } else {
                MemorySegment.copy(MemorySegment.ofArray(payload), 0, memory, at + FrameDescriptor.HEADER_LENGTH, payload.length);
                FrameDescriptor.write(
                        memory, at, view, checksums, SALT, lsn + at, FrameDescriptor.KIND_RECORD, payload.length);
                at += FrameDescriptor.frameLength(payload.length);
            }
        }
        UnitDescriptor.write(memory, 0, view, checksums, SALT, lsn, header().stableLsn(), 7, at, BLOCK);
        return image;
    }
}
