package io.lss.core.recovery;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Buffers for reads, used again: a thread takes one from its stripe, and gives it back when its read has ended. A thread that
 * finds its stripe and the ones beside it empty makes a new buffer, so nobody waits; what finds no place on return is left to the
 * collector.
 */
final class ReadBuffers {

    private static final int STRIPES = 64;
    private static final int LOOKS = 4;

    private final AtomicReferenceArray<@Nullable ReadBuffer> stripes = new AtomicReferenceArray<>(STRIPES);

    /** {@return a buffer for the calling thread alone} */
    ReadBuffer take() {
        int home = home();
        for (int i = 0; i < LOOKS; i++) {
            // The exchange gives the buffer, and all its last user did to it, to one thread.
            ReadBuffer buffer = stripes.getAndSet((home + i) & (STRIPES - 1), null);
            if (buffer != null) {
                return buffer;
            }
        }
        return new ReadBuffer();
    }

    /** Takes a buffer back. */
    void giveBack(ReadBuffer buffer) {
        if (buffer.isLarge()) {
            return;
        }
        int home = home();
        for (int i = 0; i < LOOKS; i++) {
            if (stripes.compareAndSet((home + i) & (STRIPES - 1), null, buffer)) {
                return;
            }
        }
    }

    private static int home() {
        return (int) Thread.currentThread().threadId() * LOOKS;
    }
}
