package io.lss.cli.demo;

import io.lss.api.LogStructuredStore;
import io.lss.api.StoreStats;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.stream.IntStream;

/**
 * What it costs to append one small record and wait until it is stable, again and again, in several threads at once.
 *
 * @param latencies how long each commit took
 * @param nanos in how much time they were made
 * @param amplification bytes written for each byte of the records
 * @param claims what each thread did, those before the measurement began included
 */
record CommitMeasurement(Latencies latencies, long nanos, double amplification, List<Claim> claims) {
    /** The first part of the time is for warming up and does not count. */
    private static final double WARM_UP_SHARE = 0.2;

    /**
     * Measures.
     *
     * @param store where
     * @param plan what to append
     * @param firstWriter the number of the first thread as a writer; the others follow
     * @param count how many threads
     * @param threads what kind
     * @param time how long
     */
    static CommitMeasurement take(
            LogStructuredStore store, LoadPlan plan, int firstWriter, int count, ThreadFactory threads, Duration time)
            throws IOException {
        List<Latencies> latencies =
                IntStream.range(0, count).mapToObj(i -> new Latencies()).toList();
        List<Claim> claims = new ArrayList<>(Collections.nCopies(count, Claim.allStable(0, -1)));
        StoreStats before = store.stats();
        long begin = System.nanoTime() + (long) (time.toNanos() * WARM_UP_SHARE);
        long end = begin + (long) (time.toNanos() * (1 - WARM_UP_SHARE));
        Workers.run(threads, count, i -> {
            Claim claim = commit(store, plan, firstWriter + i, begin, end, latencies.get(i));
            synchronized (claims) {
                claims.set(i, claim);
            }
        });
        StoreStats after = store.stats();
        return new CommitMeasurement(
                Latencies.together(latencies),
                end - begin,
                (double) (after.flushedBytes() - before.flushedBytes())
                        / Math.max(1, after.payloadBytes() - before.payloadBytes()),
                List.copyOf(claims));
    }

    private static Claim commit(
            LogStructuredStore store, LoadPlan plan, int writer, long begin, long end, Latencies latencies)
            throws IOException {
        long lsn = -1;
        try (RecordWriter records = new RecordWriter(store, plan, writer, 0)) {
            while (true) {
                records.prepare();
                long start = System.nanoTime();
                if (start - end >= 0) {
                    break;
                }
                lsn = records.append();
                store.awaitStable(lsn);
                long now = System.nanoTime();
                if (start - begin >= 0 && now - end <= 0) {
                    latencies.add(now - start);
                }
            }
            return Claim.allStable(records.records(), lsn);
        }
    }
}
