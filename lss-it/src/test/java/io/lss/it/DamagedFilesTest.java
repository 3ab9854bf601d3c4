package io.lss.it;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.LogStructuredStore;
import io.lss.api.ReadOutcome;
import io.lss.api.StoreCorruptException;
import io.lss.api.StoreException;
import io.lss.it.RealStore.Found;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damage to the files of a store that was closed, so that all of it is on record as stable (S12): it is reported, by open, read
 * or scan; what is not damaged is read; nothing is made up or dropped; a refused open changes nothing; and when the damage is
 * undone everything is there.
 */
@Timeout(120)
class DamagedFilesTest {

    @TempDir(factory = RealStore.InMemory.class)
    private Path temp;

    private Path store;
    private List<Found> records;
    private byte[] root;

    @BeforeEach
    void makeAStoreOfThreeSessions() throws IOException {
        store = temp.resolve("store");
        records = new ArrayList<>();
        root = RealStore.payload(100, 9);
        for (int session = 0; session < 3; session++) {
            try (LogStructuredStore opened = RealStore.open(store)) {
                records.addAll(RealStore.appendMixed(opened, 110, session));
                opened.setRoot(root);
            }
        }
    }

    /** What came of opening and reading a damaged store. */
    private enum Outcome {
        REFUSED,
        REPORTED,
        WHOLE
    }

    /** Opens and reads everything in every way; fails if anything is made up or silently missing. */
    private Outcome examine(Path damaged, String what) throws IOException {
        Map<String, String> before = RealStore.content(damaged);
        LogStructuredStore opened;
        try {
            opened = RealStore.open(damaged);
        } catch (StoreCorruptException e) {
            assertTrue(e.getMessage().length() > 30, what + ": " + e.getMessage());
            assertEquals(before, RealStore.content(damaged), what + ": a refused open changes nothing");
            return Outcome.REFUSED;
        }
        try (opened) {
            assertArrayEquals(root, opened.root(), what);
            List<Found> scanned = new ArrayList<>();
            long reported = -1;
            try (var cursor = opened.scan(opened.beginLsn())) {
                while (cursor.next()) {
                    scanned.add(new Found(cursor.lsn(), cursor.payload().toArray(java.lang.foreign.ValueLayout.JAVA_BYTE)));
                }
            } catch (StoreCorruptException e) {
                reported = e.lsn();
                assertTrue(reported > 0 && e.getMessage().contains(String.valueOf(reported)), what + ": " + e.getMessage());
            }
            assertTrue(scanned.size() <= records.size(), what);
            assertEquals(records.subList(0, scanned.size()), scanned, what + ": a scan gives what was published, in order");
            assertTrue(reported >= 0 || scanned.size() == records.size(), what + ": " + (records.size() - scanned.size())
                    + " records are silently missing");
            int unreadable = 0;
            for (int i = 0; i < records.size(); i += reported >= 0 ? 1 : 4) {
                Found found = records.get(i);
                byte[] dst = new byte[found.payload().length];
                try {
                    ReadOutcome outcome = opened.read(found.lsn(), MemorySegment.ofArray(dst));
                    assertEquals(new ReadOutcome(ReadOutcome.Status.RECORD, dst.length), outcome, what + ": " + found);
                    assertArrayEquals(found.payload(), dst, what);
                } catch (StoreCorruptException e) {
                    unreadable++;
                    // Where the damage is: in the record, or in a header without which it cannot be believed.
                    assertTrue(e.lsn() <= found.lsn() && e.lsn() / RealStore.SEGMENT == found.lsn() / RealStore.SEGMENT, what + ": "
                            + found + ", " + e);
                }
            }
            assertTrue(unreadable == 0 || reported >= 0, what + ": " + unreadable + " records cannot be read, the scan was silent");
            // It still takes records, and what it takes is there.
            Found next = RealStore.append(opened, RealStore.payload(33, 1));
            opened.awaitStable(next.lsn());
            RealStore.assertReads(opened, next);
            return reported >= 0 ? Outcome.REPORTED : Outcome.WHOLE;
        }
    }

    /** Damages a copy of the store, and sees what came of it. */
    private Outcome damage(String what, Damage damage) throws IOException {
        Path damaged = temp.resolve("damaged");
        deleteAll(damaged);
        RealStore.copy(store, damaged);
        damage.to(damaged);
        assertFalse(RealStore.content(store).equals(RealStore.content(damaged)), what + " did no damage");
        return examine(damaged, what);
    }

    private interface Damage {
        void to(Path directory) throws IOException;
    }

    private static void deleteAll(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (var files = Files.list(directory)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(directory);
        }
    }

    private static void flip(Path file, int position) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[position] ^= (byte) (1 << (position % 8));
        Files.write(file, bytes);
    }

    /** {@return the files of the segments that hold records} The one that was made ready and not used is none of the log's. */
    private List<Path> segments(Path directory) throws IOException {
        return RealStore.segments(directory).stream()
                .filter(file -> records.stream().anyMatch(found -> found.lsn() / RealStore.SEGMENT == number(file)))
                .toList();
    }

    private static long number(Path segment) {
        return Long.parseLong(segment.getFileName().toString().substring(4, 20), 16);
    }

    private Path segment(Path directory, int index) throws IOException {
        return segments(directory).get(index);
    }

    @Test
    void theUndamagedStoreIsWhole() throws IOException {
        Path copy = RealStore.copy(store, temp.resolve("copy"));
        assertEquals(Outcome.WHOLE, examine(copy, "nothing"));
        assertTrue(segments(store).size() >= 6, "segments " + segments(store));
    }

    // ------------------------------------------------------------------------------------------- roots

    @Test
    void s12_oneDamagedRootCopyLosesNothing() throws IOException {
        for (int copy = 0; copy < 2; copy++) {
            String name = "root-" + copy;
            for (int position : new int[] {0, 4, 8, 12, 16, 24, 40, 52, 60, 72, 88, 96, 200, 256, 355, 4_095}) {
                assertEquals(
                        Outcome.WHOLE, damage(name + " bit flip at " + position, d -> flip(d.resolve(name), position)));
            }
            assertEquals(Outcome.WHOLE, damage(name + " missing", d -> Files.delete(d.resolve(name))));
            assertEquals(Outcome.WHOLE, damage(name + " empty", d -> Files.write(d.resolve(name), new byte[0])));
            assertEquals(Outcome.WHOLE, damage(name + " zeroed", d -> Files.write(d.resolve(name), new byte[4_096])));
            assertEquals(
                    Outcome.WHOLE,
                    damage(
                            name + " cut",
                            d -> Files.write(d.resolve(name), Arrays.copyOf(Files.readAllBytes(d.resolve(name)), 2_000))));
        }
    }

    @Test
    void s12_aStoreWithoutAnIntactRootIsRefusedAndNeverTakenForAnEmptyOne() throws IOException {
        assertEquals(Outcome.REFUSED, damage("bit flips in both", d -> {
            flip(d.resolve("root-0"), 90);
            flip(d.resolve("root-1"), 300);
        }));
        assertEquals(Outcome.REFUSED, damage("both missing", d -> {
            Files.delete(d.resolve("root-0"));
            Files.delete(d.resolve("root-1"));
        }));
        assertEquals(Outcome.REFUSED, damage("one missing, one zeroed", d -> {
            Files.delete(d.resolve("root-0"));
            Files.write(d.resolve("root-1"), new byte[4_096]);
        }));
        assertEquals(Outcome.REFUSED, damage("both empty", d -> {
            Files.write(d.resolve("root-0"), new byte[0]);
            Files.write(d.resolve("root-1"), new byte[0]);
        }));
    }

    @Test
    void s12_rootsOfAnotherStoreAreRefused() throws IOException {
        Path other = temp.resolve("other");
        try (LogStructuredStore opened = RealStore.open(other)) {
            RealStore.appendMixed(opened, 300, 77);
        }
        assertEquals(Outcome.REFUSED, damage("both roots of another store", d -> {
            for (String name : List.of("root-0", "root-1")) {
                Files.write(d.resolve(name), Files.readAllBytes(other.resolve(name)));
            }
        }));
        assertEquals(Outcome.REFUSED, damage("one root of another store", d -> Files.write(
                d.resolve("root-1"), Files.readAllBytes(other.resolve("root-1")))));
    }

    // ------------------------------------------------------------------------------------------- segments

    @Test
    void s12_aSegmentThatIsMissingIsReported() throws IOException {
        int count = segments(store).size();
        for (int i = 0; i < count; i++) {
            int index = i;
            Outcome outcome = damage("segment " + i + " missing", d -> Files.delete(segment(d, index)));
            assertTrue(outcome != Outcome.WHOLE, "segment " + i + " missing: " + outcome);
        }
        assertEquals(Outcome.REFUSED, damage("all segments missing", d -> {
            for (Path segment : RealStore.segments(d)) {
                Files.delete(segment);
            }
        }));
    }

    @Test
    void s12_aSegmentThatIsTruncatedIsReported() throws IOException {
        int count = segments(store).size();
        for (int i = 0; i < count; i++) {
            int index = i;
            for (int length : new int[] {0, 100, 4_096, 8_192, 10_000}) {
                String what = "segment " + i + " cut at " + length;
                Outcome outcome = damage(what, d -> {
                    Path file = segment(d, index);
                    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), length));
                });
                assertTrue(outcome != Outcome.WHOLE || length >= 8_192, what + ": " + outcome);
            }
        }
    }

    @Test
    void s12_aSegmentThatIsZeroedIsReported() throws IOException {
        int count = segments(store).size();
        for (int i = 0; i < count; i++) {
            int index = i;
            Outcome whole = damage("segment " + i + " zeroed", d -> {
                Path file = segment(d, index);
                Files.write(file, new byte[(int) Files.size(file)]);
            });
            assertTrue(whole != Outcome.WHOLE, "segment " + i + " zeroed: " + whole);
            Outcome unit = damage("the first unit of segment " + i + " zeroed", d -> {
                Path file = segment(d, index);
                byte[] bytes = Files.readAllBytes(file);
                Arrays.fill(bytes, 4_096, Math.min(bytes.length, 8_192), (byte) 0);
                Files.write(file, bytes);
            });
            assertTrue(unit != Outcome.WHOLE, "the first unit of segment " + i + " zeroed: " + unit);
        }
    }

    @Test
    void s12_aForeignSegmentIsReported() throws IOException {
        Path other = temp.resolve("other");
        try (LogStructuredStore opened = RealStore.open(other)) {
            RealStore.appendMixed(opened, 300, 77);
        }
        int count = segments(store).size();
        for (int i = 0; i < count; i++) {
            int index = i;
            Outcome foreign = damage("segment " + i + " of another store", d -> Files.write(
                    segment(d, index), Files.readAllBytes(RealStore.segments(other).get(index % 3))));
            assertTrue(foreign != Outcome.WHOLE, "segment " + i + " of another store: " + foreign);
            int twin = (i + 1) % count;
            Outcome misplaced = damage("segment " + i + " replaced by " + twin, d -> Files.write(
                    segment(d, index), Files.readAllBytes(segment(store, twin))));
            assertTrue(misplaced != Outcome.WHOLE, "segment " + i + " replaced by " + twin + ": " + misplaced);
            Outcome text = damage("segment " + i + " is text", d -> Files.writeString(
                    segment(d, index), "Dear diary, ".repeat(1_000)));
            assertTrue(text != Outcome.WHOLE, "segment " + i + " is text: " + text);
        }
    }

    /** Bits everywhere: headers, units, frames, payloads, padding. */
    @Test
    void s12_aFlippedBitIsReportedWhereverItMattersAndHarmsNothingElse() throws IOException {
        int[] outcomes = new int[Outcome.values().length];
        List<Path> segments = segments(store);
        for (int i = 0; i < segments.size(); i++) {
            int size = (int) Files.size(segments.get(i));
            for (int position : positions(segments.get(i), size)) {
                int index = i;
                Outcome outcome =
                        damage("segment " + i + " bit flip at " + position, d -> flip(segment(d, index), position));
                outcomes[outcome.ordinal()]++;
                if (isInARecord(segments.get(i), position)) {
                    assertTrue(outcome != Outcome.WHOLE, "a record was hit in segment " + i + " at " + position + ", unnoticed");
                }
            }
        }
        assertTrue(outcomes[Outcome.REPORTED.ordinal()] > 20, "reported " + outcomes[Outcome.REPORTED.ordinal()]);
        assertTrue(outcomes[Outcome.WHOLE.ordinal()] > 3, "in padding " + outcomes[Outcome.WHOLE.ordinal()]);
    }

    /** {@return places of every kind in a segment} */
    private List<Integer> positions(Path segment, int size) {
        List<Integer> positions = new ArrayList<>(List.of(0, 4, 8, 20, 40, 60, 72, 80, 88, 1_000)); // the segment's header
        for (int field = 0; field < 64; field += 8) {
            positions.add(4_096 + field); // the first unit's header
        }
        for (int at = 4_096 + 64; at < Math.min(size, 4_096 + 140); at += 7) {
            positions.add(at); // the first frames
        }
        for (int at = 9_001; at < size; at += 4_999) {
            positions.add(at); // anything
        }
        positions.removeIf(at -> at >= size);
        return positions;
    }

    private boolean isInARecord(Path segment, int position) {
        long lsn = number(segment) * RealStore.SEGMENT + position;
        return records.stream().anyMatch(found -> lsn >= found.lsn() && lsn < found.lsn() + 16 + found.payload().length);
    }

    @Test
    void whenTheDamageIsUndoneEverythingIsThere() throws IOException {
        Path file = segments(store).get(1);
        byte[] whole = Files.readAllBytes(file);
        byte[] damaged = whole.clone();
        ByteBuffer.wrap(damaged).putLong(4_096 + 100, 0x1234);
        Files.write(file, damaged);
        for (int i = 0; i < 3; i++) {
            assertFalse(examineQuietly());
        }
        Files.write(file, whole);
        try (LogStructuredStore opened = RealStore.open(store)) {
            assertEquals(records, RealStore.scan(opened).subList(0, records.size()));
            assertArrayEquals(root, opened.root());
        }
    }

    private boolean examineQuietly() throws IOException {
        try (LogStructuredStore opened = RealStore.open(store)) {
            var unused = RealStore.scan(opened);
            return true;
        } catch (StoreCorruptException e) {
            return false;
        }
    }

    /** What is not readable is an error of the medium: not damage, for which people restore a backup, and not an end. */
    @Test
    void whatTheSystemCannotReadIsNeitherDamageNorAnEnd() throws IOException {
        Path aside = temp.resolve("aside");
        List<Path> files = new ArrayList<>(segments(store).subList(0, 2));
        files.add(store.resolve("root-0"));
        files.add(store.resolve("root-1"));
        for (Path file : files) {
            Files.move(file, aside);
            Files.createDirectory(file); // reads of it fail with EISDIR
            assertCannotBeRead(file);
            Files.delete(file);
            Files.createSymbolicLink(file, temp.resolve("of a file system that is not mounted"));
            assertCannotBeRead(file);
            Files.delete(file);
            Files.move(aside, file);
        }
        try (LogStructuredStore opened = RealStore.open(store)) {
            assertEquals(records, RealStore.scan(opened).subList(0, records.size()));
        }
    }

    private void assertCannotBeRead(Path file) {
        IOException failure = assertThrows(IOException.class, () -> RealStore.open(store).close());
        assertFalse(failure instanceof StoreException, () -> "it says nothing about the store: " + failure);
        String message = String.valueOf(failure.getMessage());
        assertTrue(message.contains(file.toString()), () -> "names the file: " + message);
        assertTrue(message.contains(";"), () -> "says what to do: " + message);
    }
}
