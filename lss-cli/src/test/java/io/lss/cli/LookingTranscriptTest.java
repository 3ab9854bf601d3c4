package io.lss.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.lss.api.LogStructuredStore;
import io.lss.api.ReadOutcome;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code dump} and {@code salvage} on stores in each state; what is kept is read back through the API. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class LookingTranscriptTest {

    private static final byte[] ROOT = "checkpoint 17".getBytes(UTF_8);
    private static final int BLOCK = 4096;

    @TempDir
    private Path directory;

    private final Map<Long, String> records = new TreeMap<>();

    private Transcript transcript(String name) {
        return StoreTranscript.of(name, directory)
                .replace("salt [0-9a-f]{16}", "salt SALT")
                .replace("\"salt\":\"[0-9a-f]{16}\"", "\"salt\":\"SALT\"")
                .replace("(not )?checked( +opened, verified and scanned)? with uring: .*", "(uring: as the machine allows)")
                .replace("\\{\"type\":\"(not-)?checked\",\"provider\":\"uring\".*", "(uring: as the machine allows)");
    }

    /** Two sessions: segment 1 with three units of several records, segment 2 with one. */
    private Path store() throws IOException {
        Path store = directory.resolve("store");
        for (String[] units : new String[][] {{"one two three", "four five", "six seven eight nine"}, {"ten eleven"}}) {
            try (LogStructuredStore opened = LogStructuredStore.open(store, Fixture.options())) {
                for (String unit : units) {
                    List<MemorySegment> batch = new ArrayList<>();
                    for (String word : unit.split(" ")) {
                        batch.add(MemorySegment.ofArray(word.getBytes(UTF_8)));
                    }
                    long[] lsns = opened.appendBatch(batch);
                    opened.sync();
                    for (int i = 0; i < lsns.length; i++) {
                        records.put(lsns[i], unit.split(" ")[i]);
                    }
                }
                opened.setRoot(ROOT);
            }
        }
        return store;
    }

    private static Path segment(Path store, int number) {
        return store.resolve(String.format("seg-%016x.lss", number));
    }

    private static void zero(Path file, long position, int length) throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.seek(position);
            open.write(new byte[length]);
        }
    }

    private static Map<String, List<Byte>> content(Path store) throws IOException {
        Map<String, List<Byte>> content = new TreeMap<>();
        try (Stream<Path> files = Files.list(store)) {
            for (Path file : (Iterable<Path>) files.filter(each -> !each.endsWith("LOCK") && !each.endsWith("measured"))::iterator) {
                List<Byte> bytes = new ArrayList<>();
                for (byte each : Files.readAllBytes(file)) {
                    bytes.add(each);
                }
                content.put(String.valueOf(file.getFileName()), bytes);
            }
        }
        return content;
    }

    /** Reads every LSN there was: a record as it was, or as aborted, or none. */
    private void assertReads(Path salvaged, List<String> aborted, List<String> gone) throws IOException {
        try (LogStructuredStore opened = LogStructuredStore.open(salvaged, Fixture.options())) {
            assertArrayEquals(ROOT, opened.root());
            for (Map.Entry<Long, String> record : records.entrySet()) {
                byte[] bytes = new byte[record.getValue().length()];
                String found;
                try {
                    ReadOutcome outcome = opened.read(record.getKey(), MemorySegment.ofArray(bytes));
                    found = outcome.status() == ReadOutcome.Status.RECORD ? new String(bytes, UTF_8) : outcome.status().name();
                } catch (IllegalArgumentException e) {
                    found = "none";
                }
                String expected = gone.contains(record.getValue()) ? "none" : aborted.contains(record.getValue()) ? "ABORTED" : record.getValue();
                assertEquals(expected, found, () -> record + " in " + salvaged);
            }
        }
    }

    @Test
    void dumpShowsAHealthyStore() throws IOException {
        Path store = store();
        transcript("dump")
                .lss("dump", store)
                .ends(ExitCode.OK)
                .remark("parts of it")
                .lss("dump", store, "--segment", 1, "--units")
                .ends(ExitCode.OK)
                .lss("dump", store, "--segment", 1, "--from", 1_056_800, "--to", 1_056_850, "--payload", 16)
                .ends(ExitCode.OK)
                .lss("dump", store, "--payload", 4, "--json")
                .ends(ExitCode.OK)
                .lss("dump", store, "--segment", 9)
                .ends(ExitCode.USAGE)
                .lss("dump", store, "--from", 5, "--to", 5)
                .ends(ExitCode.USAGE)
                .check();
    }

    @Test
    void aDamagedStoreIsShownAndSaved() throws IOException {
        Path store = store();
        Path one = segment(store, 1);
        Fixture.flip(one, BLOCK + 64 + 24 + 16); // the payload of "two"
        Fixture.flip(one, 2 * BLOCK + 16); // the LSN in the header of the second unit
        zero(one, 3 * BLOCK + 64, 60); // "six", "seven" and a part of "eight"
        zero(segment(store, 2), 0, 200); // the header of the segment
        Files.delete(store.resolve("root-1"));
        Map<String, List<Byte>> before = content(store);
        Transcript transcript = transcript("salvage")
                .remark("in segment 1 a payload, a unit header and some frames; the header of segment 2; a root copy")
                .lss("dump", store)
                .ends(ExitCode.OK)
                .lss("salvage", store, directory.resolve("saved"))
                .ends(ExitCode.RECORDS_LOST)
                .lss("salvage", store, directory.resolve("again"), "--json")
                .ends(ExitCode.RECORDS_LOST);
        transcript
                .lss("salvage", store, directory.resolve("again"))
                .ends(ExitCode.NO_STORE)
                .lss("salvage", store, store.resolve("inside"))
                .ends(ExitCode.USAGE)
                .check();
        assertEquals(before, content(store));
        assertReads(directory.resolve("saved"), List.of("two", "six"), List.of("seven", "eight"));
        assertReads(directory.resolve("again"), List.of("two", "six"), List.of("seven", "eight"));
    }

    @Test
    void verifyTellsHowManyRecordsOfADamagedUnitAreWhole() throws IOException {
        Path store = store();
        Path one = segment(store, 1);
        Fixture.flip(one, BLOCK + 64 + 24 + 16); // the payload of "two"
        Fixture.flip(one, 2 * BLOCK + 16); // the LSN in the header of the second unit
        Fixture.flip(one, 3 * BLOCK + 64 + 16 + 3); // a zero behind the payload of "six"
        transcript("verify-damaged")
                .remark("the payload of two, the header of the unit of four and five, a zero behind six")
                .lss("verify", store)
                .ends(ExitCode.CORRUPT)
                .lss("verify", "--json", store)
                .ends(ExitCode.CORRUPT)
                .check();
    }

    @Test
    void verifyTellsWhatACutFileHeld() throws IOException {
        Path store = store();
        Path one = segment(store, 1);
        Transcript transcript = transcript("verify-cut");
        for (int length : new int[] {2 * BLOCK + 64 + 24 + 3, 2 * BLOCK, BLOCK}) {
            try (RandomAccessFile file = new RandomAccessFile(one.toFile(), "rw")) {
                file.setLength(length);
            }
            transcript.remark("segment 1 is cut at position " + length).lss("verify", store).ends(ExitCode.CORRUPT);
        }
        transcript.check();
    }

    @Test
    void missingAndCutFilesAreAccountedFor() throws IOException {
        Path store = store();
        try (RandomAccessFile file = new RandomAccessFile(segment(store, 1).toFile(), "rw")) {
            file.setLength(2 * BLOCK + 64 + 24 + 3);
        }
        Files.delete(segment(store, 2));
        transcript("salvage-files")
                .remark("segment 1 is cut within its second unit, segment 2 is missing")
                .lss("salvage", store, directory.resolve("saved"))
                .ends(ExitCode.RECORDS_LOST)
                .check();
        assertReads(directory.resolve("saved"), List.of(), List.of("five", "six", "seven", "eight", "nine", "ten", "eleven"));
    }

    @Test
    void withoutARootTheApplicationRootIsLost() throws IOException {
        Path store = store();
        zero(store.resolve("root-0"), 0, 4096);
        zero(store.resolve("root-1"), 100, 1);
        Fixture.flip(store.resolve("root-1"), 256);
        transcript("salvage-root")
                .lss("salvage", store, directory.resolve("saved"))
                .ends(ExitCode.RECORDS_LOST)
                .lss("cat", directory.resolve("saved"))
                .ends(ExitCode.OK)
                .check();
    }

    @Test
    void otherStates() throws IOException {
        Path store = store();
        Path saved = directory.resolve("saved");
        Transcript transcript = transcript("looking");
        transcript.lss("salvage", store, saved).ends(ExitCode.OK);
        transcript.remark("in use");
        try (LogStructuredStore opened = LogStructuredStore.open(store, Fixture.options())) {
            transcript.lss("dump", store).ends(ExitCode.LOCKED);
            transcript.lss("salvage", store, directory.resolve("other")).ends(ExitCode.LOCKED);
            assertFalse(opened.recovery().records() < 0);
        }
        transcript.remark("of a newer version");
        Fixture.setVersion(store, 7);
        transcript.lss("dump", store, "--units", "--segment", 1).ends(ExitCode.OK);
        transcript.lss("salvage", store, directory.resolve("other")).ends(ExitCode.NEWER_FORMAT);
        transcript.remark("no store, and not a store");
        transcript.lss("dump", directory.resolve("nothing")).ends(ExitCode.NO_STORE);
        transcript.lss("salvage", directory.resolve("nothing"), directory.resolve("other")).ends(ExitCode.NO_STORE);
        Files.writeString(Files.createDirectory(directory.resolve("files")).resolve("notes.txt"), "x");
        transcript.lss("dump", directory.resolve("files"), "--json").ends(ExitCode.NO_STORE);
        transcript.lss("salvage", store, directory.resolve("files")).ends(ExitCode.NEWER_FORMAT);
        transcript.lss("salvage", saved, directory.resolve("files")).ends(ExitCode.NO_STORE);
        transcript.remark("an empty store");
        Path empty = directory.resolve("empty");
        LogStructuredStore.open(empty, Fixture.options()).close();
        transcript.lss("dump", empty).ends(ExitCode.OK);
        transcript.lss("salvage", empty, directory.resolve("alsoempty")).ends(ExitCode.OK);
        transcript.check();
        assertFalse(Files.exists(directory.resolve("other")));
        assertReads(saved, List.of(), List.of());
    }
}
