package io.lss.faults.sim;

import io.lss.core.CoreEngine;
import io.lss.faults.Layer;
import io.lss.faults.LayerRun;
import io.lss.tck.crash.CrashReport;
import io.lss.tck.crash.CrashSweep;
import io.lss.tck.crash.Program;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** A crash at every operation of generated programs, and at every operation of some of the recoveries from those. */
public final class SimulatedLayer implements Layer {

    /** In a default run; the engine's own tests run thousands. */
    private static final int PROGRAMS = 120;

    /** Nobody wants to see a mutant's shortest program. */
    private static final CrashSweep.Intensity HASTY =
            new CrashSweep.Intensity(3, 8, 2, Duration.ofSeconds(30), Duration.ZERO);

    /** For the command line. */
    public SimulatedLayer() {}

    @Override
    public String name() {
        return "sim";
    }

    @Override
    public String description() {
        return "crashes at every operation of a simulated device";
    }

    @Override
    public void run(LayerRun run) throws Exception {
        CrashSweep sweep =
                CrashSweep.of(new CoreEngine(), run.request().untilCaught() ? HASTY : CrashSweep.Intensity.USUAL, image -> {});
        int programs = run.times(PROGRAMS);
        long first = run.request().seed() * 1_000;
        AtomicInteger next = new AtomicInteger();
        int threads = Runtime.getRuntime().availableProcessors();
        try (ExecutorService workers = Executors.newFixedThreadPool(threads)) {
            List<Future<?>> all = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                all.add(workers.submit(() -> {
                    for (int i = next.getAndIncrement(); i < programs && !run.isOver(); i = next.getAndIncrement()) {
                        sweep.run(Program.random(first + i)).ifPresent(found -> run.violation(found.toString()));
                    }
                }));
            }
            for (Future<?> each : all) {
                each.get();
            }
        }
        CrashReport report = sweep.report();
        run.faults("power cut", report.images());
        run.crashPoints(report.distinctImages());
        run.note(report.toString());
    }
}
