package io.lss.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Ctrl-C and termination, without and with a terminal. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class SignalTest {
    private static final int TERMINATED = 143;
    private static final int HUNG_UP = 129;

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
    void ctrlCEndsAnAppendAndATailAtATerminal() throws IOException, InterruptedException {
        Signals.assumeNotIgnored(Signals.INTERRUPT);
        Path store = Fixture.store(directory.resolve("store"), "one", "two");
        try (TerminalProcess append = TerminalProcess.lss(80, "append", "--sync", "each", store)) {
            append.type("three\n");
            append.await("stable: 1 record");
            append.typeCtrlC();
            assertEquals(ExitCode.INTERRUPTED.code(), append.code());
            assertEquals(3, records(store));
        }
        try (TerminalProcess tail = TerminalProcess.lss(80, "tail", "-f", "--lsn", store)) {
            tail.await("three");
            new Transcript("unused").input("four\n").lss("append", store).ends(ExitCode.OK);
            tail.await("four");
            tail.typeCtrlC();
            assertEquals(ExitCode.INTERRUPTED.code(), tail.code());
        }
    }

    /** The thread that reads the pipe waits there until the end, and cannot take its bar away. */
    @Test
    void ctrlCLeavesNoBarOnTheScreenWhereverTheCommandIs() throws IOException, InterruptedException {
        Signals.assumeNotIgnored(Signals.INTERRUPT);
        Path store = Fixture.store(directory.resolve("store"));
        Path pipe = directory.resolve("pipe");
        assumeTrue(new ProcessBuilder("/bin/sh", "-c", "mkfifo " + pipe).start().waitFor() == 0, "SKIPPED: there is no mkfifo here");
        try (TerminalProcess append = TerminalProcess.lss(120, "append", store, pipe);
                OutputStream out = Files.newOutputStream(pipe)) {
            out.write("one\n".getBytes(StandardCharsets.US_ASCII));
            append.await("stable: 1 record");
            append.await("appending");
            append.typeCtrlC();
            assertEquals(ExitCode.INTERRUPTED.code(), append.code());
            assertEquals("stable: 1 record, 3 B, the last at LSN 2101312\n", append.screen());
        }
    }

    /** Whoever closes a terminal, or loses the connection to one, has the same as with Ctrl-C. */
    @Test
    void anAppendWhoseTerminalIsClosedKeepsWhatItHas() throws IOException, InterruptedException {
        Signals.assumeNotIgnored(Signals.HANGUP);
        Path store = Fixture.store(directory.resolve("store"), "one", "two");
        try (TerminalProcess append = TerminalProcess.lss(80, "append", store)) {
            append.type("three\n");
            append.await("stable: 1 record");
            List<ProcessHandle> inside = append.process().descendants().toList();
            append.process().destroyForcibly(); // script(1), and with it the terminal's other end
            inside.forEach(each -> each.onExit().join());
        }
        assertEquals(3, records(store));
        try (LssProcess append = LssProcess.start(directory, LssProcess.launcher(), "append", "--sync", "each", store)) {
            append.type("four");
            append.line();
            Signals.send(Signals.HANGUP, append.process());
            assertEquals(HUNG_UP, append.process().waitFor());
        }
        assertEquals(4, records(store));
    }
}
