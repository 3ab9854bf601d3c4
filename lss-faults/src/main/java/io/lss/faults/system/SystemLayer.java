package io.lss.faults.system;

import io.lss.faults.Layer;
import io.lss.faults.LayerRun;
import io.lss.faults.Providers;
import io.lss.faults.load.ViolationException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** All scenarios, some at a time. The property {@value #ONLY} chooses those whose titles contain it. */
public final class SystemLayer implements Layer {

    private static final String ONLY = "lss.faults.scenario";

    /** They wait for disks and processes much of the time. */
    private static final int FOR_EACH_PROCESSOR = 2;

    /** For the command line. */
    public SystemLayer() {}

    @Override
    public String name() {
        return "system";
    }

    @Override
    public String description() {
        return "errors of disks, file systems and limits under a whole store";
    }

    @Override
    public void run(LayerRun run) throws Exception {
        List<String> providers = Providers.at(run.scratch());
        if (!providers.contains("uring")) {
            run.skip("uring", "io_uring cannot serve " + run.scratch() + ": " + Providers.whyNotUring(run.scratch()));
        }
        List<Scenario> scenarios = new ArrayList<>(Scenarios.all(providers));
        String only = System.getProperty(ONLY, "");
        scenarios.removeIf(each -> !each.title().contains(only));
        int workers = FOR_EACH_PROCESSOR * Runtime.getRuntime().availableProcessors();
        try (ExecutorService executor = Executors.newFixedThreadPool(workers)) {
            List<Future<?>> all = new ArrayList<>();
            for (Scenario scenario : scenarios) {
                all.add(executor.submit(() -> {
                    play(run, scenario);
                    return null;
                }));
            }
            for (Future<?> each : all) {
                each.get();
            }
        }
        run.note(scenarios.size() + " scenarios");
    }

    private static void play(LayerRun run, Scenario scenario) throws InterruptedException {
        if (run.isOver()) {
            return;
        }
        long began = System.nanoTime();
        try (Stage stage = new Stage(run, scenario.title())) {
            scenario.run(stage);
        } catch (SkippedException e) {
            run.skip(scenario.title(), String.valueOf(e.getMessage()));
        } catch (ViolationException e) {
            run.violation(scenario.title() + ": " + e.getMessage());
        } catch (IOException | RuntimeException e) {
            e.printStackTrace();
            run.violation(scenario.title() + ": " + SubjectMain.chain(e));
        }
        run.progress(scenario.title() + ": " + (System.nanoTime() - began) / 1_000_000 + " ms");
    }
}
