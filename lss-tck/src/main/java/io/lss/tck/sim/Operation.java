package io.lss.tck.sim;

import io.lss.spi.flush.Completion;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A write or sync between being handed over and being completed. Guarded by the monitor. */
final class Operation {

    private final SimulatedSegment segment;
    private final Completion completion;
    private final Verdict verdict;
    private final Thread issuer = Thread.currentThread();
    private final @Nullable MemorySegment src;
    private final @Nullable PendingWrite write;
    private final boolean durable;
    private final List<PendingWrite> covered;
    private long due;
    private long order;
    private boolean acknowledged;

    private Operation(
            SimulatedSegment segment,
            Completion completion,
            Verdict verdict,
            @Nullable MemorySegment src,
            @Nullable PendingWrite write,
            boolean durable,
            List<PendingWrite> covered) {
        this.segment = segment;
        this.completion = completion;
        this.verdict = verdict;
        this.src = src;
        this.write = write;
        this.durable = durable;
        this.covered = covered;
    }

    /** {@return a write} */
    static Operation write(
            SimulatedSegment segment,
            MemorySegment src,
            PendingWrite write,
            boolean durable,
            Verdict verdict,
            Completion completion) {
        return new Operation(segment, completion, verdict, src, write, durable, List.of());
    }

    /** {@return a sync that covers the writes that have completed now} */
    static Operation sync(
            SimulatedSegment segment, List<PendingWrite> covered, Verdict verdict, Completion completion) {
        return new Operation(segment, completion, verdict, null, null, false, covered);
    }

    SimulatedSegment segment() {
        return segment;
    }

    Completion completion() {
        return completion;
    }

    Verdict verdict() {
        return verdict;
    }

    Thread issuer() {
        return issuer;
    }

    /** {@return source memory, null for a sync} */
    @Nullable MemorySegment src() {
        return src;
    }

    /** {@return what is written, null for a sync} */
    @Nullable PendingWrite write() {
        return write;
    }

    boolean durable() {
        return durable;
    }

    /** {@return the writes that a sync makes durable} */
    List<PendingWrite> covered() {
        return covered;
    }

    /** {@return when it ends, in nanoseconds since the device was opened} */
    long due() {
        return due;
    }

    long order() {
        return order;
    }

    /** Starts it. {@code tieBreak} decides between operations that end at the same time. */
    void start(long endsAt, long tieBreak) {
        due = endsAt;
        order = tieBreak;
    }

    /** {@return whether its completion has been told already} */
    boolean isAcknowledged() {
        return acknowledged;
    }

    void acknowledge() {
        acknowledged = true;
    }
}
