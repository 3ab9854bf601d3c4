package io.lss.uring;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts who uses a descriptor, so that it is closed only when nobody does: the number of a closed descriptor may be another file's
 * the next moment.
 *
 * <p>State: the number of users, and the sign bit once the gate is closed. Who closes, first or not, waits under the monitor until the
 * number is zero; the last user to leave a closed gate takes the monitor to say so. Before the gate is closed nobody does.
 */
final class Gate {

    private static final int CLOSED = 1 << 31;

    private final AtomicInteger state = new AtomicInteger();

    /** {@return whether the caller may use what is behind the gate, until it {@linkplain #leave() leaves}} */
    boolean enter() {
        int users = state.get();
        while (users >= 0) {
            if (state.compareAndSet(users, users + 1)) {
                return true;
            }
            users = state.get();
        }
        return false;
    }

    /** Who has entered leaves. */
    void leave() {
        if (state.decrementAndGet() == CLOSED) {
            synchronized (this) {
                notifyAll();
            }
        }
    }

    /**
     * Lets nobody in any more, and returns when the last has left, whoever was the first to close it. An interrupt does not end the wait.
     * Not called by a user.
     *
     * @return whether it was open
     */
    boolean close() {
        boolean wasOpen = (state.getAndUpdate(users -> users | CLOSED) & CLOSED) == 0;
        boolean interrupted = false;
        synchronized (this) {
            while (state.get() != CLOSED) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return wasOpen;
    }
}
