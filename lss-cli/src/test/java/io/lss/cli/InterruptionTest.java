package io.lss.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Backup and salvage that are ended in the midst of their work: what they say, what they leave, and that the store is as it was. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class InterruptionTest {
    private static final int SIGNALLED = 128;
    private static final String RECORD = "x".repeat(1000);

    @TempDir
    private Path directory;

    private Path store;
    private Path target;

    @BeforeEach
    void makeStore() throws IOException {
        target = directory.resolve("target");
        store = directory.resolve("store");
        for (int session = 0; session < 3; session++) {
            Fixture.store(store, RECORD, RECORD);
        }
    }

    private Transcript lss(Object... args) {
        return new Transcript("unused").lss(args);
    }

    /** Starts a command and waits until it is where it is to be held. */
    private LssProcess held(Path place, String operation, int number, String within, Object... args) throws IOException {
        List<String> words = HeldCommand.words(directory, place, operation, number, within, args);
        LssProcess process = LssProcess.start(directory, words);
        while (!process.line().equals("held")) {
            // The account of a salvage, which has begun by then.
        }
        return process;
    }

    private LssProcess backupWhileItCopies(Object... more) throws IOException {
        List<Object> args = new ArrayList<>(List.of("backup", "--provider", "held", store, target));
        args.addAll(List.of(more));
        return held(target, "write", 2, "Backup.copySegment", args.toArray());
    }

    private LssProcess salvageWhileItWrites() throws IOException {
        return held(target, "write", 2, "Salvage.session", "salvage", "--provider", "held", store, target);
    }

    /** {@return how it ended} */
    private static int end(LssProcess process, int signal) throws IOException, InterruptedException {
        Signals.send(signal, process.process());
        return process.process().waitFor();
    }

    private void assertStoreIsWhole() {
        Transcript cat = lss("cat", store).ends(ExitCode.OK);
        assertEquals(6, cat.out().lines().filter(RECORD::equals).count());
        lss("verify", store).ends(ExitCode.OK);
    }

    /** By no command, whatever it makes of it. */
    private void assertTargetIsNoStore() {
        for (String command : List.of("cat", "verify", "stat")) {
            assertNotEquals(ExitCode.OK.code(), lss(command, target).code(), command);
        }
    }

    private void removeTarget() throws IOException {
        try (Stream<Path> files = Files.list(target)) {
            for (Path each : files.toList()) {
                Files.delete(each);
            }
        }
        Files.delete(target);
    }

    private void assertIncomplete(String said) throws IOException {
        assertEquals(
                "lss: interrupted while it copied: the copy " + target + " is incomplete and does not open as a store; remove it (rm -r "
                        + target + ") and type the command again\n",
                said);
        assertTargetIsNoStore();
        lss("backup", store, target).ends(ExitCode.NO_STORE);
        removeTarget();
        lss("backup", store, target).ends(ExitCode.OK);
        assertStoreIsWhole();
    }

    @Test
    void aBackupThatIsToldToTerminateWhileItCopiesSaysWhatIsLeft() throws IOException, InterruptedException {
        try (LssProcess backup = backupWhileItCopies()) {
            assertEquals(SIGNALLED + Signals.TERMINATE, end(backup, Signals.TERMINATE));
            assertIncomplete(backup.err());
        }
    }

    @Test
    void aBackupWhoseTerminalIsClosedWhileItCopiesDoesTheSame() throws IOException, InterruptedException {
        Signals.assumeNotIgnored(Signals.HANGUP);
        try (LssProcess backup = backupWhileItCopies()) {
            assertEquals(SIGNALLED + Signals.HANGUP, end(backup, Signals.HANGUP));
            assertTrue(backup.err().startsWith("lss: interrupted while it copied: "), backup.err());
        }
    }

    @Test
    void inJsonTheInterruptionIsAFailureWithItsCode() throws IOException, InterruptedException {
        Signals.assumeNotIgnored(Signals.INTERRUPT);
        try (LssProcess backup = backupWhileItCopies("--json")) {
            assertEquals(ExitCode.INTERRUPTED.code(), end(backup, Signals.INTERRUPT));
            assertEquals(
                    "{\"error\":\"interrupted\",\"exitCode\":130,\"message\":\"interrupted while it copied: the copy " + target
                            + " is incomplete",
                    backup.err().replaceAll(" and does not open .*\\s", ""));
            assertEquals("", backup.rest());
        }
    }

    @Test
    void aBackupThatIsInterruptedWhileItComparesSaysThatTheCopyIsWhole() throws IOException, InterruptedException {
        Signals.assumeNotIgnored(Signals.INTERRUPT);
        try (LssProcess backup =
                held(target, "read", 1, "BackupCommand.compare", "backup", "--provider", "held", store, target)) {
            assertEquals(ExitCode.INTERRUPTED.code(), end(backup, Signals.INTERRUPT));
            assertEquals(
                    "lss: interrupted while it compared: the copy " + target + " is whole and opens as a store, but was not compared to its end;"
                            + " check it by itself: lss verify " + target + ", or remove it (rm -r " + target
                            + ") and type the command again\n",
                    backup.err());
            assertEquals("", backup.rest());
        }
        lss("verify", target).ends(ExitCode.OK);
        assertEquals(lss("cat", "--lsn", store).out(), lss("cat", "--lsn", target).out());
        assertStoreIsWhole();
    }

    @Test
    void ctrlCAtATerminalTakesTheBarAwayAndLeavesOneLine() throws IOException, InterruptedException {
        Signals.assumeNotIgnored(Signals.INTERRUPT);
        List<String> words = HeldCommand.words(
                directory, target, "write", 2, "Backup.copySegment", "backup", "--provider", "held", store, target);
        try (TerminalProcess backup = new TerminalProcess(500, words)) {
            backup.await("held");
            backup.await("copying");
            backup.typeCtrlC();
            assertEquals(ExitCode.INTERRUPTED.code(), backup.code());
            assertEquals(
                    List.of("lss: interrupted while it copied: the copy " + target),
                    backup.screen()
                            .lines()
                            .filter(line -> !line.contains("held"))
                            .map(line -> line.replaceAll(" is incomplete .*", ""))
                            .toList());
        }
    }

    @Test
    void aSalvageThatIsInterruptedRemovesWhatItMadeAndCanBeRepeated() throws IOException, InterruptedException {
        Signals.assumeNotIgnored(Signals.INTERRUPT);
        try (LssProcess salvage = salvageWhileItWrites()) {
            assertEquals(ExitCode.INTERRUPTED.code(), end(salvage, Signals.INTERRUPT));
            assertEquals(
                    "lss: interrupted: there is no new store, what was made of it at " + target
                            + " is removed again; the account above is of a part of the store\n",
                    salvage.err());
        }
        try (Stream<Path> files = Files.list(target)) {
            assertEquals(List.of("LOCK"), files.map(each -> each.getFileName().toString()).toList());
        }
        assertTargetIsNoStore();
        lss("salvage", store, target).ends(ExitCode.OK);
        assertStoreIsWhole();
    }

    @Test
    void aSalvageThatIsInterruptedWhileItChecksSaysThatTheNewStoreIsMade() throws IOException, InterruptedException {
        try (LssProcess salvage = held(target, "read", 1, "NewStoreCheck.read", "salvage", store, target)) {
            assertEquals(SIGNALLED + Signals.TERMINATE, end(salvage, Signals.TERMINATE));
            assertEquals(
                    "lss: interrupted: the new store " + target + " is made, and holds what the account says, but was not checked to its end;"
                            + " check it: lss verify " + target + "\n",
                    salvage.err());
        }
        lss("verify", target).ends(ExitCode.OK);
        assertEquals(lss("cat", "--lsn", store).out(), lss("cat", "--lsn", target).out());
        assertStoreIsWhole();
    }

    @Test
    void aKilledSalvageOrBackupLeavesNoStore() throws IOException, InterruptedException {
        try (LssProcess salvage = salvageWhileItWrites()) {
            salvage.process().destroyForcibly().waitFor();
        }
        assertTargetIsNoStore();
        lss("salvage", store, target).ends(ExitCode.NO_STORE);
        removeTarget();
        try (LssProcess backup = backupWhileItCopies()) {
            backup.process().destroyForcibly().waitFor();
        }
        assertTargetIsNoStore();
        assertStoreIsWhole();
    }

    /** Nobody reads what they say: that is no reason to leave half a store. */
    @Test
    void withoutAReaderTheyGoOnToTheirEnd() throws IOException, InterruptedException {
        for (String command : List.of("backup", "salvage")) {
            try (LssProcess process = LssProcess.start(directory, LssProcess.launcher(), command, store, target)) {
                process.process().getInputStream().close();
                assertEquals(0, process.process().waitFor(), process.err());
                assertEquals("", process.err());
            }
            lss("verify", target).ends(ExitCode.OK);
            assertEquals(lss("cat", "--lsn", store).out(), lss("cat", "--lsn", target).out());
            removeTarget();
        }
        assertFalse(Files.exists(target));
        assertStoreIsWhole();
    }

    @Test
    void aVerificationThatIsToldToTerminateLeavesNothingToSay() throws IOException, InterruptedException {
        try (LssProcess verify = held(store, "read", 1, "Verification.verify", "verify", "--provider", "held", store)) {
            assertEquals(SIGNALLED + Signals.TERMINATE, end(verify, Signals.TERMINATE));
            assertEquals("", verify.err());
            assertEquals("", verify.rest());
        }
        assertStoreIsWhole();
    }
}
