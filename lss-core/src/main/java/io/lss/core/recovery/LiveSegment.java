package io.lss.core.recovery;

import io.lss.core.format.SegmentHeader;
import io.lss.spi.flush.Segment;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A segment of the log, and the device's handle on it while one is open.
 *
 * <p>The state word says who uses the handle:
 *
 * <pre>
 *       31        30     29                 0
 *      +---------+------+--------------------+
 *      | REMOVED | OPEN | users              |
 *      +---------+------+--------------------+
 *
 * shut          0                   -- opened -->   OPEN, users 1
 * idle          OPEN                -- acquire -->  OPEN, users 1..n  -- release --> idle
 *               OPEN, not pinned    -- evict -->    shut; the evictor closes the handle
 * any           users n             -- remove -->   REMOVED; whoever removes waits for users 0 and closes the handle
 * REMOVED                           -- acquire -->  refused: the segment is trimmed
 * </pre>
 *
 * <p>Users hold the handle for one read, never while they wait for anything else.
 */
public final class LiveSegment {

    /** The end of a segment whose end is not (yet) known. */
    public static final long OPEN_END = -1;

    private static final int REMOVED = 1 << 31;
    private static final int OPEN = 1 << 30;
    private static final int USERS_MASK = OPEN - 1;

    private final long number;
    private final long base;
    private final AtomicInteger state = new AtomicInteger();
    private volatile @Nullable SegmentHeader header;
    private volatile long end = OPEN_END;

    /** Whether the engine still writes through the handle. */
    private volatile boolean pinned;

    /** Written before OPEN is set, under the monitor; read while OPEN or a user. */
    private volatile @Nullable Segment handle;

    /** How many handles had been opened when this one was last used: the least is the least recently used. */
    private volatile long lastUse;

    private LiveSegment(long number, long base) {
        this.number = number;
        this.base = base;
    }

    /** A segment on the device, not opened, its header not read. */
    static LiveSegment stored(long number, StoreIdentity identity) {
        return new LiveSegment(number, identity.base(number));
    }

    /**
     * {@return a segment that this session writes}
     *
     * @param header what its header says or will say; its stable LSN does not matter here
     * @param handle the open handle; from now on it is {@link LogSegments} that closes it, after
     *     {@link LogSegments#writingDone} or at its own close
     */
    public static LiveSegment written(SegmentHeader header, Segment handle) {
        LiveSegment segment = new LiveSegment(header.number(), header.base());
        segment.header = header;
        segment.handle = handle;
        segment.pinned = true;
        segment.state.set(OPEN);
        return segment;
    }

    /** {@return the segment's number} */
    public long number() {
        return number;
    }

    /** {@return the LSN of its first byte} */
    public long base() {
        return base;
    }

    /** {@return the LSN at which the log leaves it, exclusive, or {@link #OPEN_END} if that is not known without reading} */
    public long knownEnd() {
        return end;
    }

    void end(long lsn) {
        end = lsn;
    }

    /** {@return what its header says, or null if it was not read yet} */
    @Nullable SegmentHeader knownHeader() {
        return header;
    }

    void header(SegmentHeader read) {
        header = read;
    }

    long lastUse() {
        return lastUse;
    }

    boolean isPinned() {
        return pinned;
    }

    void writingDone() {
        pinned = false;
    }

    boolean isRemoved() {
        return state.get() < 0;
    }

    boolean isOpen() {
        return (state.get() & OPEN) != 0;
    }

    // ------------------------------------------------------------------------------------------- handle

    /** {@return the handle, to be released; null if none is open or the segment was removed} */
    @Nullable Segment acquireOpen(long now) {
        for (; ; ) {
            int s = state.get();
            if (s < 0 || (s & OPEN) == 0) {
                return null;
            }
            if (state.compareAndSet(s, s + 1)) {
                if (lastUse != now) {
                    lastUse = now;
                }
                return handle;
            }
        }
    }

    /** Puts an open handle in place, with one user. Under the opener's lock; the segment is shut. {@return false if it was removed} */
    boolean openedAndAcquired(Segment fresh, long now) {
        handle = fresh;
        lastUse = now;
        return state.compareAndSet(0, OPEN + 1);
    }

    /** Gives the handle back. */
    void release() {
        int now = state.decrementAndGet();
        if (now < 0 && (now & USERS_MASK) == 0) {
            synchronized (this) {
                notifyAll();
            }
        }
    }

    /** {@return whether the handle could be closed: nobody uses it, and the engine does not write through it} */
    boolean isEvictable() {
        return !pinned && state.get() == OPEN;
    }

    /**
     * {@return the handle, to be closed, if nobody uses it; the segment is shut then} Under the opener's lock: otherwise the handle
     * might be another by the time it is closed.
     */
    @Nullable Segment evict() {
        return !pinned && state.compareAndSet(OPEN, 0) ? handle : null;
    }

    /**
     * Refuses users from now on, and waits for those there are. Not shortened by interrupts. Not under the opener's lock: a user
     * may be waiting for that.
     *
     * @return the handle, to be closed; null if none was open, or the segment was removed before
     */
    @Nullable Segment remove() {
        int before = state.getAndUpdate(s -> s | REMOVED);
        if (before < 0) {
            return null;
        }
        boolean interrupted = false;
        synchronized (this) {
            while ((state.get() & USERS_MASK) != 0) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return (state.get() & OPEN) != 0 ? handle : null;
    }

    @Override
    public String toString() {
        long e = end;
        return number + " [" + base + ", " + (e == OPEN_END ? "?" : Long.toString(e)) + ")" + (isOpen() ? "*" : "");
    }
}
