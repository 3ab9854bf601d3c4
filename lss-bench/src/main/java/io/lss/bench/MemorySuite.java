package io.lss.bench;

import io.lss.bench.memory.JmhContender;
import io.lss.bench.run.Bar;
import io.lss.bench.run.Comparison;
import io.lss.bench.run.Contender;
import io.lss.bench.run.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Appends into memory: the engine without a disk. */
final class MemorySuite {

    private static final String COPY = "copy and CRC32C";
    private static final String FRAMED = "the same, framed, two atomics";
    private static final String ONE = "LSS, null device, 1 thread";
    private static final String TWO = "LSS, null device, 2 threads";

    private MemorySuite() {}

    static List<Comparison> of() {
        return List.of(comparison(64, 2.5), comparison(256, 1.6), comparison(4096, 1.2));
    }

    private static Comparison comparison(int record, double ratio) {
        List<Contender> contenders = new ArrayList<>();
        contenders.add(new JmhContender(COPY, "copyAndChecksum", record, 1));
        contenders.add(new JmhContender(FRAMED, "copyAndChecksumFramedAtomic", record, 1));
        contenders.add(new JmhContender(ONE, "append", record, 1));
        contenders.add(new JmhContender(TWO, "append", record, 2));
        return new Comparison(
                "memory",
                "append in memory, records of " + record + " bytes, time for a record, all threads together",
                Metric.NANOS,
                Map.of("rec", String.valueOf(record)),
                contenders,
                List.of(
                        new Bar("B2", ONE, Metric.NANOS, List.of(COPY), ratio),
                        new Bar("B2", TWO, Metric.NANOS, List.of(ONE), 1.5),
                        Bar.absolute("B8", ONE, Metric.ALLOCATED, 1)));
    }
}
