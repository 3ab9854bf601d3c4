package io.lss.core.recovery;

import io.lss.core.format.Checksums;
import io.lss.core.format.SegmentHeader;
import io.lss.core.format.UnitDescriptor;
import io.lss.core.format.UnitFault;
import java.io.IOException;

/**
 * Finds the unit in which an LSN lies, by walking back over blocks to the nearest unit header. Units follow each other without a
 * gap, so the nearest one is the one, unless the right one is damaged.
 */
final class UnitLocator {

    /** How far back is read at once, in bytes. */
    private static final int STEP = 256 << 10;

    /** The position of no unit. */
    static final long NONE = -1;

    private final Checksums checksums = new Checksums();

    /**
     * {@return the position of the nearest valid unit header at or before a position; {@link #NONE} if there is none within the
     * longest unit}
     *
     * @param source the segment
     * @param header of the segment
     * @param position at least the first unit's
     */
    long locate(ChunkReader.Source source, SegmentHeader header, long position) throws IOException {
        return locate(source, header, position, Math.min(header.window(), UnitDescriptor.MAX_LENGTH));
    }

    /** {@return the position of the last valid unit header of a segment; {@link #NONE} if there is none} */
    long locateLast(ChunkReader.Source source, SegmentHeader header) throws IOException {
        return locate(source, header, header.segmentSize() - header.blockSize(), header.segmentSize());
    }

    private long locate(ChunkReader.Source source, SegmentHeader header, long position, long reach) throws IOException {
        ChunkReader chunks = new ChunkReader(STEP);
        int block = header.blockSize();
        long nearest = position & -block;
        long lowest = Math.max(block, nearest - reach);
        for (long top = nearest; top >= lowest; ) {
            long bottom = Math.max(lowest, (top - STEP + block) & -block);
            chunks.reset();
            // The last header of the chunk is all that is needed above it.
            int length = (int) (top + UnitDescriptor.HEADER_LENGTH - bottom);
            chunks.ensure(source, bottom, length, header.segmentSize());
            for (long at = top; at >= bottom; at -= block) {
                if (chunks.available(at) >= UnitDescriptor.HEADER_LENGTH && isUnit(chunks, header, at)) {
                    return at;
                }
            }
            top = bottom - block;
        }
        return NONE;
    }

    private boolean isUnit(ChunkReader chunks, SegmentHeader header, long at) {
        return UnitDescriptor.check(
                        chunks.memory(),
                        chunks.offset(at),
                        chunks.view(),
                        checksums,
                        header.salt(),
                        header.base() + at,
                        header.session(),
                        header.blockSize(),
                        UnitProbe.room(header, at))
                == UnitFault.NONE;
    }
}
