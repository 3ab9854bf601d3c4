package io.lss.core;

import io.lss.spi.flush.Completion;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A flush unit in the hands of the device. A new one for each write, so that what a device says late is not taken for another's. */
final class FlushUnit implements Completion {

    /** For the case that there is no memory for a message. */
    @SuppressWarnings("StaticAssignmentOfThrowable")
    private static final IOException UNTOLD = new IOException("the device reports fewer bytes written than it was given (rule F1)");

    private final Runnable completed;

    /** The buffer it is written from; null once that was given back. */
    private @Nullable FlushBuffer buffer;

    final long endLsn;
    final long length;
    final boolean durable;
    final @Nullable FlushEvent event;

    /** Written before {@code done}, read after it. */
    private @Nullable IOException failure;

    /** Volatile: what the device did before it completed the write happens before the buffer is used again. */
    private volatile boolean done;

    FlushUnit(FlushBuffer from, long endLsn, long bytes, boolean durable, @Nullable FlushEvent event, Runnable completed) {
        this.buffer = from;
        this.endLsn = endLsn;
        this.length = bytes;
        this.durable = durable;
        this.event = event;
        this.completed = completed;
    }

    @Override
    public void done(long bytes, @Nullable IOException why) {
        // A completion must not throw.
        try {
            if (done) {
                // What a second one would say is not asked for.
                System.getLogger("io.lss").log(
                        System.Logger.Level.ERROR, "the device completed the write that ends at LSN {0} twice (rule F2)", endLsn);
                return;
            }
            failure = why == null && bytes != length
                    ? new IOException("the device reports " + bytes + " bytes written of " + length + " (rule F1)")
                    : why;
        } catch (Throwable t) {
            failure = why == null ? UNTOLD : why;
        }
        if (event != null) {
            event.end();
        }
        done = true;
        completed.run();
    }

    /** Gives the buffer back, once. {@return whether this call did} */
    boolean free() {
        FlushBuffer written = buffer;
        if (written == null) {
            return false;
        }
        buffer = null;
        written.phase = FlushBuffer.Phase.FREE;
        return true;
    }

    boolean isDone() {
        return done;
    }

    @Nullable IOException failure() {
        return failure;
    }

    @Override
    public String toString() {
        return "unit to LSN " + endLsn + (durable ? " durable" : "") + (done ? " done" : " in flight");
    }
}
