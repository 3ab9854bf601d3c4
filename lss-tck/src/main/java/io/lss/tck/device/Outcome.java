package io.lss.tck.device;

import io.lss.spi.flush.Completion;
import io.lss.spi.flush.Device;
import io.lss.spi.flush.Segment;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** A completion that can be waited for, on a device that may have to be driven; it fails the test if it is told twice (F2). */
public final class Outcome implements Completion {

    private static final long SLICE_NANOS = 100_000_000;

    private final Device device;
    private final CompletableFuture<Long> future = new CompletableFuture<>();
    private volatile boolean twice;

    private Outcome(Device device) {
        this.device = device;
    }

    /**
     * {@return the outcome of nothing yet, to be given to an operation}
     *
     * @param device the one that will tell it
     */
    public static Outcome on(Device device) {
        return new Outcome(device);
    }

    /**
     * {@return the outcome of a write that was asked for}
     *
     * @param device the device
     * @param segment a segment of it
     * @param src what to write
     * @param position where
     * @param durable whether it must survive power loss
     */
    public static Outcome write(Device device, Segment segment, MemorySegment src, long position, boolean durable) {
        Outcome outcome = new Outcome(device);
        segment.write(src, position, durable, outcome);
        return outcome;
    }

    /**
     * {@return the outcome of a sync that was asked for}
     *
     * @param device the device
     * @param segment a segment of it
     */
    public static Outcome sync(Device device, Segment segment) {
        Outcome outcome = new Outcome(device);
        segment.sync(outcome);
        return outcome;
    }

    @Override
    public void done(long bytes, @Nullable IOException failure) {
        boolean first = failure == null ? future.complete(bytes) : future.completeExceptionally(failure);
        twice |= !first;
    }

    /** {@return whether it has been told} */
    public boolean isDone() {
        return future.isDone();
    }

    /**
     * {@return the bytes, once it has ended} Submits, and drives a device that needs that.
     *
     * @throws IOException the failure that it was told
     */
    public long await() throws IOException {
        device.submit();
        while (!device.traits().anyThread() && !future.isDone()) {
            device.drive(SLICE_NANOS);
        }
        return awaitUndriven();
    }

    /**
     * {@return the bytes, once it has ended} For what goes on by itself: nothing is submitted or driven.
     *
     * @throws IOException the failure that it was told
     */
    public long awaitUndriven() throws IOException {
        long bytes = 0;
        IOException failure = null;
        try {
            bytes = future.get();
        } catch (ExecutionException e) {
            failure = e.getCause() instanceof IOException why ? why : new IOException(e.getCause());
        } catch (InterruptedException e) {
            throw new AssertionError("the test was interrupted", e);
        }
        if (twice) {
            throw new AssertionError("F2: completed twice", failure);
        }
        if (failure != null) {
            throw failure;
        }
        return bytes;
    }
}
