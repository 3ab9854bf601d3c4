package io.lss.faults.system;

import io.lss.faults.Shell;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Processes under strace. */
final class Traced {

    private Traced() {}

    /** Skips where it cannot be done. */
    static void needed() throws SkippedException {
        Stage.needs("strace", "strace");
        try {
            Shell.run("strace", "-o", "/dev/null", "true");
        } catch (IOException e) {
            throw new SkippedException("strace may not trace here: run as root, with CAP_SYS_PTRACE (" + e.getMessage() + ")");
        }
    }

    /**
     * {@return what runs a program in which certain calls of each thread fail; {@code when} is strace's FIRST, FIRST+ or
     * FIRST+STEP}
     */
    static String[] failing(Path trace, String call, String errno, String when, String... paths) {
        List<String> command = new ArrayList<>(List.of("strace", "-f", "--seccomp-bpf", "-qq", "-o", trace.toString()));
        for (String path : paths) {
            command.addAll(List.of("-P", path));
        }
        command.addAll(List.of("-e", "trace=" + call, "-e", "signal=none"));
        command.addAll(List.of("-e", "inject=" + call + ":error=" + errno + ":when=" + when));
        return command.toArray(String[]::new);
    }

    /** {@return what runs a program and writes down certain calls, descriptors with their paths} */
    static String[] watching(Path trace, String calls) {
        return new String[] {
            "strace", "-f", "--seccomp-bpf", "-qq", "-y", "-s", "0", "-o", trace.toString(), "-e", "trace=" + calls, "-e",
            "signal=none"
        };
    }

    /** {@return how many lines of a trace, which may be growing, are such; none where there is no trace yet} */
    static long count(Path trace, Predicate<String> such) throws IOException {
        if (!Files.exists(trace)) {
            return 0;
        }
        try (Stream<String> lines = Files.lines(trace, StandardCharsets.ISO_8859_1)) {
            return lines.filter(such).count();
        }
    }
}
