package io.lss.core;

import io.lss.spi.flush.Completion;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * One sync of everything written below a target: a sync of each segment that holds some of it. Covers what had completed when
 * it began, nothing later (F3).
 */
final class SyncRound {

    private static final VarHandle REMAINING;
    private static final VarHandle TOLD;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            REMAINING = lookup.findVarHandle(SyncRound.class, "remaining", int.class);
            TOLD = lookup.findVarHandle(Part.class, "told", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final long targetLsn;

    /** How many bytes of the session's units lie below the target. */
    final long targetBytes;

    private final SyncEvent event = new SyncEvent();
    private final Runnable completed;
    private volatile @Nullable IOException failure;

    @SuppressWarnings("unused") // through REMAINING
    private volatile int remaining;

    SyncRound(long targetLsn, long targetBytes, int segments, Runnable completed) {
        this.targetLsn = targetLsn;
        this.targetBytes = targetBytes;
        this.remaining = segments;
        this.completed = completed;
        event.segments = segments;
        event.begin();
    }

    /** The sync of one segment: counts once, however often a device completes it. */
    final class Part implements Completion {

        @SuppressWarnings("unused") // through TOLD
        private volatile boolean told;

        @Override
        public void done(long bytes, @Nullable IOException why) {
            if (!TOLD.compareAndSet(this, false, true)) {
                return;
            }
            if (why != null && failure == null) {
                failure = why;
            }
            if ((int) REMAINING.getAndAdd(SyncRound.this, -1) == 1) {
                completed.run();
            }
        }
    }

    /** {@return the completion of one segment's sync} As many are made as were announced. */
    Part part() {
        return new Part();
    }

    boolean isDone() {
        return (int) REMAINING.getAcquire(this) <= 0;
    }

    @Nullable IOException failure() {
        return failure;
    }

    /** Tells the flight recorder how it ended, while that records. */
    void commit(String store, long length) {
        event.end();
        if (event.shouldCommit()) {
            IOException why = failure;
            event.store = store;
            event.endLsn = targetLsn;
            event.length = length;
            event.failure = why == null ? null : why.toString();
            event.commit();
        }
    }
}
