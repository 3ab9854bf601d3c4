package io.lss.core.recovery;

import static io.lss.core.recovery.LogImage.B;
import static io.lss.core.recovery.LogImage.S;
import static io.lss.core.recovery.LogImage.base;
import static io.lss.core.recovery.LogImage.first;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.Damage;
import io.lss.api.StoreCorruptException;
import io.lss.core.format.Root;
import io.lss.core.format.RootDescriptor;
import io.lss.core.format.RootImage;
import io.lss.core.inspect.RootCopy;
import io.lss.core.inspect.StoreInspection;
import io.lss.core.recovery.LogImage.SegmentImage;
import io.lss.core.recovery.LogImage.Written;
import io.lss.core.salvage.Loss;
import io.lss.core.salvage.RecordDigest;
import io.lss.core.salvage.Repair;
import io.lss.core.salvage.Salvage;
import io.lss.core.salvage.SalvageObserver;
import io.lss.core.salvage.SalvageReport;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Damage of each kind at a known place: the account names it, and everything else is in the new store, LSN for LSN and byte for byte. */
class SalvageTest {

    private static final int ROUNDS = 300;
    private static final byte[] APP_ROOT = {3, 1, 4};

    /** Three sessions: segments 1 and 2, segment 4 (3 was void and is gone), segments 5 and 6, closed. */
    private final LogImage image = new LogImage();

    private final SegmentImage one = image.segment(1, 1, 0, 0, base(1));
    private final long a = one.unit(base(1), 10, -20, 3000);
    private final long b = one.unit(base(1), 100, 200, 300, 77);
    private final long c = one.unit(a + B, 20_000);
    private final SegmentImage two = image.segment(2, 1, 1, one.end(), base(1));
    private final long d = two.unit(base(1), 5000, 7);
    private final long e = two.unit(first(2), 1, 2, 3);
    private final SegmentImage four = image.segment(4, 2, 2, two.end(), two.end());
    private final long f = four.unit(two.end(), 900, 901, 902);
    private final SegmentImage five = image.segment(5, 3, 4, four.end(), four.end());
    private final long g = five.unit(four.end(), 4000, 4000, 4000);
    private final long h = five.unit(four.end(), 50);
    private final SegmentImage six = image.segment(6, 3, 5, five.end(), four.end());
    private final long i = six.unit(four.end(), 60, 61, 62);
    private final long j = six.unit(four.end(), 70);

    SalvageTest() {
        image.roots(root(base(1), six.end(), true));
    }

    private Root root(long begin, long stable, boolean closed) {
        return new Root(
                LogImage.UUID_HIGH, LogImage.UUID_LOW, 30, S, B, closed, 3, 5, 4, four.end(), begin, stable, APP_ROOT);
    }

    /** What a salvage told, and what it made. */
    private static final class Outcome implements SalvageObserver {
        final List<Loss> losses = new ArrayList<>();
        final List<Repair> repairs = new ArrayList<>();
        final List<String> notes = new ArrayList<>();
        final MemoryDevice device = new MemoryDevice();
        SalvageReport report = new SalvageReport(false, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

        @Override
        public void lost(Loss loss) {
            losses.add(loss);
        }

        @Override
        public void repaired(Repair repair) {
            repairs.add(repair);
        }

        @Override
        public void note(String text) {
            notes.add(text);
        }

        @Override
        public void progress(long lsn) {}

        List<String> ranges() {
            return losses.stream().map(loss -> loss.lsn() + "-" + loss.endLsn()).toList();
        }

        /** Whether it is said that the end of a segment is not known any more. */
        boolean warnsOf(long lsn) {
            return notes.stream().anyMatch(note -> note.contains("left segment " + lsn / S + " was on record"));
        }

        boolean covers(long lsn) {
            return losses.stream().anyMatch(loss -> loss.lsn() <= lsn && lsn < loss.endLsn());
        }
    }

    private Outcome salvage() throws IOException {
        MemoryDevice before = image.device.copy();
        Outcome outcome = new Outcome();
        outcome.device.writable = true;
        try (StoreInspection store = new StoreInspection(image.device, "memory")) {
            outcome.report = Salvage.run(store, outcome.device, outcome);
        }
        outcome.device.writable = false;
        assertEquals(0, image.device.openHandles.get());
        assertEquals(0, outcome.device.openHandles.get());
        assertEquals(before.segments.keySet(), image.device.segments.keySet());
        before.segments.forEach((number, bytes) -> assertArrayEquals(bytes, image.device.segment(number)));
        return outcome;
    }

    /** Recovers, verifies and scans the new store, and compares it with the records that should be there. */
    private static void assertHolds(Outcome outcome, List<Written> expected) throws IOException {
        RecoveredLog log = assertInstanceOf(RecoveredLog.class, Recovery.recover(outcome.device));
        SalvageReport report = outcome.report;
        assertEquals(report.beginLsn(), log.beginLsn());
        assertEquals(report.endLsn(), log.stableLsn());
        List<Damage> damages = new ArrayList<>();
        Verification.verify(log.segments(), log.beginLsn(), log.stableLsn(), damages::add, lsn -> {});
        assertEquals(List.of(), damages);
        List<Written> found = new ArrayList<>();
        RecordDigest digest = new RecordDigest();
        try (LogCursor cursor =
                LogCursor.scan(log.segments(), log.beginLsn(), log.stableLsn(), log::beginLsn, () -> {})) {
            while (cursor.next()) {
                digest.add(cursor.lsn(), cursor.payload());
                found.add(new Written(cursor.lsn(), cursor.payload().toArray(ValueLayout.JAVA_BYTE)));
            }
        }
        assertEquals(
                expected.stream().map(Written::lsn).toList(), found.stream().map(Written::lsn).toList());
        for (int n = 0; n < expected.size(); n++) {
            assertArrayEquals(expected.get(n).payload(), found.get(n).payload());
        }
        assertEquals(expected.size(), report.records());
        assertEquals(digest.records(), report.records());
        assertEquals(digest.bytes(), report.payloadBytes());
        assertEquals(digest.value(), report.digest());
        assertEquals(outcome.losses.size(), report.losses());
        assertEquals(outcome.losses.stream().mapToLong(Loss::bytes).sum(), report.lostBytes());
        assertTrue(log.nextSegment() > 6, "numbers are not used again");
        log.segments().close();
        assertEquals(0, outcome.device.openHandles.get());
    }

    private List<Written> recordsBut(Predicate<Written> lost) {
        return image.records.stream().filter(lost.negate()).toList();
    }

    private void assertSalvaged(Predicate<Written> lost, List<String> ranges, int repairs) throws IOException {
        Outcome outcome = salvage();
        assertEquals(ranges, outcome.ranges(), () -> outcome.losses + " " + outcome.repairs);
        assertEquals(repairs, outcome.repairs.size(), outcome.repairs::toString);
        assertTrue(outcome.losses.stream().allMatch(Loss::acknowledged));
        for (Loss loss : outcome.losses) {
            assertEquals(loss.segment() * S + loss.position(), loss.lsn());
            assertTrue(loss.reason().length() > 5);
        }
        assertHolds(outcome, recordsBut(lost));
        Root written = outcome.report.rootKept() ? rootOf(outcome) : null;
        if (written != null) {
            assertArrayEquals(APP_ROOT, written.appRoot());
        }
    }

    private static Root rootOf(Outcome outcome) {
        Root root = new RootCopy(0, RootDescriptor.decode(bytes(outcome))).root();
        if (root == null) {
            throw new AssertionError("no root");
        }
        assertFalse(root.uuidHigh() == LogImage.UUID_HIGH && root.uuidLow() == LogImage.UUID_LOW, "the same UUID");
        return root;
    }

    private static byte[] bytes(Outcome outcome) {
        byte[] image = outcome.device.roots[0];
        if (image == null) {
            throw new AssertionError("no root copy");
        }
        return image;
    }

    private static String range(long from, long to) {
        return from + "-" + to;
    }

    private static Predicate<Written> in(long from, long to) {
        return record -> record.lsn() >= from && record.lsn() < to;
    }

    @SuppressWarnings("unused") // as a predicate
    private static boolean nothing(Written record) {
        return false;
    }

    @Test
    void aWholeStoreIsCopied() throws IOException {
        assertSalvaged(SalvageTest::nothing, List.of(), 0);
    }

    // ------------------------------------------------------------------------------------------- roots

    @Test
    void oneRootCopyIsEnough() throws IOException {
        image.device.roots[0] = null;
        assertSalvaged(SalvageTest::nothing, List.of(), 1);
    }

    @Test
    void withoutAnyRootTheRecordsAreKeptAndTheApplicationRootIsToldLost() throws IOException {
        image.device.roots[0] = null;
        image.device.roots[1] = new byte[4096];
        Outcome outcome = salvage();
        assertEquals(List.of(), outcome.losses);
        assertFalse(outcome.report.rootKept());
        assertFalse(outcome.report.isComplete());
        assertTrue(outcome.notes.getFirst().contains("application root"), outcome.notes::toString);
        assertHolds(outcome, recordsBut(SalvageTest::nothing));
    }

    @Test
    void rootsThatContradictEachOtherAreRefused() throws IOException {
        image.device.roots[1] = RootDescriptor.encode(root(base(1), six.end() - B, true));
        StoreCorruptException refused = assertThrows(StoreCorruptException.class, this::salvage);
        assertTrue(refused.getMessage().contains("contradict"), refused.getMessage());
    }

    private Outcome failing(int unwritableRoot, String said) throws IOException {
        Outcome outcome = new Outcome();
        outcome.device.writable = true;
        outcome.device.unwritableRoot = unwritableRoot;
        try (StoreInspection store = new StoreInspection(image.device, "memory")) {
            IOException failure = assertThrows(IOException.class, () -> Salvage.run(store, outcome.device, outcome));
            assertEquals(said, failure.getMessage());
        }
        assertEquals(0, outcome.device.openHandles.get());
        assertEquals(0, outcome.device.segments.size());
        return outcome;
    }

    @Test
    void nothingIsLeftIfTheFirstRootCopyCannotBeWritten() throws IOException {
        assertEquals(null, failing(0, "root 0: EIO").device.roots[0]);
    }

    @Test
    void aRootCopyThatIsLeftIsNoneAndToldIfTheSecondCannotBeWritten() throws IOException {
        Outcome outcome = failing(
                1, "root 1: EIO; of the new store files are left that are no store: remove them before that place is used again");
        byte[] left = outcome.device.roots[0];
        assertTrue(left == null || RootDescriptor.decode(left) instanceof RootImage.Invalid, "a store with one root");
        assertEquals(null, outcome.device.roots[1]);
    }

    // ------------------------------------------------------------------------------------------- frames

    @Test
    void aPayloadCostsItsRecord() throws IOException {
        one.rot(b + 64 + 120 + 16 + 5);
        assertSalvaged(in(b + 184, b + 185), List.of(range(b + 184, b + 184 + 216)), 0);
        one.rot(b + 64 + 16);
        assertSalvaged(in(b + 64, b + 185), List.of(range(b + 64, b + 184), range(b + 184, b + 400)), 0);
    }

    @Test
    void aLostRecordKeepsItsPlaceAsAFiller() throws IOException {
        one.rot(b + 184 + 16 + 5);
        Outcome outcome = salvage();
        byte[] bytes = outcome.device.segment(1);
        int at = (int) (b + 184 - base(1));
        assertEquals(2, bytes[at + 8]);
        assertEquals(200, MemorySegment.ofArray(bytes).get(ValueLayout.JAVA_INT_UNALIGNED, at + 4));
        assertEquals(1, outcome.losses.getFirst().records());
    }

    @Test
    void aFramesLengthCostsItsRecord() throws IOException {
        one.rot(b + 184 + 5);
        assertSalvaged(in(b + 184, b + 185), List.of(range(b + 184, b + 400)), 0);
    }

    @Test
    void theLastFrameOfAUnitCostsItsRecord() throws IOException {
        one.rot(b + 64 + 120 + 216 + 320 + 20);
        assertSalvaged(in(b + 720, b + 721), List.of(range(b + 720, b + 720 + 96)), 0);
        one.rot(b + 720 + 12);
        assertSalvaged(in(b + 720, b + 721), List.of(range(b + 720, b + 720 + 96)), 0);
    }

    @Test
    void aDamagedFillerCostsNothing() throws IOException {
        one.rot(a + 64 + 32 + 18);
        assertSalvaged(SalvageTest::nothing, List.of(), 1);
    }

    @Test
    void bytesThatMustBeZeroAreMadeZeroAgain() throws IOException {
        one.rot(b + B - 1);
        six.rot(j + 64 + 16 + 71);
        assertSalvaged(SalvageTest::nothing, List.of(), 2);
    }

    // ------------------------------------------------------------------------------------------- unit headers

    @Test
    void aUnitHeaderCostsNothingWhileItsFramesAreGood() throws IOException {
        one.rot(b + 3);
        five.rot(g + 40);
        six.rot(j + 30);
        assertSalvaged(SalvageTest::nothing, List.of(), 3);
    }

    @Test
    void unitHeadersInARowCostNothing() throws IOException {
        one.rot(a + 2).rot(b + 20).rot(c + 9);
        assertSalvaged(SalvageTest::nothing, List.of(), 3);
    }

    @Test
    void aUnitThatNeverArrivedBelowWhatWasStableIsLost() throws IOException {
        one.lose(b, B);
        assertSalvaged(in(b, c), List.of(range(b, c)), 0);
        one.lose(c, 5 * B);
        assertSalvaged(in(b, one.end()), List.of(range(b, one.end())), 0);
    }

    @Test
    void aHeaderAndAFrameCostTheUnitsBeginAndThatFrame() throws IOException {
        one.rot(b + 3).rot(b + 64 + 4);
        assertSalvaged(in(b, b + 65), List.of(range(b, b + 184)), 0);
    }

    // ------------------------------------------------------------------------------------------- segments

    @Test
    void aSegmentHeaderCostsNothing() throws IOException {
        for (SegmentImage segment : List.of(one, two, four, five, six)) {
            byte[] header = Arrays.copyOf(segment.bytes, B);
            segment.loseHeader();
            assertSalvaged(SalvageTest::nothing, List.of(), 1);
            System.arraycopy(header, 0, segment.bytes, 0, B);
        }
    }

    @Test
    void whereALaterUnitRecordedHowFarASegmentWentTheRestOfItIsToldLost() throws IOException {
        SegmentImage seven = image.segment(7, 3, 6, six.end(), four.end());
        seven.unit(six.end(), 10);
        image.roots(root(base(1), seven.end(), true));
        seven.loseHeader();
        six.lose(j, B);
        Outcome outcome = salvage();
        assertEquals(List.of(range(j, six.end())), outcome.ranges());
        assertTrue(outcome.warnsOf(j));
        assertHolds(outcome, recordsBut(in(j, base(7))));
    }

    @Test
    void allSegmentHeadersCostNothingButOneRootWithThem() throws IOException {
        for (SegmentImage segment : List.of(one, two, four, five, six)) {
            segment.loseHeader();
        }
        assertSalvaged(SalvageTest::nothing, List.of(), 5);
        image.device.roots[0] = null;
        image.device.roots[1] = null;
        StoreCorruptException refused = assertThrows(StoreCorruptException.class, this::salvage);
        assertTrue(refused.getMessage().contains("nothing can be read"), refused.getMessage());
    }

    @Test
    void aMissingSegmentCostsItsRecords() throws IOException {
        for (SegmentImage segment : List.of(one, two, four, five, six)) {
            long number = segment.header.number();
            byte[] bytes = image.device.segment(number);
            image.device.segments.remove(number);
            assertSalvaged(in(base(number), base(number + 1)), List.of(range(first(number), segment.end())), 0);
            image.device.segments.put(number, bytes);
        }
    }

    @Test
    void severalMissingSegmentsCostTheirs() throws IOException {
        image.device.segments.remove(5L);
        image.device.segments.remove(6L);
        assertSalvaged(in(base(5), base(7)), List.of(range(first(5), base(6)), range(first(6), six.end())), 0);
        image.device.segments.remove(1L);
        image.device.segments.remove(2L);
        assertSalvaged(
                record -> record.lsn() < base(4) || record.lsn() >= base(5),
                // That there was a segment 1, nobody says any more, but for the begin of the log.
                List.of(range(first(1), base(2)), range(first(2), two.end()), range(first(5), base(6)), range(first(6), six.end())),
                0);
    }

    @Test
    void aStoreOfWhichNoSegmentIsLeftBecomesAnEmptyOne() throws IOException {
        image.device.segments.clear();
        Outcome outcome = salvage();
        assertTrue(outcome.report.losses() > 0);
        assertTrue(outcome.covers(f) && outcome.covers(g) && outcome.covers(j), outcome.losses::toString);
        assertHolds(outcome, List.of());
    }

    @Test
    void aCutSegmentCostsWhatIsBehindTheCut() throws IOException {
        image.device.truncate(1, (int) (b - base(1)) + 184 + 100);
        assertSalvaged(in(b + 184, base(2)), List.of(range(b + 184, b + 64 + 120 + 216 + 320 + 96), range(c, one.end())), 0);
        image.device.truncate(6, (int) (j - base(6)));
        assertSalvaged(
                in(b + 184, base(2)).or(in(j, base(7))),
                List.of(range(b + 184, b + 64 + 120 + 216 + 320 + 96), range(c, one.end()), range(j, six.end())),
                0);
        image.device.truncate(4, 0);
        Outcome outcome = salvage();
        assertEquals(range(first(4), four.end()), outcome.ranges().get(2));
    }

    @Test
    void aSegmentThatCannotBeReadIsLostAndSaysSo() throws IOException {
        image.device.unreadable.add(4L);
        Outcome outcome = salvage();
        assertEquals(List.of(range(first(4), four.end())), outcome.ranges());
        assertTrue(outcome.losses.getFirst().reason().contains("EIO"), outcome.losses::toString);
        assertHolds(outcome, recordsBut(in(base(4), base(5))));
    }

    // ------------------------------------------------------------------------------------------- where the log ends

    @Test
    void whatIsTrimmedIsNotMissed() throws IOException {
        image.roots(root(e, six.end(), true));
        image.device.segments.remove(1L);
        two.rot(d + 64 + 30);
        Outcome outcome = salvage();
        assertEquals(List.of(), outcome.losses);
        assertEquals(e, outcome.report.beginLsn());
        assertHolds(outcome, recordsBut(in(0, e)));
    }

    @Test
    void aKilledStoreEndsWhereRecoveryWouldEndIt() throws IOException {
        image.roots(root(base(1), four.end(), false));
        image.blank(7);
        assertSalvaged(SalvageTest::nothing, List.of(), 0);
        six.rot(i + 64 + 20);
        Outcome outcome = salvage();
        assertEquals(List.of(range(i, six.end())), outcome.ranges());
        assertFalse(outcome.losses.getFirst().acknowledged());
        assertEquals(-1, outcome.losses.getFirst().records(), "how many the torn unit had is not known");
        assertHolds(outcome, recordsBut(in(i, base(7))));
    }

    @Test
    void whatIsCutIsToldAsFarAsTheNextSegmentHasItOnRecord() throws IOException {
        image.roots(root(base(1), four.end(), false));
        image.device.truncate(5, B + 100);
        Outcome outcome = salvage();
        assertEquals(List.of(range(g, five.end()), range(i, six.end())), outcome.ranges());
        assertEquals(List.of(-1L, 4L), outcome.losses.stream().map(Loss::records).toList());
        assertTrue(outcome.losses.stream().noneMatch(Loss::acknowledged));
        assertHolds(outcome, recordsBut(in(g, base(7))));
    }

    @Test
    void voidSegmentsStayVoid() throws IOException {
        SegmentImage three = image.segment(3, 1, 2, two.end(), two.end());
        three.unit(two.end(), 12);
        image.records.removeLast();
        assertSalvaged(SalvageTest::nothing, List.of(), 0);
    }

    // ------------------------------------------------------------------------------------------- anything

    /** Overwrites some bytes of the log at one to three places, and returns the LSNs from and to. */
    private List<long[]> strike(Random random, boolean zeros) {
        List<SegmentImage> segments = List.of(one, two, four, five, six);
        List<long[]> damaged = new ArrayList<>();
        int strikes = 1 + random.nextInt(3);
        for (int n = 0; n < strikes; n++) {
            SegmentImage segment = segments.get(random.nextInt(segments.size()));
            int from = random.nextInt(segment.position - 1);
            int length = Math.min(segment.position - from, 1 + random.nextInt(random.nextBoolean() ? 16 : 6000));
            for (int at = from; at < from + length; at++) {
                segment.bytes[at] = (byte) (zeros ? 0 : segment.bytes[at] ^ 1 + random.nextInt(255));
            }
            damaged.add(new long[] {segment.header.base() + from, segment.header.base() + from + length});
        }
        return damaged;
    }

    /** Whatever bytes are overwritten: what is untouched is kept, what is touched is told, and the new store is whole. */
    @Test
    void anyDamageIsToldExactly() throws IOException {
        Random random = new Random(77);
        MemoryDevice whole = image.device.copy();
        for (int round = 0; round < ROUNDS; round++) {
            whole.segments.forEach((number, bytes) ->
                    System.arraycopy(bytes, 0, image.device.segment(number), 0, bytes.length));
            List<long[]> damaged = strike(random, round % 2 == 0);
            int now = round;
            Outcome outcome = salvage();
            List<Written> kept = new ArrayList<>();
            for (Written record : image.records) {
                long end = record.lsn() + 16 + record.payload().length;
                boolean touched = damaged.stream().anyMatch(range -> range[0] < end && range[1] > record.lsn());
                boolean same = isSame(whole, record.lsn(), end);
                assertTrue(same || touched, () -> "round " + now);
                boolean keep = same && isSaltLeft(whole, record.lsn() / S);
                if (keep) {
                    kept.add(record);
                }
                assertEquals(!keep, outcome.covers(record.lsn()) || !keep && outcome.warnsOf(record.lsn()), () -> "round "
                        + now + ": record at LSN " + record.lsn() + ", damage "
                        + damaged.stream().map(Arrays::toString).toList() + ", " + outcome.losses);
            }
            assertHolds(outcome, kept);
        }
    }

    /** Where the end of the log is not on record, too, nothing whole goes without being told, and nothing is made up. */
    @Test
    void anyDamageToALogWithoutARecordedEndIsTold() throws IOException {
        Random random = new Random(78);
        MemoryDevice whole = image.device.copy();
        for (int round = 0; round < ROUNDS; round++) {
            whole.segments.forEach((number, bytes) ->
                    System.arraycopy(bytes, 0, image.device.segment(number), 0, bytes.length));
            if (round % 3 == 0) {
                image.device.roots[0] = null;
                image.device.roots[1] = null;
            } else {
                image.roots(root(base(1), four.end(), false));
            }
            List<long[]> damaged = strike(random, round % 2 == 0);
            int now = round;
            Outcome outcome = salvage();
            RecoveredLog log = assertInstanceOf(RecoveredLog.class, Recovery.recover(outcome.device));
            List<Written> kept = new ArrayList<>();
            try (LogCursor cursor =
                    LogCursor.scan(log.segments(), log.beginLsn(), log.stableLsn(), log::beginLsn, () -> {})) {
                while (cursor.next()) {
                    kept.add(new Written(cursor.lsn(), cursor.payload().toArray(ValueLayout.JAVA_BYTE)));
                }
            }
            log.segments().close();
            List<Written> expected = new ArrayList<>();
            for (Written record : image.records) {
                boolean isKept = kept.stream().anyMatch(each -> each.lsn() == record.lsn());
                boolean same = isSame(whole, record.lsn(), record.lsn() + 16 + record.payload().length);
                assertTrue(!isKept || same, () -> "round " + now + ": " + record.lsn());
                if (isKept) {
                    expected.add(record);
                }
                assertTrue(
                        isKept
                                || !same
                                || outcome.covers(record.lsn())
                                || !isSaltLeft(whole, record.lsn() / S)
                                || isHeaderLess(whole, record.lsn()),
                        () -> "round " + now + ": record at LSN " + record.lsn() + " is whole and neither kept nor told, damage "
                                + damaged.stream().map(Arrays::toString).toList() + ", " + outcome.losses);
            }
            assertHolds(outcome, expected);
        }
    }

    /** {@return whether the unit around a record has lost its header: above R that is no unit, and nothing tells that there was one} */
    private boolean isHeaderLess(MemoryDevice whole, long lsn) {
        long unit = LongStream.of(a, b, c, d, e, f, g, h, i, j).filter(each -> each <= lsn).max().orElseThrow();
        return !isSame(whole, unit, unit + 64);
    }

    /** {@return whether the header of a segment is left, or a unit header with a good first frame: without the salt no frame can be checked} */
    private boolean isSaltLeft(MemoryDevice whole, long number) {
        if (isSame(whole, number * S, number * S + B)) {
            return true;
        }
        return LongStream.of(a, b, c, d, e, f, g, h, i, j)
                .filter(unit -> unit / S == number)
                .anyMatch(unit -> image.records.stream()
                        .filter(record -> record.lsn() == unit + 64)
                        .anyMatch(record -> isSame(whole, unit, record.lsn() + 16 + record.payload().length)));
    }

    private boolean isSame(MemoryDevice whole, long lsn, long end) {
        long number = lsn / S;
        int from = (int) (lsn % S);
        int to = from + (int) (end - lsn);
        return Arrays.equals(whole.segment(number), from, to, image.device.segment(number), from, to);
    }
}
