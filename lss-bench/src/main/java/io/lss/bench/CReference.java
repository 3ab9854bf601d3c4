package io.lss.bench;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The same work in C, over liburing: {@code limit.c}. Each measurement is a process of its own. */
final class CReference implements Contender {

    private static final Pattern BULK = Pattern.compile(": ([0-9]+) MiB/s.*verify=ok");
    private static final Pattern COMMIT = Pattern.compile("p50=([0-9.]+) ");

    private final String name;
    private final Path program;
    private final Path file;
    private final Pattern figure;
    private final List<String> command;

    private CReference(String name, Path program, Path file, Pattern figure, String mode, String... flags) {
        this.name = name;
        this.program = program;
        this.file = file;
        this.figure = figure;
        this.command = new ArrayList<>(List.of(program.toString(), mode, file.toString()));
        this.command.addAll(List.of(flags));
    }

    /** {@return one that appends in bulk and gives MiB/s} */
    static CReference bulk(String name, Path program, Path file, String... flags) {
        return new CReference(name, program, file, BULK, "bulk", flags);
    }

    /** {@return one that commits and gives the median in microseconds} */
    static CReference commit(String name, Path program, Path file, String... flags) {
        return new CReference(name, program, file, COMMIT, "commit", flags);
    }

    /** Compiles the reference. {@return the program} */
    static Path compile(Path directory) throws IOException, InterruptedException {
        Path source = directory.resolve("limit.c");
        Path program = directory.resolve("limit");
        try (InputStream in = CReference.class.getResourceAsStream("/limit.c")) {
            if (in == null) {
                throw new IOException("limit.c is not among the resources of this program");
            }
            Files.write(source, in.readAllBytes());
        }
        try {
            run(List.of("cc", "-O2", "-march=native", "-pthread", source.toString(), "-luring", "-o", program.toString()));
        } catch (IOException e) {
            throw new IOException("the C reference cannot be compiled; it needs a C compiler and liburing's headers: apt-get install gcc libc6-dev liburing-dev", e);
        }
        return program;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public double measure() throws IOException, InterruptedException {
        String output = run(command);
        if (command.contains("lay=fallocated")) {
            // It would remove the file just before it measures the next time, and the disk still discard it meanwhile.
            Files.deleteIfExists(file);
        }
        Matcher matcher = figure.matcher(output);
        if (!matcher.find()) {
            throw new IOException("the C reference printed no figure, or read back wrong data: " + command + ": " + output);
        }
        return Double.parseDouble(matcher.group(1));
    }

    private static String run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectInput(new File("/dev/null")).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int exit = process.waitFor();
        if (exit != 0) {
            throw new IOException("exit " + exit + " of " + String.join(" ", command) + ": " + output);
        }
        return output;
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(file);
    }

    @Override
    public String toString() {
        return "CReference[" + String.join(" ", command.subList(1, command.size())) + ", " + program + "]";
    }
}
