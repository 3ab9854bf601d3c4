package io.lss.tck;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.BooleanSupplier;

/**
 * Something that runs on a thread of its own, and comes to an end.
 *
 * @param thread which
 * @param task what runs there
 */
record Work<T>(Thread thread, FutureTask<T> task) {

    /** After what time a thread that is going to block has most likely done so, in nanoseconds. */
    private static final long LIKELY_BLOCKED = 200_000_000;

    /** A piece of work that several threads do, each with its number. */
    @FunctionalInterface
    interface Numbered<T> {
        T run(int number) throws Exception;
    }

    static <T> Work<T> start(Thread.Builder builder, Callable<T> what) {
        FutureTask<T> task = new FutureTask<>(what);
        return new Work<>(builder.start(task), task);
    }

    static <T> Work<T> start(Callable<T> what) {
        return start(Thread.ofPlatform().daemon(), what);
    }

    /** {@return what came of it on each of several threads, in order} It is waited for. */
    static <T> List<T> together(int threads, Numbered<T> what) throws Exception {
        List<Work<T>> all = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            int number = i;
            all.add(start(() -> what.run(number)));
        }
        List<T> results = new ArrayList<>();
        for (Work<T> each : all) {
            results.add(each.get());
        }
        return results;
    }

    /** {@return what came of it, once it has ended} */
    T get() throws Exception {
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e;
        }
    }

    /** {@return with what it failed} */
    <X extends Throwable> X failure(Class<X> type, String rule) throws InterruptedException {
        Object came;
        try {
            came = task.get();
        } catch (ExecutionException e) {
            if (type.isInstance(e.getCause())) {
                return type.cast(e.getCause());
            }
            throw new AssertionError(rule + ": " + type.getSimpleName() + " was due, it was " + e.getCause(), e.getCause());
        }
        throw new AssertionError(rule + ": " + type.getSimpleName() + " was due, it ended with " + came);
    }

    /**
     * Gives the thread time to block, or to end. No evidence of anything: a store may let those who wait drive, or look again and again.
     */
    @SuppressWarnings("ThreadPriorityCheck") // lets the thread run
    void untilBlocked() {
        long until = System.nanoTime() + LIKELY_BLOCKED;
        while (System.nanoTime() < until) {
            switch (thread.getState()) {
                case WAITING, TIMED_WAITING, TERMINATED -> {
                    return;
                }
                default -> Thread.yield();
            }
        }
    }

    /** Waits for what another thread brings about; patience ends it otherwise. */
    @SuppressWarnings("ThreadPriorityCheck") // lets the others run; nothing depends on it
    static void until(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            if (Thread.currentThread().isInterrupted()) {
                throw new AssertionError("the test was given up while it waited");
            }
            Thread.yield();
        }
    }
}
