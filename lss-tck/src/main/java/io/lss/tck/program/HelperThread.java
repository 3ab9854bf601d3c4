package io.lss.tck.program;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A thread beside the program's own, and what came of it. */
final class HelperThread<T> {

    private final Thread thread;
    private final AtomicReference<@Nullable T> result;
    private final AtomicReference<@Nullable Throwable> failure;

    private HelperThread(Thread thread, AtomicReference<@Nullable T> result, AtomicReference<@Nullable Throwable> failure) {
        this.thread = thread;
        this.result = result;
        this.failure = failure;
    }

    static <T> HelperThread<T> start(String name, boolean virtual, Callable<T> body) {
        AtomicReference<@Nullable T> result = new AtomicReference<>();
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        Thread.Builder builder = virtual ? Thread.ofVirtual() : Thread.ofPlatform().daemon();
        Thread thread = builder.name("lss-tck-" + name).start(() -> {
            try {
                result.set(body.call());
            } catch (Throwable e) {
                failure.set(e);
            }
        });
        return new HelperThread<>(thread, result, failure);
    }

    /** Waits until it has ended. */
    void join(String violation, Duration patience) {
        try {
            if (!thread.join(patience)) {
                var hang = new IllegalStateException("where it hangs");
                hang.setStackTrace(thread.getStackTrace());
                thread.interrupt();
                throw new ViolationException(violation + " within " + patience.toSeconds() + " s", hang);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the program was given up", e);
        }
    }

    /** {@return what it threw, when it has ended} */
    @Nullable Throwable failure() {
        return failure.get();
    }

    /** {@return what it returned, when it has ended} */
    T result(String violation, Duration patience) {
        join(violation, patience);
        Throwable thrown = failure.get();
        if (thrown instanceof ViolationException broken) {
            throw broken;
        }
        T returned = result.get();
        if (thrown != null || returned == null) {
            throw new ViolationException("S11: nothing was made to fail, but a call on another thread throws " + thrown, thrown == null ? new IOException("no result") : thrown);
        }
        return returned;
    }
}
