package io.lss.bench.scenario;

import io.lss.api.LogStructuredStore;
import io.lss.api.ReadOutcome;
import io.lss.api.RecordCursor;
import io.lss.bench.run.Figures;
import io.lss.bench.run.Metric;
import io.lss.bench.work.Records;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Committers, beside a follower, a thread that reads at random, and one that trims: the commits' rate and latency. */
final class Mixed extends OnFilledStore {

    private static final long SEGMENT = 64L << 20;

    Mixed(Setting setting) {
        super(setting, setting.number() + " committers, a follower, a reader, a trimmer");
    }

    private interface Body {
        void run(LogStructuredStore store) throws IOException;
    }

    @Override
    public Figures measure() throws IOException, InterruptedException {
        FilledStore with = filled();
        LogStructuredStore store = with.store();
        long window = store.stableLsn() - store.beginLsn();
        AtomicBoolean over = new AtomicBoolean();
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        List<Histogram> latencies = new ArrayList<>();
        List<Thread> committers = new ArrayList<>();
        List<Thread> others = new ArrayList<>();
        long begin = System.nanoTime();
        long end = begin + setting().time().toNanos();
        for (int i = 0; i < setting().number(); i++) {
            Histogram mine = new Histogram(3);
            mine.setAutoResize(true);
            latencies.add(mine);
            committers.add(start("committer-" + i, store, failure, log -> commit(log, end, mine)));
        }
        others.add(start("follower", store, failure, log -> follow(log, over)));
        others.add(start("reader", store, failure, log -> read(log, over)));
        others.add(start("trimmer", store, failure, log -> trim(log, over, window)));
        for (Thread each : committers) {
            each.join();
        }
        long nanos = System.nanoTime() - begin;
        over.set(true);
        for (Thread each : others) {
            each.join();
        }
        Throwable failed = failure.get();
        if (failed != null) {
            throw new IOException("a thread failed: " + failed, failed);
        }
        Histogram all = new Histogram(3);
        all.setAutoResize(true);
        latencies.forEach(all::add);
        return Figures.of(Metric.PER_SECOND, all.getTotalCount() * 1e9 / nanos).withLatencies(all);
    }

    private static Thread start(String name, LogStructuredStore store, AtomicReference<@Nullable Throwable> failure, Body body) {
        return Thread.ofPlatform().name(name).start(() -> {
            try {
                body.run(store);
            } catch (IOException | RuntimeException | Error e) {
                failure.compareAndSet(null, e);
            }
        });
    }

    private static void commit(LogStructuredStore log, long end, Histogram latencies) throws IOException {
        byte[] record = Records.filled(Setting.RECORD);
        long before = System.nanoTime();
        do { // once at least, however late this thread began
            log.awaitStable(log.append(record));
            long now = System.nanoTime();
            latencies.recordValue(now - before);
            before = now;
        } while (before - end < 0);
    }

    private static void follow(LogStructuredStore log, AtomicBoolean over) throws IOException {
        try (RecordCursor tail = log.tail(log.stableLsn())) {
            while (!over.get()) {
                boolean _ = tail.next(Duration.ofMillis(10));
            }
        }
    }

    /** Reads where records are known to be: those that a scan from the begin of the log finds first. */
    private static void read(LogStructuredStore log, AtomicBoolean over) throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment into = arena.allocate(Setting.RECORD, 64);
            List<Long> lsns = new ArrayList<>();
            while (!over.get()) {
                if (lsns.isEmpty() || lsns.getLast() < log.beginLsn()) {
                    lsns.clear();
                    try (RecordCursor some = log.scan(Math.max(log.beginLsn(), log.stableLsn() - (64L << 20)))) {
                        for (int i = 0; i < 1000 && some.next(); i++) {
                            lsns.add(some.lsn());
                        }
                    }
                }
                ReadOutcome outcome = log.read(lsns.get(random.nextInt(lsns.size())), into);
                if (outcome.status() != ReadOutcome.Status.RECORD && outcome.status() != ReadOutcome.Status.TRIMMED) {
                    throw new IOException("a record reads as " + outcome);
                }
            }
        }
    }

    private static void trim(LogStructuredStore log, AtomicBoolean over, long window) throws IOException {
        while (!over.get()) {
            long keep = log.stableLsn() - window;
            if (keep - log.beginLsn() >= SEGMENT) {
                log.trimBefore(keep);
            } else {
                LockSupport.parkNanos(1_000_000);
            }
        }
    }
}
