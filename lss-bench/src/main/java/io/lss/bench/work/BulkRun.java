package io.lss.bench.work;

import io.lss.bench.run.Figures;
import io.lss.bench.run.Metric;
import java.io.IOException;

/** Appends as fast as it goes, and ends when the last record is durable. */
final class BulkRun {

    private BulkRun() {}

    /**
     * Measures once.
     *
     * @param appended how many records each thread has appended to this log; counted on
     */
    static Figures measure(Log log, Work work, long[] appended) throws IOException, InterruptedException {
        long count = work.recordsPerThread();
        Footprint before = Footprint.before(log);
        long nanos = Threads.run(
                work.threads(),
                work.virtual(),
                thread -> {
                    try (Log.Appender appender = log.appender()) {
                        long first = appended[thread];
                        for (long i = first; i < first + count; i++) {
                            appender.append(Records.stamp(thread, i));
                        }
                        appended[thread] = first + count;
                    }
                },
                _ -> log.sync());
        long records = count * work.threads();
        Figures figures = Figures.of(Metric.MIB_PER_SECOND, records * (double) work.recordBytes() / (1 << 20) * 1e9 / nanos)
                .with(Metric.NANOS, (double) nanos / records);
        return before.after(figures, records, records * work.recordBytes());
    }
}
