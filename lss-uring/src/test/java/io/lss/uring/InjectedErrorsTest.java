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
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Failures of the system's calls themselves, put there by strace. */
class InjectedErrorsTest {

    @TempDir
    Path parent;

    private Path trace;

    @BeforeEach
    void needStrace() {
        trace = parent.resolve("trace");
        boolean works = false;
        try {
            works = new ProcessBuilder("strace", "-o", trace.toString(), "true").start().onExit().join().exitValue() == 0;
        } catch (IOException e) {
            // Not installed.
        }
        Assumptions.assumeTrue(works, "SKIPPED: strace is missing or may not trace");
    }

    private List<String> straced(String way, String durable, List<String> flags, String... commands) throws IOException {
        List<String> java = new ArrayList<>(List.of("strace", "-f", "-o", trace.toString()));
        java.addAll(flags);
        java.addAll(ChildJvm.onClassPath(Ways.PRODUCT, "--enable-native-access=ALL-UNNAMED"));
        List<String> arguments = new ArrayList<>(
                List.of("uring", parent.resolve("store").toString(), "library=" + way, "durable=" + durable));
        arguments.addAll(List.of(commands));
        List<String> lines = new ArrayList<>();
        try (ChildJvm child = ChildJvm.run(java, arguments.toArray(String[]::new))) {
            for (int i = 0; i < commands.length; i++) {
                lines.add(child.line());
            }
        }
        return lines;
    }

    @ParameterizedTest
    @Timeout(120)
    @CsvSource({
        "none, EINTR, 2+3", "auto, EINTR, 2+3", "none, EAGAIN, 2+7", "auto, EAGAIN, 2+7", "none, EBUSY, 3+5", "none, EAGAIN, 2+2"
    })
    void aCallThatIsInterruptedOrRefusedForNowIsMadeAgain(String way, String error, String when) throws Exception {
        List<String> commands = new ArrayList<>(List.of("create"));
        List<String> expected = new ArrayList<>(List.of("ok"));
        for (int i = 0; i < 10; i++) {
            commands.addAll(List.of("batch", "write", "sync"));
            expected.addAll(List.of("ok ok ok ok", "ok", "ok"));
        }
        List<String> lines = straced(
                way,
                "fdatasync",
                List.of("-e", "trace=io_uring_enter", "-e", "inject=io_uring_enter:error=" + error + ":when=" + when),
                commands.toArray(String[]::new));
        assertEquals(expected, lines);
        assertTrue(Files.readString(trace).contains("(INJECTED)"), "nothing was injected");
    }

    @Test
    void f4_aLoneDurableWriteThatFailsSaysWhereAndIsNotTriedAgain() throws Exception {
        List<String> lines = straced(
                "none",
                "pwritev2",
                List.of("-e", "trace=pwritev2", "-e", "inject=pwritev2:error=EIO:when=2"),
                "create",
                "write-durable",
                "write-durable",
                "write-durable");
        assertEquals(
                List.of(
                        "ok",
                        "ok",
                        "write failed: file=" + parent.resolve("store/seg-0000000000000001.lss")
                                + " position=4096 length=4096 done=0 cause=errno 5, EIO, Input/output error; look at the"
                                + " kernel's log (dmesg), mend the disk or the file system, then open the store again",
                        "ok"),
                lines);
        assertEquals(3, Files.readAllLines(trace).stream().filter(line -> line.contains("pwritev2(")).count());
    }

    @Test
    void aRingThatIsDeadFailsWhatIsInFlightAndClosesAllTheSame() throws Exception {
        List<String> lines = straced(
                "none",
                "rwf_dsync",
                List.of("-e", "trace=io_uring_enter", "-e", "inject=io_uring_enter:error=EBADF:when=2+"),
                "create",
                "batch",
                "root");
        assertEquals("ok", lines.get(0));
        assertTrue(lines.get(1).contains("io_uring_enter failed"), lines.get(1));
        assertEquals("ok", lines.get(2));
    }

    private List<String> child(String preallocate, String file, String call, String... commands) throws IOException {
        List<String> java = new ArrayList<>(List.of("strace", "-f", "-o", trace.toString(), "-P", parent.resolve("store/" + file).toString()));
        java.addAll(List.of("-e", "trace=" + call, "-e", "inject=" + call + ":error=EAGAIN:when=1+"));
        java.addAll(UringChild.command("-XX:TieredStopAtLevel=1"));
        List<String> arguments = new ArrayList<>(List.of(parent.resolve("store").toString(), preallocate, "pwritev2"));
        arguments.addAll(List.of(commands));
        List<String> lines = new ArrayList<>();
        try (ChildJvm child = ChildJvm.run(java, arguments.toArray(String[]::new))) {
            for (String line = child.line(); !line.equals("null"); line = child.line()) {
                lines.add(line);
            }
        }
        assertTrue(Files.readString(trace).contains("(INJECTED)"), "nothing was injected");
        return lines;
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void f2_aReadThatIsRefusedForEverFailsInTheEnd() throws Exception {
        String file = "seg-0000000000000001.lss";
        List<String> lines = child("fallocate", file, "pread64", "read");
        String expected = "read failed: file=" + parent.resolve("store/" + file)
                + " position=8 length=100 done=0 cause=errno 11, EAGAIN, Resource temporarily unavailable";
        assertEquals(List.of(expected, "closed"), lines.subList(1, lines.size()));
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void f2_aFillingWithZerosThatIsRefusedForEverFailsInTheEnd() throws Exception {
        String file = "seg-0000000000000001.lss.tmp";
        List<String> lines = child("zero", file, "pwrite64");
        String expected = "zero-fill failed: file=" + parent.resolve("store/" + file)
                + " position=0 length=8388608 done=0 cause=errno 11, EAGAIN, Resource temporarily unavailable";
        assertEquals(List.of(expected, "closed"), lines.subList(1, lines.size()));
    }

    @Test
    void aRingThatIsRefusedForEverIsNamedByTheProbe() throws Exception {
        List<String> lines = straced(
                "none",
                "pwritev2",
                List.of("-e", "trace=io_uring_enter", "-e", "inject=io_uring_enter:error=EAGAIN:when=1+"),
                "probe");
        assertEquals(
                "unavailable: io_uring refuses every request (errno 11, EAGAIN, Resource temporarily unavailable); look at the memory that is left"
                        + " to the machine, and to the container or service (memory.max)",
                lines.getFirst());
        assertTrue(Files.readAllLines(trace).size() < 1100, "tried without a pause");
    }

    @Test
    void aLoneCommitIsOneSystemCall() throws Exception {
        int commits = 50;
        List<String> commands = new ArrayList<>(List.of("create"));
        for (int i = 0; i < commits; i++) {
            commands.add("write-durable");
        }
        straced("none", "pwritev2", List.of("-e", "trace=%desc,io_uring_enter"), commands.toArray(String[]::new));
        long calls = Files.readAllLines(trace).stream()
                .filter(line -> line.matches(".*(pwritev2|io_uring_enter|fdatasync)\\(.*"))
                .count();
        assertEquals(1 + commits, calls, "one to try a ring before anything is made");
    }
}
