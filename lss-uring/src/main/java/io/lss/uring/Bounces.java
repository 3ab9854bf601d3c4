package io.lss.uring;

import io.lss.uring.linux.ErrnoCapture;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

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

    /** For one read at a time: memory, made when it is first needed, and the errno of its calls. */
    static final class Bounce {
        private final ErrnoCapture errno = new ErrnoCapture();
        private @Nullable MemorySegment memory;

        /** {@return {@link #BYTES}, aligned} There may be no memory for it: an OutOfMemoryError. */
        MemorySegment memory() {
            MemorySegment made = memory;
            if (made == null) {
                made = Arena.ofAuto().allocate(BYTES, ALIGNMENT);
                memory = made;
            }
            return made;
        }

        ErrnoCapture errno() {
            return errno;
        }
    }

    private final ConcurrentLinkedQueue<Bounce> free = new ConcurrentLinkedQueue<>();
    private final AtomicInteger kept = new AtomicInteger();

    /** {@return one, the caller's until it is given back} There may be no memory for it: an OutOfMemoryError. */
    Bounce take() {
        Bounce bounce = free.poll();
        if (bounce == null) {
            return new Bounce();
        }
        kept.decrementAndGet();
        return bounce;
    }

    /** Gives one back. Does not fail: the read may have succeeded. */
    void giveBack(Bounce bounce) {
        if (kept.incrementAndGet() > KEPT || !offered(bounce)) {
            kept.decrementAndGet();
        }
    }

    private boolean offered(Bounce bounce) {
        try {
            return free.offer(bounce);
        } catch (OutOfMemoryError e) {
            return false; // it goes to the collector
        }
    }
}
