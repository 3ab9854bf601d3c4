package io.lss.uring;

import io.lss.uring.linux.Ring;
import io.lss.uring.linux.WakeupEvent;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * How a thread that waits in the ring is made to return: a read of an event is under way there, which a signal completes.
 *
 * <p>Ordering: who will wait says so ({@code waiting}) and then looks whether it was woken; who wakes notes that and then looks whether somebody
 * waits. Both are volatile: one of the two sees the other.
 */
final class Wakeup {

    /** The user data of the read that a wakeup completes; those of requests are not negative. */
    static final long USER_DATA = -1;

    private final WakeupEvent event;

    /** Open while {@link #event} may be used by who holds no lock. */
    private final Gate gate;

    /** Set by a waker, cleared when a drive ends: a wakeup makes one drive return, the present or the next. */
    private final AtomicBoolean woken = new AtomicBoolean();

    /** Whether a thread is in, or on its way into, a wait that only {@link #event} ends. */
    private volatile boolean waiting;

    /** Whether the read is with the ring. Guarded by the queue's completion lock. */
    private boolean armed;

    Wakeup(WakeupEvent event, Gate gate) {
        this.event = event;
        this.gate = gate;
    }

    /** Makes a wait, or else the next, end at once. Any thread; does not block. */
    void request() {
        if (!woken.getAndSet(true) && waiting) {
            signal();
        }
    }

    /** As {@link #request}, for good, whether anybody waits or not. */
    void requestForGood() {
        woken.set(true);
        signal();
    }

    private void signal() {
        if (gate.enter()) {
            try {
                event.signal();
            } finally {
                gate.leave();
            }
        }
    }

    /** Ends a read that is still with the ring. When the gate is closed, by who closes. */
    void release() {
        if (armed) {
            event.signal();
        }
    }

    void beginWait() {
        waiting = true;
    }

    void endWait() {
        waiting = false;
    }

    boolean isRequested() {
        return woken.get();
    }

    /** A drive has ended. */
    void taken() {
        woken.set(false);
    }

    /** Has the read with the ring. It belongs to this thread; if that ends, it comes back cancelled. Holder of both locks. */
    void arm(Ring ring) {
        if (!armed && ring.hasRoom()) {
            ring.fill(Ring.OP_READ, 0, event.fd(), -1, event.sink().address(), Long.BYTES, 0, 0, USER_DATA);
            armed = true;
        }
    }

    boolean isArmed() {
        return armed;
    }

    /** The read has come back: by a signal, or cancelled. The next wait arms it again. */
    void disarmed() {
        armed = false;
    }

    void close() {
        event.close();
    }
}
