package io.lss.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line in a process of its own: for what a process alone can show, such as holding a lock, or being killed. */
final class LssProcess implements AutoCloseable {
    private final Process process;
    private final Path err;
    private final BufferedReader out;

    private LssProcess(Process process, Path err) {
        this.process = process;
        this.err = err;
        this.out = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    }

    /** {@return the words that start the command line as this JVM has it, on the module path or the class path} */
    static List<String> launcher(String... flags) {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(List.of("--illegal-native-access=deny", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
        words.addAll(List.of(flags));
        String name = Main.class.getName();
        if (Main.class.getModule().isNamed()) {
            words.addAll(List.of("--module-path", System.getProperty("jdk.module.path"), "--module", "io.lss.cli/" + name));
        } else {
            words.addAll(List.of("--class-path", System.getProperty("java.class.path"), name));
        }
        return words;
    }

    /**
     * Starts a command.
     *
     * @param directory where to put what it writes to standard error
     * @param command the words before the arguments
     * @param args its arguments
     */
    static LssProcess start(Path directory, List<String> command, Object... args) throws IOException {
        List<String> words = new ArrayList<>(command);
        for (Object each : args) {
            words.add(each.toString());
        }
        Path err = Files.createTempFile(directory, "err", "");
        return new LssProcess(new ProcessBuilder(words).redirectError(err.toFile()).start(), err);
    }

    Process process() {
        return process;
    }

    /** {@return its standard input} */
    OutputStream in() {
        return process.getOutputStream();
    }

    /** Writes a line to its standard input. */
    void type(String line) throws IOException {
        in().write((line + "\n").getBytes(UTF_8));
        in().flush();
    }

    /** {@return the next line of its standard output; waits for it} */
    String line() throws IOException {
        String line = out.readLine();
        if (line == null) {
            throw new IOException("it ended: " + err());
        }
        return line;
    }

    /** {@return the rest of its standard output, when it has ended} */
    String rest() throws IOException {
        StringBuilder text = new StringBuilder();
        out.lines().forEach(line -> text.append(line).append('\n'));
        return text.toString();
    }

    /** {@return what it wrote to standard error so far} */
    String err() throws IOException {
        return Files.readString(err);
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        process.onExit().join();
        out.close();
        Files.delete(err);
    }
}
