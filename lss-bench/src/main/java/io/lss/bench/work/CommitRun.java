package io.lss.bench.work;

import io.lss.bench.run.Figures;
import io.lss.bench.run.Metric;
import java.io.IOException;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Threads that append a record and wait until it is durable, again and again. With a rate, each commit has a time at which it is due, and its
 * latency counts from then: a stall is seen by all that were due meanwhile, which a loop that waits for the one before would leave out.
 */
final class CommitRun {

    private static final long LONGEST_NANOS = 60_000_000_000L;

    /** So many threads keep histograms of three digits; more of two, for their memory. */
    private static final int FEW_THREADS = 100;

    private CommitRun() {}

    static Figures measure(Log log, Work work, long[] appended) throws IOException, InterruptedException {
        int threads = work.threads();
        Histogram[] latencies = new Histogram[threads];
        for (int i = 0; i < threads; i++) {
            latencies[i] = new Histogram(threads > FEW_THREADS ? 2 : 3);
            latencies[i].setAutoResize(true);
        }
        Footprint before = Footprint.before(log);
        long nanos = Threads.run(
                threads,
                work.virtual(),
                thread -> {
                    try (Log.Appender appender = log.appender()) {
                        if (work.ratePerSecond() > 0) {
                            paced(appender, work, thread, appended, latencies[thread]);
                        } else {
                            closed(appender, work, thread, appended, latencies[thread]);
                        }
                    }
                },
                _ -> {});
        Histogram all = new Histogram(3);
        all.setAutoResize(true);
        for (Histogram each : latencies) {
            all.add(each);
        }
        Figures figures = Figures.of(Metric.PER_SECOND, all.getTotalCount() * 1e9 / nanos).withLatencies(all);
        return before.after(figures, all.getTotalCount(), all.getTotalCount() * work.recordBytes());
    }

    private static void closed(Log.Appender appender, Work work, int thread, long[] appended, Histogram latencies)
            throws IOException, InterruptedException {
        long before = System.nanoTime();
        long end = before + work.time().toNanos();
        long sequence = appended[thread];
        while (before - end < 0) {
            appender.commit(Records.stamp(thread, sequence++));
            long now = System.nanoTime();
            latencies.recordValue(Math.min(LONGEST_NANOS, now - before));
            before = now;
        }
        appended[thread] = sequence;
    }

    private static void paced(Log.Appender appender, Work work, int thread, long[] appended, Histogram latencies)
            throws IOException, InterruptedException {
        double interval = 1e9 * work.threads() / work.ratePerSecond();
        long begin = System.nanoTime() + (long) (interval * thread / work.threads());
        long count = (long) (work.time().toNanos() / interval);
        long sequence = appended[thread];
        for (long i = 0; i < count; i++) {
            long due = begin + (long) (i * interval);
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            appender.commit(Records.stamp(thread, sequence++));
            latencies.recordValue(Math.min(LONGEST_NANOS, System.nanoTime() - due));
        }
        appended[thread] = sequence;
    }
}
