package io.lss.tck;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Runs what may hang on a thread of its own, and gives up on it after a time. A hang is a failure, and says where it hangs. */
final class Patience {

    /** A test, or a try of one. */
    @FunctionalInterface
    interface Body {
        void run() throws Throwable;
    }

    /** What was waited for did not end. */
    static final class HangException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        HangException(String message, StackTraceElement[] where) {
            super(message);
            setStackTrace(where);
        }
    }

    private Patience() {}

    /**
     * Runs a body, and waits for it.
     *
     * @param name of the thread
     * @param limit how long to wait
     * @param body what to run
     * @throws HangException if it does not end in time; it was interrupted then, and is left alone
     * @throws Throwable what the body throws
     */
    static void run(String name, Duration limit, Body body) throws Throwable {
        AtomicReference<@Nullable Throwable> thrown = new AtomicReference<>();
        Thread thread = Thread.ofPlatform().daemon().name("lss-tck-" + name).start(() -> {
            try {
                body.run();
            } catch (Throwable e) {
                thrown.set(e);
            }
        });
        if (!ended(thread, limit)) {
            StackTraceElement[] where = thread.getStackTrace();
            thread.interrupt();
            throw new HangException("nothing came of it in " + limit.toSeconds() + " s; it hangs where this stack trace says", where);
        }
        Throwable failure = thrown.get();
        if (failure instanceof CancellationException) {
            throw new AssertionError("cancelled", failure);
        }
        if (failure != null) {
            throw failure;
        }
    }

    /**
     * Waits for a thread. jqwik makes failures smaller on a thread of the common pool, where stages of a store may complete: another
     * one takes its place meanwhile.
     */
    private static boolean ended(Thread thread, Duration limit) throws InterruptedException {
        ForkJoinPool.managedBlock(new ForkJoinPool.ManagedBlocker() {
            private boolean over;

            @Override
            public boolean block() throws InterruptedException {
                var _ = thread.join(limit);
                over = true;
                return true;
            }

            @Override
            public boolean isReleasable() {
                return over || !thread.isAlive();
            }
        });
        return !thread.isAlive();
    }
}
