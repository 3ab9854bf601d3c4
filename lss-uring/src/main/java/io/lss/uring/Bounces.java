package io.lss.uring;

import io.lss.uring.linux.ErrnoCapture;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Aligned memory through which reads go that cannot go straight to their destination. A few are kept; under more readers than that each
 * further one has memory for its read alone.
 */
final class Bounces {

    /** The length of one, in bytes: a longer read goes through it piece by piece. */
    static final int BYTES = 256 << 10;

    /** Aligned for every file system. */
    private static final int ALIGNMENT = 1 << 16;

    private static final int KEPT = 16;

    /** Memory for one read at a time, and for the errno of its calls. */
    static final class Bounce {
        private final MemorySegment memory = Arena.ofAuto().allocate(BYTES, ALIGNMENT);
        private final ErrnoCapture errno = new ErrnoCapture();

        MemorySegment memory() {
            return memory;
        }

        ErrnoCapture errno() {
            return errno;
        }
    }

    private final ConcurrentLinkedQueue<Bounce> free = new ConcurrentLinkedQueue<>();
    private final AtomicInteger kept = new AtomicInteger();

    /** {@return one, the caller's until it is given back} */
    Bounce take() {
        Bounce bounce = free.poll();
        if (bounce == null) {
            return new Bounce();
        }
        kept.decrementAndGet();
        return bounce;
    }

    /** Gives one back. */
    void giveBack(Bounce bounce) {
        if (kept.incrementAndGet() <= KEPT) {
            free.offer(bounce);
        } else {
            kept.decrementAndGet();
        }
    }
}
