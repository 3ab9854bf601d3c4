package io.lss.bench.scenario;

import io.lss.api.ReadOutcome;
import io.lss.bench.run.Figures;
import io.lss.bench.run.Metric;
import io.lss.bench.work.Records;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.HdrHistogram.Histogram;

/** One thread reads records at random places; the latency is that of a call. */
final class RandomReads extends OnFilledStore {

    private final SplittableRandom random = new SplittableRandom(1);

    RandomReads(Setting setting) {
        super(setting, setting.number() + " a call at random places");
    }

    @Override
    public Figures measure() throws IOException {
        FilledStore from = filled();
        int batch = setting().number();
        int[] numbers = new int[batch];
        long[] lsns = new long[batch];
        Histogram latencies = new Histogram(3);
        latencies.setAutoResize(true);
        long begin = System.nanoTime();
        long now = begin;
        try (Arena arena = Arena.ofConfined()) {
            List<MemorySegment> into = new ArrayList<>();
            for (int i = 0; i < batch; i++) {
                into.add(arena.allocate(Setting.RECORD, 64));
            }
            while (now - begin < setting().time().toNanos()) {
                for (int i = 0; i < batch; i++) {
                    numbers[i] = random.nextInt(from.size());
                    lsns[i] = from.lsn(numbers[i]);
                }
                long before = System.nanoTime();
                if (batch == 1) {
                    check(from.store().read(lsns[0], into.getFirst()), into.getFirst(), numbers[0]);
                } else {
                    List<ReadOutcome> outcomes = from.store().readAll(lsns, into);
                    for (int i = 0; i < batch; i++) {
                        check(outcomes.get(i), into.get(i), numbers[i]);
                    }
                }
                now = System.nanoTime();
                latencies.recordValue(now - before);
            }
        }
        return Figures.of(Metric.PER_SECOND, (double) latencies.getTotalCount() * batch * 1e9 / (now - begin)).withLatencies(latencies);
    }

    private static void check(ReadOutcome outcome, MemorySegment read, int number) throws IOException {
        if (outcome.status() != ReadOutcome.Status.RECORD || outcome.length() != Setting.RECORD || Records.stampOf(read) != number) {
            throw new IOException("record " + number + " reads as " + outcome + " with stamp " + Records.stampOf(read));
        }
    }
}
