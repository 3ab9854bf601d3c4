package io.lss.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A command at a terminal of a given width, by script(1). */
final class TerminalProcess implements AutoCloseable {
    private static final Path SCRIPT = Path.of("/usr/bin/script");
    private static final char CTRL_C = 3;

    private final Process process;
    private final Reader output;
    private final StringBuilder said = new StringBuilder();
    private final int columns;

    /**
     * Starts one.
     *
     * @param columns the width
     * @param words the command, for a shell
     */
    TerminalProcess(int columns, List<String> words) throws IOException {
        assumeTrue(Files.isExecutable(SCRIPT), "SKIPPED: there is no /usr/bin/script here");
        this.columns = columns;
        String command = "stty cols " + columns + " && " + String.join(" ", words);
        ProcessBuilder builder = new ProcessBuilder(SCRIPT.toString(), "-q", "-e", "-c", command, "/dev/null").redirectErrorStream(true);
        builder.environment().put("TERM", "xterm");
        process = builder.start();
        output = new InputStreamReader(process.getInputStream(), UTF_8);
    }

    /** The command line as this JVM has it. */
    static TerminalProcess lss(int columns, Object... args) throws IOException {
        List<String> words = new ArrayList<>(LssProcess.launcher());
        for (Object each : args) {
            words.add(each.toString());
        }
        return new TerminalProcess(columns, words);
    }

    Process process() {
        return process;
    }

    /** Types some characters. */
    void type(String text) throws IOException {
        process.getOutputStream().write(text.getBytes(UTF_8));
        process.getOutputStream().flush();
    }

    void typeCtrlC() throws IOException {
        type(String.valueOf(CTRL_C));
    }

    /** Waits until it has written something. */
    void await(String text) throws IOException {
        while (said.indexOf(text) < 0) {
            int c = output.read();
            if (c < 0) {
                throw new IOException("ended without '" + text + "': " + said);
            }
            said.append((char) c);
        }
    }

    /** {@return its exit code, when it has ended} */
    int code() throws IOException, InterruptedException {
        for (int c = output.read(); c >= 0; c = output.read()) {
            said.append((char) c);
        }
        return process.waitFor();
    }

    /** {@return all that it wrote so far} */
    String said() {
        return said.toString();
    }

    /** {@return what is on the screen, when it has ended} */
    String screen() {
        TerminalScreen screen = new TerminalScreen(columns);
        screen.write(said.toString());
        return screen.text();
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        process.onExit().join();
        output.close();
    }
}
