package io.lss.faults;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Programs of the system. */
public final class Shell {

    private static final int TIMEOUT_SECONDS = 120;

    private Shell() {}

    /** A program failed, or is not there. */
    public static final class FailedException extends IOException {
        private static final long serialVersionUID = 1L;

        FailedException(String message) {
            super(message);
        }
    }

    /**
     * {@return whether a program is on the PATH, or in a directory of the superuser}
     *
     * @param program its name
     */
    public static boolean has(String program) {
        String path = String.valueOf(System.getenv("PATH")) + ":/usr/sbin:/sbin";
        for (String directory : path.split(":", -1)) {
            if (!directory.isEmpty() && Files.isExecutable(Path.of(directory, program))) {
                return true;
            }
        }
        return false;
    }

    /** {@return whether this process is the superuser's} */
    public static boolean isRoot() {
        try {
            return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return false;
        }
    }

    /**
     * {@return what a program printed, standard error included}
     *
     * @param command its name and arguments
     * @throws FailedException if it ends with another status than 0, does not end, or is not there
     */
    public static String run(String... command) throws IOException {
        return run(List.of(command));
    }

    /**
     * As {@link #run(String...)}.
     *
     * @param command its name and arguments
     * @return what it printed
     */
    public static String run(List<String> command) throws IOException {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .start();
            FutureTask<String> output = new FutureTask<>(
                    () -> new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip());
            Thread.ofPlatform().daemon().start(output);
            try {
                String said = output.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
                if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                    throw new TimeoutException();
                }
                if (process.exitValue() != 0) {
                    throw new FailedException(
                            String.join(" ", command) + " ended with status " + process.exitValue() + ": " + said);
                }
                return said;
            } catch (TimeoutException e) {
                process.destroyForcibly();
                throw new FailedException(String.join(" ", command) + " did not end in " + TIMEOUT_SECONDS + " s");
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
                throw new FailedException(String.join(" ", command) + ": interrupted");
            } catch (ExecutionException e) {
                process.destroyForcibly();
                throw new FailedException(String.join(" ", command) + ": " + e.getCause());
            }
        } catch (IOException e) {
            throw e instanceof FailedException ? e : new FailedException(String.join(" ", command) + ": " + e.getMessage());
        }
    }
}
