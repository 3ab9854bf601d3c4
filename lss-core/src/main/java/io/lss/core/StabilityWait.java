package io.lss.core;

import io.lss.api.StoreException;
import io.lss.api.StoreInterruptedException;
import io.lss.core.format.FrameDescriptor;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.LockSupport;

/**
 * How a caller waits until an LSN is stable.
 *
 * <ul>
 *   <li>Usually it parks, and the flusher wakes it.</li>
 *   <li>On a device that needs a staying thread, a platform thread that finds nothing in flight and nobody else waiting leads: it
 *       steps and drives by itself until its LSN is stable and nothing it issued is left. That saves two hand-overs. Virtual
 *       threads never do: they would pin their carrier in the device.</li>
 *   <li>On a caller-driven store every waiter drives.</li>
 * </ul>
 */
final class StabilityWait {

    /** How long a driving waiter stays in the device before it looks around. */
    private static final long SLICE_NANOS = 1_000_000;

    private final FlushRing ring;
    private final Flusher flusher;
    private final Watermarks marks;
    private final FlusherTurn turn;
    private final StableWaiters waiters;
    private final Health health;
    private final CallerDrive drive;
    private final boolean callerDriven;

    /** The lowest LSN that any record of the store can ever have had. */
    private final long firstLsn;

    StabilityWait(
            FlushRing ring,
            Flusher flusher,
            FlusherTurn turn,
            StableWaiters waiters,
            Health health,
            CallerDrive drive,
            boolean callerDriven,
            long firstLsn) {
        this.ring = ring;
        this.flusher = flusher;
        this.marks = flusher.watermarks();
        this.turn = turn;
        this.waiters = waiters;
        this.health = health;
        this.drive = drive;
        this.callerDriven = callerDriven;
        this.firstLsn = firstLsn;
    }

    /** Waits at most {@code nanos}; Long.MAX_VALUE: without limit. {@return whether the LSN is stable} */
    boolean await(long lsn, long nanos) throws IOException {
        checkForm(lsn);
        if (marks.stableLsn() > lsn) {
            return true;
        }
        checkHandedOut(lsn);
        health.check();
        if (nanos <= 0) {
            return false;
        }
        if (Thread.currentThread().isInterrupted()) {
            throw interrupted(lsn);
        }
        StableWaiter waiter = StableWaiter.parked(lsn);
        waiters.add(waiter);
        if (!callerDriven && nanos == Long.MAX_VALUE && mayLead()) {
            lead(waiter);
        } else {
            turn.signalWaiter();
        }
        return park(waiter, nanos);
    }

    /** Waits at most {@code nanos} until something above an LSN is stable, asking for nothing. {@return whether it is} */
    boolean awaitNews(long lsn, long nanos) throws IOException {
        if (marks.stableLsn() > lsn) {
            return true;
        }
        health.checkReadable();
        if (nanos <= 0) {
            return false;
        }
        if (Thread.currentThread().isInterrupted()) {
            throw interrupted(lsn);
        }
        StableWaiter waiter = StableWaiter.following(lsn);
        waiters.add(waiter);
        signalOrWake();
        return park(waiter, nanos) && marks.stableLsn() > lsn;
    }

    /** Makes sure that somebody takes the newcomer in, or wakes it if the flusher takes no more steps. */
    private void signalOrWake() {
        turn.signalWaiter();
        if (health.isClosed()) {
            // The flusher takes no more steps: who comes too late wakes itself.
            StableWaiters.wakeAll(waiters.takeEverybody(), marks.stableLsn(), health);
        }
    }

    private boolean park(StableWaiter waiter, long nanos) throws IOException {
        try {
            return parkOrDrive(waiter, nanos);
        } finally {
            if (callerDriven) {
                drive.settle();
            }
        }
    }

    private boolean parkOrDrive(StableWaiter waiter, long nanos) throws IOException {
        long deadline = nanos == Long.MAX_VALUE ? 0 : System.nanoTime() + nanos;
        while (true) {
            if (marks.stableLsn() > waiter.lsn) {
                waiter.leave();
                return true;
            }
            if (waiter.isOver()) {
                return ended();
            }
            StoreException trouble = health.isFailed() ? health.trouble() : null;
            if (trouble != null || health.isClosed()) {
                waiter.leave();
                return ended();
            }
            if (Thread.currentThread().isInterrupted()) {
                waiter.leave();
                throw interrupted(waiter.lsn);
            }
            long left = nanos == Long.MAX_VALUE ? Long.MAX_VALUE : deadline - System.nanoTime();
            if (left <= 0) {
                waiter.leave();
                return false;
            }
            if (callerDriven) {
                drive.once(Math.min(left, SLICE_NANOS));
            } else if (left == Long.MAX_VALUE) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, left);
            }
        }
    }

    /** The wait was ended by the store without the watermark having been seen beyond the LSN. */
    private boolean ended() throws StoreException {
        health.check();
        return true;
    }

    private StoreInterruptedException interrupted(long lsn) {
        return health.located(new StoreInterruptedException("interrupted while waiting until LSN " + lsn + " is stable"));
    }

    private boolean mayLead() {
        return !turn.isAnyThread() && !Thread.currentThread().isVirtual() && !flusher.isBusy();
    }

    /** Steps and drives on this thread, if nobody else does, until the waiter's wait is over and nothing is left in flight. */
    private void lead(StableWaiter waiter) {
        if (!turn.tryTake()) {
            turn.signalWaiter();
            return;
        }
        try {
            leadNow(waiter);
        } finally {
            // What came meanwhile, and what this thread did not issue any more, is the driver's. If that is nothing it sleeps on.
            if (turn.isLeftUndone()) {
                turn.signal();
            }
        }
    }

    /** By the holder of the turn, which gives it up at the end. */
    private void leadNow(StableWaiter waiter) {
        try {
            turn.step(true);
            // With others waiting the store's own thread is the better one: it goes on with the next flush.
            boolean alone = flusher.waiting() <= 1;
            while (flusher.isBusy()) {
                turn.drive(SLICE_NANOS);
                boolean goOn = alone && !waiter.isOver() && marks.stableLsn() <= waiter.lsn;
                turn.step(goOn);
            }
        } finally {
            turn.release();
        }
    }

    /** {@return a stage for the same} */
    CompletionStage<Void> when(long lsn) {
        checkForm(lsn);
        CompletableFuture<Void> stage = new CompletableFuture<>();
        if (marks.stableLsn() > lsn) {
            stage.complete(null);
            return stage.minimalCompletionStage();
        }
        checkHandedOut(lsn);
        StoreException trouble = health.trouble();
        if (trouble != null) {
            stage.completeExceptionally(trouble);
            return stage.minimalCompletionStage();
        }
        waiters.add(StableWaiter.completing(lsn, stage));
        signalOrWake();
        if (callerDriven) {
            completeIfOver(lsn, stage);
        }
        return stage.minimalCompletionStage();
    }

    /**
     * The other half of what a step does about newcomers: whoever drove may have taken its last step before it could see this one. Completing
     * a stage twice does nothing.
     */
    private void completeIfOver(long lsn, CompletableFuture<Void> stage) {
        StoreException trouble = health.trouble();
        if (marks.stableLsn() > lsn) {
            stage.complete(null);
        } else if (trouble != null) {
            stage.completeExceptionally(trouble);
        }
    }

    private void checkForm(long lsn) {
        if (lsn < firstLsn || lsn % FrameDescriptor.ALIGNMENT != 0) {
            throw new IllegalArgumentException(
                    "LSN " + lsn + " was never handed out: LSNs are multiples of 8, and a store's first is " + firstLsn);
        }
    }

    private void checkHandedOut(long lsn) {
        long end = ring.reservedEndLsn();
        if (lsn >= end) {
            throw new IllegalArgumentException("LSN " + lsn + " was never handed out; "
                    + (end <= firstLsn ? "nothing was reserved yet" : "what was reserved ends at " + end));
        }
    }
}
