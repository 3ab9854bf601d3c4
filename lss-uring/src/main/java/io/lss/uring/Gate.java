package io.lss.uring;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Counts who uses a descriptor, so that it is closed only when nobody does: the number of a closed descriptor may be another file's
 * the next moment.
 *
 * <p>State: the number of users, and the sign bit once the gate is closed. Both fields are volatile: the last user counts itself
 * out and then reads {@link #closer}, the closer writes that and then reads the count; so one of both sees the other.
 */
final class Gate {

    private static final int CLOSED = 1 << 31;

    private final AtomicInteger state = new AtomicInteger();
    private volatile @Nullable Thread closer;

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
            LockSupport.unpark(closer);
        }
    }

    /** {@return whether the gate is closed, or being closed} */
    boolean isClosed() {
        return state.get() < 0;
    }

    /**
     * Lets nobody in any more, and returns when the last has left. An interrupt does not end the wait. Not called by a user.
     *
     * @return whether it was open
     */
    boolean close() {
        if ((state.getAndUpdate(users -> users | CLOSED) & CLOSED) != 0) {
            return false;
        }
        closer = Thread.currentThread();
        boolean interrupted = false;
        while (state.get() != CLOSED) {
            LockSupport.park(this);
            interrupted |= Thread.interrupted();
        }
        closer = null;
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return true;
    }
}
