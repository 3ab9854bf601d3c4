package io.lss.uring;

import io.lss.spi.flush.Completion;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A write or sync that somebody waits for, from the moment it is asked for until its completion is told. All that is needed to tell it
 * exists from the beginning: when there is no memory left, who waits is told all the same.
 */
final class Operation {

    final UringSegment segment;
    private final Completion completion;
    private final long bytes;

    // Guarded by the queue's submission lock; the last two links, once ended, by its completion lock.
    private @Nullable IOException failure;
    boolean ended;
    @Nullable Operation previous;
    @Nullable Operation next;

    /**
     * One that nobody knows of yet.
     *
     * @param segment what it is for
     * @param completion whom to tell
     * @param bytes for a write, its length
     */
    Operation(UringSegment segment, Completion completion, long bytes) {
        this.segment = segment;
        this.completion = completion;
        this.bytes = bytes;
    }

    /** It has ended. {@code why}: null if well. */
    void end(@Nullable IOException why) {
        ended = true;
        failure = why;
    }

    /** Tells whom it concerns. */
    void tell() {
        completion.done(failure == null ? bytes : 0, failure);
    }
}
