package io.lss.core;

import java.util.concurrent.atomic.LongAdder;

/** Counts of flushes and syncs, for statistics. Any thread. */
final class FlushCounts {

    private final LongAdder flushes = new LongAdder();
    private final LongAdder durableFlushes = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder padding = new LongAdder();
    private final LongAdder syncs = new LongAdder();
    private final Runnable completed;

    /** Counts, and knows whom completions tell. */
    FlushCounts(Runnable completed) {
        this.completed = completed;
    }

    Runnable completed() {
        return completed;
    }

    void flushed(long length, boolean durable) {
        flushes.increment();
        bytes.add(length);
        if (durable) {
            durableFlushes.increment();
        }
    }

    void padding(long length) {
        padding.add(length);
    }

    void synced() {
        syncs.increment();
    }

    long flushes() {
        return flushes.sum();
    }

    long durableFlushes() {
        return durableFlushes.sum();
    }

    long bytes() {
        return bytes.sum();
    }

    long paddingBytes() {
        return padding.sum();
    }

    long syncs() {
        return syncs.sum();
    }
}
