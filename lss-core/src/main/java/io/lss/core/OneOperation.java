package io.lss.core;

import io.lss.spi.flush.Completion;
import io.lss.spi.flush.Device;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Waits for one write or sync outside the flusher, driving the device if it needs that. Not shortened by interrupts. */
public final class OneOperation implements Completion {

    private static final long SLICE_NANOS = 1_000_000;

    private boolean done;
    private @Nullable IOException failure;

    /** For one operation. */
    public OneOperation() {}

    @Override
    public synchronized void done(long bytes, @Nullable IOException why) {
        done = true;
        failure = why;
        notifyAll();
    }

    /**
     * Waits for the operation that was given this object.
     *
     * @param device on which it was started
     * @throws IOException if it failed
     */
    public void await(Device device) throws IOException {
        device.submit();
        boolean interrupted = false;
        if (device.traits().anyThread()) {
            interrupted = awaitOtherThread();
        } else {
            while (!isDone()) {
                device.drive(SLICE_NANOS);
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        check();
    }

    private synchronized boolean awaitOtherThread() {
        boolean interrupted = false;
        while (!done) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        return interrupted;
    }

    private synchronized boolean isDone() {
        return done;
    }

    private synchronized void check() throws IOException {
        if (failure != null) {
            throw failure;
        }
    }
}
