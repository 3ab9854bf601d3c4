package io.lss.bench.limit;

import io.lss.bench.work.Patience;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Runs other programs. */
final class External {

    private External() {}

    /** {@return what it printed} */
    static String run(List<String> command) throws IOException, InterruptedException {
        return run(command, Map.of());
    }

    /** {@return what it printed, with variables added to its environment} */
    static String run(List<String> command, Map<String, String> variables) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectInput(new File("/dev/null"));
        builder.environment().putAll(variables);
        Process process = builder.start();
        String output;
        int exit;
        try (Patience patience = new Patience(process, command.getFirst())) {
            try {
                output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                exit = process.waitFor();
            } finally {
                patience.check(); // to kill a process closes its streams, which is no news then
            }
        }
        if (exit != 0) {
            throw new IOException("exit " + exit + " of " + String.join(" ", command) + ": " + output);
        }
        return output;
    }
}
