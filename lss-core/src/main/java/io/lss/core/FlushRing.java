package io.lss.core;

import io.lss.api.StoreFullException;
import io.lss.api.StoreInterruptedException;
import io.lss.core.format.UnitDescriptor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The ring of flush buffers: reserve in the current one, seal it when it is full, open the next.
 *
 * <p><b>The right to open.</b> At most one generation is open. Its sealer writes down where the next begins and raises
 * {@code debt}. Whoever then finds the next buffer FREE and, for a roll, a segment prepared, lowers {@code debt} by a
 * compare-and-set and opens. Three threads may find that: the sealer, the flusher that frees a buffer, and the one that
 * prepared a segment. Each first makes its own condition true, then looks at the others (all volatile), so the last of them
 * succeeds; conditions become false again only by opening.
 *
 * <p><b>Waiting.</b> A thread that finds no open buffer looks a few times (the sealer may be between its two steps) and then
 * blocks on a monitor; it never spins on a full ring.
 */
final class FlushRing {

    // The debt word: the number of the seal above these two bits. The number makes every debt different, so that a thread
    // that looked at one debt cannot settle a later one.
    private static final int NONE = 0;
    private static final int OWED = 1;
    private static final int OWED_ROLL = 2;
    private static final int ENDED = 3;
    private static final long STATE_MASK = 3;
    private static final long ONE_SEAL = 4;

    private static final int SPINS = 64;
    private static final long STEP_ASIDE_NANOS = 1_000;

    private static final VarHandle DEBT;

    static {
        try {
            DEBT = MethodHandles.lookup().findVarHandle(FlushRing.class, "debt", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** What the ring asks of the rest of the engine. */
    interface Surroundings {

        /** A sealed buffer has its last byte published: issue it, on some thread of the store. */
        void ready();

        /** A segment is wanted: look, on some thread of the store. */
        void signal();

        /** The first reservation of a generation was made, or a buffer was sealed with reservations open: it ages from now on. */
        void happened();

        /** {@return the time by the device's clock} */
        long nanoTime();

        /** The ring went on to another segment, whose predecessor ends at {@code predecessorEnd}. */
        void rolled(LogSegment predecessor, long predecessorEnd, LogSegment to);

        /** A buffer cannot be opened, or a reservation not be ended, and never will be: the store has failed. Never throws. */
        void failed(Throwable cause);

        /** {@return whether waiting is done by driving the store, because it has no thread of its own} */
        boolean callerDriven();

        /** Drives the store a little, on this thread. */
        void driveForSpace() throws IOException;

        /** Ends a wait that was done by {@link #driveForSpace}. */
        void spaceFound();
    }

    private final FlushBuffer[] buffers;
    private final int blockSize;
    private final int bufferSize;
    private final boolean checked;
    private final Health health;
    private final SegmentSupply supply;
    private final Surroundings surroundings;
    private final Object space = new Object();
    private final LongAdder waits = new LongAdder();

    private volatile FlushBuffer current;

    @SuppressWarnings("unused") // through DEBT
    private volatile long debt;

    // Written by the sealer before it raises the debt, read by who lowers it.
    private long nextBase;
    private LogSegment lastSegment = LogSegment.NONE;

    /** Threads blocked on {@code space}; changed under its monitor, read without. */
    private volatile int waiting;

    /** For the flusher: what the header of the first unit of a segment says of its predecessor, by buffer index. */
    private final long[] predecessorNumbers;

    private final long[] predecessorEnds;

    FlushRing(
            MemorySegment memory,
            int buffers,
            int bufferSize,
            int blockSize,
            boolean checked,
            Health health,
            SegmentSupply supply,
            Surroundings surroundings) {
        this.buffers = new FlushBuffer[buffers];
        for (int i = 0; i < buffers; i++) {
            this.buffers[i] = new FlushBuffer(i, memory.asSlice((long) i * bufferSize, bufferSize));
        }
        this.blockSize = blockSize;
        this.bufferSize = bufferSize;
        this.checked = checked;
        this.health = health;
        this.supply = supply;
        this.surroundings = surroundings;
        this.predecessorNumbers = new long[buffers];
        this.predecessorEnds = new long[buffers];
        this.current = this.buffers[0];
    }

    /** Opens the first buffer of the session. Before anything else is called. */
    void start(LogSegment first, long predecessorNumber, long predecessorEnd) {
        beginSegment(buffers[0], first, predecessorNumber, predecessorEnd);
    }

    /** {@return the longest payload that fits every buffer that is not short} */
    static int maxRecordLength(int bufferSize, int blockSize) {
        return bufferSize - blockSize - UnitDescriptor.HEADER_LENGTH - io.lss.core.format.FrameDescriptor.HEADER_LENGTH;
    }

    FlushBuffer current() {
        return current;
    }

    FlushBuffer buffer(int index) {
        return buffers[index];
    }

    int size() {
        return buffers.length;
    }

    long predecessorNumber(FlushBuffer first) {
        return predecessorNumbers[first.index];
    }

    long predecessorEnd(FlushBuffer first) {
        return predecessorEnds[first.index];
    }

    long backPressureWaits() {
        return waits.sum();
    }

    // -------------------------------------------------------------------------------- reserve

    /**
     * Reserves {@code bytes} in one buffer; the offset is left in {@code appender.offset}.
     *
     * @return the buffer, or null if that needs waiting and the caller may not
     */
    @Nullable FlushBuffer reserve(int bytes, Appender appender, boolean mayWait) throws IOException {
        for (; ; ) {
            FlushBuffer b = current;
            if (b.looksOpen()) {
                long found = b.reserve(bytes);
                if (BufferWords.won(found, bytes, b.limit)) {
                    appender.offset = b.offsetOf(found);
                    if (found == b.emptySpace()) {
                        surroundings.happened();
                    }
                    return b;
                }
                if (BufferWords.overran(found, b.limit)) {
                    b.close();
                    sealed(b, found, bytes);
                    continue;
                }
            }
            if (!awaitOpen(b, mayWait)) {
                return null;
            }
        }
    }

    /** Ends {@code bytes} of reservations: whoever publishes the last byte of a sealed buffer hands it on. */
    void publish(FlushBuffer b, long bytes) {
        if (b.publish(bytes)) {
            ready(b);
        }
    }

    /** A reservation can be ended by nobody any more: the store has failed. */
    void failed(Throwable cause) {
        surroundings.failed(cause);
    }

    private void ready(FlushBuffer b) {
        b.phase = FlushBuffer.Phase.READY;
        surroundings.ready();
    }

    // -------------------------------------------------------------------------------- seal

    /** Seals the current buffer unless it is empty. {@return whether this call sealed it} */
    boolean seal() {
        FlushBuffer b = current;
        long found = b.sealUnlessEmpty(b.emptySpace());
        if (found < 0) {
            return false;
        }
        sealed(b, found, 0);
        return true;
    }

    /** The sealer's part: says where this generation ends and the next begins, opens it if it can, settles the balance. */
    private void sealed(FlushBuffer b, long found, int needed) {
        int end = b.offsetOf(found);
        int reserved = end - b.start;
        LogSegment segment = b.segment;
        long unitEnd = reserved == 0 ? b.baseLsn : b.baseLsn + padded(end);
        long room = segment.limit() - unitEnd;
        nextBase = unitEnd;
        lastSegment = segment;
        boolean roll = room < Math.max(minimumRoom(), UnitDescriptor.HEADER_LENGTH + (long) needed);
        long seal = (debt & ~STATE_MASK) + ONE_SEAL;
        b.sealedAt = surroundings.nanoTime();
        b.end = end;
        b.phase = FlushBuffer.Phase.SEALED;
        debt = seal + (health.isOver() ? ENDED : roll ? OWED_ROLL : OWED);
        tryOpen();
        if (b.settle(reserved)) {
            ready(b);
        } else {
            surroundings.happened();
        }
    }

    /** A buffer with less room than this at the end of a segment is not worth opening. */
    private long minimumRoom() {
        return Math.max(2L * blockSize, bufferSize / 4);
    }

    int padded(int length) {
        return UnitDescriptor.paddedLength(length, blockSize);
    }

    // -------------------------------------------------------------------------------- open

    /** Opens the next buffer if that is owed and possible. Any thread. */
    void tryOpen() {
        long owed = debt;
        boolean roll = stateOf(owed) == OWED_ROLL;
        if (!roll && stateOf(owed) != OWED) {
            return;
        }
        FlushBuffer next = buffers[(current.index + 1) % buffers.length];
        if (next.phase != FlushBuffer.Phase.FREE) {
            return;
        }
        if (roll && supply.prepared() == null) {
            supply.request();
            surroundings.signal();
            if (supply.prepared() == null) {
                return;
            }
        }
        if (health.isOver() || !DEBT.compareAndSet(this, owed, owed & ~STATE_MASK)) {
            return;
        }
        try {
            open(next, roll);
        } catch (RuntimeException | Error e) {
            // Out of memory, most likely. Nobody else has the right to open: without this, who waits would wait for ever.
            debt = (owed & ~STATE_MASK) | ENDED;
            surroundings.failed(e);
            throw e;
        }
    }

    /** Opens the next buffer. By the one thread that has the right to. */
    private void open(FlushBuffer next, boolean roll) {
        if (roll) {
            LogSegment from = lastSegment;
            long fromEnd = nextBase;
            LogSegment to = supply.take();
            surroundings.rolled(from, fromEnd, to);
            beginSegment(next, to, from.number(), fromEnd);
        } else {
            if (nextBase == lastSegment.base()) {
                // The buffer before was the first of its segment and was sealed empty: the segment still has no header.
                FlushBuffer before = current;
                beginSegment(next, lastSegment, predecessorNumbers[before.index], predecessorEnds[before.index]);
                return;
            }
            int capacity = (int) Math.min(bufferSize, lastSegment.limit() - nextBase);
            next.begin(lastSegment, nextBase, capacity, 0, UnitDescriptor.HEADER_LENGTH);
            opened(next);
        }
    }

    private static int stateOf(long debt) {
        return (int) (debt & STATE_MASK);
    }

    private boolean owesRoll() {
        return stateOf(debt) == OWED_ROLL;
    }

    private void beginSegment(FlushBuffer next, LogSegment to, long predecessorNumber, long predecessorEnd) {
        predecessorNumbers[next.index] = predecessorNumber;
        predecessorEnds[next.index] = predecessorEnd;
        next.begin(to, to.base(), bufferSize, blockSize, blockSize + UnitDescriptor.HEADER_LENGTH);
        opened(next);
    }

    /**
     * Makes a begun buffer the current one, then opens it: who has reserved in a buffer and then seals finds it current. (The other
     * way round, what a delayed thread reserves between the two steps would not be sealed by its own flush.)
     */
    private void opened(FlushBuffer next) {
        current = next;
        next.open(next.emptySpace());
        wakeWaiting();
    }

    // -------------------------------------------------------------------------------- wait for space

    /** Waits until there may be an open buffer other than {@code b} as it was. {@return false if the caller may not wait} */
    private boolean awaitOpen(FlushBuffer b, boolean mayWait) throws IOException {
        health.check();
        for (int i = 0; i < SPINS && stateOf(debt) == NONE; i++) {
            if (current != b || b.looksOpen()) {
                return true;
            }
            Thread.onSpinWait();
        }
        if (current != b || b.looksOpen()) {
            return true;
        }
        long failuresSeen = supply.failures();
        if (owesRoll()) {
            supply.request();
            surroundings.signal();
        }
        if (!mayWait) {
            if (owesRoll() && supply.full() != null) {
                throw full();
            }
            return false;
        }
        waits.increment();
        BackPressureEvent event = BackPressureEvent.started();
        if (event != null) {
            event.store = health.store();
            event.tailLsn = tailLsn();
            event.forSegment = owesRoll();
        }
        if (checked) {
            checkNotOwn();
        }
        if (surroundings.callerDriven()) {
            try {
                while (isFull(b, failuresSeen)) {
                    if (Thread.currentThread().isInterrupted()) {
                        throw interrupted();
                    }
                    surroundings.driveForSpace();
                }
            } finally {
                surroundings.spaceFound();
            }
        } else {
            block(b, failuresSeen);
        }
        BackPressureEvent.ended(event);
        health.check();
        if (owesRoll() && supply.failures() != failuresSeen && current == b && !b.looksOpen()) {
            throw full();
        }
        return true;
    }

    private void block(FlushBuffer b, long failuresSeen) throws StoreInterruptedException {
        synchronized (space) {
            // Counted first, looked second; the opener opens first and counts second. One of the two sees the other.
            waiting = waiting + 1;
            try {
                while (isFull(b, failuresSeen)) {
                    space.wait();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw interrupted();
            } finally {
                waiting = waiting - 1;
            }
        }
    }

    private boolean isFull(FlushBuffer b, long failuresSeen) {
        return current == b
                && !b.looksOpen()
                && health.trouble() == null
                && (supply.failures() == failuresSeen || !owesRoll());
    }

    private StoreInterruptedException interrupted() {
        return health.located(
                new StoreInterruptedException("interrupted while waiting for space in the ring; nothing was reserved"));
    }

    private StoreFullException full() {
        StoreFullException cause = supply.full();
        return health.located(new StoreFullException(
                "no space for the next segment, so nothing can be appended now; what was published is safe and can be read"
                        + (cause == null ? "" : ": " + cause.problem()),
                "free space (trimBefore, or on the device) and append again",
                cause));
    }

    /** Wakes everybody who waits for space: a buffer was opened, or the store's health or the supply has changed. */
    void wakeWaiting() {
        if (waiting > 0) {
            synchronized (space) {
                space.notifyAll();
            }
        }
    }

    private void checkNotOwn() {
        Thread self = Thread.currentThread();
        // The wait ends when the next buffer is free. It is the oldest, so it waits for nobody else's publication.
        FlushBuffer next = buffers[(current.index + 1) % buffers.length];
        var registered = next.phase == FlushBuffer.Phase.SEALED ? next.registered() : null;
        for (int i = 0; registered != null && i < registered.length(); i++) {
            PendingReservation r = registered.get(i);
            if (r != null && r.isHeldBy(self, next)) {
                throw new IllegalStateException("this thread waits for space in the ring while it holds the reservation at LSN "
                        + r.lsn() + ", so it waits for itself; publish first, or use reserveAll or tryReserve");
            }
        }
    }

    // -------------------------------------------------------------------------------- close

    /** Ends reservations for good. Health says closing before. On return no buffer is open, and none will be. */
    void end() {
        for (; ; ) {
            FlushBuffer b = current;
            long found = b.seal();
            if (found >= 0) {
                sealed(b, found, 0);
                break;
            }
            long now = debt;
            if (stateOf(now) == ENDED || (stateOf(now) != NONE && DEBT.compareAndSet(this, now, now | ENDED))) {
                break;
            }
            // A sealer or opener is between two steps; neither waits for anybody. It may need this processor, though.
            LockSupport.parkNanos(this, STEP_ASIDE_NANOS);
        }
        wakeWaiting();
    }

    /** {@return the segment that the ring was in last} */
    LogSegment currentSegment() {
        return current.segment;
    }

    /** {@return whether nothing was or will be reserved in {@code b} that was not issued} Health says closing. */
    boolean isEnded(FlushBuffer b) {
        return stateOf(debt) == ENDED && b.phase == FlushBuffer.Phase.FREE;
    }

    /** {@return where the log ends now: above every LSN given out} */
    long tailLsn() {
        for (; ; ) {
            FlushBuffer b = current;
            long stamp = b.stamp();
            int reserved = b.knownEnd();
            // A sealed buffer counts with its padding, as the watermarks that will pass it do.
            long tail = b.baseLsn + (b.end > b.start ? padded(b.end) : reserved);
            if (reserved >= 0 && b.isStill(stamp) && current == b) {
                return tail;
            }
            // The sealer or the opener is between two steps.
            Thread.onSpinWait();
        }
    }

    /** {@return where what was reserved so far ends, exclusive} Unlike the tail it counts nothing of an empty buffer. */
    long reservedEndLsn() {
        for (; ; ) {
            FlushBuffer b = current;
            long stamp = b.stamp();
            int reserved = b.knownEnd();
            long end = reserved > b.start ? b.baseLsn + reserved : b.unitOffset > 0 ? predecessorEnds[b.index] : b.baseLsn;
            if (reserved >= 0 && b.isStill(stamp) && current == b) {
                return end;
            }
            Thread.onSpinWait();
        }
    }

    @Override
    public String toString() {
        StringBuilder s = new StringBuilder("ring, current #").append(current.index).append(", debt ").append(debt);
        for (FlushBuffer b : buffers) {
            s.append(System.lineSeparator()).append("  ").append(b);
        }
        return s.toString();
    }
}
