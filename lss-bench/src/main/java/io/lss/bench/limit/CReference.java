package io.lss.bench.limit;

import io.lss.bench.run.Contender;
import io.lss.bench.run.Figures;
import io.lss.bench.run.Metric;
import io.lss.bench.run.Places;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The same work in C, over liburing: {@code limit.c}. Each measurement is a process of its own. With {@code frame=1} it writes what our store
 * writes; then it reads everything back after its time is taken, and only figures of a file that was right are taken.
 */
public final class CReference implements Contender {

    private static final List<String> SOURCES = List.of("limit.c", "frame.h");
    private static final Pattern BULK = Pattern.compile(": ([0-9]+) MiB/s ([0-9.]+) ns/append.*verify=ok");
    private static final Pattern COMMIT = Pattern.compile(": ([0-9]+) commits/s p50=([0-9.]+) p99=([0-9.]+) p99.9=([0-9.]+) us.*verify=ok");

    private final String name;
    private final Path program;
    private final Path file;
    private final boolean commits;
    private final boolean isNew;
    private final List<String> command;

    private CReference(String name, Path program, Path file, String mode, String... flags) {
        this.name = name;
        this.program = program;
        this.file = file;
        this.commits = !mode.equals("bulk");
        this.isNew = !Arrays.asList(flags).contains("lay=written");
        this.command = new ArrayList<>(List.of(program.toString(), mode, file.toString()));
        this.command.addAll(List.of(flags));
    }

    /** {@return one that appends in bulk} */
    public static CReference bulk(String name, Path program, Path file, String... flags) {
        return new CReference(name, program, file, "bulk", flags);
    }

    /** {@return one that commits, with one write in flight} */
    public static CReference commit(String name, Path program, Path file, String... flags) {
        return new CReference(name, program, file, "commit", flags);
    }

    /** {@return one that commits, with several writes in flight} */
    public static CReference pipelined(String name, Path program, Path file, String... flags) {
        return new CReference(name, program, file, "pipelined", flags);
    }

    /** Compiles the reference. {@return the program} */
    public static Path compile(Path directory) throws IOException, InterruptedException {
        for (String each : SOURCES) {
            try (InputStream in = CReference.class.getResourceAsStream("/" + each)) {
                if (in == null) {
                    throw new IOException(each + " is not among the resources of this program");
                }
                Files.write(directory.resolve(each), in.readAllBytes());
            }
        }
        Path source = directory.resolve(SOURCES.getFirst());
        Path program = directory.resolve("limit");
        try {
            String _ = External.run(List.of("cc", "-O2", "-march=native", "-pthread", source.toString(), "-luring", "-o", program.toString()));
        } catch (IOException e) {
            throw new IOException(
                    "the C reference cannot be compiled; it needs an x86-64 processor, a C compiler and liburing's headers:"
                    + " apt-get install gcc libc6-dev liburing-dev",
                    e);
        }
        return program;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String flags() {
        return "limit " + String.join(" ", command.subList(1, 2)) + " FILE " + String.join(" ", command.subList(3, command.size()));
    }

    @Override
    public Figures measure() throws IOException, InterruptedException {
        if (!Files.exists(program)) {
            var _ = compile(Objects.requireNonNull(program.toAbsolutePath().getParent()));
        }
        String output = External.run(command);
        if (isNew) {
            // It would remove the file itself just before it measures the next time, and the disk still discard it meanwhile.
            Places.removeFile(file);
        }
        Matcher matcher = (commits ? COMMIT : BULK).matcher(output);
        if (!matcher.find()) {
            throw new IOException("the C reference printed no figure, or read back wrong data: " + command + ": " + output);
        }
        if (!commits) {
            return Figures.of(Metric.MIB_PER_SECOND, number(matcher, 1)).with(Metric.NANOS, number(matcher, 2));
        }
        return Figures.of(Metric.PER_SECOND, number(matcher, 1))
                .with(Metric.P50_MICROS, number(matcher, 2))
                .with(Metric.P99_MICROS, number(matcher, 3))
                .with(Metric.P999_MICROS, number(matcher, 4));
    }

    private static double number(Matcher matcher, int group) {
        return Double.parseDouble(matcher.group(group));
    }

    @Override
    public void close() throws IOException {
        Places.removeFile(file);
    }
}
