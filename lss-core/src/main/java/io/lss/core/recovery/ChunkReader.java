package io.lss.core.recovery;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * Reads one segment forward in large, aligned chunks, and keeps the latest in memory. Used by one thread at a time.
 *
 * <pre>
 *   position   start            position asked for                 start + filled
 *              |================|=========================|========|
 *              offset 0         offset(position)
 * </pre>
 */
public final class ChunkReader {

    /** Where a chunk's bytes come from. */
    @FunctionalInterface
    public interface Source {

        /**
         * {@return how many bytes were read; fewer than asked for only if the rest was never written}
         *
         * @param dst where to put them
         * @param position the first
         * @throws IOException if the medium fails
         */
        long read(MemorySegment dst, long position) throws IOException;
    }

    /** How much is read at once, in bytes. */
    static final int CHUNK = 1 << 20;

    /** Chunks begin at multiples of this. */
    private static final int ALIGNMENT = 4096;

    private final int chunk;
    private MemorySegment memory = MemorySegment.NULL;
    private ByteBuffer view = ByteBuffer.allocate(0);
    private long start;
    private long filled;
    private long bytesRead;

    /** A reader that reads {@value #CHUNK} bytes at once. */
    public ChunkReader() {
        this(CHUNK);
    }

    /**
     * A reader.
     *
     * @param chunk how many bytes are read at once, a multiple of 4096
     */
    public ChunkReader(int chunk) {
        this.chunk = chunk;
    }

    /** Makes room for what is wanted, and for a whole chunk if there is as much to read. */
    private void makeRoom(long wanted, long there) {
        long useful = Math.max(wanted, Math.min(chunk, there));
        if (useful > memory.byteSize()) {
            long size = useful > chunk ? (useful + ALIGNMENT - 1) & -ALIGNMENT : Math.min(chunk, powerOfTwo(useful));
            // Of an automatic arena: a caller may still look at a payload when this reader is gone.
            memory = Arena.ofAuto().allocate(size, ALIGNMENT);
            view = memory.asByteBuffer();
        }
    }

    private static long powerOfTwo(long bytes) {
        return Long.highestOneBit(Math.max(ALIGNMENT, bytes) - 1) << 1;
    }

    /** Forgets what is in memory: the next position is of another segment, or bytes that were not stable have been read. */
    public void reset() {
        start = 0;
        filled = 0;
    }

    /**
     * Brings bytes into memory.
     *
     * @param source the segment
     * @param position the first byte
     * @param length how many
     * @param limit the position at which reading must stop
     * @return whether all of them are there; if not, {@link #available} tells how many
     * @throws IOException if the medium fails
     */
    public boolean ensure(Source source, long position, int length, long limit) throws IOException {
        if (position >= start && position + length <= start + filled) {
            return true;
        }
        if (position + length > limit && position >= start && Math.min(position + length, limit) <= start + filled) {
            return false;
        }
        long from = position & -ALIGNMENT;
        long wanted = position + length - from;
        makeRoom(wanted, limit - from);
        long size = Math.max(0, Math.min(memory.byteSize(), limit - from));
        start = from;
        filled = 0;
        if (size > 0) {
            filled = source.read(memory.asSlice(0, size), from);
            bytesRead += filled;
        }
        return position + length <= start + filled;
    }

    /**
     * {@return how many bytes from a position on are in memory}
     *
     * @param position any
     */
    public long available(long position) {
        return position < start ? 0 : Math.max(0, start + filled - position);
    }

    /**
     * {@return the offset in {@link #memory} of a position that is in memory}
     *
     * @param position one that {@link #ensure} brought there
     */
    public int offset(long position) {
        return (int) (position - start);
    }

    /** {@return the memory; valid until the next {@link #ensure}} */
    public MemorySegment memory() {
        return memory;
    }

    /** {@return the same memory for checksums} */
    public ByteBuffer view() {
        return view;
    }

    /** {@return how many bytes were read so far} */
    public long bytesRead() {
        return bytesRead;
    }
}
