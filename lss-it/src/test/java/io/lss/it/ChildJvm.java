package io.lss.it;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Another JVM with the class path of this test. It is talked to in lines. */
final class ChildJvm implements AutoCloseable {

    private final Process process;
    private final BufferedReader output;
    private final Writer input;

    private ChildJvm(Process process) {
        this.process = process;
        this.output = process.inputReader();
        this.input = process.outputWriter();
    }

    /** Starts a class's main; what it writes to its standard error goes to this one's. */
    static ChildJvm run(List<String> flags, Class<?> main, String... arguments) throws IOException {
        return new ChildJvm(new ProcessBuilder(command(flags, System.getProperty("java.class.path"), main, arguments))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    static ChildJvm run(Class<?> main, String... arguments) throws IOException {
        return run(List.of("-XX:TieredStopAtLevel=1", "-Xshare:auto", "-XX:+UseSerialGC"), main, arguments);
    }

    static List<String> command(List<String> flags, String classPath, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.add("-cp");
        command.add(classPath);
        command.add(main.getName());
        command.addAll(List.of(arguments));
        return command;
    }

    /** {@return where classes are, as a class path} Without the test framework, for those who may not read it. */
    static String classPathOf(List<Class<?>> types) {
        List<String> roots = new ArrayList<>();
        for (Class<?> type : types) {
            String root = Path.of(java.net.URI.create(
                            type.getProtectionDomain().getCodeSource().getLocation().toString()))
                    .toString();
            if (!roots.contains(root)) {
                roots.add(root);
            }
        }
        return String.join(File.pathSeparator, roots);
    }

    /** {@return the next line it prints; "null" if it has ended} */
    String line() throws IOException {
        return String.valueOf(output.readLine());
    }

    /** Sends a line. */
    void tell(String line) throws IOException {
        input.write(line + "\n");
        input.flush();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    /** Kills it, as {@code kill -9} does, and waits until it is gone. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** {@return its exit code, once it has ended} */
    int exitCode() throws InterruptedException {
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            kill();
            throw new AssertionError("the child did not end");
        }
        return process.exitValue();
    }

    /** Kills it if it has not ended. */
    @Override
    public void close() {
        process.destroyForcibly();
        boolean interrupted = false;
        while (process.isAlive()) {
            try {
                process.waitFor();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
