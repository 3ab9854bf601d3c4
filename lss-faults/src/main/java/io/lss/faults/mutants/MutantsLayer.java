package io.lss.faults.mutants;

import io.lss.faults.Layer;
import io.lss.faults.LayerRun;
import io.lss.faults.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Runs each mutant's layer in a process of its own, until that reports a violation; one that reports none is a violation here.
 */
public final class MutantsLayer implements Layer {

    /** A system property: only mutants with this in their names. */
    private static final String ONLY = "lss.mutant";

    private static final int MINUTES = 6;

    /**
     * How many seeds a mutant has to survive. Where power is cut and when a process dies is chance, so that a layer that catches a defect in
     * nearly every run may miss it in one, or meet another consequence of it first; who needs more than one seed is told.
     */
    private static final int TRIES = 3;

    private static final int SECONDS_TO_CLEAN_UP = 30;
    private static final String VIOLATION = "VIOLATION in ";
    private static final String SKIPPED = "SKIPPED ";

    /** For the command line. */
    public MutantsLayer() {}

    @Override
    public String name() {
        return "mutants";
    }

    @Override
    public String description() {
        return "broken engines and providers, each of which a layer must catch";
    }

    @Override
    public void run(LayerRun run) throws Exception {
        Path tree = Path.of(System.getProperty("lss.tree", "."));
        if (Files.notExists(tree.resolve("lss-core/src"))) {
            run.skip("all", "no sources at " + tree.toAbsolutePath() + ": run it by bin/lss-faults");
            return;
        }
        try (ExecutorService workers = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            List<Future<?>> all = new ArrayList<>();
            int number = 0;
            String only = System.getProperty(ONLY, "");
            for (Mutant mutant : Mutants.ALL.stream().filter(each -> each.name().contains(only)).toList()) {
                Path scratch = Files.createDirectory(run.scratch().resolve("m" + number++));
                all.add(workers.submit(() -> {
                    try {
                        hunt(run, mutant, tree, scratch);
                    } catch (IOException e) {
                        run.violation(String.valueOf(e.getMessage())); // out of date, or does not compile
                    }
                    return null;
                }));
            }
            for (Future<?> each : all) {
                each.get();
            }
        }
    }

    private static void hunt(LayerRun run, Mutant mutant, Path tree, Path scratch) throws IOException, InterruptedException {
        String classPath = Build.classPath(mutant, tree, scratch);
        Outcome outcome = new Outcome(false, List.of());
        for (int i = 0; i < TRIES && !outcome.isCaught(mutant) && !outcome.isSkipped(mutant); i++) {
            if (i > 0) {
                if (!outcome.ended()) {
                    break; // a hang is no bad luck, and there is no time for three
                }
                run.note("not caught in try " + i + " of " + TRIES + ": " + mutant.name()
                        + (outcome.violations().isEmpty() ? "" : "; seen was " + cut(outcome.said())));
            }
            outcome = runLayer(mutant, tree, classPath, Files.createDirectory(scratch.resolve("try" + i)), run.request().seed() + i);
        }
        judge(run, mutant, outcome);
    }

    /** What a mutant's layer has said. */
    private record Outcome(boolean ended, List<String> output) {

        List<String> violations() {
            return output.stream().filter(line -> line.startsWith(VIOLATION)).toList();
        }

        /** Only if all of what would catch it is skipped: what else is skipped does not excuse a survivor. */
        Optional<String> skipped(Mutant mutant) {
            return output.stream()
                    .filter(line -> mutant.needs().stream()
                            .anyMatch(part -> line.startsWith(SKIPPED + mutant.layer() + "/" + part + ":")))
                    .map(line -> line.substring(SKIPPED.length()))
                    .findFirst();
        }

        boolean isSkipped(Mutant mutant) {
            return violations().isEmpty() && skipped(mutant).isPresent();
        }

        /** By one of the right violations. */
        boolean isCaught(Mutant mutant) {
            return violations().stream().anyMatch(each -> mutant.words().stream().anyMatch(each::contains));
        }

        /** {@return the first violation; empty if there is none} */
        String said() {
            return violations().isEmpty() ? "" : violations().getFirst().substring(VIOLATION.length());
        }
    }

    private static Outcome runLayer(Mutant mutant, Path tree, String classPath, Path scratch, long seed)
            throws IOException, InterruptedException {
        Path output = scratch.resolve("output");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Dlss.tree=" + tree,
                "-Djava.io.tmpdir=" + scratch));
        command.addAll(mutant.properties());
        command.addAll(List.of(
                "-cp", classPath, Main.class.getName(), "run", "--until-caught", "--only", mutant.layer(), "--seed", String.valueOf(seed)));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = process.waitFor(MINUTES, TimeUnit.MINUTES);
        if (!ended) {
            List<ProcessHandle> theirs = process.descendants().toList();
            process.destroy(); // it takes away what it has mounted
            if (!process.waitFor(SECONDS_TO_CLEAN_UP, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
            theirs.forEach(ProcessHandle::destroyForcibly);
        }
        return new Outcome(ended, Files.readAllLines(output));
    }

    private static void judge(LayerRun run, Mutant mutant, Outcome outcome) {
        String said = outcome.said();
        if (outcome.isCaught(mutant)) {
            run.faults(mutant.layer(), 1);
            run.crashPoints(1);
            run.progress("caught: " + mutant.name() + ", by " + cut(said));
            run.note("caught by " + mutant.layer() + ": " + mutant.name());
        } else if (!said.isEmpty()) {
            run.violation("the mutant \"" + mutant.name() + "\" was caught, but not by " + mutant.words() + ": " + said);
        } else if (outcome.isSkipped(mutant)) {
            run.skip(mutant.name(), "what would catch it cannot run: " + outcome.skipped(mutant).orElse(""));
        } else {
            List<String> output = outcome.output();
            run.violation("the mutant \"" + mutant.name() + "\" SURVIVES the layer " + mutant.layer()
                    + (outcome.ended() ? " " + TRIES + " times" : ", which did not end") + "; its last lines: "
                    + output.subList(Math.max(0, output.size() - 5), output.size()));
        }
    }

    private static String cut(String text) {
        return text.length() <= 150 ? text : text.substring(0, 150) + " ...";
    }
}
