package io.lss.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Ctrl-C and termination, without and with a terminal. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class SignalTest {
    private static final int TERMINATED = 143;

    @TempDir
    private Path directory;

    /** {@return how many records the last line says are stable} */
    private static long told(String out) {
        String last = out.lines().filter(line -> line.startsWith("stable: ")).toList().getLast();
        return Long.parseLong(last.substring("stable: ".length(), last.indexOf(" record")).replace(",", ""));
    }

    private long records(Path store) {
        Transcript transcript = new Transcript("unused").lss("cat", store).ends(ExitCode.OK);
        return transcript.out().lines().count();
    }

    @Test
    void anAppendThatWaitsForInputAndIsTerminatedKeepsAndTellsEverything() throws IOException, InterruptedException {
        Path store = Fixture.store(directory.resolve("store"));
        try (LssProcess append = LssProcess.start(directory, LssProcess.launcher(), "append", "--sync", "2", store)) {
            append.type("one");
            append.type("two");
            assertEquals("stable: 2 records, 6 B", append.line().replaceAll(", the last.*", ""));
            append.type("three");
            append.process().toHandle().destroy(); // not Process.destroy, which closes the streams too
            assertEquals(TERMINATED, append.process().waitFor());
            String rest = append.rest();
            assertEquals(rest.isEmpty() ? 2 : told(rest), records(store), rest);
            assertEquals("", append.err());
        }
    }

    @Test
    void anAppendInFullSwingThatIsTerminatedKeepsAndTellsEverything() throws IOException, InterruptedException {
        Path store = Fixture.store(directory.resolve("store"));
        try (LssProcess append = LssProcess.start(directory, LssProcess.launcher(), "append", "--sync", "100", store)) {
            Thread typist = Thread.ofPlatform().daemon().start(() -> {
                try {
                    for (int i = 0; ; i++) {
                        append.type("line " + i);
                    }
                } catch (IOException e) {
                    // It has ended.
                }
            });
            append.line();
            append.process().toHandle().destroy(); // not Process.destroy, which closes the streams too
            String rest = append.rest();
            assertEquals(TERMINATED, append.process().waitFor());
            typist.join();
            assertEquals(rest.isEmpty() ? 100 : told(rest), records(store), rest);
            assertEquals("", append.err());
        }
    }

    @Test
    void anAppendWhoseStandardInputIsClosedAppendsNothing() throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")) && Files.exists(Path.of("/proc/self/fd")), "SKIPPED: this is not Linux");
        Path store = Fixture.store(directory.resolve("store"), "one");
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", "exec \"$@\" <&-", "sh"));
        command.addAll(LssProcess.launcher());
        try (LssProcess append = LssProcess.start(directory, command, "append", store)) {
            assertEquals("stable: 0 records, 0 B\n", append.rest());
            assertEquals(ExitCode.FAILED.code(), append.process().waitFor());
            assertEquals("lss: standard input is closed; give it something to read, or </dev/null\n", append.err());
        }
        assertEquals(1, records(store));
    }

    @Test
    void inATerminalProgressIsShownAndCtrlCEnds() throws IOException, InterruptedException {
        Path script = Path.of("/usr/bin/script");
        assumeTrue(Files.isExecutable(script), "SKIPPED: there is no /usr/bin/script here");
        assumeTrue(!isInterruptIgnored(), "SKIPPED: whoever started this ignores SIGINT, and with it the terminal's Ctrl-C");
        Path store = Fixture.store(directory.resolve("store"), "one", "two");
        String launcher = String.join(" ", LssProcess.launcher());

        List<String> terminal = List.of(script.toString(), "-q", "-e", "-c");
        try (LssProcess verify =
                LssProcess.start(directory, inTerminal(terminal, launcher + " verify " + store), "/dev/null")) {
            String said = read(verify, "sound: 2 records");
            assertTrue(said.contains("verifying"), said);
            assertEquals(ExitCode.OK.code(), verify.process().waitFor());
        }
        try (LssProcess append = LssProcess.start(
                directory, inTerminal(terminal, launcher + " append --sync each " + store), "/dev/null")) {
            append.type("three");
            read(append, "stable: 1 record");
            append.in().write(3);
            append.in().flush();
            assertEquals(ExitCode.INTERRUPTED.code(), append.process().waitFor());
            assertEquals(3, records(store));
        }
        try (LssProcess tail = LssProcess.start(
                directory, inTerminal(terminal, launcher + " tail -f --lsn " + store), "/dev/null")) {
            read(tail, "three");
            new Transcript("unused").input("four\n").lss("append", store).ends(ExitCode.OK);
            read(tail, "four");
            tail.in().write(3);
            tail.in().flush();
            assertEquals(ExitCode.INTERRUPTED.code(), tail.process().waitFor());
        }
    }

    /** The words for a command in a terminal that can draw. */
    private static List<String> inTerminal(List<String> terminal, String command) {
        return Stream.of(List.of("env", "TERM=xterm"), terminal, List.of(command))
                .flatMap(List::stream)
                .toList();
    }

    private static String read(LssProcess process, String until) throws IOException {
        StringBuilder text = new StringBuilder();
        Reader reader = new InputStreamReader(process.process().getInputStream(), StandardCharsets.UTF_8);
        while (text.indexOf(until) < 0) {
            int c = reader.read();
            assertTrue(c >= 0, () -> "ended without '" + until + "': " + text);
            text.append((char) c);
        }
        return text.toString();
    }

    private static boolean isInterruptIgnored() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 0b10) != 0);
    }
}
