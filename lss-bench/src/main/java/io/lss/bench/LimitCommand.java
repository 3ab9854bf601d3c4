package io.lss.bench;

import io.lss.api.StoreOptions;
import java.io.Console;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How near the store comes to what C reaches on the same disk. */
@Command(
        name = "limit",
        description = {
            "Compares the store with the C reference, in turn: bulk append (growth and steady state), and a lone committer.",
            "Exits with 1 if a bar is missed."
        },
        sortOptions = false)
final class LimitCommand implements Callable<Integer> {

    private static final int MISSED = 1;

    @Option(names = "--rounds", defaultValue = "7", description = "How many rounds count (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--location", description = "Where on the disk; files of several GiB come and go there (default: the current directory).")
    private Path location = Path.of("");

    @Option(names = "--mib", defaultValue = "2048", description = "Payload of a bulk round, in MiB (default: ${DEFAULT-VALUE}).")
    private int mebibytes;

    @Option(names = "--seconds", defaultValue = "2", description = "Length of a commit round (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(names = "--record", defaultValue = "1024", description = "Bytes of a record in bulk (default: ${DEFAULT-VALUE}).")
    private int recordBytes;

    @Option(names = "--provider", defaultValue = "uring", description = "Of the store (default: ${DEFAULT-VALUE}).")
    private String provider = "uring";

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory(location.toAbsolutePath(), "lss-bench");
        try {
            Path program = CReference.compile(directory);
            Environment.print(directory, System.out);
            boolean met = bulk(directory, program);
            met &= commit(directory, program);
            return met ? 0 : MISSED;
        } finally {
            Places.remove(directory);
        }
    }

    private boolean bulk(Path directory, Path program) throws IOException, InterruptedException {
        StoreOptions options = StoreOptions.builder().provider(provider).build();
        long bytes = (long) mebibytes << 20;
        String[] flags = {
            "rec=" + recordBytes, "mib=" + mebibytes, "bufk=1024", "nbuf=8", "thr=1", "fixed=1", "huge=1", "crc=1", "pad=1"
        };
        String fallocated = "C, fallocated blocks";
        String written = "C, written blocks";
        String growth = "LSS " + provider + ", growth";
        String steady = "LSS " + provider + ", steady state";
        System.out.println("C: limit bulk FILE " + String.join(" ", flags) + " lay=fallocated|written");
        List<Contender> contenders = List.of(
                CReference.bulk(fallocated, program, directory.resolve("fallocated"), with(flags, "lay=fallocated")),
                new StoreBulk(growth, directory.resolve("growth"), options, recordBytes, bytes, 1, false),
                CReference.bulk(written, program, directory.resolve("written"), with(flags, "lay=written")),
                new StoreBulk(steady, directory.resolve("steady"), options, recordBytes, bytes, 1, true));
        List<Bar> bars = List.of(
                new Bar(growth, List.of(fallocated), 0.8, true), new Bar(steady, List.of(written), 0.8, true));
        return run("bulk append, one producer (the store has its driver besides), records of " + recordBytes + " bytes", "MiB/s", "%,6.0f", contenders, bars);
    }

    private boolean commit(Path directory, Path program) throws IOException, InterruptedException {
        StoreOptions growing = StoreOptions.builder().provider(provider).build();
        StoreOptions filled = growing.toBuilder().providerProperty("preallocate", "zero").build();
        String[] flags = {"rec=256", "thr=1", "leader=1", "pad=1", "secs=" + seconds};
        System.out.println("C: limit commit FILE " + String.join(" ", flags) + " lay=fallocated|written prim=rwf|pwv2");
        String growth = "LSS " + provider + ", growth";
        String written = "LSS " + provider + ", written blocks";
        List<Contender> contenders = new ArrayList<>();
        Map<String, List<String>> limits = new TreeMap<>();
        for (String layout : List.of("fallocated", "written")) {
            for (String way : List.of("rwf", "pwv2")) {
                String name = "C, " + layout + " blocks, " + (way.equals("rwf") ? "ring" : "pwritev2");
                limits.computeIfAbsent(layout, _ -> new ArrayList<>()).add(name);
                contenders.add(CReference.commit(
                        name, program, directory.resolve(layout + way), with(with(flags, "lay=" + layout), "prim=" + way)));
            }
        }
        Duration time = Duration.ofSeconds(seconds);
        contenders.add(2, new StoreCommit(growth, directory.resolve("growth"), growing, 256, time));
        contenders.add(new StoreCommit(written, directory.resolve("filled"), filled, 256, time));
        List<Bar> bars = List.of(
                new Bar(growth, limits.getOrDefault("fallocated", List.of()), 1.2, false),
                new Bar(written, limits.getOrDefault("written", List.of()), 1.2, false));
        return run("lone commit, records of 256 bytes", "median in us", "%,6.1f", contenders, bars);
    }

    private static String[] with(String[] flags, String last) {
        String[] all = Arrays.copyOf(flags, flags.length + 1);
        all[flags.length] = last;
        return all;
    }

    private boolean run(String title, String unit, String format, List<Contender> contenders, List<Bar> bars)
            throws IOException, InterruptedException {
        @SuppressWarnings("SystemConsoleNull") // null in a process without any console provider
        Console console = System.console();
        boolean isTerminal = console != null && console.isTerminal();
        PrintStream progress = isTerminal ? System.err : new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        try {
            return new Comparison(title, unit, format, contenders, bars).run(rounds, System.out, progress);
        } finally {
            for (Contender contender : contenders) {
                contender.close();
            }
        }
    }
}
