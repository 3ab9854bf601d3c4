package io.lss.core.recovery;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads one segment forward in large, aligned chunks, and keeps the latest in memory. Used by one thread at a time. One that was told to
 * looks ahead when there is much to come.
 *
 * <pre>
 *   position   base     start            position asked for                 end
 *              |--------|================|=========================|========|
 *              offset 0                  offset(position)
 * </pre>
 *
 * Without looking ahead base and start are the same.
 */
final class ChunkReader {

    /** Where a chunk's bytes come from. */
    @FunctionalInterface
    interface Source {

        /** {@return how many bytes were read; fewer than asked for only if the rest was never written} */
        long read(MemorySegment dst, long position) throws IOException;
    }

    /** How much is read at once, in bytes. */
    static final int CHUNK = 1 << 20;

    /** Chunks begin at multiples of this. */
    private static final int ALIGNMENT = 4096;

    private final int chunk;
    private final @Nullable ReadAhead ahead;
    private ReadAhead.@Nullable Piece piece;
    private MemorySegment own = MemorySegment.NULL;
    private ByteBuffer ownView = ByteBuffer.allocate(0);

    /** Where the latest chunk is: this reader's own memory, or the piece's. */
    private MemorySegment memory = own;

    private ByteBuffer view = ownView;
    private long base;
    private long start;
    private long end;
    private long bytesRead;

    /** Whether one chunk was followed by the next before: who wants one record is not read ahead for. */
    private boolean goesOn;

    ChunkReader() {
        this(CHUNK);
    }

    /** A reader that reads {@code chunk} bytes at once, a multiple of 4096. */
    ChunkReader(int chunk) {
        this(chunk, null);
    }

    private ChunkReader(int chunk, @Nullable ReadAhead ahead) {
        this.chunk = chunk;
        this.ahead = ahead;
    }

    /** {@return a reader for somebody who will want everything} */
    static ChunkReader lookingAhead() {
        return new ChunkReader(CHUNK, new ReadAhead());
    }

    /** Makes room in this reader's own memory for what is wanted, and for a whole chunk if there is as much to read. */
    private void makeRoom(long wanted, long there) {
        long useful = Math.max(wanted, Math.min(chunk, there));
        if (useful > own.byteSize()) {
            long size = useful > chunk ? roundUp(useful) : Math.min(chunk, powerOfTwo(useful));
            // Of an automatic arena: a caller may still look at a payload when this reader is gone.
            own = Arena.ofAuto().allocate(size, ALIGNMENT);
            ownView = own.asByteBuffer();
        }
        memory = own;
        view = ownView;
        ReadAhead.Piece left = piece;
        if (left != null && ahead != null) {
            ahead.giveBack(left);
            piece = null;
        }
    }

    private static long roundUp(long bytes) {
        return (bytes + ALIGNMENT - 1) & -ALIGNMENT;
    }

    private static long powerOfTwo(long bytes) {
        return Long.highestOneBit(Math.max(ALIGNMENT, bytes) - 1) << 1;
    }

    /** Forgets what is in memory: the next position is of another segment, or bytes that were not stable have been read. */
    void reset() {
        base = 0;
        start = 0;
        end = 0;
        if (ahead != null) {
            ahead.forget();
        }
    }

    /**
     * Brings bytes into memory.
     *
     * @param source the segment
     * @param position the first byte
     * @param length how many
     * @param limit the position at which reading must stop
     * @return whether all of them are there; if not, {@link #available} tells how many
     */
    boolean ensure(Source source, long position, int length, long limit) throws IOException {
        if (position >= start && position + length <= end) {
            return true;
        }
        if (position + length > limit && position >= start && Math.min(position + length, limit) <= end) {
            return false;
        }
        if (ahead != null && takePiece(ahead, source, position, limit) && position + length <= end) {
            return true;
        }
        long from = position & -ALIGNMENT;
        long wanted = position + length - from;
        goesOn |= start < end && position >= start && position <= end;
        makeRoom(wanted, limit - from);
        long size = Math.max(0, Math.min(memory.byteSize(), limit - from));
        if (ahead != null && goesOn) {
            // What follows is on its way before this is waited for.
            size = Math.min(size, roundUp(Math.max(wanted, ReadAhead.PIECE)));
            ahead.start(source, from + size, limit);
        }
        base = from;
        start = from;
        end = from;
        if (size > 0) {
            end += source.read(memory.asSlice(0, size), from);
            bytesRead += end - from;
        }
        return position + length <= end;
    }

    /** Goes on to the piece that follows what is in memory, with the end of that before it. {@return whether it is there} */
    private boolean takePiece(ReadAhead from, Source source, long position, long limit) {
        long carried = end - (position & -ALIGNMENT);
        if (position < start || carried < 0 || carried > ReadAhead.LEAD) {
            from.forget();
            return false;
        }
        ReadAhead.Piece next = from.take(source, end, limit);
        if (next == null) {
            return false;
        }
        MemorySegment.copy(memory, end - carried - base, next.memory, ReadAhead.LEAD - carried, carried);
        base = end - ReadAhead.LEAD;
        start = end - carried;
        end += ReadAhead.PIECE;
        bytesRead += ReadAhead.PIECE;
        ReadAhead.Piece left = piece;
        if (left != null) {
            from.giveBack(left);
        }
        piece = next;
        memory = next.memory;
        view = next.view;
        return true;
    }

    /** {@return how many bytes from a position on are in memory} */
    long available(long position) {
        return position < start ? 0 : Math.max(0, end - position);
    }

    /** {@return the offset in {@link #memory} of a position that is in memory} */
    int offset(long position) {
        return (int) (position - base);
    }

    /** {@return the memory; valid until the next {@link #ensure}} */
    MemorySegment memory() {
        return memory;
    }

    /** {@return the same memory for checksums} */
    ByteBuffer view() {
        return view;
    }

    /** {@return how many bytes were read so far} */
    long bytesRead() {
        return bytesRead;
    }
}
