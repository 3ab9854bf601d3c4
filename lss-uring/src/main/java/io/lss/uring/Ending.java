package io.lss.uring;

import io.lss.spi.flush.Completion;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * An operation that has ended, or will with the next sync, and whom to tell.
 *
 * @param segment what it was for
 * @param completion whom to tell
 * @param bytes for a write, its length
 * @param failure why it failed; null if it did not
 */
record Ending(UringSegment segment, Completion completion, long bytes, @Nullable IOException failure) {

    /** {@return the same as a failure; unless there is none} */
    Ending failedBy(@Nullable IOException why) {
        return why == null ? this : new Ending(segment, completion, 0, why);
    }
}
