package io.lss.faults.load;

import io.lss.faults.Shell;
import io.lss.faults.disk.Processes;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A JVM that puts a {@link Load} on a store, seen from outside. */
public final class LoadProcess implements AutoCloseable {

    /** Flags with which a JVM starts soon. */
    static final List<String> FLAGS = List.of(
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            "-Xmx64m",
            "--enable-native-access=ALL-UNNAMED");

    private static final int PATIENCE_SECONDS = 120;

    /** What Java makes of SIGKILL. */
    private static final int KILLED = 128 + 9;

    private final Processes.Child child;
    private final Process process;
    private final BufferedReader output;
    private final Writer input;

    private LoadProcess(Processes.Child child) {
        this.child = child;
        this.process = child.process();
        this.output = process.inputReader();
        this.input = process.outputWriter();
    }

    /**
     * {@return a process that loads its classes and then waits to be told what to do}
     *
     * @throws IOException if it cannot be started
     */
    public static LoadProcess start() throws IOException {
        return start(List.of());
    }

    /**
     * As {@link #start()}, run by another program.
     *
     * @param wrapper the program and its arguments, before those of the JVM
     * @return the process
     * @throws IOException if it cannot be started
     */
    public static LoadProcess start(List<String> wrapper) throws IOException {
        List<String> command = new ArrayList<>(wrapper);
        List<String> flags = new ArrayList<>(FLAGS);
        ClassCache.file().ifPresent(file -> flags.addAll(List.of("-XX:AOTCache=" + file, "-Xlog:aot=off,cds=off")));
        command.addAll(java(flags));
        return new LoadProcess(
                Processes.start(new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT)));
    }

    /** {@return the command for a JVM with the load} */
    static List<String> java(List<String> flags, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.add("-D" + LoadMain.SCRATCH + "=" + Scratch.warmUps());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), LoadMain.class.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    /**
     * What a process is told.
     *
     * @param setup how to open the store
     * @param store its directory
     * @param account the file for the account
     * @param run the number of the run
     * @param lies whether records are claimed to be stable that are not
     * @param mirror a disk that gets the account's first page too, or null
     * @param position where on that disk
     */
    public record Order(Setup setup, Path store, Path account, int run, boolean lies, @Nullable Path mirror, long position) {

        /**
         * An honest run without a mirror.
         *
         * @param setup how to open the store
         * @param store its directory
         * @param account the file for the account
         * @param run the number of the run
         */
        public Order(Setup setup, Path store, Path account, int run) {
            this(setup, store, account, run, false, null, 0);
        }
    }

    /**
     * Has it begin. Its own failures are on standard error, and it has then {@linkplain #isAlive ended}.
     *
     * @param order what to do
     * @throws IOException if it is not there any more
     */
    public void begin(Order order) throws IOException {
        if (!"ready".equals(output.readLine())) {
            throw new IOException("the process for a load did not start");
        }
        input.write(String.join(
                        " ",
                        order.setup().text(),
                        order.store().toString(),
                        order.account().toString(),
                        String.valueOf(order.run()),
                        String.valueOf(order.lies()),
                        order.mirror() == null ? "-" : order.mirror().toString(),
                        String.valueOf(order.position()))
                + "\n");
        input.flush();
    }

    /**
     * Waits until the store is open.
     *
     * @return false if the process died before
     * @throws IOException if its output cannot be read, or it takes longer than a minute: its stacks are printed then
     */
    public boolean awaitOpen() throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!output.ready() && process.isAlive()) {
            if (System.nanoTime() > deadline) {
                hasHung();
            }
            LockSupport.parkNanos(200_000);
        }
        return output.ready() && "open".equals(output.readLine());
    }

    /** A JVM answers SIGQUIT with its stacks. */
    private void hasHung() throws IOException {
        Shell.run("kill", "-QUIT", String.valueOf(process.pid()));
        StringBuilder said = new StringBuilder();
        long enough = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
        while (System.nanoTime() < enough) {
            if (output.ready()) {
                said.append(System.lineSeparator()).append(output.readLine());
            }
        }
        System.out.println(said);
        throw new IOException("a hang: a process has not opened its store in " + PATIENCE_SECONDS + " s; its stacks are above");
    }

    /** {@return whether it lives} */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** {@return whether it ended by anything else than SIGKILL: something failed in it, or the JVM itself crashed} Once it has ended. */
    public boolean hasFailed() {
        return process.exitValue() != KILLED;
    }

    /** {@return its process id} */
    public long pid() {
        return process.pid();
    }

    /**
     * Waits until it has ended.
     *
     * @param nanos how long at most
     * @return whether it has
     * @throws InterruptedException if interrupted
     */
    public boolean awaitEnd(long nanos) throws InterruptedException {
        return process.waitFor(nanos, TimeUnit.NANOSECONDS);
    }

    /** Kills it, as {@code kill -9} does, and all it has started, and waits until they are gone; they may be gone already. */
    @Override
    public void close() {
        child.kill();
    }
}
