package io.lss.faults.fuzz;

import io.lss.faults.Layer;
import io.lss.faults.LayerRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Fuzzes the decoders in one process, for a part of the time, and recovery in one for each core. */
public final class FuzzLayer implements Layer {

    private static final Duration USUAL = Duration.ofSeconds(60);

    /** Decoders get this part of the time: they are small, and take a hundred thousand inputs a second. */
    private static final int DECODERS = 6;

    /** What a process takes to start and to end, at most, beside the time for which it fuzzes. */
    private static final Duration GRACE = Duration.ofMinutes(3);

    private static final Duration PROGRESS = Duration.ofSeconds(20);
    private static final Duration PROGRESS_OF_LONG_RUNS = Duration.ofMinutes(5);

    /** After so many different findings a process ends. */
    private static final int ENOUGH = 8;

    /** For the command line. */
    public FuzzLayer() {}

    @Override
    public String name() {
        return "fuzz";
    }

    @Override
    public String description() {
        return "decoders and recovery fuzzed, guided by structure and coverage";
    }

    @Override
    public void run(LayerRun run) throws Exception {
        if (!System.getProperty("os.name").equals("Linux")) {
            run.skip("all", "Jazzer is run on Linux only here");
            return;
        }
        Duration time = run.request().limit(USUAL);
        List<Fuzzer> fuzzers = new ArrayList<>();
        try {
            Path seeds = run.scratch().resolve("seeds");
            Seeds.recovery(seeds.resolve("recovery"));
            Seeds.decoders(seeds.resolve("decoders"));
            fuzzers.add(start(run, DecoderTarget.class, seeds.resolve("decoders"), 0, time.dividedBy(DECODERS)));
            for (int i = 1; i <= Math.max(1, Runtime.getRuntime().availableProcessors()); i++) {
                fuzzers.add(start(run, RecoveryTarget.class, seeds.resolve("recovery"), i, time));
            }
            await(run, fuzzers, time);
            for (Fuzzer each : fuzzers) {
                report(run, each);
            }
        } finally {
            fuzzers.forEach(Fuzzer::close);
        }
    }

    private static Fuzzer start(LayerRun run, Class<?> target, Path corpus, int number, Duration time) throws IOException {
        Path directory = Files.createDirectory(run.scratch().resolve("fuzzer-" + number));
        int findings = run.request().untilCaught() ? 1 : ENOUGH;
        return Fuzzer.start(target, corpus, directory, run.request().seed() + number, time, findings);
    }

    private static void await(LayerRun run, List<Fuzzer> fuzzers, Duration time) throws InterruptedException, IOException {
        long until = System.nanoTime() + time.plus(GRACE).toNanos();
        Duration pace = time.compareTo(PROGRESS_OF_LONG_RUNS.multipliedBy(2)) > 0 ? PROGRESS_OF_LONG_RUNS : PROGRESS;
        long told = System.nanoTime();
        for (Fuzzer each : fuzzers) {
            while (!each.awaitEnd(Duration.ofSeconds(1))) {
                if (System.nanoTime() > until) {
                    run.violation(each.target() + " does not end: " + each.status());
                    each.close();
                }
                if (System.nanoTime() - told > pace.toNanos()) {
                    told = System.nanoTime();
                    fuzzers.forEach(fuzzer -> run.progress(fuzzer.status()));
                }
                if (run.request().untilCaught() && hasFound(fuzzers)) {
                    fuzzers.forEach(Fuzzer::close);
                }
            }
        }
    }

    /** {@return whether one has ended because it has found something} */
    private static boolean hasFound(List<Fuzzer> fuzzers) throws IOException, InterruptedException {
        for (Fuzzer each : fuzzers) {
            if (!each.isAlive() && !each.findings().isEmpty()) {
                return true;
            }
        }
        return false;
    }

    private static void report(LayerRun run, Fuzzer fuzzer) throws IOException, InterruptedException {
        run.faults(fuzzer.target().equals(DecoderTarget.class.getSimpleName()) ? "decoder inputs" : "recovery inputs",
                fuzzer.inputs());
        run.note(fuzzer.status());
        if (fuzzer.inputs() == 0) {
            run.violation(fuzzer.target() + " tried no input: " + fuzzer.status());
        }
        for (Fuzzer.Finding finding : fuzzer.findings()) {
            if (run.isOver()) {
                return;
            }
            run.violation(finding.text().strip()
                    + (finding.input().isEmpty()
                            ? ""
                            : System.lineSeparator() + "  this input alone: bin/lss-faults fuzz-replay " + fuzzer.target() + " "
                            + finding.input()));
        }
    }
}
