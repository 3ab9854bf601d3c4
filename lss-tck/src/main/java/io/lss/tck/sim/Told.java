package io.lss.tck.sim;

import io.lss.spi.flush.Completion;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A completion that is to be told, outside the monitor.
 *
 * @param completion to whom
 * @param times how often; a correct device: once
 * @param bytes how many bytes were written
 * @param failure why it failed, or null
 */
record Told(Completion completion, int times, long bytes, @Nullable IOException failure) {

    /** {@return a completion that tells a failure} */
    static Told failed(Completion completion, IOException failure) {
        return new Told(completion, 1, 0, failure);
    }

    /** Tells it. An exception out of the engine's completion is handed to {@code rules}. */
    void tell(EngineRules rules) {
        for (int i = 0; i < times; i++) {
            try {
                completion.done(bytes, failure);
            } catch (RuntimeException e) {
                rules.violated("F2", "a completion threw " + e);
            }
        }
    }
}
