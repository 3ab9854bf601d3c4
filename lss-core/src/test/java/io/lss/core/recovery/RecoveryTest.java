package io.lss.core.recovery;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.EndOfLog;
import io.lss.api.StoreCorruptException;
import io.lss.api.StoreException;
import io.lss.api.StoreVersionException;
import io.lss.core.format.Root;
import io.lss.core.format.RootDescriptor;
import io.lss.core.recovery.LogImage.SegmentImage;
import io.lss.core.recovery.RecoveryScenarios.Outcome;
import io.lss.core.recovery.RecoveryScenarios.Scenario;
import io.lss.core.recovery.RecoveryTable.Row;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Recovery on devices made by hand. */
class RecoveryTest {

    static List<Scenario> scenarios() {
        return RecoveryScenarios.all();
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void everyStateMeansWhatTheTableSays(Scenario scenario) throws IOException {
        MemoryDevice device = scenario.device().copy();
        List<Row> rows = new ArrayList<>();
        try {
            Recovered recovered = Recovery.recover(device, rows::add);
            assertEquals(rows, recovered.rows());
            assertEquals(scenario.outcome(), outcome(recovered));
            assertEquals(scenario.lsn(), lsn(recovered));
            if (recovered instanceof RecoveredLog log) {
                log.segments().close();
            }
        } catch (StoreCorruptException e) {
            assertEquals(Outcome.CORRUPT, scenario.outcome(), e.getMessage());
            assertEquals(scenario.lsn(), e.lsn(), e.getMessage());
            assertTrue(e.lsn() < 0 || e.reason().contains("segment"), e.getMessage());
        } catch (StoreVersionException e) {
            assertEquals(Outcome.OTHER_VERSION, scenario.outcome(), e.getMessage());
            String message = String.valueOf(e.getMessage());
            assertTrue(message.contains("version " + scenario.lsn()) && message.contains("version 1"), message);
        }
        assertTrue(rows.containsAll(scenario.rows()), scenario.rows() + " not all in " + rows);
        assertEquals(0, device.openHandles.get(), "handles left open");
    }

    private static Outcome outcome(Recovered recovered) {
        return switch (recovered) {
            case Recovered.Fresh fresh -> Outcome.FRESH;
            case RecoveredLog log ->
                switch (log.report().end()) {
                    case CLEAN -> Outcome.CLEAN;
                    case TORN_TAIL -> Outcome.TORN;
                    case UNACKNOWLEDGED_HOLE -> Outcome.CUT;
                    case CREATED -> throw new AssertionError("recovery creates nothing");
                };
        };
    }

    private static long lsn(Recovered recovered) {
        return switch (recovered) {
            case Recovered.Fresh fresh -> fresh.nextSegment();
            case RecoveredLog log -> log.report().endLsn();
        };
    }

    @Test
    void everyRowOfTheTableIsReachedButTheOnesNeverAsked() {
        Set<Row> missed = EnumSet.allOf(Row.class);
        for (Scenario scenario : scenarios()) {
            try {
                Recovered recovered = Recovery.recover(scenario.device().copy(), missed::remove);
                if (recovered instanceof RecoveredLog log) {
                    log.segments().close();
                }
            } catch (IOException e) {
                assertInstanceOf(StoreException.class, e);
            }
        }
        assertEquals(EnumSet.of(Row.START_CLOSED_READABLE), missed);
    }

    /** A file that somebody renamed must not use up the numbers: what follows the highest could not be addressed any more. */
    @Test
    void aSegmentWithANumberThatNoStoreReachesIsRefused() throws IOException {
        for (long number : new long[] {Long.MAX_VALUE, Long.MAX_VALUE / LogImage.S, Long.MAX_VALUE / LogImage.S - 2}) {
            LogImage image = new LogImage().roots(LogImage.root());
            image.segment(1, 1, 0, 0, LogImage.base(1)).unit(LogImage.base(1), 100);
            image.blank(number);
            StoreCorruptException e = assertThrows(StoreCorruptException.class, () -> Recovery.recover(image.device));
            assertTrue(e.reason().contains("segment " + number), e.getMessage());
            assertTrue(e.lsn() >= 0, e.getMessage());
            image.device.segments.remove(number);
            ((RecoveredLog) Recovery.recover(image.device)).segments().close();
        }
    }

    /** A number that is missing beside it may never have been used: an unused segment of an earlier session is deleted. */
    @Test
    void aMissingSegmentIsNamedByTheOneThatFollowedIt() {
        LogImage last = RecoveryScenarios.gaps();
        last.device.segments.remove(4L);
        assertEquals("segment 4 is missing between segment 1 and segment 6", reason(last));

        LogImage earlier = RecoveryScenarios.gaps();
        earlier.segment(4, 2, 3, LogImage.first(3), LogImage.first(3)).unit(LogImage.first(3), 100);
        assertEquals("segment 3 is missing between segment 1 and segment 4", reason(earlier));

        LogImage stray = RecoveryScenarios.gaps();
        stray.blank(2);
        assertTrue(reason(stray).startsWith("segment 2 is there, though segment 4 names an earlier one"), reason(stray));

        LogImage unreadable = RecoveryScenarios.gaps();
        unreadable.device.segment(4)[50] ^= 4;
        assertTrue(reason(unreadable).startsWith("the header of segment 4 cannot be read"), reason(unreadable));
    }

    private static String reason(LogImage image) {
        return assertThrows(StoreCorruptException.class, () -> Recovery.recover(image.device)).reason();
    }

    /** The next root could not be written. */
    @Test
    void aRootWhoseNumbersCannotBeCountedOnIsRefused() {
        Root sequence = LogImage.root().withSequence(Long.MAX_VALUE);
        Root session = LogImage.root(Long.MAX_VALUE, 1, 0, 0, LogImage.base(1)).withSequence(5);
        for (Root root : List.of(sequence, session)) {
            LogImage image = new LogImage().roots(root);
            image.segment(1, root.session(), 0, 0, LogImage.base(1));
            StoreCorruptException e = assertThrows(
                    StoreCorruptException.class, () -> Recovery.recover(image.device), root.toString());
            assertEquals(-1, e.lsn());
        }
    }

    @Test
    void recoveringTwiceGivesTheSame() throws IOException {
        for (Scenario scenario : scenarios()) {
            if (scenario.outcome() == Outcome.TORN || scenario.outcome() == Outcome.CUT) {
                MemoryDevice device = scenario.device().copy();
                RecoveredLog first = (RecoveredLog) Recovery.recover(device);
                RecoveredLog again = (RecoveredLog) Recovery.recover(device);
                assertEquals(first.nextRoot(), again.nextRoot(), scenario.name());
                // The next owner adopts: makes its segment, writes the root, deletes what is void, and crashes.
                adopt(device, first);
                RecoveredLog next = (RecoveredLog) Recovery.recover(device);
                assertEquals(first.predecessor(), next.predecessor(), scenario.name());
                assertEquals(first.predecessorEnd(), next.predecessorEnd(), scenario.name());
                assertEquals(first.stableLsn(), next.stableLsn(), scenario.name());
                assertEquals(first.session() + 1, next.session(), scenario.name());
                assertTrue(next.nextSegment() > first.nextSegment(), scenario.name());
            }
        }
    }

    /** What the engine does with a recovered log, in the order it must. */
    private static void adopt(MemoryDevice device, RecoveredLog log) throws IOException {
        log.voidByRoot().forEach(device::delete);
        device.segments.put(log.nextSegment(), new byte[(int) LogImage.S]);
        byte[] root = RootDescriptor.encode(log.nextRoot());
        device.roots[1 - log.bestCopy()] = root;
        device.roots[log.bestCopy()] = root;
        log.segments().close();
        log.voidByNextRoot().forEach(device::delete);
        log.trimmed().forEach(device::delete);
    }

    @Test
    void aCrashAnywhereInAdoptionLosesNothing() throws IOException {
        for (Scenario scenario : scenarios()) {
            if (scenario.outcome() != Outcome.TORN && scenario.outcome() != Outcome.CUT) {
                continue;
            }
            for (int step = 0; step < 5; step++) {
                MemoryDevice device = scenario.device().copy();
                RecoveredLog log = (RecoveredLog) Recovery.recover(device);
                log.segments().close();
                byte[] root = RootDescriptor.encode(log.nextRoot());
                if (step >= 1) {
                    log.voidByRoot().forEach(device::delete);
                }
                if (step >= 2) {
                    device.segments.put(log.nextSegment(), new byte[(int) LogImage.S]);
                }
                if (step >= 3) {
                    device.roots[1 - log.bestCopy()] = step == 3 ? Arrays.copyOf(root, 1000) : root;
                }
                RecoveredLog next = (RecoveredLog) Recovery.recover(device);
                assertEquals(log.predecessorEnd(), next.predecessorEnd(), scenario.name() + ", step " + step);
                assertEquals(numbers(log), numbers(next), scenario.name() + ", step " + step);
                next.segments().close();
            }
        }
    }

    private static List<Long> numbers(RecoveredLog log) {
        List<Long> numbers = new ArrayList<>();
        for (LiveSegment s = log.segments().first(); s != null; s = log.segments().after(s.number())) {
            numbers.add(s.number());
        }
        return numbers;
    }

    @Test
    void anUnreadableRootIsNeitherCorruptNorFresh() {
        LogImage image = new LogImage();
        image.device.rootsUnreadable = true;
        IOException e = assertThrows(IOException.class, () -> Recovery.recover(image.device));
        assertEquals("root 0: EIO", e.getMessage());
    }

    @Test
    void anUnreadableSegmentIsNotCorrupt() {
        for (Scenario scenario : scenarios()) {
            MemoryDevice device = scenario.device().copy();
            device.unreadable.addAll(device.segments.keySet());
            try {
                Recovered recovered = Recovery.recover(device);
                if (recovered instanceof RecoveredLog log) {
                    log.segments().close();
                }
            } catch (StoreException e) {
                // Decided by roots and numbers alone.
                assertEquals(scenario.outcome() == Outcome.OTHER_VERSION, e instanceof StoreVersionException, scenario.name());
            } catch (IOException e) {
                assertTrue(String.valueOf(e.getMessage()).endsWith("EIO"), e.getMessage());
            }
            assertEquals(0, device.openHandles.get(), scenario.name());
        }
    }

    @Test
    void theReportCountsWhatWasFoundAndCut() throws IOException {
        LogImage image = new LogImage();
        SegmentImage s = image.roots(LogImage.root()).segment(1, 1, 0, 0, LogImage.base(1));
        s.unit(LogImage.base(1), 10, 20, -30);
        long hole = s.blocks(LogImage.base(1), 1);
        s.blocks(LogImage.base(1), 2);
        s.lose(hole, LogImage.B);
        RecoveredLog log = (RecoveredLog) Recovery.recover(image.device);
        assertEquals(EndOfLog.UNACKNOWLEDGED_HOLE, log.report().end());
        assertEquals(2, log.report().records());
        assertEquals(2 * LogImage.B, log.report().bytesCut());
        assertEquals(2, log.report().session());
        assertEquals(1, log.report().segments());
        assertEquals(hole, log.report().endLsn());
        assertEquals(LogImage.base(1), log.report().recordedStableLsn());
        assertTrue(log.report().detail().contains("segment 1, position " + (hole - LogImage.base(1))), log.report().detail());
        log.segments().close();
    }

    @Test
    void theNextRootCarriesOnWhatTheLastOneSaid() throws IOException {
        LogImage image = new LogImage();
        SegmentImage s = image.roots(LogImage.root()).segment(1, 1, 0, 0, LogImage.base(1));
        s.unit(LogImage.base(1), 10);
        image.blank(5);
        RecoveredLog log = (RecoveredLog) Recovery.recover(image.device);
        assertEquals(6, log.nextSegment());
        assertEquals(List.of(5L), log.voidByNextRoot());
        assertEquals(List.of(1L), log.unsynced());
        assertArrayEquals(new byte[] {7, 8, 9}, log.appRoot());
        assertEquals(2, log.nextRoot().session());
        assertEquals(6, log.nextRoot().firstSegment());
        assertEquals(1, log.nextRoot().predecessor());
        assertEquals(s.end(), log.nextRoot().predecessorEnd());
        assertEquals(s.end(), log.nextRoot().stableLsn());
        assertEquals(LogImage.base(1), log.nextRoot().beginLsn());
        LiveSegment last = log.segments().last();
        assertTrue(last != null && last.number() == 1 && last.knownEnd() == s.end(), log.segments().toString());
        log.segments().close();
    }

    @Test
    void theEndBeforeAnUnusedSessionIsKnownWithoutItsHeader() throws IOException {
        LogImage image = new LogImage();
        SegmentImage s = image.segment(1, 1, 0, 0, LogImage.base(1));
        s.unit(LogImage.base(1), 10);
        image.roots(LogImage.root(2, 2, 1, s.end(), s.end())).blank(2);
        RecoveredLog log = (RecoveredLog) Recovery.recover(image.device);
        LiveSegment last = log.segments().last();
        assertTrue(last != null && last.number() == 1 && last.knownEnd() == s.end(), log.segments().toString());
        assertEquals(List.of(2L), log.voidByNextRoot());
        assertEquals(List.of(), log.unsynced());
        log.segments().close();
    }

    @Test
    void aClosedLogOfManySegmentsIsOpenedWithAFewReads() throws IOException {
        LogImage image = new LogImage();
        long end = 0;
        long last = 320;
        for (long n = 1; n <= last; n++) {
            SegmentImage s = image.segment(n, 1, n - 1, end, Math.max(LogImage.base(1), end));
            s.unit(Math.max(LogImage.base(1), end), 100);
            end = s.end();
        }
        image.roots(LogImage.root().closedAt(end));
        RecoveredLog log = (RecoveredLog) Recovery.recover(image.device);
        assertEquals(last, log.segments().size());
        assertEquals(end, log.predecessorEnd());
        assertTrue(image.device.opens.get() <= 2, image.device.opens + " segments opened");
        assertTrue(image.device.bytesRead.get() <= 2 * LogImage.B, image.device.bytesRead + " bytes read");
        log.segments().close();
    }

    @Test
    void aLogThatCrashedIsReadFromItsNewestHeaderOn() throws IOException {
        LogImage image = new LogImage().roots(LogImage.root());
        long end = 0;
        for (long n = 1; n <= 320; n++) {
            SegmentImage s = image.segment(n, 1, n - 1, end, Math.max(LogImage.base(1), end));
            s.unit(Math.max(LogImage.base(1), end), 100);
            end = s.end();
        }
        RecoveredLog log = (RecoveredLog) Recovery.recover(image.device);
        assertEquals(end, log.predecessorEnd());
        assertTrue(image.device.opens.get() <= 3, image.device.opens + " segments opened");
        log.segments().close();
    }
}
