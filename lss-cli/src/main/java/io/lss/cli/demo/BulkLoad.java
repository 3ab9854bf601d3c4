package io.lss.cli.demo;

import io.lss.api.LogStructuredStore;
import io.lss.api.StoreStats;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;

/**
 * The rest of the load, as fast as it goes: several threads that never wait, and one sync at the end.
 *
 * @param records how many
 * @param bytes their length
 * @param nanos how long it took until the last was stable, reading the files included
 * @param amplification bytes written for each byte of the records
 * @param perWriter for each writer, how many records it has in the store now
 */
record BulkLoad(long records, long bytes, long nanos, double amplification, List<Long> perWriter) {
    /** A load that can be watched while it runs. */
    static final class Running {
        private final LongAdder bytes = new LongAdder();
        private final LongAdder records = new LongAdder();

        long bytes() {
            return bytes.sum();
        }

        /** Loads what is missing: for each writer, what follows the records it has in the store already. */
        BulkLoad run(LogStructuredStore store, LoadPlan plan, List<Long> done) throws IOException {
            StoreStats before = store.stats();
            long start = System.nanoTime();
            AtomicLongArray counts = new AtomicLongArray(plan.loaders());
            Workers.run(
                    Workers.platform("loader"),
                    plan.loaders(),
                    writer -> counts.set(writer, load(store, plan, writer, done.get(writer))));
            store.sync();
            long nanos = System.nanoTime() - start;
            StoreStats after = store.stats();
            return new BulkLoad(
                    records.sum(),
                    bytes.sum(),
                    nanos,
                    (double) (after.flushedBytes() - before.flushedBytes()) / Math.max(1, bytes.sum()),
                    IntStream.range(0, plan.loaders()).mapToObj(counts::get).toList());
        }

        private long load(LogStructuredStore store, LoadPlan plan, int writer, long done) throws IOException {
            try (RecordWriter writing = new RecordWriter(store, plan, writer, done)) {
                while (!writing.isDone()) {
                    int length = writing.prepare();
                    writing.append();
                    records.increment();
                    bytes.add(length);
                }
                return writing.records();
            }
        }
    }
}
