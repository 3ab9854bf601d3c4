package io.lss.core.recovery;

import java.io.IOException;
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
 * <p>What begins in one chunk and ends in the next is made whole by copying its begin in front of the next: into the headroom.
 *
 * <p>Invariants: memory that a read is on its way to is neither looked at nor given away; what goes wrong here is nobody's failure: the reader then
 * reads by itself, and hears of it.
 */
final class ReadAhead {

    private static final int PIECES = 2;

    /** How much is read ahead, and how much of the chunk before can be put in front, in bytes. */
    private final int chunk;

    private final int piece;

    private final ReadAheadMemory buffers;

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
    private int started;
    private boolean isOver;

    /**
     * Nothing yet.
     *
     * @param chunk how many bytes are read ahead, a multiple of 8192; at most half a buffer
     * @param buffers the store's
     */
    ReadAhead(int chunk, ReadAheadMemory buffers) {
        this.chunk = chunk;
        this.piece = chunk / PIECES;
        this.buffers = buffers;
    }

    /** {@return how much is read ahead, in bytes} */
    int chunk() {
        return chunk;
    }

    /** {@return how much of the chunk before can be put in front, in bytes} */
    int headroom() {
        return chunk;
    }

    /** {@return how many bytes from a position of a segment on were asked for, and not taken} */
    int has(ChunkReader.Source of, long position) {
        return of.equals(source) && start == position ? started * piece : 0;
    }

    /**
     * Starts the reads of a chunk, all of whose bytes are complete. Forgets the one that was asked for before. Does nothing if that is still under way,
     * if there is no memory, or if the device would not read by itself.
     *
     * @param of the segment
     * @param position a multiple of 4096
     */
    void start(ChunkReader.Source of, long position) {
        if (isOver || pending.get() != 0) {
            return;
        }
        source = null;
        started = 0;
        MemorySegment to = memory != null ? memory : buffers.take();
        memory = to;
        if (to == null) {
            return;
        }
        while (started < PIECES && startPiece(of, position, to)) {
            started++;
        }
        if (started == 0) {
            rest(); // the device has its hands full; who reads has memory of its own
            return;
        }
        source = of;
        start = position;
    }

    private boolean startPiece(ChunkReader.Source of, long position, MemorySegment to) {
        Piece next = new Piece(started);
        long at = (long) started * piece;
        pending.incrementAndGet();
        boolean isUnderWay = false;
        try {
            isUnderWay = of.startRead(to.asSlice(headroom() + at, piece), position + at, next);
        } catch (IOException | RuntimeException e) {
            // The segment is gone, or cannot be opened: who reads it hears of that.
        } finally {
            if (!isUnderWay) {
                next.done(0, null);
            }
        }
        return isUnderWay;
    }

    /** Told once; what a device says a second time, against F2, is nothing. */
    private final class Piece implements io.lss.spi.flush.Completion {

        private final int index;
        private final AtomicInteger told = new AtomicInteger();

        Piece(int index) {
            this.index = index;
        }

        @Override
        public void done(long count, @Nullable IOException failure) {
            if (told.getAndIncrement() != 0) {
                return;
            }
            bytes[index] = count;
            failures[index] = failure;
            if (pending.decrementAndGet() == 0) {
                LockSupport.unpark(waiter); // of nobody: nothing
            }
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
    int awaitBytes() {
        await();
        long there = 0;
        for (int i = 0; i < started; i++) {
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

    /** {@return the memory, with what was read behind the headroom; it is the caller's now} No read is under way. */
    MemorySegment take() {
        MemorySegment taken = memory;
        if (taken == null) {
            throw new AssertionError("nothing was read");
        }
        memory = null;
        source = null;
        return taken;
    }

    /** Takes memory back that {@link #take} gave and nobody looks at any more. */
    void giveBack(MemorySegment taken) {
        if (memory == null && !isOver) {
            memory = taken;
        } else {
            buffers.giveBack(taken);
        }
    }

    /** Lets go of the memory, for now. A read that is under way holds its own. */
    void rest() {
        MemorySegment mine = memory;
        memory = null;
        source = null;
        if (mine != null) {
            if (pending.get() == 0) {
                buffers.giveBack(mine);
            } else {
                buffers.dropped();
            }
        }
    }

    /** Reads ahead no more. */
    void end() {
        isOver = true;
        rest();
    }
}
