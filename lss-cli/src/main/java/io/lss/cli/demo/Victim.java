package io.lss.cli.demo;

import io.lss.cli.ExitCode;
import io.lss.cli.Main;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The child process, seen by its parent: started like the parent, watched, and killed while it writes. */
final class Victim implements AutoCloseable {
    static final String PAGE_FILE = "control";

    private static final String OUTPUT_FILE = "loader.out";
    private static final long LOOK_EVERY_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

    /** How long something must be in flight before it is given up: the loaders have all just been acknowledged. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Flags of this JVM that matter to the other one; a debugger's port or a recording's file must not be shared. */
    private static final List<String> INHERITED = List.of(
            "--enable-native-access",
            "--illegal-native-access",
            "--add-modules",
            "-Dio.lss.",
            "-Djava.io.tmpdir=",
            "-Xm",
            "-XX:MaxDirectMemorySize=");

    private final Process process;
    private final ControlPage page;
    private final Path output;
    private final long started = System.nanoTime();

    private Victim(Process process, ControlPage page, Path output) {
        this.process = process;
        this.page = page;
        this.output = output;
    }

    /** Starts a loader that follows the plan saved in a directory. */
    static Victim start(Path directory, int loaders) throws IOException {
        ControlPage page = ControlPage.open(directory.resolve(PAGE_FILE), loaders);
        Path output = directory.resolve(OUTPUT_FILE);
        Process process = new ProcessBuilder(commandLine(directory))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        return new Victim(process, page, output);
    }

    private static List<String> commandLine(Path directory) {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        for (String flag : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (INHERITED.stream().anyMatch(flag::startsWith)) {
                words.add(flag);
            }
        }
        Module module = Main.class.getModule();
        if (module.isNamed()) {
            String path = System.getProperty("jdk.module.path");
            if (path != null) { // in an image of jlink there is none
                words.addAll(List.of("--module-path", path));
            }
            words.addAll(List.of("--module", module.getName() + "/" + Main.class.getName()));
        } else {
            if (words.stream().noneMatch(word -> word.startsWith("--enable-native-access"))) {
                words.add("--enable-native-access=ALL-UNNAMED"); // what the manifest says when started by -jar
            }
            words.addAll(List.of("--class-path", System.getProperty("java.class.path", ""), Main.class.getName()));
        }
        words.addAll(List.of(LoaderCommand.NAME, directory.toString()));
        return words;
    }

    ControlPage page() {
        return page;
    }

    Process process() {
        return process;
    }

    /** {@return how long ago it was started, in nanoseconds} */
    long age() {
        return System.nanoTime() - started;
    }

    /**
     * Kills the child when it has enough acknowledged, a little later, and more published than acknowledged.
     *
     * @param enough how many bytes must be acknowledged
     * @param delayNanos how much later
     * @throws LoaderFailedException if it ended before
     */
    void killWhileWriting(long enough, long delayNanos) throws IOException {
        while (page.stableBytes() < enough && page.state() != ControlPage.LOADED) {
            look();
        }
        LockSupport.parkNanos(delayNanos);
        long patience = System.nanoTime() + PATIENCE_NANOS;
        while (page.publishedBytes() <= page.stableBytes()
                && page.state() != ControlPage.LOADED
                && System.nanoTime() < patience) {
            look();
        }
        kill();
        if (isFailure(process.exitValue())) {
            throw endedByItself();
        }
    }

    private void look() throws LoaderFailedException {
        if (!process.isAlive()) {
            throw endedByItself();
        }
        LockSupport.parkNanos(LOOK_EVERY_NANOS);
    }

    private LoaderFailedException endedByItself() {
        String said;
        try {
            said = Files.readString(output, Charset.defaultCharset()).strip();
        } catch (IOException e) {
            said = "";
        }
        return new LoaderFailedException(process.exitValue(), said);
    }

    /** Kills the child without a warning (SIGKILL where there are signals) and waits until it is gone. */
    private void kill() {
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

    @Override
    public void close() {
        kill();
    }

    /** Whether it ended with a code of its own; one that was killed ends with 1 or above 128, as the system has it. */
    private static boolean isFailure(int code) {
        return code > ExitCode.VERIFICATION_FAILED.code() && code < ExitCode.INTERRUPTED.code();
    }
}
