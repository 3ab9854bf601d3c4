package io.lss.core;

import io.lss.api.Durability;
import io.lss.api.WriteMode;
import io.lss.core.recovery.StoreIdentity;
import io.lss.spi.flush.Device;
import java.io.IOException;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Issues sealed buffers in LSN order, takes completions in, moves the watermarks, syncs, and says who is to be woken.
 *
 * <p>A state machine run in steps, by one thread at a time: whoever holds the turn ({@link FlusherTurn}). Only the
 * watermarks and counters are read by others.
 *
 * <p><b>Invariants.</b>
 * <ul>
 *   <li>synced &lt;= written; every byte below {@code written} was reported written by the device; every byte of the session below
 *       {@code synced} is in a unit whose durable write completed with all below it synced, or was written before a sync of
 *       its segment began that has completed.</li>
 *   <li>The window holds the units in flight in LSN order; {@code written} moves only over completed units at its head, so it
 *       never passes a hole.</li>
 *   <li>stable = synced under SYNC, written under WRITTEN. What goes to disk as "stable LSN" is always synced.</li>
 *   <li>After a failure nothing is issued; the failure that counts is the first in LSN order, so it is taken only at the head of
 *       the window.</li>
 * </ul>
 *
 * <p><b>When a partly filled buffer is sealed for waiters:</b> only when nothing is in flight. One durable flush at a time
 * makes bigger batches, and the bigger batch wins (see docs/decisions).
 */
final class Flusher {

    /** What is written is synced after so long at the latest, though nobody waits for it. */
    private static final long MAX_UNSYNCED_NANOS = 20_000_000;

    /** Where written bytes that are not yet synced lie. */
    private static final class Span {
        final LogSegment segment;
        long endLsn = Long.MAX_VALUE;

        Span(LogSegment segment) {
            this.segment = segment;
        }

        boolean isRolled() {
            return endLsn != Long.MAX_VALUE;
        }
    }

    private final FlushRing ring;
    private final Device device;
    private final Health health;
    private final SegmentSupply supply;
    private final StableWaiters waiters;
    private final FlushCounts counts;
    private final boolean sync;
    private final boolean serialized;
    private final boolean checked;
    private final int depth;
    private final long windowBytes;
    private final long ringBytes;
    private final long idleNanos;

    private final UnitWriter units;
    private final @Nullable FlushUnit[] window;
    private final Runnable completed;
    private long head;
    private long tail;
    private int issueIndex;
    private long written;
    private long synced;

    /** The lengths of the session's units below {@code written}; LSNs have gaps, between sessions and between segments. */
    private long writtenBytes;

    /** The same below {@code synced}. */
    private long syncedBytes;
    private long lastPlainEnd;

    /** Since when written bytes wait for a sync that has not begun; only while some do. */
    private long unsyncedSince;

    private @Nullable SyncRound round;
    private boolean windowFull;
    private volatile boolean sawFailure;
    private volatile boolean deviceDead;
    private @Nullable Throwable deadBecause;
    private volatile long lastActivity;
    private final ArrayDeque<Span> spans = new ArrayDeque<>();
    private @Nullable StableWaiter toWake;

    // Written in a step only; volatile, so that a thread that reads a watermark sees what the device's completion published.
    private volatile long writtenLsn;
    private volatile long stableLsn;
    private volatile long syncedLsn;
    private volatile int inFlight;
    private volatile boolean busy;
    private volatile boolean saturated;
    private volatile boolean leftOver;
    private volatile boolean holdsWaiters;
    private volatile int waitingCount;
    private final FlushWaits waits = new FlushWaits();

    /** What a flusher is set up with. */
    record Settings(
            Durability durability,
            WriteMode writeMode,
            boolean checked,
            int depth,
            long windowBytes,
            long ringBytes,
            long idleNanos) {}

    Flusher(
            FlushRing ring,
            Device device,
            Health health,
            SegmentSupply supply,
            StableWaiters waiters,
            FlushCounts counts,
            StoreIdentity identity,
            long session,
            Settings settings,
            long startLsn,
            Runnable completed) {
        this.ring = ring;
        this.device = device;
        this.health = health;
        this.supply = supply;
        this.waiters = waiters;
        this.counts = counts;
        this.sync = settings.durability() == Durability.SYNC;
        this.serialized = settings.writeMode() == WriteMode.SERIALIZED;
        this.checked = settings.checked();
        this.depth = serialized ? 1 : settings.depth();
        this.windowBytes = settings.windowBytes();
        this.ringBytes = settings.ringBytes();
        this.idleNanos = settings.idleNanos();
        this.units = new UnitWriter(new Appender(ring.size(), new Appender.Counts()), identity, session, windowBytes);
        this.window = new FlushUnit[ring.size()];
        this.completed = completed;
        this.written = startLsn;
        this.synced = startLsn;
        this.lastPlainEnd = startLsn;
        this.writtenLsn = startLsn;
        this.stableLsn = startLsn;
        this.syncedLsn = startLsn;
        waits.moved(startLsn);
        this.lastActivity = device.nanoTime();
    }

    // -------------------------------------------------------------------------------- read by anybody

    long writtenLsn() {
        return writtenLsn;
    }

    long stableLsn() {
        return stableLsn;
    }

    /** {@return the watermark that may be put on disk as stable} */
    long syncedLsn() {
        return syncedLsn;
    }

    int inFlight() {
        return inFlight;
    }

    /** {@return whether, after the last step, the device had something of ours that will complete} */
    boolean isBusy() {
        return busy;
    }

    /** {@return whether, after the last step, so much was in flight that no more could be issued before some of it completes} */
    boolean isSaturated() {
        return saturated;
    }

    /** {@return whether, after the last step, something was under way whose completion makes the flusher look for waiters: before, nothing is sealed for them} */
    boolean holdsWaiters() {
        return holdsWaiters;
    }

    /** {@return whether the last step, one that issued nothing, found something to issue or somebody who waits} */
    boolean hasLeftOver() {
        return leftOver;
    }

    /** {@return whether bytes are written and not yet synced} */
    boolean isUnsynced() {
        return sync && syncedLsn != writtenLsn;
    }

    /** {@return how many wait for stability, as of the last step} */
    int waiting() {
        return waitingCount;
    }

    /** {@return how others wait for this} */
    FlushWaits waits() {
        return waits;
    }

    // -------------------------------------------------------------------------------- the step, by the holder of the turn

    /** {@return whether the device has something of ours that will complete} */
    private boolean hasInFlight() {
        return !deviceDead && (head != tail || round != null);
    }

    private void submit() {
        try {
            device.submit();
        } catch (RuntimeException | Error e) {
            deviceDied("submit", e);
        }
    }

    /** Waits in the device for completions. {@return how many there were} */
    int drive(long nanos) {
        if (deviceDead) {
            return 0;
        }
        try {
            return device.drive(nanos);
        } catch (RuntimeException | Error e) {
            deviceDied("drive", e);
            return 0;
        }
    }

    /** The device broke a promise of the SPI. */
    private void deviceDied(String where, Throwable cause) {
        boolean _ = givenUp("the device threw from " + where + "()", cause);
    }

    /**
     * Something went wrong that leaves it open whether what is in flight will ever complete, or be noticed: the device threw, or a
     * step ended half-way for want of memory. The store has failed, nothing more is expected of the device, and closing it ends
     * its operations (F12). {@return whether this was the first such thing}
     */
    boolean givenUp(String what, Throwable cause) {
        boolean first = !deviceDead;
        deadBecause = cause;
        deviceDead = true;
        sawFailure = true;
        busy = false;
        saturated = false;
        holdsWaiters = false;
        fail(what, cause);
        return first;
    }

    /** {@return when the device last completed something, by its clock} */
    long lastActivity() {
        return lastActivity;
    }

    /**
     * Does all that can be done now without waiting.
     *
     * @param issueMore false to issue and sync nothing, for a thread that only waits for what it has in flight
     */
    void step(boolean issueMore) {
        if (deviceDead) {
            // Nothing completes any more, or nothing is sure of it: only those who wait are told.
            Throwable cause = deadBecause;
            if (!health.isFailed() && cause != null) {
                fail("the flusher broke off", cause);
            }
            collectWoken();
            return;
        }
        waiters.settle();
        // Syncs first: what they cover is below what is in flight, and failures count in log order.
        endRound();
        reap();
        if (issueMore && !sawFailure && !health.isFailed() && !health.isClosed()) {
            boolean sealed;
            do {
                issue();
                sealed = sealForWaiters();
            } while (sealed);
            syncIfNeeded();
            submit();
        }
        inFlight = (int) (tail - head);
        busy = hasInFlight();
        saturated = busy && (tail - head >= depth || (windowFull && round != null));
        collectWoken();
        waitingCount = waiters.size();
        holdsWaiters = head != tail || (sync && round != null);
        leftOver = !issueMore
                && (waitingCount > 0
                        || ring.buffer(issueIndex).phase == FlushBuffer.Phase.READY
                        || waits.hasFinished()
                        || (round == null && synced != written && isSyncWanted()));
    }

    /** {@return what the woken are told from} */
    Health health() {
        return health;
    }

    /** {@return those whom the last steps have found to be woken} To be woken after the turn is given up. */
    @Nullable StableWaiter takeWoken() {
        StableWaiter woken = toWake;
        toWake = null;
        return woken;
    }

    private void reap() {
        boolean freed = false;
        for (long i = head; i < tail; i++) {
            FlushUnit unit = unit(i);
            if (unit.isDone() && unit.failure() != null) {
                sawFailure = true;
            } else if (unit.isDone()) {
                // Buffers are free as soon as they are written, in any order; watermarks are not.
                freed |= unit.free();
            }
        }
        boolean moved = false;
        boolean wasSynced = synced == written;
        while (head < tail && unit(head).isDone()) {
            FlushUnit unit = unit(head);
            IOException failure = unit.failure();
            if (unit.event != null) {
                commit(unit.event, unit, failure);
            }
            if (failure != null) {
                if (moved) {
                    // First, so that the failure names the watermark that everybody sees.
                    publishWatermarks();
                }
                fail("the write of the flush unit that ends at LSN " + unit.endLsn + " failed", failure);
            }
            if (health.isFailed()) {
                // The watermarks stay where they are; the window only empties.
                head++;
                continue;
            }
            // Again: it may have completed since the look above.
            freed |= unit.free();
            writtenBytes += unit.length;
            if (unit.durable && synced == written) {
                synced = unit.endLsn;
                syncedBytes = writtenBytes;
            }
            written = unit.endLsn;
            counts.flushed(unit.length, unit.durable);
            head++;
            moved = true;
        }
        if (moved) {
            publishWatermarks();
            if (wasSynced) {
                unsyncedSince = lastActivity;
            }
        }
        if (freed) {
            ring.tryOpen();
        }
    }

    private void commit(FlushEvent event, FlushUnit unit, @Nullable IOException failure) {
        event.store = health.store();
        event.endLsn = unit.endLsn;
        event.length = unit.length;
        event.durable = unit.durable;
        event.failure = failure == null ? null : failure.toString();
        event.commit();
    }

    private void publishWatermarks() {
        lastActivity = device.nanoTime();
        // In this order: a reader that takes stable first and written second never finds stable above written.
        writtenLsn = written;
        syncedLsn = synced;
        stableLsn = sync ? synced : written;
        waits.moved(syncedLsn);
        while (!spans.isEmpty() && spans.getFirst().endLsn <= synced) {
            Span done = spans.removeFirst();
            waits.finished(new FinishedSegment(done.segment, done.endLsn));
        }
    }

    // -------------------------------------------------------------------------------- issue

    private void issue() {
        windowFull = false;
        while (tail - head < depth) {
            FlushBuffer b = ring.buffer(issueIndex);
            if (b.phase != FlushBuffer.Phase.READY) {
                return;
            }
            if (b.end <= b.start) {
                b.phase = FlushBuffer.Phase.FREE;
                advanceIssue();
                ring.tryOpen();
                continue;
            }
            int length = ring.padded(b.end);
            long end = b.baseLsn + length;
            boolean nothingUnsynced = tail == head && synced == written;
            if (serialized && !(tail == head && (!sync || synced == written))) {
                windowFull = tail == head;
                return;
            }
            if (sync && end - synced > windowBytes && !nothingUnsynced) {
                windowFull = true;
                return;
            }
            if (checked && !verify(b)) {
                return;
            }
            write(b, length, end);
            advanceIssue();
        }
    }

    private void advanceIssue() {
        issueIndex = (issueIndex + 1) % ring.size();
    }

    private void write(FlushBuffer b, int length, long end) {
        LogSegment segment = b.segment;
        if (b.unitOffset > 0) {
            long predecessorEnd = ring.predecessorEnd(b);
            if (!spans.isEmpty()) {
                spans.getLast().endLsn = predecessorEnd;
            }
            spans.addLast(new Span(segment));
            units.writeHeader(b, ring.predecessorNumber(b), predecessorEnd, synced);
        }
        if (spans.isEmpty() || spans.getLast().segment.number() != segment.number()) {
            throw new IllegalStateException("a unit for segment " + segment.number() + " before the segment's header: " + b);
        }
        units.write(b, length, synced);
        // Durability in the write itself pays only if it completes the chain: with plain writes below it a sync is needed anyway.
        boolean durable = sync && lastPlainEnd <= synced && (serialized || someoneWaitsBelow(end));
        if (!durable) {
            lastPlainEnd = end;
        }
        counts.padding(length - b.end);
        // A new one for each write: a second completion, which no device may send, then cannot be taken for another's.
        FlushEvent event = FlushEvent.started();
        FlushUnit unit = new FlushUnit(b, end, length, durable, event, completed);
        window[(int) (tail % window.length)] = unit;
        tail++;
        if (event != null) {
            event.inFlight = (int) (tail - head);
        }
        b.phase = FlushBuffer.Phase.ISSUED;
        prepareNext();
        try {
            segment.handle().write(b.memory.asSlice(0, length), b.baseLsn - segment.base(), durable, unit);
        } catch (RuntimeException | Error e) {
            // The device broke off: without this the unit would never complete, and close would wait for it.
            unit.done(0, new IOException("the device threw instead of writing the unit that ends at LSN " + end, e));
        }
    }

    /**
     * The device hears of the next segment early, so that it is made beside the writing; the engine then takes it, which blocks. What counts is
     * how far the ring has come, not how far the writes have: with short segments it is in the next one already.
     */
    private void prepareNext() {
        FlushBuffer current = ring.current();
        LogSegment segment = current.segment;
        long used = current.baseLsn - segment.base();
        if (used >= segment.size() / 4) {
            supply.announce(segment);
        }
        if (used >= segment.size() / 2 && supply.prepared() == null && supply.full() == null) {
            supply.request();
        }
    }

    private boolean someoneWaitsBelow(long end) {
        return !waiters.isEmpty() && waiters.lowest() < end;
    }

    /** {@return whether what was published is unchanged; otherwise the store has failed} */
    private boolean verify(FlushBuffer b) {
        String damage = units.damage(b);
        if (damage != null) {
            fail("checked mode: the record at " + damage + " was changed after it was published",
                    new IllegalStateException("payload written after publish, at " + damage));
        }
        return damage == null;
    }

    // -------------------------------------------------------------------------------- seal for waiters

    /** Seals the current buffer if somebody waits for what is in it and nothing is under way that would do it later. */
    private boolean sealForWaiters() {
        return !waiters.isEmpty()
                && head == tail
                // Under WRITTEN a sync goes on beside the writes; nobody waits for it.
                && !(sync && round != null)
                && ring.buffer(issueIndex).phase == FlushBuffer.Phase.OPEN
                && waiters.anyAtOrAbove(written)
                && ring.seal();
    }

    // -------------------------------------------------------------------------------- sync

    private void syncIfNeeded() {
        if (round != null || synced == written || !isSyncWanted()) {
            return;
        }
        long target = written;
        int count = 0;
        for (Span span : spans) {
            if (span.segment.base() < target) {
                count++;
            }
        }
        SyncRound fresh = new SyncRound(target, writtenBytes, count, counts.completed());
        round = fresh;
        unsyncedSince = device.nanoTime();
        int begun = 0;
        for (Span span : spans) {
            if (begun < count && span.segment.base() < target) {
                begun++;
                SyncRound.Part part = fresh.part();
                try {
                    span.segment.handle().sync(part);
                } catch (RuntimeException | Error e) {
                    part.done(0, new IOException("the device threw instead of syncing segment " + span.segment.number(), e));
                }
            }
        }
    }

    private boolean isSyncWanted() {
        if (health.isOver()) {
            return head == tail;
        }
        if (!sync) {
            // Nobody waits for it; a rolled segment is synced once, so that recovery after a crash begins behind it.
            return waits.askedLsn() > synced
                    || (!spans.isEmpty() && spans.getFirst().isRolled() && spans.getFirst().endLsn <= written);
        }
        if ((!waiters.isEmpty() && waiters.lowest() < written)
                || windowFull
                || written - synced >= (waiters.hasFollowers() ? ringBytes : windowBytes) / 2) {
            return true;
        }
        long now = device.nanoTime();
        return now - unsyncedSince >= MAX_UNSYNCED_NANOS || (head == tail && now - lastActivity >= idleNanos);
    }

    private void endRound() {
        SyncRound ended = round;
        if (ended == null || !ended.isDone()) {
            return;
        }
        round = null;
        if (health.isFailed()) {
            // The watermarks stay where they were when the store failed.
            return;
        }
        IOException failure = ended.failure();
        ended.commit(health.store(), ended.targetBytes - syncedBytes);
        if (failure != null) {
            fail("a sync of what was written below LSN " + ended.targetLsn + " failed (it is never retried)", failure);
            return;
        }
        counts.synced();
        synced = Math.max(synced, ended.targetLsn);
        syncedBytes = Math.max(syncedBytes, ended.targetBytes);
        publishWatermarks();
    }

    // -------------------------------------------------------------------------------- end

    /** Fails the store, for good. Never throws: who calls it has no memory left, perhaps, and others wait for the outcome. */
    void fail(String what, Throwable cause) {
        sawFailure = true;
        boolean first = health.fail(what, stableLsn, cause);
        ring.end();
        if (first) {
            try {
                System.getLogger("io.lss").log(System.Logger.Level.ERROR, "LSS store failed: " + what, cause);
            } catch (RuntimeException | Error unloggable) {
                // The failure is kept, and told to everybody who calls.
                assert health.isFailed();
            }
        }
    }

    private void collectWoken() {
        // Whoever came during this step may have looked before the watermark moved, or before the store failed, and perhaps nobody takes another
        // step. Ordering: this writes the watermark and then reads the newcomers; a newcomer announces itself and then reads the
        // watermark. All are volatile, hence in one order: one of the two sees the other.
        if (waiters.hasNewcomers()) {
            waiters.settle();
        }
        boolean idle = !hasInFlight();
        FlushBuffer next = ring.buffer(issueIndex);
        if (health.isFailed()) {
            if (idle) {
                waits.drained();
            }
            toWake = waiters.takeAll(toWake);
            waits.wakeAll();
        } else if (health.isClosing() && idle && synced == written && ring.isEnded(next)) {
            waits.drained();
            toWake = waiters.takeAll(toWake);
        } else {
            toWake = waiters.takeBelow(stableLsn, toWake);
        }
    }

    private FlushUnit unit(long at) {
        FlushUnit unit = window[(int) (at % window.length)];
        if (unit == null) {
            throw new IllegalStateException("nothing was issued at " + at);
        }
        return unit;
    }

    @Override
    public String toString() {
        return "flusher: written " + written + ", synced " + synced + ", in flight " + (tail - head) + (round != null ? ", syncing" : "")
                + ", next to issue #" + issueIndex;
    }
}
