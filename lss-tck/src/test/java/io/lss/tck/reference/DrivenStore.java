package io.lss.tck.reference;

import io.lss.api.StoreInterruptedException;
import java.io.IOException;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waiting, and driving while waiting. */
abstract class DrivenStore extends StoreBase {

    DrivenStore(Setting setting) {
        super(setting);
    }

    /** Gives up and seals what has been waiting for too long. */
    abstract void tick();

    static long nanos(Duration duration) {
        try {
            return duration.toNanos();
        } catch (ArithmeticException e) {
            return duration.isNegative() ? 0 : FOR_EVER;
        }
    }

    long now() {
        return options.callerDriven() ? device.nanoTime() : System.nanoTime();
    }

    /** Something that can be so, or be impossible. */
    interface Goal {
        boolean reached() throws IOException;
    }

    /** Waits for a goal, and drives if nobody else does. The lock is held. {@return whether it was reached in time} */
    boolean await(Goal goal, long nanos, String what) throws IOException {
        long start = now();
        try {
            while (!goal.reached()) {
                long left = nanos == FOR_EVER ? FOR_EVER : nanos - (now() - start);
                if (left <= 0) {
                    return false;
                }
                if (Thread.currentThread().isInterrupted() && !has(Defect.INTERRUPT_IGNORED)) {
                    if (has(Defect.INTERRUPT_FAILS_THE_STORE)) {
                        fail("interrupted", new IOException("interrupted"));
                    }
                    throw new StoreInterruptedException("interrupted while waiting for " + what).at(location);
                }
                driveOrWait(Math.min(left, SLICE * 100));
            }
            return true;
        } finally {
            stayForWhatWasIssued();
        }
    }

    @SuppressWarnings("WaitNotInLoop") // its callers loop
    void driveOrWait(long nanos) {
        tick();
        if (options.callerDriven() && !turnTaken) {
            var _ = takeTurn(Math.min(nanos, SLICE));
            return;
        }
        try {
            if (has(Defect.INTERRUPT_IGNORED) && Thread.interrupted()) {
                var _ = changed.awaitNanos(nanos);
                Thread.currentThread().interrupt();
            } else {
                var _ = changed.awaitNanos(nanos);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    int takeTurn(long nanos) {
        turnTaken = true;
        boolean idle = !flusher().hasWork();
        lock.unlock();
        boolean interrupted = Thread.interrupted();
        try {
            if (!idle) {
                return flusher().step(nanos);
            }
            return nanos > 0 ? device.drive(nanos) : 0;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            lock.lock();
            turnTaken = false;
            changed.signalAll();
        }
    }

    /** What a caller issued would die with its thread on some devices. */
    void stayForWhatWasIssued() {
        if (options.callerDriven() && !device.traits().anyThread()) {
            while (!turnTaken && flusher().isInFlight()) {
                var _ = takeTurn(SLICE);
            }
        }
    }

    /** The thread of a store that has one. */
    @Override
    void drive() {
        lock.lock();
        try {
            while (!drained) {
                tick();
                if (flusher().hasWork()) {
                    lock.unlock();
                    try {
                        var _ = flusher().step(SLICE * 10);
                    } finally {
                        lock.lock();
                    }
                } else {
                    boolean timed = !ring.isEmpty() && !(options.linger().isZero() && options.reservationTimeout().isZero());
                    var _ = changed.awaitNanos(timed ? SLICE : FOR_EVER);
                }
            }
        } catch (InterruptedException e) {
            failure = e;
        } finally {
            lock.unlock();
        }
    }

    void until(BooleanSupplier condition) {
        boolean interrupted = false;
        while (!condition.getAsBoolean()) {
            interrupted |= Thread.interrupted();
            driveOrWait(SLICE);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
