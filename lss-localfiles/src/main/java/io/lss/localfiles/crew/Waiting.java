package io.lss.localfiles.crew;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A thread, platform or virtual, that waits until some tasks have ended. An interrupt does not end the wait; it is still
 * there afterwards (F8).
 *
 * <p>Memory: what a task wrote before {@link #ended} is visible after {@link #await}, by the atomic counter.
 */
public final class Waiting {

    private final Thread waiter = Thread.currentThread();
    private final AtomicInteger left;

    /**
     * The thread that calls this is the one that will wait.
     *
     * @param tasks for how many
     */
    public Waiting(int tasks) {
        left = new AtomicInteger(tasks);
    }

    /** One task has ended. */
    public void ended() {
        if (left.decrementAndGet() == 0) {
            LockSupport.unpark(waiter);
        }
    }

    /** Returns when all have ended. */
    public void await() {
        boolean interrupted = false;
        while (left.get() > 0) {
            LockSupport.park(this);
            interrupted |= Thread.interrupted(); // or the next park would not wait
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Returns when a thread has ended.
     *
     * @param thread which
     */
    public static void join(Thread thread) {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
