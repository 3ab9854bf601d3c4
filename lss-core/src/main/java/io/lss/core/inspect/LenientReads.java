package io.lss.core.inspect;

import io.lss.api.StoreException;
import io.lss.core.recovery.ChunkReader;
import io.lss.spi.flush.Segment;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads a segment of which the medium may refuse parts: a read that fails is done again block by block, and each block that fails by itself reads
 * as zeros, which are no header, no unit and no frame. {@link #unreadable} tells which.
 *
 * <p>A store exception is none of the medium's and passes through.
 */
final class LenientReads implements ChunkReader.Source {

    /** What is given up at once, in bytes. */
    private static final int BLOCK = 4096;

    private final Segment segment;

    /** Start of an unreadable block to what the medium said. */
    private final TreeMap<Long, String> unreadable = new TreeMap<>();

    LenientReads(Segment segment) {
        this.segment = segment;
    }

    @Override
    public long read(MemorySegment dst, long position) throws IOException {
        try {
            return segment.read(dst, position);
        } catch (StoreException e) {
            throw e;
        } catch (IOException e) {
            return readBlocks(dst, position);
        }
    }

    private long readBlocks(MemorySegment dst, long position) throws IOException {
        long done = 0;
        while (done < dst.byteSize()) {
            long at = position + done;
            long length = Math.min(dst.byteSize() - done, BLOCK - at % BLOCK);
            MemorySegment part = dst.asSlice(done, length);
            try {
                long got = segment.read(part, at);
                done += got;
                if (got < length) {
                    return done;
                }
            } catch (StoreException e) {
                throw e;
            } catch (IOException e) {
                unreadable.put(at - at % BLOCK, String.valueOf(e.getMessage()));
                part.fill((byte) 0);
                done += length;
            }
        }
        return done;
    }

    /** {@return what the medium said to the first block within a range that it refused, or null} */
    @Nullable String unreadable(long from, long to) {
        Map.Entry<Long, String> first = unreadable.ceilingEntry(from - from % BLOCK);
        return first == null || first.getKey() >= to ? null : "cannot be read: " + first.getValue();
    }
}
