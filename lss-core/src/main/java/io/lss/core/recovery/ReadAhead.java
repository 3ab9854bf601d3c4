package io.lss.core.recovery;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The chunk that comes next, read by the device while the one before is looked at. One chunk at a time, in pieces that the device reads side by
 * side. Used by one thread, but for the completions.
 *
 * <pre>
 *             |&lt;------- headroom ------&gt;|&lt;------------ chunk -----------&gt;|
 *   memory    |               [ left over ][ piece 0     |    piece 1      ]
 * </pre>
 *
 * <p>What begins in one chunk and ends in the next is made whole by copying its begin in front of the next: into the headroom. So every byte is
 * read once. What is longer than the headroom is read again, by the one who needs it.
 *
 * <p>Invariants: memory that a read is on its way to is neither looked at nor given away; what goes wrong here is nobody's failure: the reader then
 * reads by itself, and hears of it.
 */
final class ReadAhead {

    private static final int PIECES = 2;
    private static final int ALIGNMENT = 4096;

    /** How much is read ahead, and how much of the chunk before can be put in front, in bytes. */
    private final int chunk;

    private final int piece;
    private final long[] bytes = new long[PIECES];
    private final @Nullable IOException[] failures = new IOException[PIECES];

    /**
     * Pieces that have not ended. A completion writes its outcome before it counts down, and the reader looks at outcomes after it has seen zero: the
     * atomic's volatile accesses order them. Volatile is needed for the wait, too: the reader announces itself, then looks here; the last
     * completion counts down, then looks for a reader. With less, both could miss each other.
     */
    private final AtomicInteger pending = new AtomicInteger();

    private volatile @Nullable Thread waiter;

    private @Nullable MemorySegment memory;
    private ChunkReader.@Nullable Source source;
    private long start;

    /** Reads {@code chunk} bytes ahead, a multiple of 8192. */
    ReadAhead(int chunk) {
        this.chunk = chunk;
        this.piece = chunk / PIECES;
    }

    /** {@return how much is read ahead, in bytes} */
    int chunk() {
        return chunk;
    }

    /** {@return how much of the chunk before can be put in front, in bytes} */
    int headroom() {
        return chunk;
    }

    /** {@return whether the chunk that begins at a position of a segment was asked for, and not taken} */
    boolean has(ChunkReader.Source of, long position) {
        return of.equals(source) && start == position;
    }

    /**
     * Starts the reads of a chunk, all of whose bytes are complete. Forgets the one that was asked for before. Does nothing if that is still under way, or if there is
     * no memory.
     *
     * @param of the segment
     * @param position a multiple of 4096
     * @param spare memory that nobody looks at any more, from {@link #take}; or null
     */
    void start(ChunkReader.Source of, long position, @Nullable MemorySegment spare) {
        if (pending.get() != 0) {
            return;
        }
        source = null;
        MemorySegment to = spare != null ? spare : memory;
        if (to == null) {
            try {
                to = Arena.ofAuto().allocate(headroom() + (long) chunk, ALIGNMENT);
            } catch (OutOfMemoryError e) {
                return; // a scan needs no second buffer
            }
        }
        memory = to;
        int started = 0;
        pending.set(PIECES);
        try {
            for (; started < PIECES; started++) {
                int index = started;
                long at = (long) index * piece;
                failures[index] = null;
                of.startRead(to.asSlice(headroom() + at, piece), position + at, (count, failure) -> ended(index, count, failure));
            }
            source = of;
            start = position;
        } catch (IOException e) {
            source = null; // the segment is gone, or cannot be opened: who reads it hears of that
        } finally {
            for (int i = started; i < PIECES; i++) {
                pending.decrementAndGet(); // nobody tells those
            }
        }
    }

    private void ended(int index, long count, @Nullable IOException failure) {
        bytes[index] = count;
        failures[index] = failure;
        if (pending.decrementAndGet() == 0) {
            LockSupport.unpark(waiter); // of nobody: nothing
        }
    }

    /** Returns when no read is under way. An interrupt does not end the wait, and is still there afterwards. */
    private void await() {
        boolean interrupted = false;
        waiter = Thread.currentThread();
        while (pending.get() != 0) {
            LockSupport.park(this);
            interrupted |= Thread.interrupted(); // or the next park would not wait
        }
        waiter = null;
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** {@return how many bytes of the chunk are there, after waiting for them; 0 if it could not be read} */
    int await(ChunkReader.Source of) {
        if (!of.equals(source)) {
            return 0;
        }
        await();
        long there = 0;
        for (int i = 0; i < PIECES; i++) {
            if (failures[i] != null) {
                return 0;
            }
            there += bytes[i];
            if (bytes[i] < piece) {
                break;
            }
        }
        return (int) there;
    }

    /**
     * {@return the memory, with what was read behind the headroom; it is the caller's now} No read is under way.
     */
    MemorySegment take() {
        MemorySegment taken = memory;
        if (taken == null) {
            throw new AssertionError("nothing was read");
        }
        memory = null;
        source = null;
        return taken;
    }
}
