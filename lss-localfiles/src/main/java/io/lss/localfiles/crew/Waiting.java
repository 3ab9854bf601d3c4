package io.lss.localfiles.crew;

import java.util.concurrent.locks.LockSupport;

/**
 * A thread, platform or virtual, that waits until a task has ended. An interrupt does not end the wait; it is still there afterwards
 * (F8).
 *
 * <p>Memory: what a task wrote before {@link #ended} is visible after {@link #await}, by the volatile flag.
 */
public final class Waiting {

    private final Thread waiter = Thread.currentThread();
    private volatile boolean over;

    /** The thread that calls this is the one that will wait. */
    public Waiting() {}

    /** The task has ended. May be said more than once. */
    public void ended() {
        over = true;
        LockSupport.unpark(waiter);
    }

    /** Returns when the task has ended. */
    public void await() {
        boolean interrupted = false;
        while (!over) {
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
