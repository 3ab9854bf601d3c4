package io.lss.faults.soak;

import io.lss.api.StoreClosedException;
import io.lss.api.StoreFailedException;
import io.lss.api.StoreFullException;
import io.lss.api.StoreInterruptedException;
import io.lss.faults.load.ViolationException;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A thread that does one kind of thing to a store again and again, until the store is closed or fails. */
final class Worker {

    /** One thing. */
    @FunctionalInterface
    interface Step {
        void run() throws IOException, ViolationException;
    }

    private final String name;
    private final Step step;
    private final BooleanSupplier stop;
    private final AtomicReference<Throwable> trouble;
    private final AtomicLong steps = new AtomicLong();
    private final Thread thread;

    Worker(String name, boolean virtual, Step step, BooleanSupplier stop, AtomicReference<Throwable> trouble) {
        this.name = name;
        this.step = step;
        this.stop = stop;
        this.trouble = trouble;
        this.thread = (virtual ? Thread.ofVirtual() : Thread.ofPlatform()).name("soak-" + name).start(this::run);
    }

    private void run() {
        while (!stop.getAsBoolean()) {
            try {
                step.run();
            } catch (StoreFullException e) {
                LockSupport.parkNanos(1_000_000); // room comes or not; the next try shows
            } catch (StoreInterruptedException e) {
                var _ = Thread.interrupted();
            } catch (StoreFailedException | StoreClosedException e) {
                return; // whether it may have failed is for those to say who know what they did to it
            } catch (IOException | ViolationException | RuntimeException | Error e) {
                trouble.compareAndSet(null, new IllegalStateException(name + ": " + e, e));
                return;
            } finally {
                steps.incrementAndGet();
            }
        }
    }

    long steps() {
        return steps.get();
    }

    void interrupt() {
        thread.interrupt();
    }

    /** {@return whether it ended in time} */
    boolean join(long millis) throws InterruptedException {
        thread.join(millis);
        return !thread.isAlive();
    }

    /** {@return where it is} */
    String whereabouts() {
        StringBuilder s = new StringBuilder(name);
        for (StackTraceElement each : thread.getStackTrace()) {
            s.append(System.lineSeparator()).append("    at ").append(each);
        }
        return s.toString();
    }
}
