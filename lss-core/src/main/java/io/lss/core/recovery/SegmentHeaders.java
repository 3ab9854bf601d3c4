package io.lss.core.recovery;

import io.lss.core.format.SegmentHeader;
import io.lss.core.format.SegmentHeaderDescriptor;
import io.lss.core.format.SegmentHeaderImage;
import io.lss.spi.flush.Segment;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Reads segment headers and says whose they are. */
final class SegmentHeaders {

    private final StoreIdentity identity;

    SegmentHeaders(StoreIdentity identity) {
        this.identity = identity;
    }

    /**
     * {@return what is where the header of a segment should be} A header of another store or of another number is no header: its
     * bytes came here with the space the segment was made from.
     *
     * @param handle on the segment
     * @param number of the segment
     * @throws IOException if the medium fails
     */
    SegmentHeaderImage read(Segment handle, long number) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment block = arena.allocate(SegmentHeaderDescriptor.LENGTH, SegmentHeaderDescriptor.LENGTH);
            long got = handle.read(block, 0);
            SegmentHeaderImage image = SegmentHeaderDescriptor.read(block, 0, got);
            if (image instanceof SegmentHeaderImage.Valid(SegmentHeader header)) {
                if (header.number() != number) {
                    return new SegmentHeaderImage.Invalid("header of segment " + header.number());
                }
                if (!StoreIdentity.of(header).equals(identity)) {
                    return new SegmentHeaderImage.Invalid("header of another store (its UUID or sizes)");
                }
            }
            return image;
        }
    }
}
