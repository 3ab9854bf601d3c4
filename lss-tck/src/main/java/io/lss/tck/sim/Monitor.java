package io.lss.tck.sim;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The one lock that guards a medium and the devices opened on it. Waiting is not disturbed by interrupts (F8). */
final class Monitor implements AutoCloseable {

    /** In nanoseconds; keeps deadlines from overflowing. */
    private static final long LONGEST_WAIT = 3_600_000_000_000L;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /** Takes the lock. {@return this, to be closed} */
    Monitor hold() {
        lock.lock();
        return this;
    }

    /** Gives the lock back. */
    @Override
    public void close() {
        lock.unlock();
    }

    /** Wakes everybody who waits. The lock is held. */
    void signal() {
        changed.signalAll();
    }

    /** Waits for a signal, giving the lock up meanwhile; may return for no reason. An interrupt stays pending. */
    void await(long nanos) {
        boolean interrupted = Thread.interrupted();
        long deadline = System.nanoTime() + Math.min(nanos, LONGEST_WAIT);
        boolean waiting = nanos > 0;
        while (waiting) {
            try {
                var _ = changed.awaitNanos(deadline - System.nanoTime());
                waiting = false;
            } catch (InterruptedException e) {
                interrupted = true;
                waiting = deadline - System.nanoTime() > 0;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
