package io.lss.uring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.tck.device.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * EPERM has several causes, and the one at hand is named. The kernel's switch itself is everybody's on the machine, so the child sees another
 * value in its place (a mount of its own), and gets EPERM from a seccomp filter or, where there must be no filter, from strace.
 */
class SwitchedOffTest {

    private static final Path SWITCH = Path.of("/proc/sys/kernel/io_uring_disabled");

    private static final String BY_FILTER = "unavailable: a seccomp filter forbids io_uring (EPERM); allow io_uring_setup, io_uring_enter and"
            + " io_uring_register in the seccomp profile of the container or service";
    private static final String FOR_ALL = "unavailable: io_uring is switched off for everybody: kernel.io_uring_disabled=2; sysctl"
            + " kernel.io_uring_disabled=0";
    private static final String FOR_ORDINARY_USERS = "unavailable: io_uring is switched off for ordinary users: kernel.io_uring_disabled=1;"
            + " sysctl kernel.io_uring_disabled=0, or put the user into the group of kernel.io_uring_group";
    private static final String BY_ONE_OR_THE_OTHER = "unavailable: io_uring is switched off for ordinary users (kernel.io_uring_disabled=1), and"
            + " a seccomp filter is there, which may forbid it too (EPERM); sysctl kernel.io_uring_disabled=0, or put the user into the group of"
            + " kernel.io_uring_group; if it is refused then, too, allow io_uring_setup, io_uring_enter and io_uring_register in the seccomp profile"
            + " of the container or service";
    private static final String UNKNOWN = "unavailable: a ring of io_uring cannot be set up (errno 1, EPERM, Operation not permitted); look at"
            + " kernel.io_uring_disabled and at the security modules (SELinux)";

    @TempDir
    Path directory;

    @BeforeEach
    void needTheSwitch() {
        Assumptions.assumeTrue(Files.exists(SWITCH), "SKIPPED: the kernel is older than 6.6 (" + SWITCH + " is missing)");
    }

    /** {@return the beginning of a command in whose eyes the switch has a value} */
    private List<String> seeing(String value) throws IOException {
        Path file = Files.writeString(directory.resolve("switch"), value + "\n");
        List<String> command = List.of(
                "unshare", "-m", "sh", "-c", "mount --bind \"$0\" " + SWITCH + " && exec \"$@\"", file.toString());
        Assumptions.assumeTrue(
                OrdinaryUser.succeeds(command, "grep", "-qx", value, SWITCH.toString()),
                "SKIPPED: unshare -m and mount --bind are missing or not permitted (needs root)");
        return command;
    }

    private static List<String> java() {
        return ChildJvm.onClassPath(Ways.PRODUCT, "--enable-native-access=ALL-UNNAMED");
    }

    private static String line(List<String> start, List<String> java, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(start);
        command.addAll(java);
        try (ChildJvm child = ChildJvm.run(command, arguments)) {
            return child.line();
        }
    }

    private static List<String> filteredJava() {
        List<String> java = new ArrayList<>(java());
        int path = java.indexOf("-cp") + 1;
        java.set(path, java.get(path) + ":" + Path.of("target/test-classes").toAbsolutePath());
        java.addAll(List.of(SeccompChild.class.getName(), "1")); // EPERM
        return java;
    }

    private String filtered(String value, String command) throws IOException {
        return line(seeing(value), filteredJava(), "uring", directory.resolve("store").toString(), command);
    }

    /** The filter comes first, so that nobody can tell what the kernel would have said. */
    @ParameterizedTest
    @CsvSource({"0, filter", "1, both", "2, all"})
    void anOrdinaryUserBehindAFilterIsToldOfBoth(String value, String cause) throws Exception {
        try (OrdinaryUser user = new OrdinaryUser()) {
            String line = line(
                    seeing(value), user.run(List.of(), filteredJava()), "uring", user.home().resolve("store").toString(), "probe");
            String expected = switch (cause) {
                case "all" -> FOR_ALL;
                case "both" -> BY_ONE_OR_THE_OTHER;
                default -> BY_FILTER;
            };
            assertEquals(expected, line);
        }
    }

    /** What is switched off for ordinary users only does not concern root, which must look for a filter. */
    @ParameterizedTest
    @CsvSource({"0, filter", "1, filter", "2, all"})
    void whatIsSwitchedOffForAllIsToldFromAFilter(String value, String cause) throws Exception {
        String expected = cause.equals("all") ? FOR_ALL : BY_FILTER;
        assertEquals(expected, filtered(value, "probe"));
        String opened = filtered(value, "describe");
        assertTrue(opened.contains(expected.substring("unavailable: ".length(), expected.indexOf(';'))), opened);
    }

    @ParameterizedTest
    @CsvSource({"0, unknown", "1, users", "2, all"})
    void withoutAFilterAnOrdinaryUserIsToldOfTheSwitch(String value, String cause) throws Exception {
        Assumptions.assumeTrue(
                Files.readString(Path.of("/proc/thread-self/status")).contains("Seccomp:\t0"),
                "SKIPPED: this process is under a seccomp filter itself");
        try (OrdinaryUser user = new OrdinaryUser()) {
            Path trace = user.home().resolve("trace");
            List<String> strace = List.of(
                    "strace", "-f", "-o", trace.toString(), "-e", "trace=io_uring_setup", "-e",
                    "inject=io_uring_setup:error=EPERM");
            Assumptions.assumeTrue(
                    OrdinaryUser.succeeds(strace, "true"), "SKIPPED: strace is missing or may not trace");
            Files.deleteIfExists(trace);
            String line = line(
                    seeing(value), user.run(strace, java()), "uring", user.home().resolve("store").toString(), "probe");
            String expected = switch (cause) {
                case "all" -> FOR_ALL;
                case "users" -> FOR_ORDINARY_USERS;
                default -> UNKNOWN;
            };
            assertEquals(expected, line);
            assertTrue(Files.readString(trace).contains("(INJECTED)"), "nothing was injected");
        }
    }

    /** Otherwise the other tests could be about a kernel that refuses by itself. */
    @Test
    void aSwitchThatOnlyLooksSetRefusesNothing() throws Exception {
        String line = line(seeing("2"), java(), "uring", directory.resolve("store").toString(), "probe");
        assertTrue(line.startsWith("available: "), line);
    }
}
