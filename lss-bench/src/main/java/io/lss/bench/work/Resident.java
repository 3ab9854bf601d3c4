package io.lss.bench.work;

import io.lss.bench.run.Contender;
import io.lss.bench.run.Figures;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A contender in a JVM of its own, which stays for all measurements: warm, and without the others' profiles, heap and threads. Its
 * standard input takes {@code measure} and {@code close}; its standard output gives one line for each.
 */
public final class Resident implements Contender {

    /**
     * So long the first measurement is repeated, in milliseconds. Rounds of half a second would all be measured while the JVM is still compiling: one
     * producer with 1 KiB records then reaches half of what it does later.
     */
    private static final int WARM_UP_MILLIS = 6_000;

    private final String name;
    private final String flags;
    private final List<String> command;
    private @Nullable Process process;
    private @Nullable PrintWriter in;
    private @Nullable BufferedReader out;

    /**
     * A contender that is started when it is first measured.
     *
     * @param main the class to run, which serves with {@link ResidentMain#serve}
     */
    public Resident(String name, String flags, Class<?> main, List<String> jvmFlags, List<String> arguments) {
        this.name = name;
        this.flags = jvmFlags.isEmpty() ? flags : flags + "; " + String.join(" ", jvmFlags);
        this.command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--illegal-native-access=deny");
        command.add("--enable-native-access=ALL-UNNAMED");
        command.addAll(jvmFlags);
        command.add("-D" + ResidentMain.WARM_UP + "=" + Integer.getInteger(ResidentMain.WARM_UP, WARM_UP_MILLIS));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(arguments);
    }

    /** {@return a log that does a piece of work} */
    public static Resident of(String name, Subject subject, Work work, Path directory) {
        return new Resident(
                name,
                subject.name() + " " + subject.version() + ", " + subject.setting() + "; " + work.line(),
                ResidentMain.class,
                subject.jvmFlags(),
                List.of(name, subject.id(), directory.toString(), work.line()));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String flags() {
        return flags;
    }

    @Override
    public Figures measure() throws IOException {
        if (process == null) {
            start();
        }
        return Figures.parse(ask("measure"));
    }

    private void start() throws IOException {
        Process started = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        process = started;
        in = new PrintWriter(new OutputStreamWriter(started.getOutputStream(), StandardCharsets.UTF_8), true);
        out = new BufferedReader(new InputStreamReader(started.getInputStream(), StandardCharsets.UTF_8));
    }

    private String ask(String what) throws IOException {
        PrintWriter to = in;
        BufferedReader from = out;
        Process asked = process;
        if (to == null || from == null || asked == null) {
            throw new IllegalStateException(name + " is not running");
        }
        try (Patience patience = new Patience(asked, name)) {
            to.println(what);
            String answer;
            try {
                answer = answer(from);
            } finally {
                patience.check(); // to kill a process closes its streams, which is no news then
            }
            if (answer == null) {
                throw new IOException("the process of " + name + " ended without an answer to '" + what
                        + "': see what it printed above; it was: " + String.join(" ", command));
            }
            return answer;
        }
    }

    /** {@return what it says; null if it ends without} */
    private static @Nullable String answer(BufferedReader from) throws IOException {
        for (String line = from.readLine(); line != null; line = from.readLine()) {
            // Libraries print what they like; only lines with the mark are answers.
            if (line.startsWith(ResidentMain.MARK)) {
                String answer = line.substring(ResidentMain.MARK.length());
                if (answer.startsWith(ResidentMain.FAILED)) {
                    throw new IOException(answer.substring(ResidentMain.FAILED.length()));
                }
                return answer;
            }
        }
        return null;
    }

    @Override
    public void close() throws IOException {
        Process running = process;
        if (running == null || !running.isAlive()) {
            return; // why it ended was told when it was asked last
        }
        try {
            String _ = ask("close");
        } finally {
            process = null;
            running.destroyForcibly();
        }
    }
}
