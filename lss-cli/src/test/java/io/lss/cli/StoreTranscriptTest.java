package io.lss.cli;

import static io.lss.cli.StoreTranscript.readEverything;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Each everyday command on stores in each state. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class StoreTranscriptTest {
    @TempDir
    private Path directory;

    @Test
    void onAHealthyStore() throws IOException {
        Path store = directory.resolve("store");
        Transcript transcript = StoreTranscript.of("healthy", directory);
        transcript
                .input("one\n\ntwo\nlast, without a line feed")
                .lss("append", "--create", "--segment-size", "1M", "--sync", "each", store)
                .ends(ExitCode.OK);
        readEverything(transcript, store, ExitCode.OK, ExitCode.OK);
        transcript
                .remark("more, and parts of it")
                .input("four\nfive\n")
                .lss("append", "--sync", "each", "--lsns", store)
                .ends(ExitCode.OK)
                .input("six\n")
                .lss("append", "--sync", "1", "--json", store)
                .ends(ExitCode.OK)
                .lss("tail", "-n", "2", store)
                .ends(ExitCode.OK)
                .lss("tail", "-n", "0", store)
                .ends(ExitCode.OK)
                .lss("cat", "--limit", "1", store)
                .ends(ExitCode.OK)
                .lss("stat", "--json", store)
                .ends(ExitCode.OK)
                .lss("verify", "--json", store)
                .ends(ExitCode.OK)
                .lss("cat", store.resolveSibling("copy"))
                .ends(ExitCode.OK)
                .check();
    }

    @Test
    void trimGivesUpWhatIsBelow() throws IOException {
        Path store = Fixture.store(directory.resolve("store"), "one", "two", "three");
        Transcript transcript = StoreTranscript.of("trim", directory);
        transcript.lss("cat", "--lsn", store).ends(ExitCode.OK);
        transcript
                .lss("trim", "--before", 1_056_832, "--dry-run", store)
                .ends(ExitCode.OK)
                .lss("trim", "--before", 1_056_832, "--dry-run", "--json", store)
                .ends(ExitCode.OK)
                .lss("trim", "--before", 1_056_832, store)
                .ends(ExitCode.OK)
                .lss("trim", "--before", 1_056_832, store)
                .ends(ExitCode.OK)
                .lss("cat", "--lsn", store)
                .ends(ExitCode.OK)
                .lss("tail", "--lsn", store)
                .ends(ExitCode.OK)
                .lss("cat", "--from", 1_052_672, store)
                .ends(ExitCode.USAGE)
                .lss("trim", "--before", Long.MAX_VALUE, store)
                .ends(ExitCode.USAGE)
                .lss("trim", store)
                .ends(ExitCode.USAGE)
                .check();
    }

    @Test
    void onAnEmptyStore() throws IOException {
        Path store = directory.resolve("store");
        Transcript transcript = StoreTranscript.of("empty", directory);
        transcript.lss("append", "--create", "--segment-size", "1M", store).ends(ExitCode.OK);
        readEverything(transcript, store, ExitCode.OK, ExitCode.OK);
        transcript.check();
    }

    @Test
    void onAStoreInUseByAnotherProcess() throws IOException, InterruptedException {
        Path store = Fixture.store(directory.resolve("store"), "one", "two");
        Transcript transcript = StoreTranscript.of("in-use", directory);
        transcript.remark("another process has it open and has appended three");
        try (LssProcess owner = LssProcess.start(directory, LssProcess.launcher(), "append", "--sync", "each", "--lsns", store)) {
            owner.type("three");
            long lsn = Long.parseLong(owner.line());
            awaitOnRecord(store, lsn);
            transcript.input("four\n").lss("append", store).ends(ExitCode.LOCKED);
            readEverything(transcript, store, ExitCode.LOCKED, ExitCode.OK);
            transcript.remark("it ends").lss("tail", store);
            owner.in().close();
            assertEquals(ExitCode.OK.code(), owner.process().waitFor(), owner::toString);
        }
        transcript.lss("cat", store).ends(ExitCode.OK).check();
    }

    /** What has become stable is put on record a little later. */
    private static void awaitOnRecord(Path store, long lsn) throws IOException {
        Transcript stat = new Transcript("unused");
        do {
            Thread.onSpinWait();
            stat.lss("tail", "-n", "1", "--lsn", store).ends(ExitCode.OK);
        } while (!stat.out().startsWith(lsn + "\t"));
    }

    @Test
    void onAStoreWhoseOwnerWasKilled() throws IOException {
        Path store = Fixture.store(directory.resolve("store"), "one", "two");
        Transcript transcript = StoreTranscript.of("killed", directory)
                .replace("to (2105344|2109440) on record", "to 2105344 or 2109440 on record");
        try (LssProcess owner = LssProcess.start(directory, LssProcess.launcher(), "append", "--sync", "each", "--lsns", store)) {
            owner.type("three");
            awaitOnRecord(store, Long.parseLong(owner.line()));
            owner.type("four");
            transcript.remark("a process appended three and four, was told that both are stable, and was killed: " + owner.line());
        }
        transcript.lss("stat", store).ends(ExitCode.OK);
        transcript.lss("cat", "--lsn", store).ends(ExitCode.OK);
        readEverything(transcript, store, ExitCode.OK, ExitCode.OK);
        transcript.check();
    }

    @Test
    void onACorruptStore() throws IOException {
        Path store = Fixture.store(directory.resolve("store"), "one", "two", "three");
        Fixture.flip(store.resolve("seg-0000000000000001.lss"), 8192 + 64 + 16);
        Transcript transcript = StoreTranscript.of("corrupt", directory).remark("a byte of the second record is not what was written");
        transcript.lss("stat", store).ends(ExitCode.OK);
        transcript.lss("tail", store).ends(ExitCode.CORRUPT);
        transcript.lss("cat", store).ends(ExitCode.CORRUPT);
        transcript.lss("cat", "--json", store).ends(ExitCode.CORRUPT);
        transcript.lss("verify", store).ends(ExitCode.CORRUPT);
        transcript.lss("verify", "--json", store).ends(ExitCode.CORRUPT);
        transcript.lss("backup", store, directory.resolve("copy")).ends(ExitCode.CORRUPT);
        transcript.lss("trim", "--before", 1_064_960, store).ends(ExitCode.OK);
        transcript.lss("cat", store).ends(ExitCode.OK).check();
    }

    @Test
    void onAStoreInWhichTheHeaderOfALaterSegmentIsDamaged() throws IOException {
        Path store = Fixture.store(directory.resolve("store"), "one", "two");
        Fixture.store(store, "three");
        Fixture.store(store, "four");
        Fixture.flip(store.resolve("seg-0000000000000002.lss"), 20);
        Transcript transcript = StoreTranscript.of("corrupt-header", directory)
                .remark("segment 1 is sound and has one and two; the header of segment 2 is damaged");
        transcript.lss("cat", "--lsn", store).ends(ExitCode.CORRUPT);
        transcript.lss("cat", "--lsn", "--from", 1_052_737, store).ends(ExitCode.CORRUPT);
        transcript.lss("cat", "--lsn", "--limit", 2, store).ends(ExitCode.CORRUPT);
        transcript.lss("cat", "--lsn", "--from", 2_101_248, store).ends(ExitCode.CORRUPT);
        transcript.lss("cat", "--lsn", "--from", 3_145_728, store).ends(ExitCode.OK);
        transcript.lss("verify", store).ends(ExitCode.CORRUPT);
        transcript.remark("the second unit of segment 1 is damaged too");
        Fixture.flip(store.resolve("seg-0000000000000001.lss"), 8192 + 64 + 16);
        transcript.lss("cat", "--lsn", "--json", store).ends(ExitCode.CORRUPT);
        transcript.check();
    }

    @Test
    void onAStoreWithAFileThatIsNoSegmentOfTheLog() throws IOException {
        Path store = Fixture.store(directory.resolve("store"), "one", "two");
        Fixture.store(store);
        Fixture.store(store, "three");
        Fixture.store(store, "four");
        Files.copy(store.resolve("seg-0000000000000001.lss"), store.resolve("seg-0000000000000002.lss"));
        Transcript transcript = StoreTranscript.of("stray", directory)
                .remark("the log goes on from segment 1 to segment 3; somebody made a file for segment 2");
        transcript.lss("cat", "--lsn", store).ends(ExitCode.CORRUPT);
        transcript.lss("cat", "--lsn", "--limit", 1, store).ends(ExitCode.OK);
        transcript.lss("cat", "--lsn", "--limit", 3, store).ends(ExitCode.CORRUPT);
        transcript.lss("cat", "--lsn", "--from", 2_101_248, store).ends(ExitCode.CORRUPT);
        transcript.remark("the second unit of segment 1 is damaged too");
        Fixture.flip(store.resolve("seg-0000000000000001.lss"), 8192 + 64 + 16);
        transcript.lss("cat", "--lsn", store).ends(ExitCode.CORRUPT);
        transcript.remark("without that file");
        Files.delete(store.resolve("seg-0000000000000002.lss"));
        transcript.lss("cat", "--lsn", "--from", 2_101_248, store).ends(ExitCode.OK);
        transcript.check();
    }

    @Test
    void onAStoreWithoutAValidRoot() throws IOException {
        Path store = Fixture.store(directory.resolve("store"), "one");
        Fixture.flip(store.resolve("root-0"), 50);
        Fixture.flip(store.resolve("root-1"), 50);
        Transcript transcript = StoreTranscript.of("corrupt-root", directory).remark("both root copies are damaged");
        transcript.input("two\n").lss("append", "--create", store).ends(ExitCode.CORRUPT);
        readEverything(transcript, store, ExitCode.CORRUPT, ExitCode.CORRUPT);
        transcript.check();
    }

    @Test
    void onAStoreOfANewerVersion() throws IOException {
        Path store = Fixture.store(directory.resolve("store"), "one");
        Fixture.setVersion(store, 2);
        Transcript transcript = StoreTranscript.of("newer", directory).remark("both root copies are of format version 2");
        transcript.input("two\n").lss("append", store).ends(ExitCode.NEWER_FORMAT);
        readEverything(transcript, store, ExitCode.NEWER_FORMAT, ExitCode.NEWER_FORMAT);
        transcript.check();
    }

    @Test
    void whereThereIsNoStore() throws IOException {
        Path other = Files.createDirectory(directory.resolve("other"));
        Files.writeString(other.resolve("notes.txt"), "x");
        Path nothing = Files.createDirectory(directory.resolve("nothing"));
        Path file = other.resolve("notes.txt");
        Transcript transcript = StoreTranscript.of("no-store", directory).remark("a directory that holds something else");
        transcript.input("one\n").lss("append", "--create", other).ends(ExitCode.NO_STORE);
        readEverything(transcript, other, ExitCode.NO_STORE, ExitCode.NO_STORE);
        for (Path each : new Path[] {nothing, file, directory.resolve("missing")}) {
            transcript.remark(each.getFileName() + (each == nothing ? ": an empty directory" : ""));
            transcript.input("one\n").lss("append", each).ends(ExitCode.NO_STORE);
            transcript.lss("stat", each).ends(ExitCode.NO_STORE);
            transcript.lss("cat", each).ends(ExitCode.NO_STORE);
        }
        transcript.check();
    }

    @Test
    void inputThatIsWrong() throws IOException {
        Path store = Fixture.store(directory.resolve("store"), "one");
        Transcript transcript = StoreTranscript.of("input", directory);
        transcript
                .input("\3\0\0\0two\5\0\0\0thr")
                .lss("append", "--format", "u32le", "--sync", "each", store)
                .ends(ExitCode.FAILED)
                .input("\0\0\0\0")
                .lss("append", "--format", "u32be", store)
                .ends(ExitCode.FAILED)
                .input("text, not lengths\n")
                .lss("append", "--format", "u32be", store)
                .ends(ExitCode.FAILED)
                .lss("append", store, directory.resolve("missing.txt"))
                .ends(ExitCode.FAILED)
                .lss("append", store, directory)
                .ends(ExitCode.FAILED)
                .lss("append", "--sync", "often", store)
                .ends(ExitCode.USAGE)
                .lss("append", "--buffer-size", "1000", store)
                .ends(ExitCode.USAGE)
                .lss("append", "--segment-size", "2M", store)
                .ends(ExitCode.USAGE)
                .lss("cat", "--provider", "nonesuch", store)
                .ends(ExitCode.NO_PROVIDER)
                .lss("cat", "--format", "u32le", "--lsn", store)
                .ends(ExitCode.USAGE)
                .lss("cat", store)
                .ends(ExitCode.OK)
                .check();
    }

    @Test
    void aReaderThatGoesAwayIsNoFailure() throws IOException {
        Path store = Fixture.store(directory.resolve("store"), "one", "two", "x".repeat(30_000), "y".repeat(30_000), "z".repeat(30_000));
        StoreTranscript.of("closed-pipe", directory)
                .lssIntoPipeThatCloses(8, "cat", store)
                .ends(ExitCode.OK)
                .lssIntoPipeThatCloses(10, "stat", store)
                .ends(ExitCode.OK)
                .lss("cat", "--limit", "2", store)
                .ends(ExitCode.OK)
                .check();
    }
}
