package io.lss.core.recovery;

import io.lss.spi.flush.Completion;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

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

        /**
         * {@return whether a read was started, as {@link io.lss.spi.flush.Segment#startRead} says}
         *
         * @param dst where to put them
         * @param position the first
         * @param completion told when it has ended
         * @throws IOException if none was started
         */
        default boolean startRead(MemorySegment dst, long position, Completion completion) throws IOException {
            return false;
        }
    }

    /** How much is read at once, in bytes. */
    static final int CHUNK = 1 << 20;

    /** In smaller segments reading ahead would hardly have begun when they end. */
    private static final long LEAST_CHUNKS = 8;

    /** Chunks begin at multiples of this. */
    private static final int ALIGNMENT = 4096;

    private final int chunk;

    /** For who goes through a whole segment; null for who only looks. */
    private final @Nullable ReadAhead ahead;

    /** Whether a whole chunk was read; who wants more than that will want the next one, too. */
    private boolean isLong;

    /** What {@link #memory} is a part of, if it was read ahead. */
    private @Nullable MemorySegment taken;

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
        this.ahead = null;
    }

    /** A reader that reads ahead. */
    ChunkReader(ReadAhead ahead) {
        this.chunk = ahead.chunk();
        this.ahead = ahead;
    }

    /**
     * {@return a reader that has the device read the next chunk while one is looked at, once it has read a whole one; where segments are long enough}
     *
     * @param segments the log
     */
    static ChunkReader ahead(LogSegments segments) {
        return segments.identity().segmentSize() < LEAST_CHUNKS * CHUNK
                ? new ChunkReader()
                : new ChunkReader(new ReadAhead(CHUNK, segments.readAheadMemory()));
    }

    /** Makes room for what is wanted, and for a whole chunk if there is as much to read. */
    private void makeRoom(long wanted, long there) {
        long useful = Math.max(wanted, Math.min(chunk, there));
        if (useful > memory.byteSize()) {
            long size = useful > chunk ? (useful + ALIGNMENT - 1) & -ALIGNMENT : Math.min(chunk, powerOfTwo(useful));
            release();
            memory = allocate(size);
            view = memory.asByteBuffer();
        }
    }

    /** Of an automatic arena: a caller may still look at a payload when this reader is gone. */
    private static MemorySegment allocate(long size) {
        return Arena.ofAuto().allocate(size, ALIGNMENT);
    }

    /** Lets go of what is in memory, and of the memory. */
    private void release() {
        MemorySegment buffer = taken;
        taken = null;
        memory = MemorySegment.NULL;
        view = ByteBuffer.allocate(0);
        reset();
        if (buffer != null && ahead != null) {
            ahead.giveBack(buffer);
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

    /** Nothing will be read for a while: lets go of what others can read ahead with. */
    void rest() {
        if (ahead != null) {
            if (taken != null) {
                release();
            }
            ahead.rest();
        }
    }

    /** Nothing will be read any more: lets go of all memory. */
    void close() {
        release();
        if (ahead != null) {
            ahead.end();
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
     * @throws IOException if the medium fails
     */
    public boolean ensure(Source source, long position, int length, long limit) throws IOException {
        if (position >= start && position + length <= start + filled) {
            return true;
        }
        if (position + length > limit && position >= start && Math.min(position + length, limit) <= start + filled) {
            return false;
        }
        if (goOn(source, position, length, limit)) {
            return true;
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
        if (ahead != null) {
            readAheadOf(ahead, source, wanted, limit);
        }
        return position + length <= start + filled;
    }

    /** After a read by this thread. */
    private void readAheadOf(ReadAhead with, Source source, long wanted, long limit) {
        if (wanted > chunk) {
            with.end(); // reads are long enough by themselves, and would not go together with chunks
        } else if (filled >= chunk) {
            if (isLong) {
                startNext(with, source, limit);
            }
            isLong = true;
        }
    }

    /**
     * Goes over to the chunk that was read ahead, with what is left of this one from a position on in front of it. {@return whether that has all that is
     * wanted}
     */
    private boolean goOn(Source source, long position, int length, long limit) {
        long from = position & -ALIGNMENT;
        long end = start + filled;
        if (ahead == null
                || from < start
                || from > end
                || end - from > ahead.headroom()
                || position + length > end + ahead.has(source, end)) {
            return false;
        }
        int more = ahead.awaitBytes();
        if (position + length > end + more) {
            return false;
        }
        MemorySegment next = ahead.take();
        long left = end - from;
        MemorySegment.copy(memory, from - start, next, ahead.headroom() - left, left);
        MemorySegment free = taken;
        taken = next;
        memory = next.asSlice(ahead.headroom() - left);
        view = memory.asByteBuffer();
        start = from;
        filled = left + more;
        bytesRead += more;
        if (free != null) {
            ahead.giveBack(free);
        }
        startNext(ahead, source, limit);
        return true;
    }

    /** Only whole chunks: at the end of a log that is being written there would be many small ones. */
    private void startNext(ReadAhead with, Source source, long limit) {
        long next = start + filled;
        if (next % ALIGNMENT == 0 && limit - next >= chunk) {
            with.start(source, next);
        }
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
