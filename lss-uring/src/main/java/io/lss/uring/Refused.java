package io.lss.uring;

import java.util.concurrent.locks.LockSupport;

/**
 * Counts how often in a row a system call was refused for the moment (EINTR, EAGAIN) or made no progress. It is made again: a few times at
 * once, then with pauses; and in the end not any more, since a caller who is never told waits for ever (F2). About a second in all.
 */
final class Refused {

    /** In a row. */
    static final int MOST = 1000;

    /** So many times without a pause: a signal, or a moment's lack of memory. */
    private static final int AT_ONCE = 10;

    private static final long PAUSE_NANOS = 1_000_000;

    private int inARow;

    /** It was refused. {@return whether it may be made again; that may take a moment} */
    boolean again() {
        inARow++;
        if (inARow > AT_ONCE && inARow < MOST) {
            LockSupport.parkNanos(this, PAUSE_NANOS);
        }
        return inARow < MOST;
    }

    /** It made progress. */
    void passed() {
        inARow = 0;
    }
}
