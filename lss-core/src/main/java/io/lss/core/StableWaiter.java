package io.lss.core;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Somebody who waits until the stable watermark has passed an LSN: a parked thread or a stage. */
final class StableWaiter {

    private static final Executor ELSEWHERE = task -> Thread.ofVirtual().name("whenStable").inheritInheritableThreadLocals(false).start(task);

    final long lsn;

    /** Whether it only follows: it wants to know, but nothing is flushed on its behalf. */
    final boolean follows;

    private final @Nullable Thread thread;
    private final @Nullable CompletableFuture<Void> stage;
    private volatile boolean over;

    /** Link in the stack of newcomers, then in the list of those to be woken; used by one thread at a time. */
    @Nullable StableWaiter next;

    private StableWaiter(
            long lsn, boolean follows, @Nullable Thread thread, @Nullable CompletableFuture<Void> stage) {
        this.lsn = lsn;
        this.follows = follows;
        this.thread = thread;
        this.stage = stage;
    }

    /** {@return a waiter for whom the calling thread will park} */
    static StableWaiter parked(long lsn) {
        return new StableWaiter(lsn, false, Thread.currentThread(), null);
    }

    /** {@return a follower for whom the calling thread will park} */
    static StableWaiter following(long lsn) {
        return new StableWaiter(lsn, true, Thread.currentThread(), null);
    }

    /** {@return a waiter that completes a stage} */
    static StableWaiter completing(long lsn, CompletableFuture<Void> stage) {
        return new StableWaiter(lsn, false, null, stage);
    }

    /** {@return whether this waiter was woken, or has gone by itself} */
    boolean isOver() {
        return over;
    }

    /** Leaves without being woken. */
    void leave() {
        over = true;
    }

    /** Ends the wait; the woken looks for itself whether the LSN is stable. Never throws. */
    void wake(@Nullable Throwable trouble) {
        over = true;
        try {
            if (thread != null) {
                LockSupport.unpark(thread);
            } else if (stage != null) {
                completeElsewhere(stage, trouble);
            }
        } catch (RuntimeException | Error e) {
            // No thread to be had: better on this one than never.
            if (stage != null) {
                var _ = trouble == null ? stage.complete(null) : stage.completeExceptionally(trouble);
            }
        }
    }

    /**
     * Not on this thread: what a user hangs on the stage may block, and must not block the store. Nor on the common pool, of which there
     * may be one thread: what hangs on another stage may block that.
     */
    private static void completeElsewhere(CompletableFuture<Void> stage, @Nullable Throwable trouble) {
        if (trouble == null) {
            var _ = stage.completeAsync(() -> null, ELSEWHERE);
        } else {
            var _ = stage.completeAsync(() -> {
                throw new CompletionException(trouble);
            }, ELSEWHERE);
        }
    }
}
