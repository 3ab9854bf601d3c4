package io.lss.core.inspect;

import io.lss.core.format.SegmentHeader;
import io.lss.core.format.SegmentHeaderImage;
import io.lss.core.recovery.ChunkReader;
import io.lss.spi.flush.Segment;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * One segment as it was found, open for reading.
 *
 * <p>Where its header is lost but units are not, {@link #header} is one that was put together again: every unit header holds the salt, mixed
 * with its own LSN by a bijection. Its predecessor and window are then not known (0, no bound); its stable LSN is that of its first good unit, or 0
 * where that is of the segment itself.
 */
public final class SegmentView implements AutoCloseable {

    private final long number;
    private final Segment handle;
    private final LenientReads reads;
    private final SegmentHeaderImage image;
    private final @Nullable SegmentHeader header;
    private final boolean rebuilt;

    SegmentView(
            long number,
            Segment handle,
            LenientReads reads,
            SegmentHeaderImage image,
            @Nullable SegmentHeader header,
            boolean rebuilt) {
        this.number = number;
        this.handle = handle;
        this.reads = reads;
        this.image = image;
        this.header = header;
        this.rebuilt = rebuilt;
    }

    /** {@return the number by which the device knows it} */
    public long number() {
        return number;
    }

    /** {@return what is where its header should be; a header of another store or number is none} */
    public SegmentHeaderImage image() {
        return image;
    }

    /** {@return why there is no stored header; empty if there is one} */
    public String headerFault() {
        return switch (image) {
            case SegmentHeaderImage.Valid _ -> "";
            case SegmentHeaderImage.Invalid(String reason) -> reason;
            case SegmentHeaderImage.UnknownVersion(int version) -> "format version " + version + ", which this release does not know";
        };
    }

    /** {@return the header by which units can be checked: stored, or put together again; null if there is neither} */
    public @Nullable SegmentHeader header() {
        return header;
    }

    /** {@return whether {@link #header} was put together from units} */
    public boolean isRebuilt() {
        return rebuilt;
    }

    /** {@return reads its bytes, those that the medium refuses as zeros} */
    public ChunkReader.Source source() {
        return reads;
    }

    /**
     * {@return how many bytes of it are stored: the position of the first that is not, up to its size} Found by trying.
     *
     * @param size of a segment, in bytes
     * @throws IOException if the device fails as a whole
     */
    public long stored(long size) throws IOException {
        long there = 0;
        long missing = size + 1;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment one = arena.allocate(1);
            while (missing - there > 1) {
                long middle = there + (missing - there) / 2;
                if (reads.read(one, middle - 1) == 1) {
                    there = middle;
                } else {
                    missing = middle;
                }
            }
        }
        return there;
    }

    /**
     * {@return what the medium said to the first block of a range that it refused to read, or null if none that was read so far was refused}
     *
     * @param from the first position
     * @param to the position behind the last
     */
    public @Nullable String unreadable(long from, long to) {
        return reads.unreadable(from, to);
    }

    @Override
    public void close() throws IOException {
        handle.close();
    }
}
