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
final class SyncRound implements Completion {

    private static final VarHandle REMAINING;

    static {
        try {
            REMAINING = MethodHandles.lookup().findVarHandle(SyncRound.class, "remaining", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final long targetLsn;
    final SyncEvent event = new SyncEvent();
    private final Runnable completed;
    private volatile @Nullable IOException failure;

    @SuppressWarnings("unused") // through REMAINING
    private volatile int remaining;

    SyncRound(long targetLsn, int segments, Runnable completed) {
        this.targetLsn = targetLsn;
        this.remaining = segments;
        this.completed = completed;
        event.begin();
    }

    @Override
    public void done(long bytes, @Nullable IOException why) {
        if (why != null && failure == null) {
            failure = why;
        }
        if ((int) REMAINING.getAndAdd(this, -1) == 1) {
            completed.run();
        }
    }

    boolean isDone() {
        return (int) REMAINING.getAcquire(this) <= 0;
    }

    @Nullable IOException failure() {
        return failure;
    }
}
