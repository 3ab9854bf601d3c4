package io.lss.uring;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Counts memory of closed devices that is not unmapped yet because the collector has not found out that nobody reaches it. It is outside the
 * heap, so the collector has no reason to hurry: with too much of it, it is asked to, as the JVM does for direct buffers.
 */
final class RetiredMemory {

    /** So much may wait, in bytes. */
    private static final long MOST = 256 << 20;

    private static final int TRIES = 50;
    private static final long TRY_NANOS = 1_000_000;

    private static final AtomicLong WAITING = new AtomicLong();

    /** One mapping: in use, then retired, then unmapped; the last two in any order. Guarded by itself. */
    static final class Share {
        private final long bytes;
        private boolean retired;
        private boolean unmapped;

        Share(long bytes) {
            this.bytes = bytes;
        }

        /** Its device has been closed. */
        synchronized void retire() {
            if (!retired && !unmapped) {
                WAITING.addAndGet(bytes);
            }
            retired = true;
        }

        /** The memory is gone. */
        synchronized void unmapped() {
            if (retired && !unmapped) {
                WAITING.addAndGet(-bytes);
            }
            unmapped = true;
        }
    }

    private RetiredMemory() {}

    /** {@return how much waits, in bytes} */
    static long waiting() {
        return WAITING.get();
    }

    /** Before more is mapped: if too much waits, has the collector look, and gives it a moment. */
    static void makeRoom() {
        if (WAITING.get() <= MOST) {
            return;
        }
        System.gc();
        for (int i = 0; i < TRIES && WAITING.get() > MOST; i++) {
            LockSupport.parkNanos(TRY_NANOS);
        }
    }
}
