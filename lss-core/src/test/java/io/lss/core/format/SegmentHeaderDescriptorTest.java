package io.lss.core.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Segment headers. */
class SegmentHeaderDescriptorTest {

    @Test
    void whatIsWrittenIsRead() {
        byte[] image = Samples.headerImage();
        assertEquals(new SegmentHeaderImage.Valid(Samples.header()), read(image));
    }

    @Test
    void theWholeBlockIsWritten() {
        SegmentHeader small = Samples.header();
        SegmentHeader header = new SegmentHeader(
                1 << 14, 3, 1 << 20, 1, 2, small.session(), 2, (2 << 20) + (1 << 14), 5, 6, 0);
        byte[] memory = new byte[3 << 14];
        Arrays.fill(memory, (byte) 0x77);
        SegmentHeaderDescriptor.write(MemorySegment.ofArray(memory), 1 << 14, header);
        assertEquals(
                new SegmentHeaderImage.Valid(header),
                SegmentHeaderDescriptor.read(MemorySegment.ofArray(memory), 1 << 14, 1 << 14));
        byte[] zeros = new byte[(1 << 14) - 4096];
        assertEquals(-1, Arrays.mismatch(zeros, Arrays.copyOfRange(memory, (1 << 14) + 4096, 2 << 14)));
        assertEquals(0x77, memory[(1 << 14) - 1]);
        assertEquals(0x77, memory[2 << 14]);
    }

    @Test
    void everyFlippedBitIsDetected() {
        byte[] image = Samples.headerImage();
        for (int bit = 0; bit < image.length * Byte.SIZE; bit++) {
            byte[] damaged = image.clone();
            damaged[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            assertInstanceOf(SegmentHeaderImage.Invalid.class, read(damaged), "bit " + bit);
        }
    }

    @Test
    void aHeaderThatEndsEarlyIsNone() {
        byte[] image = Samples.headerImage();
        assertInstanceOf(
                SegmentHeaderImage.Invalid.class, SegmentHeaderDescriptor.read(MemorySegment.ofArray(image), 0, 4095));
    }

    @Test
    void aHeaderThatContradictsItselfIsNone() {
        SegmentHeader h = Samples.header();
        SegmentHeader[] impossible = {
            new SegmentHeader(4096, 0, h.segmentSize(), 1, 2, 1, 0, 0, 5, 6, 0),
            new SegmentHeader(4096, 5, h.segmentSize(), 1, 2, 0, 0, 0, 5, 6, 0),
            new SegmentHeader(4096, 5, h.segmentSize(), 1, 2, 1, 5, 5 * h.segmentSize() + 4096, 5, 6, 0),
            new SegmentHeader(4096, 5, h.segmentSize(), 1, 2, 1, 4, 5 * h.segmentSize() + 4096, 5, 6, 0),
            new SegmentHeader(4096, 5, h.segmentSize(), 1, 2, 1, 4, 4 * h.segmentSize(), 5, 6, 0),
            new SegmentHeader(4096, 5, h.segmentSize(), 1, 2, 1, 0, 0, 5, 0, 0),
            new SegmentHeader(4096, 5, h.segmentSize(), 1, 2, 1, 0, 0, 5, 6, 6 * h.segmentSize()),
            new SegmentHeader(4096, 5, h.segmentSize(), 1, 2, 1, 0, 0, 5, 6, -4096),
            new SegmentHeader(4096, 5, h.segmentSize(), 1, 2, 1, 0, 0, 5, 6, 8),
            new SegmentHeader(4096, 5, 4096, 1, 2, 1, 0, 0, 5, 6, 0),
            new SegmentHeader(4096, Long.MAX_VALUE / 4096, h.segmentSize(), 1, 2, 1, 0, 0, 5, 6, 0),
        };
        for (SegmentHeader each : impossible) {
            byte[] image = new byte[4096];
            SegmentHeaderDescriptor.write(MemorySegment.ofArray(image), 0, each);
            assertInstanceOf(SegmentHeaderImage.Invalid.class, read(image), each.toString());
        }
    }

    private static SegmentHeaderImage read(byte[] image) {
        return SegmentHeaderDescriptor.read(MemorySegment.ofArray(image), 0, image.length);
    }
}
