package io.lss.core;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What threads other than the flusher's wait for, but for stability: that something is synced, that all is drained, that a segment is to be
 * finished. Interrupts shorten no wait; the status stays.
 */
final class FlushWaits {

    private final ConcurrentLinkedQueue<FinishedSegment> finished = new ConcurrentLinkedQueue<>();
    private volatile long asked;
    private volatile long synced;
    private volatile boolean drained;

    // -------------------------------------------------------------------------------- by the flusher

    /** {@return up to where somebody has asked for a sync} */
    long askedLsn() {
        return asked;
    }

    /** What is below an LSN is synced now. */
    void moved(long syncedLsn) {
        synced = syncedLsn;
        if (asked > 0) {
            wakeAll();
        }
    }

    /** Nothing is left to do, in closing or after a failure. */
    void drained() {
        if (!drained) {
            drained = true;
            wakeAll();
        }
    }

    /** A segment is complete and synced. */
    void finished(FinishedSegment segment) {
        finished.add(segment);
    }

    /** Has everybody look again. */
    synchronized void wakeAll() {
        notifyAll();
    }

    // -------------------------------------------------------------------------------- by others

    /** Asks for a sync of what is written below an LSN, though nobody waits for stability. The caller signals. */
    synchronized void askSync(long lsn) {
        asked = Math.max(asked, lsn);
    }

    /** Waits until what is below an LSN is synced, or {@code over}. */
    void awaitSynced(long lsn, BooleanSupplier over) {
        restoreAfter(await(() -> synced >= lsn || over.getAsBoolean()));
    }

    /** {@return whether nothing is left to do} */
    boolean isDrained() {
        return drained;
    }

    /** Waits until {@link #isDrained}. {@return whether interrupted meanwhile} */
    boolean awaitDrained() {
        return await(() -> drained);
    }

    private synchronized boolean await(BooleanSupplier what) {
        boolean interrupted = false;
        while (!what.getAsBoolean()) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        return interrupted;
    }

    private static void restoreAfter(boolean interrupted) {
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** {@return a segment that maintenance is to finish, or null} */
    @Nullable FinishedSegment pollFinished() {
        return finished.poll();
    }

    boolean hasFinished() {
        return !finished.isEmpty();
    }
}
