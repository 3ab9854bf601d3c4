package io.lss.spi.flush;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Told once when a write, a sync or a read that was started has ended (F2).
 *
 * <p>A device may call it on any thread, also before the call that started the operation returns. An implementation
 * (the engine's) neither blocks nor throws. What happened before {@code done} in the device's thread is visible to the
 * engine.
 */
@FunctionalInterface
public interface Completion {

    /**
     * The operation has ended.
     *
     * @param bytes for a write that succeeded, its full length in bytes (F1); for a read, how many bytes were read (F8); otherwise ignored
     * @param failure why it failed, with position, length and errno where known; null if it succeeded
     */
    void done(long bytes, @Nullable IOException failure);
}
