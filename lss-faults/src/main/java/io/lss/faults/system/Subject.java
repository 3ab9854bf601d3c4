package io.lss.faults.system;

import io.lss.faults.disk.Processes;
import io.lss.faults.load.Account;
import io.lss.faults.load.Claims;
import io.lss.faults.load.ViolationException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A {@link SubjectMain}, seen from outside. What it calls a violation is one; whatever it is waited for has a deadline. */
final class Subject implements AutoCloseable {

    /** How it is started: what runs the JVM, what the JVM is told, and where its classes are. */
    record Launch(List<String> through, List<String> flags, String classPath) {

        /** Plainly. */
        static final Launch PLAIN = new Launch(List.of(), List.of(), System.getProperty("java.class.path"));

        Launch through(String... program) {
            return new Launch(List.of(program), flags, classPath);
        }

        Launch flags(String... more) {
            return new Launch(through, List.of(more), classPath);
        }

        Launch classPath(String other) {
            return new Launch(through, flags, other);
        }

        private List<String> command() {
            List<String> command = new ArrayList<>(through);
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(List.of(
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UseSerialGC",
                    "-Xshare:auto",
                    "-XX:-UsePerfData",
                    "-Xmx96m",
                    "--enable-native-access=ALL-UNNAMED"));
            command.addAll(flags);
            command.addAll(List.of("-cp", classPath, SubjectMain.class.getName()));
            return command;
        }
    }

    /** For whatever is waited for. Generous: it is no measure, only the end of patience. */
    private static final int MOST_SECONDS = 180;

    private static final String END = "(its output has ended)";

    private final Stage stage;
    private final Processes.Child child;
    private final Process process;
    private final Writer input;
    private final Account account;
    private final long pid;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    private Subject(Stage stage, Processes.Child child, Account account)
            throws IOException, ViolationException, InterruptedException {
        this.stage = stage;
        this.child = child;
        this.process = child.process();
        this.input = process.outputWriter();
        this.account = account;
        Thread.ofPlatform().daemon().start(this::listen);
        try {
            this.pid = Long.parseLong(await("ready"));
        } catch (ViolationException | RuntimeException e) {
            child.kill();
            throw e;
        }
    }

    /** {@return one that has opened nothing yet} */
    static Subject start(Stage stage, Launch launch, Account account)
            throws IOException, ViolationException, InterruptedException {
        Processes.Child child =
                Processes.start(new ProcessBuilder(launch.command()).redirectError(ProcessBuilder.Redirect.INHERIT));
        return stage.closing(new Subject(stage, child, account));
    }

    private void listen() {
        try (BufferedReader reader = process.inputReader()) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.startsWith("violation ")) {
                    stage.violation(line.substring("violation ".length()));
                } else {
                    lines.add(line);
                }
            }
        } catch (IOException e) {
            lines.add("its output cannot be read: " + e);
        }
        lines.add(END);
    }

    /** {@return the process id of the JVM} */
    long pid() {
        return pid;
    }

    void say(String text) throws IOException {
        try {
            input.write(text + "\n");
            input.flush();
        } catch (IOException e) {
            throw new IOException("the subject does not listen any more: " + text, e);
        }
    }

    /**
     * {@return what it says after a word}, which it says soon, or something is wrong. Lines before it that begin otherwise are
     * dropped.
     */
    String await(String word) throws ViolationException, InterruptedException {
        return await(word, Long.MAX_VALUE);
    }

    /** As {@link #await(String)}; it says it before so many more records are acknowledged, or something is wrong. */
    String await(String word, long more) throws ViolationException, InterruptedException {
        List<String> others = new ArrayList<>();
        long goal = acknowledged() + Math.min(more, Long.MAX_VALUE / 2);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOST_SECONDS);
        while (true) {
            String line = lines.poll(20, TimeUnit.MILLISECONDS);
            if (line == null) {
                if (acknowledged() >= goal) {
                    throw new ViolationException(
                            more + " more records were acknowledged, and it did not say " + word + ", but " + others);
                }
                if (System.nanoTime() < end) {
                    continue;
                }
                throw hang("it did not say " + word + " in " + MOST_SECONDS + " s, but " + others);
            }
            if (line.startsWith(word + " ")) {
                return line.substring(word.length() + 1);
            }
            if (line.equals(END)) {
                throw new ViolationException("it ended without saying " + word + ", but " + others + "; see its standard error");
            }
            others.add(line);
        }
    }

    /** {@return whether it says a word before so many more records are acknowledged} Takes nothing that it said. */
    boolean says(String word, long more) {
        long goal = acknowledged() + more;
        while (true) {
            boolean ended = !process.isAlive();
            if (lines.stream().anyMatch(line -> line.startsWith(word + " "))) {
                return true;
            }
            if (ended || acknowledged() >= goal) {
                return false;
            }
            LockSupport.parkNanos(2_000_000);
        }
    }

    /** {@return what it says after a word, if it has said so} Lines before it that begin otherwise are dropped. */
    Optional<String> said(String word) {
        while (true) {
            String line = lines.poll();
            if (line == null) {
                return Optional.empty();
            }
            if (line.equals(END)) {
                lines.add(END);
                return Optional.empty();
            }
            if (line.startsWith(word + " ")) {
                return Optional.of(line.substring(word.length() + 1));
            }
        }
    }

    private ViolationException hang(String what) throws InterruptedException {
        try {
            io.lss.faults.Shell.run("kill", "-QUIT", String.valueOf(pid));
        } catch (IOException e) {
            return new ViolationException("a hang: " + what + "; no stacks: " + e.getMessage());
        }
        for (String line = lines.poll(3, TimeUnit.SECONDS); line != null; line = lines.poll(1, TimeUnit.SECONDS)) {
            System.out.println(line);
        }
        return new ViolationException("a hang: " + what + "; stacks above");
    }

    /** Whether something is so. */
    interface Condition {
        boolean holds() throws IOException;
    }

    /** Waits until something is so. */
    void until(String what, Condition so) throws IOException, ViolationException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOST_SECONDS);
        while (!so.holds()) {
            if (!process.isAlive() && !so.holds()) {
                throw new ViolationException("it ended before " + what + ", saying " + List.copyOf(lines));
            }
            if (System.nanoTime() > end) {
                throw hang("not in " + MOST_SECONDS + " s: " + what);
            }
            LockSupport.parkNanos(2_000_000);
        }
    }

    /** {@return how many records it was told are stable} */
    long acknowledged() {
        long sum = 0;
        for (int thread = 0; thread < io.lss.faults.load.Load.THREADS; thread++) {
            sum += account.get(Claims.stable(thread));
        }
        return sum;
    }

    /** Waits until so many more records were acknowledged. */
    void awaitAcknowledged(int more) throws IOException, ViolationException, InterruptedException {
        long goal = acknowledged() + more;
        until(more + " more acknowledged records", () -> acknowledged() >= goal);
    }

    /** Waits until the process is gone. {@return its status; of what it was started through, if anything} */
    int awaitExit() throws ViolationException, InterruptedException {
        if (!process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
            throw hang("it did not end");
        }
        return process.exitValue();
    }

    /** Kills it and waits until it is gone. */
    @Override
    public void close() {
        child.kill();
    }
}
