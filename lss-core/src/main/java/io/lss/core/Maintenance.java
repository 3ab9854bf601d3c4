package io.lss.core;

import io.lss.core.recovery.LogSegments;
import io.lss.spi.flush.Device;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What may block: making the next segment, finishing full ones, giving up abandoned reservations, recording stability when idle.
 * Run by the driver, or by the caller of a caller-driven store; one thread at a time.
 */
final class Maintenance {

    /** After so long without a flush the stable watermark is put on record. */
    private static final long RECORD_AFTER_NANOS = 50_000_000;

    private final Device device;
    private final FlushRing ring;
    private final Flusher flusher;
    private final SegmentSupply supply;
    private final LogSegments segments;
    private final AbandonedReservations abandoned;
    private final RootKeeper roots;
    private final Trimmer trimmer;
    private final Health health;
    private final ReentrantLock turn = new ReentrantLock();

    // A field, because a literal is made where it is first used, and there may be no memory for it then.
    private final String broken = "maintenance failed";

    Maintenance(
            Device device,
            FlushRing ring,
            Flusher flusher,
            SegmentSupply supply,
            LogSegments segments,
            AbandonedReservations abandoned,
            RootKeeper roots,
            Trimmer trimmer,
            Health health) {
        this.device = device;
        this.ring = ring;
        this.flusher = flusher;
        this.supply = supply;
        this.segments = segments;
        this.abandoned = abandoned;
        this.roots = roots;
        this.trimmer = trimmer;
        this.health = health;
    }

    /** {@return whether there is something that should not wait for a timer} */
    boolean isDue() {
        return !health.isFailed() && (isSegmentDue() || flusher.waits().hasFinished());
    }

    /** In closing no segment is made any more; what asked for one must not keep its thread from driving the device. */
    private boolean isSegmentDue() {
        return !health.isClosing() && supply.isWanted() && supply.prepared() == null;
    }

    /** {@return the nanoseconds until time alone makes something due; Long.MAX_VALUE if nothing} */
    long nanosUntilDue() {
        long now = device.nanoTime();
        return Math.min(abandoned.nanosUntilDue(now, health.isClosing()), nanosUntilRecord(now));
    }

    private long nanosUntilRecord(long now) {
        return isStabilityUnrecorded() ? Math.max(0, flusher.lastActivity() + RECORD_AFTER_NANOS - now) : Long.MAX_VALUE;
    }

    private boolean isStabilityUnrecorded() {
        return !health.isOver() && flusher.watermarks().syncedLsn() > roots.root().stableLsn();
    }

    /** Does what is due, unless another thread is at it. A failure of the device fails the store. */
    void run() {
        if (!turn.tryLock()) {
            return;
        }
        try {
            if (!health.isFailed() && !health.isClosed()) {
                runOnce();
            }
        } catch (IOException | RuntimeException | Error e) {
            flusher.fail(broken, e);
            ring.wakeWaiting();
        } finally {
            turn.unlock();
        }
    }

    /** Waits for whoever is at it. Health says closed before, so nobody is afterwards. */
    @SuppressWarnings("LockNotBeforeTry") // held for nothing: having had it is enough
    void end() {
        turn.lock();
        turn.unlock();
    }

    private void runOnce() throws IOException {
        if (!health.isClosing() && supplySegment()) {
            if (supply.prepared() != null) {
                // Not after an attempt that failed: it would ask for the next one at once, for ever. Those who wait are told.
                ring.tryOpen();
            }
            ring.wakeWaiting();
        }
        for (FinishedSegment done = flusher.waits().pollFinished(); done != null; done = flusher.waits().pollFinished()) {
            finish(done);
        }
        abandoned.check(device.nanoTime(), health.isClosing());
        if (nanosUntilRecord(device.nanoTime()) <= 0) {
            record();
        }
    }

    private boolean supplySegment() throws IOException {
        segments.deviceLock().lock();
        try {
            return supply.prepare();
        } finally {
            segments.deviceLock().unlock();
        }
    }

    private void finish(FinishedSegment done) throws IOException {
        done.segment().handle().finish(done.endLsn() - done.segment().base());
        segments.writingDone(done.segment().number());
        if (done.endLsn() <= trimmer.beginLsn()) {
            trimmer.deleteTrimmed();
        }
    }

    /** Puts the synced watermark on record, so that damage below it can be proven. */
    private void record() throws IOException {
        long stable = flusher.watermarks().syncedLsn();
        roots.update(root -> root.withStableLsn(Math.max(root.stableLsn(), stable)));
    }
}
