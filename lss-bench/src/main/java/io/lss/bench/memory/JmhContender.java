package io.lss.bench.memory;

import io.lss.bench.run.Contender;
import io.lss.bench.run.Figures;
import io.lss.bench.run.Metric;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** One JMH benchmark of {@link AppendBenchmark}; each measurement is a fork. */
public final class JmhContender implements Contender {

    private static final int WARM_UPS = 3;
    private static final TimeValue ITERATION = TimeValue.milliseconds(300);

    private final String name;
    private final Options options;
    private final String flags;

    /**
     * A contender.
     *
     * @param method of {@link AppendBenchmark}
     * @param record payload in bytes
     */
    public JmhContender(String name, String method, int record, int threads) {
        this.name = name;
        this.flags = "JMH " + method + ", record=" + record + ", " + threads + " threads, one fork, " + WARM_UPS + " warm-ups and 3 iterations of "
                + ITERATION;
        this.options = new OptionsBuilder()
                .include("\\." + AppendBenchmark.class.getSimpleName() + "\\." + method + "$")
                .param("record", String.valueOf(record))
                .threads(threads)
                .forks(1)
                .warmupIterations(WARM_UPS)
                .warmupTime(ITERATION)
                .measurementIterations(3)
                .measurementTime(ITERATION)
                .addProfiler(GCProfiler.class)
                .jvmArgsAppend("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow") // JMH's own use of it
                .verbosity(VerboseMode.SILENT)
                .build();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String flags() {
        return flags;
    }

    /** {@return nanoseconds for a record, all threads together: what passes between two appends, whoever makes them} */
    @Override
    public Figures measure() throws IOException {
        try {
            List<RunResult> results = List.copyOf(new Runner(options).run());
            if (results.size() != 1) {
                throw new IOException("JMH ran " + results.size() + " benchmarks instead of one: " + flags);
            }
            RunResult result = results.getFirst();
            double perMicrosecond = result.getPrimaryResult().getScore();
            return Figures.of(Metric.NANOS, 1e3 / perMicrosecond)
                    .with(Metric.ALLOCATED, Objects.requireNonNull(result.getSecondaryResults().get("gc.alloc.rate.norm"), "the profiler").getScore());
        } catch (RunnerException e) {
            throw new IOException("JMH failed: " + flags, e);
        }
    }
}
