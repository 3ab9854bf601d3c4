package io.lss.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.LogStructuredStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Commands as a person has them at a terminal, where output, messages and the progress bar meet on one screen: what stays on it, compared with a
 * transcript, and that the bar was there before.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class TerminalTranscriptTest {
    /** So wide that no line wraps, whatever the length of the temporary directory's name. */
    private static final int WIDE = 1000;

    private static final String NO_BAR = "";

    @TempDir
    private Path directory;

    /** Runs a command and adds what it leaves on the screen; {@code bar} is what the bar says, before it is gone. */
    private static void run(Transcript transcript, String bar, ExitCode code, Object... args) throws IOException, InterruptedException {
        try (TerminalProcess process = TerminalProcess.lss(WIDE, args)) {
            add(transcript, bar, code, process, args);
        }
    }

    private static void add(Transcript transcript, String bar, ExitCode code, TerminalProcess process, Object... args)
            throws IOException, InterruptedException {
        int ended = process.code();
        String screen = process.screen();
        transcript.ran("lss " + Arrays.stream(args).map(Object::toString).collect(Collectors.joining(" ")), ended, screen, "").ends(code);
        boolean hasBar = process.said().contains("% [");
        assertEquals(!bar.equals(NO_BAR), hasBar, process::said);
        for (String each : bar.split(",", -1)) {
            assertTrue(process.said().contains(each), () -> each + ": " + process.said());
        }
    }

    /** The same for commands that do not get into each other's way, at once. */
    private static void runAll(Transcript transcript, ExitCode code, List<List<Object>> commands) throws IOException, InterruptedException {
        List<TerminalProcess> running = new ArrayList<>();
        try {
            for (List<Object> args : commands) {
                running.add(TerminalProcess.lss(WIDE, args.toArray()));
            }
            for (int i = 0; i < running.size(); i++) {
                add(transcript, NO_BAR, code, running.get(i), commands.get(i).toArray());
            }
        } finally {
            for (TerminalProcess each : running) {
                each.close();
            }
        }
    }

    private Transcript transcript(String name) {
        return StoreTranscript.of(name, directory)
                .replace("salt [0-9a-f]{16}", "salt SALT")
                .replace("(not )?checked( +opened, verified and scanned)? with uring: .*", "(uring: as the machine allows)");
    }

    @Test
    void onAHealthyStore() throws IOException, InterruptedException {
        Path store = Fixture.store(directory.resolve("store"), "one", "two");
        Path copy = directory.resolve("copy");
        Path file = directory.resolve("file");
        Path records = Files.writeString(directory.resolve("records"), "three\n\nfour\n");
        Transcript transcript = transcript("terminal");
        run(transcript, "appending", ExitCode.OK, "append", "--sync", "end", store, records);
        run(transcript, NO_BAR, ExitCode.OK, "cat", "--lsn", store);
        run(transcript, "reading", ExitCode.OK, "cat", store, ">" + file);
        assertEquals("one\ntwo\nthree\nfour\n", Files.readString(file));
        run(transcript, "verifying", ExitCode.OK, "verify", store);
        run(transcript, "copying,comparing", ExitCode.OK, "backup", store, copy);
        run(transcript, "salvaging,checking", ExitCode.OK, "salvage", store, directory.resolve("saved"));
        run(transcript, "counting", ExitCode.OK, "trim", "--dry-run", "--before", 1_056_768, copy);
        run(transcript, NO_BAR, ExitCode.OK, "trim", "--before", 1_056_768, copy);
        run(transcript, NO_BAR, ExitCode.OK, "stat", copy);
        run(transcript, NO_BAR, ExitCode.OK, "dump", "--units", "--segment", 1, store);
        run(transcript, "reading", ExitCode.OK, "dump", store, ">" + file);
        assertFalse(Files.readString(file).contains("\033"));
        transcript.remark("the bar is on the screen, the report comes through a pipe");
        run(transcript, "copying,comparing", ExitCode.OK, "backup", store, directory.resolve("again"), "|", "cat");
        transcript.check();
    }

    @Test
    void doctorWritesNothingButLines() throws IOException, InterruptedException {
        Path store = Fixture.store(directory.resolve("store"), "one");
        try (TerminalProcess doctor = TerminalProcess.lss(WIDE, "doctor", store)) {
            assertEquals(ExitCode.OK.code(), doctor.code());
            assertFalse(doctor.said().contains("\033"), doctor.said());
            assertTrue(doctor.screen().contains("\n  opens          yes, as far as"), doctor.screen());
        }
    }

    @Test
    void onStoresThatAreNotHealthy() throws IOException, InterruptedException {
        Path store = Fixture.store(directory.resolve("store"), "one", "two");
        Path other = directory.resolve("other");
        Transcript transcript = transcript("terminal-states").remark("in use by another process");
        try (LogStructuredStore opened = LogStructuredStore.open(store, Fixture.options())) {
            assertTrue(opened.stableLsn() > 0);
            runAll(
                    transcript,
                    ExitCode.LOCKED,
                    List.of(
                            List.of("cat", store), List.of("verify", store), List.of("backup", store, other),
                            List.of("salvage", store, other), List.of("trim", "--before", 0, store), List.of("dump", store)));
            runAll(transcript, ExitCode.OK, List.of(List.of("stat", store), List.of("tail", store)));
        }
        transcript.remark("a byte of the second record is not what was written");
        Fixture.flip(store.resolve("seg-0000000000000001.lss"), 8192 + 64 + 16);
        run(transcript, NO_BAR, ExitCode.CORRUPT, "cat", store);
        run(transcript, "verifying", ExitCode.CORRUPT, "verify", store);
        run(transcript, "copying,comparing", ExitCode.CORRUPT, "backup", store, other);
        run(transcript, "salvaging", ExitCode.RECORDS_LOST, "salvage", store, directory.resolve("saved"));
        transcript.remark("no store there");
        Path none = directory.resolve("none");
        runAll(
                transcript,
                ExitCode.NO_STORE,
                List.of(
                        List.of("cat", none), List.of("stat", none), List.of("verify", none), List.of("backup", none, other),
                        List.of("salvage", none, other), List.of("dump", none), List.of("trim", "--before", 0, none)));
        transcript.check();
    }

    /** Whatever the variable TERM says of a terminal that may be elsewhere. */
    @Test
    void inAPipeThereIsNoBar() throws IOException, InterruptedException {
        List<Process> running = new ArrayList<>();
        for (String args : List.of("verify one", "backup two copy", "salvage three saved", "append four records", "trim --dry-run --before 0 five")) {
            List<String> words = new ArrayList<>(LssProcess.launcher());
            for (String word : args.split(" ", -1)) {
                if (word.matches("one|two|three|four|five")) {
                    Fixture.store(directory.resolve(word), "a");
                }
                words.add(word);
            }
            Files.writeString(directory.resolve("records"), "b\n");
            ProcessBuilder builder = new ProcessBuilder(words).directory(directory.toFile()).redirectErrorStream(true);
            builder.environment().put("TERM", "xterm");
            running.add(builder.start());
        }
        for (Process each : running) {
            String said = new String(each.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(ExitCode.OK.code(), each.waitFor(), said);
            assertTrue(said.chars().allMatch(c -> c == '\n' || c >= ' '), said);
            assertFalse(said.contains("% ["), said);
        }
    }

    /** A bar that is wider than the terminal is cut off at its edge; of one that wrapped, the first lines would stay. */
    @Test
    void aNarrowTerminalIsLeftCleanToo() throws IOException, InterruptedException {
        Path store = Fixture.store(directory.resolve("store"), "one");
        try (TerminalProcess verify = TerminalProcess.lss(40, "verify", store)) {
            assertEquals(ExitCode.OK.code(), verify.code());
            assertTrue(verify.said().contains("verifying"), verify.said());
            assertEquals("sound: 1 record in 1 unit of 1 segment,\n8.2 KB read\n", verify.screen());
        }
    }
}
