package io.lss.uring;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** Somebody without privileges, who has a directory and can read the product. Where the test may not become another, it is skipped. */
final class OrdinaryUser implements AutoCloseable {

    private static final List<String> BECOME = List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");

    private final Path home;

    OrdinaryUser() throws IOException {
        Assumptions.assumeTrue(succeeds(BECOME, "true"), "SKIPPED: setpriv is missing, or this is not root");
        home = Files.createTempDirectory(Path.of("/var/tmp"), "lss-user");
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxrwxrwx"));
    }

    /** {@return a directory that the user may write} */
    Path home() {
        return home;
    }

    /**
     * {@return a command that runs as this user}
     *
     * @param through a program that runs it, already as the user
     * @param java a command that runs java; it gets copies of its classes
     */
    List<String> run(List<String> through, List<String> java) throws IOException {
        List<String> command = new ArrayList<>(BECOME);
        command.addAll(through);
        command.addAll(readable(java));
        return command;
    }

    /** The same command with copies of classes and libraries that an ordinary user can read. */
    private List<String> readable(List<String> java) throws IOException {
        List<String> command = new ArrayList<>(java);
        int path = command.indexOf("-cp") + 1;
        StringBuilder copies = new StringBuilder();
        for (String part : command.get(path).split(":")) {
            Path copy = home.resolve("classes-" + copies.length());
            assertTrue(succeeds(List.of("cp", "-r", part), copy.toString()));
            copies.append(copies.isEmpty() ? "" : ":").append(copy);
        }
        assertTrue(succeeds(List.of("chmod", "-R", "a+rX"), home.toString()));
        command.set(path, copies.toString());
        return command;
    }

    /** {@return whether a program can be run and says that it succeeded} */
    static boolean succeeds(List<String> command, String... more) {
        List<String> all = new ArrayList<>(command);
        all.addAll(List.of(more));
        try {
            Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
            new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.onExit().join().exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        succeeds(List.of("rm", "-rf", home.toString()));
    }
}
