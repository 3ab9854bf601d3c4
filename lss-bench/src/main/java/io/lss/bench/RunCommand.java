package io.lss.bench;

import io.lss.bench.report.Report;
import io.lss.bench.run.Comparison;
import io.lss.bench.run.Environment;
import io.lss.bench.run.Places;
import io.lss.bench.run.Result;
import java.io.Console;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs the suite, or parts of it. */
@Command(
        name = "run",
        description = {
            "Runs the suite, or the parts whose ids are, or begin with, one of the given words ('list' shows them).",
            "Figures go to the terminal, to a JSON file, and to an HTML page. Exits with 1 if a part failed."
        },
        sortOptions = false)
class RunCommand implements Callable<Integer> {

    static final int FAILED = 1;

    @Parameters(paramLabel = "PART", description = "Which parts, such as 'commit' or 'bulk-steady-rec256' (default: all).")
    private List<String> parts = new ArrayList<>();

    @Option(names = "--rounds", defaultValue = "7", description = "How many rounds count (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--location", description = "Where on the disk; files of several GiB come and go there (default: the current directory).")
    private Path location = Path.of("");

    @Option(names = "--mib", defaultValue = "2048", description = "Payload of a bulk measurement, in MiB (default: ${DEFAULT-VALUE}).")
    private int mebibytes;

    @Option(names = "--seconds", defaultValue = "2", description = "Length of a commit measurement (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(names = "--report", description = "Directory for results.json and index.html (default: ${DEFAULT-VALUE}).")
    private Path report = Path.of("lss-bench", "target", "report");

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (rounds < 1) {
            throw new IllegalArgumentException("--rounds is " + rounds + ", and at least one round has to count");
        }
        Path directory = Files.createTempDirectory(location.toAbsolutePath(), "lss-bench");
        // Ctrl-C: the contenders' processes first, so that nobody writes any more.
        Thread cleaning = Thread.ofPlatform().unstarted(() -> cleanUp(directory));
        Runtime.getRuntime().addShutdownHook(cleaning);
        try {
            Scene scene = new Scene(directory, directory.resolve("limit"), mebibytes, Duration.ofSeconds(seconds));
            Map<String, String> environment = Environment.of(directory);
            environment.forEach((name, value) -> System.out.println(name + ": " + value));
            System.out.println();
            List<Result> results = run(scene, environment);
            return conclude(results);
        } finally {
            Places.remove(directory);
        }
    }

    private static void cleanUp(Path directory) {
        try {
            ProcessHandle.current().descendants().forEach(each -> {
                var _ = each.destroyForcibly();
                each.onExit().join();
            });
            Places.remove(directory);
        } catch (IOException | RuntimeException e) {
            System.err.println("left behind: " + directory + ": " + e);
        }
    }

    /** {@return which of all are to run} */
    List<Comparison> chosen(List<Comparison> all) {
        List<Comparison> chosen =
                all.stream().filter(each -> parts.isEmpty() || parts.stream().anyMatch(part -> (each.id() + "-").startsWith(part + "-"))).toList();
        if (chosen.isEmpty()) {
            throw new IllegalArgumentException("no part's id begins with one of " + parts + "; 'lss-bench list' shows all");
        }
        return chosen;
    }

    /** {@return the exit code} */
    int conclude(List<Result> results) {
        List<String> failed = results.stream()
                .flatMap(each -> each.contenders().stream().filter(one -> !one.isWhole()).map(one -> each.id() + ": " + one.name()))
                .toList();
        failed.forEach(each -> System.out.println("FAILED " + each));
        return failed.isEmpty() ? 0 : FAILED;
    }

    private List<Result> run(Scene scene, Map<String, String> environment) throws IOException, InterruptedException {
        @SuppressWarnings("SystemConsoleNull") // null in a process without any console provider
        Console console = System.console();
        boolean isTerminal = console != null && console.isTerminal();
        PrintStream progress = isTerminal ? System.err : new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        List<Result> results = new ArrayList<>();
        List<Comparison> chosen = chosen(Suite.of(scene));
        int number = 0;
        for (Comparison each : chosen) {
            progress.printf("\r\u001b[Kpart %d of %d%n", ++number, chosen.size());
            results.add(each.run(rounds, System.out, progress));
            // Each time, so that a run that is broken off leaves what it has.
            Report.write(report, environment, results);
        }
        System.out.println("results: " + report.resolve(Report.JSON) + ", " + report.resolve(Report.HTML));
        return results;
    }
}
