package io.lss.faults.fuzz;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A JVM in which Jazzer fuzzes one target, seen from outside. */
final class Fuzzer implements AutoCloseable {

    private static final Pattern STATUS = Pattern.compile("#(\\d+)\\s+\\w+\\s+cov: (\\d+) ft: (\\d+) corp: (\\d+)/.*");
    private static final Pattern EXECUTED = Pattern.compile("stat::number_of_executed_units:\\s*(\\d+)");

    /** What hangs or grows is seen by libFuzzer, what throws by Jazzer. */
    private static final int HANG_SECONDS = 60;

    private static final int MOST_MEMORY_MIB = 2_600;
    private static final int LONGEST_INPUT = 4_400;
    private static final int LINES_OF_A_FINDING = 25;

    /**
     * What was found.
     *
     * @param text the exception, or what libFuzzer says
     * @param input that brings it about, in Base64; empty if it is not known
     */
    record Finding(String text, String input) {}

    private final String target;
    private final Path directory;
    private final Process process;
    private final List<String> tail = new ArrayList<>();
    private final List<Finding> findings = new ArrayList<>();
    private StringBuilder finding = new StringBuilder();
    private int linesLeft;
    private volatile long inputs;
    private volatile long coverage;
    private volatile long features;
    private volatile long corpus;

    /** So that it does not outlive a harness that is ended by a signal. */
    private final Thread end;

    /** Guarded by this: whether all it said is read. */
    private boolean ended;

    private Fuzzer(String target, Path directory, Process process) {
        this.target = target;
        this.directory = directory;
        this.process = process;
        this.end = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(end);
    }

    /**
     * Starts it.
     *
     * @param target the class whose {@code fuzzerTestOneInput} is called
     * @param corpus a directory with inputs to begin with; grows
     * @param directory where crashing inputs are left
     */
    static Fuzzer start(Class<?> target, Path corpus, Path directory, long seed, Duration time, int mostFindings)
            throws IOException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:MaxDirectMemorySize=768m",
                "-XX:+UseSerialGC",
                "-XX:+EnableDynamicAgentLoading",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + target.getName(),
                "--instrumentation_includes=io.lss.core.**",
                // Jazzer's own detectors look for injections; there is nothing here to inject into.
                "--custom_hook_includes=io.lss.faults.none.**",
                "--keep_going=" + mostFindings,
                "--reproducer_path=" + directory,
                "-artifact_prefix=" + directory + "/",
                "-seed=" + Math.floorMod(seed, Integer.MAX_VALUE),
                "-max_total_time=" + Math.max(1, time.toSeconds()),
                "-max_len=" + LONGEST_INPUT,
                "-timeout=" + HANG_SECONDS,
                "-rss_limit_mb=" + MOST_MEMORY_MIB,
                "-print_final_stats=1",
                corpus.toString());
        Fuzzer fuzzer = new Fuzzer(
                target.getSimpleName(),
                directory,
                new ProcessBuilder(command).redirectErrorStream(true).directory(directory.toFile()).start());
        Thread.ofPlatform().daemon().name("fuzz-" + target.getSimpleName()).start(fuzzer::readAll);
        return fuzzer;
    }

    String target() {
        return target;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long inputs() {
        return inputs;
    }

    /** {@return how far it is, in words} */
    String status() {
        return String.format("%s: %,d inputs, %,d edges and %,d features of io.lss.core reached, %,d in the corpus",
                target, inputs, coverage, features, corpus);
    }

    private void readAll() {
        try (BufferedReader output = process.inputReader()) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                read(line);
            }
        } catch (IOException e) {
            remember("its output cannot be read: " + e);
        }
        synchronized (this) {
            ended = true;
            notifyAll();
        }
    }

    private void read(String line) {
        remember(line);
        Matcher status = STATUS.matcher(line);
        if (status.matches()) {
            inputs = Long.parseLong(status.group(1));
            coverage = Long.parseLong(status.group(2));
            features = Long.parseLong(status.group(3));
            corpus = Long.parseLong(status.group(4));
        }
        Matcher executed = EXECUTED.matcher(line);
        if (executed.find()) {
            inputs = Math.max(inputs, Long.parseLong(executed.group(1)));
        }
        readFinding(line);
    }

    private synchronized void readFinding(String line) {
        if (line.startsWith("== Java Exception") || line.contains("ERROR: libFuzzer") || line.startsWith("== Java Assertion")) {
            finding = new StringBuilder();
            linesLeft = LINES_OF_A_FINDING;
        }
        if (linesLeft > 0 && !line.isBlank()) {
            finding.append(line).append(System.lineSeparator());
            linesLeft--;
        }
        if (line.startsWith("Base64: ") && !finding.isEmpty()) {
            findings.add(new Finding(finding.toString(), line.substring("Base64: ".length()).strip()));
            finding = new StringBuilder();
            linesLeft = 0;
        }
    }

    private synchronized void remember(String line) {
        tail.add(line);
        if (tail.size() > 2 * LINES_OF_A_FINDING) {
            tail.removeFirst();
        }
    }

    /**
     * Waits until it has ended and all it said is read.
     *
     * @return whether it has
     */
    synchronized boolean awaitEnd(Duration time) throws InterruptedException {
        long until = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); !ended && left > 0; left = until - System.nanoTime()) {
            wait(Math.max(1, left / 1_000_000));
        }
        return ended;
    }

    /** {@return what it has found} Once it has ended. */
    List<Finding> findings() throws IOException, InterruptedException {
        List<Finding> all;
        synchronized (this) {
            all = new ArrayList<>(findings);
        }
        for (String input : artifacts()) {
            if (all.stream().noneMatch(each -> each.input().equals(input))) {
                all.add(new Finding(last(), input));
            }
        }
        int status = process.waitFor();
        if (status != 0 && all.isEmpty()) {
            all.add(new Finding("the fuzzer ended with status " + status + ":" + System.lineSeparator() + last(), ""));
        }
        return all;
    }

    private synchronized String last() {
        return String.join(System.lineSeparator(), tail);
    }

    /** {@return the inputs that libFuzzer has left: of crashes, hangs and too much memory} */
    private List<String> artifacts() throws IOException {
        List<String> inputs = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.sorted().toList()) {
                if (file.getFileName().toString().matches("(crash|timeout|oom|leak)-.*")) {
                    inputs.add(Base64.getEncoder().encodeToString(Files.readAllBytes(file)));
                }
            }
        }
        return inputs;
    }

    @Override
    public void close() {
        process.destroyForcibly();
        boolean interrupted = false;
        while (process.isAlive()) {
            try {
                process.waitFor();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        try {
            Runtime.getRuntime().removeShutdownHook(end);
        } catch (IllegalStateException shutdownHasBegun) {
            return;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
