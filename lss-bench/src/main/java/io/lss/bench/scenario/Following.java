package io.lss.bench.scenario;

import io.lss.api.LogStructuredStore;
import io.lss.api.RecordCursor;
import io.lss.bench.run.Contender;
import io.lss.bench.run.Figures;
import io.lss.bench.run.Metric;
import io.lss.bench.run.Places;
import io.lss.bench.work.Records;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * One thread appends at a fixed rate and waits for nothing; another follows the log. The latency is from the time at which the append was
 * due until the follower has the record, which is durable then.
 */
final class Following implements Contender {

    private static final int RECORD = 256;

    private final Setting setting;
    private @Nullable LogStructuredStore kept;

    Following(Setting setting) {
        this.setting = setting;
    }

    @Override
    public String name() {
        return setting.name();
    }

    @Override
    public String flags() {
        return "provider " + setting.provider() + ", " + setting.number() + " records of " + RECORD + " bytes a second";
    }

    @Override
    public Figures measure() throws IOException, InterruptedException {
        LogStructuredStore store = kept;
        if (store == null) {
            Places.remove(setting.directory());
            store = LogStructuredStore.open(setting.directory(), setting.options());
            kept = store;
        }
        LogStructuredStore log = store;
        long interval = 1_000_000_000L / setting.number();
        long count = setting.time().toNanos() / interval;
        Histogram latencies = new Histogram(3);
        latencies.setAutoResize(true);
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        long from = log.tailLsn();
        Thread follower = Thread.ofPlatform().name("follower").start(() -> {
            try (RecordCursor tail = log.tail(from)) {
                for (long i = 0; i < count && tail.next(); i++) {
                    latencies.recordValue(System.nanoTime() - Records.stampOf(tail.payload()));
                }
            } catch (IOException | RuntimeException e) {
                failure.set(e);
            }
        });
        long begin = System.nanoTime();
        append(log, interval, count);
        follower.join();
        double seconds = (System.nanoTime() - begin) / 1e9;
        Throwable failed = failure.get();
        if (failed != null || latencies.getTotalCount() != count) {
            throw new IOException("the follower saw " + latencies.getTotalCount() + " of " + count + " records", failed);
        }
        return Figures.of(Metric.PER_SECOND, count / seconds).withLatencies(latencies);
    }

    private static void append(LogStructuredStore log, long interval, long count) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment record = arena.allocate(RECORD, 64);
            Records.fill(record);
            long begin = System.nanoTime();
            for (long i = 0; i < count; i++) {
                long due = begin + i * interval;
                for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
                Records.put(record, due);
                long _ = log.append(record);
            }
        }
    }

    @Override
    public void close() throws IOException {
        if (kept != null) {
            kept.close();
        }
        Places.remove(setting.directory());
    }
}
