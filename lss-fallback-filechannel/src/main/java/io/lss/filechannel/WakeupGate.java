package io.lss.filechannel;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Where the thread that drives the device waits. One thread waits, any may wake it.
 *
 * <p>Both fields are volatile: the waiter writes {@link #waiter} and then reads {@link #woken}, a waker writes {@link
 * #woken} and then reads {@link #waiter}, so one of both sees the other and no wakeup is lost.
 */
final class WakeupGate {

    private volatile boolean woken;
    private volatile @Nullable Thread waiter;

    /**
     * Returns when woken since the last call, when the time is over, or when the thread is interrupted; the interrupt stays
     * for the caller to see.
     */
    void await(long nanos) {
        if (nanos > 0 && !woken) {
            park(nanos);
        }
        woken = false;
    }

    private void park(long nanos) {
        long start = System.nanoTime();
        waiter = Thread.currentThread();
        long left = nanos;
        while (!woken && left > 0 && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(this, left);
            left = nanos - (System.nanoTime() - start);
        }
        waiter = null;
    }

    /** Makes the waiter, or the next one, return at once. */
    void wake() {
        woken = true;
        Thread thread = waiter;
        if (thread != null) {
            LockSupport.unpark(thread);
        }
    }
}
