package io.lss.core.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames. */
class FrameDescriptorTest {

    private static final long SALT = 0x7766_5544_3322_1100L;
    private static final long LSN = 3L << 26 | 4096 | 64;
    private final Checksums checksums = new Checksums();

    private byte[] frame(int length, int offset) {
        byte[] bytes = new byte[offset + FrameDescriptor.frameLength(length) + 8];
        Arrays.fill(bytes, (byte) 0xaa);
        FrameDescriptor.write(
                MemorySegment.ofArray(bytes),
                offset,
                ByteBuffer.wrap(bytes),
                checksums,
                SALT,
                LSN,
                FrameDescriptor.KIND_RECORD,
                length);
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 8, 9, 15, 16, 17, 100, 4096, 100_000})
    void aFrameBegunBeforeItsPayloadIsTheSameAsOneWrittenAroundIt(int length) {
        byte[] whole = frame(length, 24);
        byte[] bytes = new byte[whole.length];
        Arrays.fill(bytes, (byte) 0x55);
        Arrays.fill(bytes, whole.length - 8, whole.length, (byte) 0xaa);
        Arrays.fill(bytes, 0, 24, (byte) 0xaa);
        MemorySegment memory = MemorySegment.ofArray(bytes);
        FrameDescriptor.begin(memory, 24, SALT, LSN, length);
        memory.asSlice(24 + FrameDescriptor.HEADER_LENGTH, length).fill((byte) 0xaa);
        FrameDescriptor.end(memory, 24, ByteBuffer.wrap(bytes), checksums, length);
        assertArrayEquals(whole, bytes);
    }

    private FrameFault check(byte[] bytes, int offset, long lsn, long limit) {
        return FrameDescriptor.check(
                MemorySegment.ofArray(bytes), offset, ByteBuffer.wrap(bytes), checksums, SALT, lsn, limit);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 8, 9, 15, 16, 17, 100, 4096, 100_000})
    void whatIsWrittenIsRead(int length) {
        int offset = 24;
        byte[] bytes = frame(length, offset);
        int end = offset + FrameDescriptor.frameLength(length);
        MemorySegment memory = MemorySegment.ofArray(bytes);
        assertEquals(FrameFault.NONE, check(bytes, offset, LSN, end));
        assertEquals(length, FrameDescriptor.length(memory, offset));
        assertEquals(FrameDescriptor.KIND_RECORD, FrameDescriptor.kind(memory, offset));
        assertEquals(FrameDescriptor.CODEC_NONE, FrameDescriptor.codec(memory, offset));
        assertEquals(FrameDescriptor.tag(SALT, LSN), FrameDescriptor.tag(memory, offset));
        for (int i = 0; i < length; i++) {
            assertEquals((byte) 0xaa, bytes[offset + 16 + i]);
        }
        for (int i = offset + 16 + length; i < end; i++) {
            assertEquals(0, bytes[i], "padding");
        }
        assertEquals((byte) 0xaa, bytes[end], "what follows");
        assertEquals((byte) 0xaa, bytes[offset - 1], "what precedes");
    }

    @Test
    void theChecksumIsTheOneThatIsDrawn() {
        byte[] bytes = frame(11, 0);
        CRC32C crc = new CRC32C();
        crc.update(bytes, 4, 12 + 11);
        assertEquals((int) crc.getValue(), ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(0));
    }

    @Test
    void everyFlippedBitIsDetected() {
        byte[] bytes = frame(13, 0);
        for (int bit = 0; bit < (16 + 13) * Byte.SIZE; bit++) {
            byte[] damaged = bytes.clone();
            damaged[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            assertNotEquals(FrameFault.NONE, check(damaged, 0, LSN, 32), "bit " + bit);
        }
    }

    @Test
    void aFrameBelongsToOnePlaceOnly() {
        byte[] bytes = frame(13, 0);
        for (int bit = 0; bit < Long.SIZE; bit++) {
            assertEquals(FrameFault.TAG, check(bytes, 0, LSN ^ 1L << bit, 32), "LSN bit " + bit);
        }
    }

    @Test
    void zerosAreNeverAFrame() {
        byte[] zeros = new byte[64];
        assertNotEquals(FrameFault.NONE, check(zeros, 0, LSN, 64));
        // Even where the tag happens to be zero.
        assertNotEquals(
                FrameFault.NONE,
                FrameDescriptor.check(
                        MemorySegment.ofArray(zeros), 0, ByteBuffer.wrap(zeros), checksums, SALT, SALT, 64));
    }

    @Test
    void lengthsAreBoundedBeforeTheyAreUsed() {
        for (int length : new int[] {0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, FrameDescriptor.MAX_PAYLOAD_LENGTH + 1, 14, 1000}) {
            byte[] bytes = frame(6, 0);
            ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(4, length);
            assertNotEquals(FrameFault.NONE, check(bytes, 0, LSN, 24), "length " + length);
        }
    }

    @Test
    void aFrameCutShortIsNone() {
        byte[] bytes = frame(100, 0);
        for (long limit = 0; limit < FrameDescriptor.frameLength(100); limit++) {
            assertEquals(FrameFault.CUT_SHORT, check(bytes, 0, LSN, limit));
        }
    }

    @Test
    void unknownKindsAndCodecsAreRefused() {
        for (int second = 0; second < 1 << 16; second += 7) {
            byte[] bytes = frame(20, 0);
            ByteBuffer b = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            b.putShort(8, (short) second);
            CRC32C crc = new CRC32C();
            crc.update(bytes, 4, 12 + 20);
            b.putInt(0, (int) crc.getValue());
            boolean known = second == FrameDescriptor.KIND_RECORD || second == FrameDescriptor.KIND_FILLER;
            assertEquals(known, check(bytes, 0, LSN, 40) == FrameFault.NONE, "kind and codec " + second);
        }
    }

    @Test
    void aFillerIsZeroWhateverWasThere() {
        byte[] bytes = new byte[48];
        new Random(3).nextBytes(bytes);
        FrameDescriptor.writeFiller(
                MemorySegment.ofArray(bytes), 8, ByteBuffer.wrap(bytes), checksums, SALT, LSN, 10);
        assertEquals(FrameFault.NONE, check(bytes, 8, LSN, 40));
        assertEquals(FrameDescriptor.KIND_FILLER, FrameDescriptor.kind(MemorySegment.ofArray(bytes), 8));
        for (int i = 24; i < 40; i++) {
            assertEquals(0, bytes[i]);
        }
    }

    @Test
    void memoryOffTheHeapGivesTheSameBytes() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(64, 8);
            memory.fill((byte) 0xaa);
            FrameDescriptor.write(
                    memory, 0, memory.asByteBuffer(), checksums, SALT, LSN, FrameDescriptor.KIND_RECORD, 13);
            assertEquals(-1, memory.asSlice(0, 40).mismatch(MemorySegment.ofArray(frame(13, 0)).asSlice(0, 40)));
        }
    }

    @Test
    void tagsOfDifferentPlacesDiffer() {
        // mix is a bijection: 64-bit tags never collide; their upper halves hardly do.
        long[] tags = new long[10_000];
        for (int i = 0; i < tags.length; i++) {
            tags[i] = Tags.mix(SALT ^ (LSN + 8L * i));
        }
        assertEquals(tags.length, Arrays.stream(tags).distinct().count());
        assertTrue(Arrays.stream(tags).map(t -> t >>> 32).distinct().count() > tags.length - 5);
        assertEquals(0, Tags.mix(0));
        assertEquals(0xb456bcfc34c2cb2cL, Tags.mix(1));
    }
}
