package io.lss.core;

import io.lss.api.Durability;
import io.lss.api.WriteMode;
import io.lss.core.recovery.StoreIdentity;
import io.lss.spi.flush.Device;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Issues sealed buffers in LSN order, takes completions in, moves the watermarks, syncs, and says who is to be woken.
 *
 * <p>A state machine run in steps, by one thread at a time: whoever holds the turn ({@link FlusherTurn}). Only the
 * watermarks ({@link Watermarks}) and counters are read by others. {@link SyncRounds} says when to sync.
 *
 * <p><b>Invariants.</b>
 * <ul>
 *   <li>Every byte below {@code written} was reported written by the device; every byte of the session below
 *       {@code synced} is in a unit whose durable write completed with all below it synced, or was written before a sync of
 *       its segment began that has completed.</li>
 *   <li>The window holds the units in flight in LSN order; {@code written} moves only over completed units at its head, so it
 *       never passes a hole.</li>
 *   <li>After a failure nothing is issued; the failure that counts is the first in LSN order, so it is taken only at the head of
 *       the window.</li>
 * </ul>
 *
 * <p><b>When a partly filled buffer is sealed for waiters:</b> only when nothing is in flight. One durable flush at a time
 * makes bigger batches, and the bigger batch wins (see docs/decisions).
 */
final class Flusher {

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
    private final UnitWriter units;
    private final @Nullable FlushUnit[] window;
    private final Runnable completed;
    private long head;
    private long tail;
    private int issueIndex;
    private long lastPlainEnd;
    private boolean windowFull;

    /** Whether the last write had ended when the call that issued it returned. */
    private boolean endsAtOnce;

    private boolean putOff;
    private volatile boolean sawFailure;
    private volatile boolean deviceDead;
    private @Nullable Throwable deadBecause;
    private volatile long lastActivity;
    private @Nullable StableWaiter toWake;

    // Written in a step only, read by others.
    private volatile int inFlight;
    private volatile boolean busy;
    private volatile boolean saturated;
    private volatile boolean leftOver;
    private volatile boolean holdsWaiters;
    private volatile int waitingCount;
    private final FlushWaits waits = new FlushWaits();
    private final Watermarks marks;
    private final SyncRounds syncs;

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
        this.units = new UnitWriter(new Appender(ring.size(), new Appender.Counts()), identity, session, windowBytes);
        this.window = new FlushUnit[ring.size()];
        this.completed = completed;
        this.marks = new Watermarks(sync, startLsn);
        this.syncs = new SyncRounds(device, health, waiters, waits, counts, marks, sync, settings);
        this.lastPlainEnd = startLsn;
        waits.moved(startLsn);
        this.lastActivity = device.nanoTime();
    }

    // -------------------------------------------------------------------------------- read by anybody

    /** {@return how far the log is written, synced and stable} */
    Watermarks watermarks() {
        return marks;
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
        return sync && marks.syncedLsn() != marks.writtenLsn();
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
        return !deviceDead && (head != tail || syncs.isUnderWay());
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
        putOff = false;
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
            long before = tail;
            boolean sealed;
            do {
                issue();
                sealed = !mustWakeFirst() && sealForWaiters();
            } while (sealed);
            if (isSyncDue()) {
                syncs.begin();
            }
            submit();
            if (tail != before) {
                endsAtOnce = unit(tail - 1).isDone();
            }
        }
        inFlight = (int) (tail - head);
        busy = hasInFlight();
        saturated = busy && (tail - head >= depth || (windowFull && syncs.isUnderWay()));
        collectWoken();
        waitingCount = waiters.size();
        holdsWaiters = head != tail || (sync && syncs.isUnderWay());
        leftOver = !issueMore
                && (waitingCount > 0
                        || ring.buffer(issueIndex).phase == FlushBuffer.Phase.READY
                        || waits.hasFinished()
                        || isSyncDue());
    }

    private boolean isSyncDue() {
        return syncs.isDue(head == tail, windowFull, lastActivity);
    }

    /**
     * Whoever waits is woken after the next flush was issued, which costs nothing while the device writes beside us. A device that writes within the call
     * would have them wait for all of the next flush: then they are woken before, and what this step leaves is the next step's.
     */
    private boolean mustWakeFirst() {
        // While a sync goes on nothing is sealed for waiters, so nothing would be put off.
        if (endsAtOnce && head == tail && !(sync && syncs.isUnderWay())) {
            toWake = waiters.takeBelow(marks.stableLsn(), toWake);
            putOff = toWake != null && !waiters.isEmpty();
        }
        return putOff;
    }

    /** {@return whether the last step has left the next flush to the next step, so that those whose wait is over are woken before} */
    boolean hasPutOff() {
        return putOff;
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
        boolean wasSynced = marks.isAllSynced();
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
            marks.wrote(unit);
            counts.flushed(unit.length, unit.durable);
            head++;
            moved = true;
        }
        if (moved) {
            publishWatermarks();
            if (wasSynced) {
                syncs.waitFrom(lastActivity);
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
        marks.publish();
        waits.moved(marks.synced());
        syncs.finishSynced();
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
            boolean nothingUnsynced = tail == head && marks.isAllSynced();
            if (serialized && !(tail == head && (!sync || marks.isAllSynced()))) {
                windowFull = tail == head;
                return;
            }
            if (sync && end - marks.synced() > windowBytes && !nothingUnsynced) {
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
            syncs.enter(segment, predecessorEnd);
            units.writeHeader(b, ring.predecessorNumber(b), predecessorEnd, marks.synced());
        }
        if (!syncs.isIn(segment)) {
            throw new IllegalStateException("a unit for segment " + segment.number() + " before the segment's header: " + b);
        }
        units.write(b, length, marks.synced());
        // Durability in the write itself pays only if it completes the chain: with plain writes below it a sync is needed anyway.
        boolean durable = sync && lastPlainEnd <= marks.synced() && (serialized || someoneWaitsBelow(end));
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
                && !(sync && syncs.isUnderWay())
                && ring.buffer(issueIndex).phase == FlushBuffer.Phase.OPEN
                && waiters.anyAtOrAbove(marks.written())
                && ring.seal();
    }

    // -------------------------------------------------------------------------------- sync

    private void endRound() {
        SyncRound ended = syncs.takeEnded();
        if (ended == null) {
            return;
        }
        if (health.isFailed()) {
            // The watermarks stay where they were when the store failed.
            return;
        }
        IOException failure = ended.failure();
        ended.commit(health.store(), marks.unsyncedOf(ended.targetBytes));
        if (failure != null) {
            fail("a sync of what was written below LSN " + ended.targetLsn + " failed (it is never retried)", failure);
            return;
        }
        counts.synced();
        marks.syncedUpTo(ended.targetLsn, ended.targetBytes);
        publishWatermarks();
    }

    // -------------------------------------------------------------------------------- end

    /** Fails the store, for good. Never throws: who calls it has no memory left, perhaps, and others wait for the outcome. */
    void fail(String what, Throwable cause) {
        sawFailure = true;
        boolean first = health.fail(what, marks.stableLsn(), cause);
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
        } else if (health.isClosing() && idle && marks.isAllSynced() && ring.isEnded(next)) {
            waits.drained();
            toWake = waiters.takeAll(toWake);
        } else {
            toWake = waiters.takeBelow(marks.stableLsn(), toWake);
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
        return "flusher: written " + marks.written() + ", synced " + marks.synced() + ", in flight " + (tail - head) + (syncs.isUnderWay() ? ", syncing" : "")
                + ", next to issue #" + issueIndex;
    }
}
