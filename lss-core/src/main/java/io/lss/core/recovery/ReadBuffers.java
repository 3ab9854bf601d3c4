package io.lss.core.recovery;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Buffers for reads, or sets of them, used again: a thread takes one from its stripe, and gives it back when its read has ended. A
 * thread that finds its stripe and the ones beside it empty makes a new one, so nobody waits; what finds no place on return is left to
 * the collector.
 *
 * @param <B> what is kept
 */
final class ReadBuffers<B> {

    private static final int LOOKS = 4;

    private final AtomicReferenceArray<@Nullable B> stripes;
    private final Supplier<B> make;

    /**
     * An empty pool.
     *
     * @param stripes how many are kept at most: a power of two
     * @param make makes one
     */
    ReadBuffers(int stripes, Supplier<B> make) {
        this.stripes = new AtomicReferenceArray<>(stripes);
        this.make = make;
    }

    /** {@return one for the calling thread alone} */
    B take() {
        int home = home();
        for (int i = 0; i < LOOKS; i++) {
            // The exchange gives the buffer, and all its last user did to it, to one thread.
            B buffer = stripes.getAndSet((home + i) & (stripes.length() - 1), null);
            if (buffer != null) {
                return buffer;
            }
        }
        return make.get();
    }

    /** Takes one back. */
    void giveBack(B buffer) {
        int home = home();
        for (int i = 0; i < LOOKS; i++) {
            if (stripes.compareAndSet((home + i) & (stripes.length() - 1), null, buffer)) {
                return;
            }
        }
    }

    private static int home() {
        return (int) Thread.currentThread().threadId() * LOOKS;
    }
}
