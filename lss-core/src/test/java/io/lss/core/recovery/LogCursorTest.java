package io.lss.core.recovery;

import static io.lss.core.recovery.LogImage.B;
import static io.lss.core.recovery.LogImage.S;
import static io.lss.core.recovery.LogImage.base;
import static io.lss.core.recovery.LogImage.first;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.StoreClosedException;
import io.lss.api.StoreCorruptException;
import io.lss.core.recovery.LogImage.SegmentImage;
import io.lss.core.recovery.LogImage.Written;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Walks over stored records. */
class LogCursorTest {

    private final LogImage image = new LogImage();
    private final SegmentImage one = image.segment(1, 1, 0, 0, base(1));
    private final long a = one.unit(base(1), 10, -20, 3000, 1);
    private final long b = one.unit(base(1), 30_000);
    private final long fillers = one.unit(base(1), -5, -5);
    private final SegmentImage two = image.segment(2, 1, 1, one.end(), base(1));
    private final long c = two.unit(base(1), 5000, 7, 9000);
    private final SegmentImage four = image.segment(4, 2, 2, two.end(), base(1));
    private final long d = four.unit(base(1), 100);
    private final LogSegments segments = chain();
    private final AtomicLong begin = new AtomicLong(base(1));

    private LogSegments chain() {
        LogSegments chain = new LogSegments(image.device, LogImage.IDENTITY, 2);
        for (long number : new long[] {1, 2, 4}) {
            chain.add(LiveSegment.stored(number, LogImage.IDENTITY));
        }
        return chain;
    }

    private LogCursor scan(long from, long end) {
        return LogCursor.scan(segments, from, end, begin::get, () -> {});
    }

    private List<Long> lsns(LogCursor cursor) throws IOException {
        List<Long> lsns = new ArrayList<>();
        try (cursor) {
            while (cursor.next()) {
                lsns.add(cursor.lsn());
            }
            assertFalse(cursor.next());
        }
        return lsns;
    }

    private List<Long> expected(long from, long end) {
        return image.records.stream().map(Written::lsn).filter(lsn -> lsn >= from && lsn < end).toList();
    }

    @Test
    void aScanFindsEveryRecordInOrderAndNoFiller() throws IOException {
        try (LogCursor cursor = scan(base(1), four.end())) {
            for (Written w : image.records) {
                assertTrue(cursor.next());
                assertEquals(w.lsn(), cursor.lsn());
                MemorySegment payload = cursor.payload();
                assertTrue(payload.isReadOnly());
                assertArrayEquals(w.payload(), payload.toArray(ValueLayout.JAVA_BYTE));
            }
            assertFalse(cursor.next());
        }
        assertEquals(8, image.records.size());
    }

    /** However valid it looks: what is behind the end of the log in a segment is void. */
    @Test
    void aUnitThatReachesBeyondWhereTheLogLeavesItsSegmentIsDamage() throws IOException {
        SegmentImage five = image.segment(5, 2, 4, four.end(), base(1));
        long fits = five.unit(base(1), 100);
        long reaches = five.unit(base(1), 100, 5000);
        SegmentImage seven = image.segment(7, 3, 5, reaches + B, base(1));
        seven.unit(base(1), 100);
        segments.add(LiveSegment.stored(5, LogImage.IDENTITY));
        segments.add(LiveSegment.stored(7, LogImage.IDENTITY));
        for (long from : new long[] {fits, reaches + 64, reaches + 72}) {
            try (LogCursor cursor = scan(from, seven.end())) {
                assertEquals(from == fits, from == fits && cursor.next());
                StoreCorruptException e = assertThrows(StoreCorruptException.class, cursor::next);
                assertEquals(reaches, e.lsn());
                assertTrue(e.reason().contains("segment 5, position " + (reaches - base(5))), e.reason());
                assertThrows(StoreCorruptException.class, cursor::next);
            }
        }
    }

    @Test
    void aScanMayBeginAndEndAnywhere() throws IOException {
        long[] ends = {base(1), first(1), b, fillers, one.end(), base(2), first(2), two.end(), base(3), base(4), first(4), four.end()};
        List<Long> begins = new ArrayList<>();
        for (long lsn = base(1); lsn <= four.end(); lsn += lsn % S < 3 * B ? 40 : 2 * B + 8) {
            begins.add(lsn);
        }
        for (long end : ends) {
            for (long from : begins) {
                assertEquals(expected(from, end), lsns(scan(from, end)), "from " + from + " to " + end);
            }
        }
    }

    @Test
    void nothingAtOrAboveTheEndIsRead() throws IOException {
        two.rot(c + 70);
        assertEquals(expected(base(1), one.end()), lsns(scan(base(1), one.end())));
    }

    @Test
    void damageBelowTheEndIsReportedAfterTheRecordsBeforeIt() throws IOException {
        two.rot(c + 64 + 5016 + 16);
        try (LogCursor cursor = scan(c, four.end())) {
            assertTrue(cursor.next());
            StoreCorruptException e = assertThrows(StoreCorruptException.class, cursor::next);
            assertEquals(c + 64 + 5016, e.lsn());
            assertTrue(e.reason().contains("segment 2, position " + (e.lsn() - base(2))), e.reason());
            // It does not go on behind damage.
            assertThrows(StoreCorruptException.class, cursor::next);
        }
    }

    @Test
    void aLostUnitIsDamage() throws IOException {
        one.lose(b, 64);
        try (LogCursor cursor = scan(base(1), four.end())) {
            for (int i = 0; i < 3; i++) {
                assertTrue(cursor.next());
            }
            assertEquals(b, assertThrows(StoreCorruptException.class, cursor::next).lsn());
        }
        try (LogCursor cursor = scan(b + 8, four.end())) {
            assertEquals(b, assertThrows(StoreCorruptException.class, cursor::next).lsn());
        }
    }

    @Test
    void aLostSegmentHeaderIsDamage() throws IOException {
        two.rot(base(2) + 10);
        // Where segment 1 ends is in the header of segment 2, and what lies behind its end is not of the log.
        try (LogCursor cursor = scan(b, four.end())) {
            assertEquals(base(2), assertThrows(StoreCorruptException.class, cursor::next).lsn());
        }
        segments.sealEnd(1, one.end());
        try (LogCursor cursor = scan(b, four.end())) {
            assertTrue(cursor.next());
            assertEquals(base(2), assertThrows(StoreCorruptException.class, cursor::next).lsn());
        }
    }

    @Test
    void unitsBehindTheEndOfASegmentAreNotOfTheLog() throws IOException {
        List<Long> before = expected(base(1), four.end());
        two.unit(base(1), 11, 12);
        four.unit(base(1), 13);
        assertEquals(before, lsns(scan(base(1), first(4) + B)));
    }

    @Test
    void whatTheMediumCannotReadIsNotDamage() throws IOException {
        image.device.unreadable.add(2L);
        try (LogCursor cursor = scan(b, four.end())) {
            assertEquals("segment 2: EIO", assertThrows(IOException.class, () -> {
                while (cursor.next()) {}
            }).getMessage());
        }
    }

    @Test
    void aSegmentThatTheChainLeadsPastIsDamage() throws IOException {
        image.blank(3);
        segments.add(LiveSegment.stored(3, LogImage.IDENTITY));
        try (LogCursor cursor = scan(c + 64 + 5016, four.end())) {
            assertThrows(StoreCorruptException.class, cursor::next);
        }
    }

    @Test
    void aCursorBeyondWhichTheLogIsTrimmedSaysSo() throws IOException {
        try (LogCursor cursor = scan(base(1), four.end())) {
            assertTrue(cursor.next());
            begin.set(c + 64);
            assertEquals(List.of(1L), segments.dropBelow(c + 64));
            IllegalStateException e = assertThrows(IllegalStateException.class, cursor::next);
            assertTrue(String.valueOf(e.getMessage()).contains("LSN "), e.getMessage());
        }
    }

    @Test
    void aCursorAtTheExactBeginGoesOn() throws IOException {
        try (LogCursor cursor = scan(base(1), four.end())) {
            for (int i = 0; i < 4; i++) {
                assertTrue(cursor.next());
            }
            assertEquals(b + 64, cursor.lsn());
            begin.set(c + 64);
            assertEquals(List.of(1L), segments.dropBelow(c + 64));
            // Between here and the begin there are fillers only, and the cursor has them in memory.
            assertTrue(cursor.next());
            assertEquals(c + 64, cursor.lsn());
        }
        begin.set(d + 64);
        assertEquals(List.of(2L), segments.dropBelow(d + 64));
        assertEquals(List.of(d + 64), lsns(scan(d + 64, four.end())));
    }

    @Test
    void aTailWaitsForMore() throws IOException {
        AtomicLong stable = new AtomicLong(b);
        List<Long> waits = new ArrayList<>();
        long[] steps = {fillers, one.end(), two.end(), two.end(), four.end()};
        int[] step = {0};
        LogCursor cursor = LogCursor.tail(
                segments,
                base(1),
                stable::get,
                begin::get,
                (lsn, nanos) -> {
                    waits.add(lsn);
                    assertEquals(Long.MAX_VALUE, nanos);
                    stable.set(steps[step[0]++]);
                    return true;
                },
                () -> {});
        for (Written w : image.records) {
            assertTrue(cursor.next());
            assertEquals(w.lsn(), cursor.lsn());
            assertArrayEquals(w.payload(), cursor.payload().toArray(ValueLayout.JAVA_BYTE));
        }
        assertEquals(steps.length, step[0]);
        assertEquals(b, waits.getFirst());
        cursor.close();
    }

    @Test
    void aTailNeverUsesBytesItReadBeforeTheyWereStable() throws IOException {
        LogImage growing = new LogImage();
        SegmentImage s = growing.segment(1, 1, 0, 0, base(1));
        LogSegments chain = new LogSegments(growing.device, LogImage.IDENTITY, 2);
        chain.add(LiveSegment.stored(1, LogImage.IDENTITY));
        s.unit(base(1), 100);
        AtomicLong stable = new AtomicLong(s.end());
        LogCursor cursor =
                LogCursor.tail(chain, base(1), stable::get, () -> base(1), (lsn, nanos) -> stable.get() > lsn, () -> {});
        for (int i = 0; i < 20; i++) {
            assertTrue(cursor.next(Duration.ZERO));
            assertFalse(cursor.next(Duration.ZERO));
            s.unit(base(1), 50 + i);
            stable.set(s.end());
        }
    }

    @Test
    void aTailGivesUpWhenItsTimeIsOver() throws IOException {
        List<Long> times = new ArrayList<>();
        LogCursor cursor = LogCursor.tail(
                segments,
                four.end(),
                four::end,
                begin::get,
                (lsn, nanos) -> {
                    times.add(nanos);
                    return false;
                },
                () -> {});
        assertFalse(cursor.next(Duration.ofMillis(5)));
        assertFalse(cursor.next(Duration.ZERO));
        assertFalse(cursor.next(Duration.ofSeconds(-1)));
        assertEquals(3, times.size());
        assertTrue(times.get(0) > 0 && times.get(0) <= 5_000_000);
        assertTrue(times.get(1) <= 0);
    }

    @Test
    void aTailInTheUnusedSpaceBetweenSegmentsDoesNotSpin() throws IOException {
        List<Long> waits = new ArrayList<>();
        LogCursor cursor = LogCursor.tail(
                segments,
                four.end(),
                () -> base(5),
                begin::get,
                (lsn, nanos) -> {
                    waits.add(lsn);
                    return false;
                },
                () -> {});
        segments.sealEnd(4, four.end());
        image.segment(5, 2, 4, four.end(), base(1));
        segments.add(LiveSegment.stored(5, LogImage.IDENTITY));
        assertFalse(cursor.next(Duration.ZERO));
        assertEquals(List.of(base(5)), waits);
    }

    @Test
    void aClosedStoreIsClosedForCursorsToo() throws IOException {
        LogCursor cursor = LogCursor.scan(segments, base(1), four.end(), begin::get, () -> {
            throw new StoreClosedException("closed");
        });
        assertThrows(StoreClosedException.class, cursor::next);
    }

    @Test
    void aCursorHasARecordOnlyAfterNext() throws IOException {
        LogCursor cursor = scan(base(1), four.end());
        assertThrows(IllegalStateException.class, cursor::lsn);
        assertThrows(IllegalStateException.class, cursor::payload);
        assertTrue(cursor.next());
        assertEquals(a + 64, cursor.lsn());
        cursor.close();
        cursor.close();
        assertThrows(IllegalStateException.class, cursor::payload);
        assertThrows(IllegalStateException.class, cursor::next);
    }

    @Test
    void aScanKeepsNoHandle() throws IOException {
        lsns(scan(base(1), four.end()));
        segments.close();
        assertEquals(0, image.device.openHandles.get());
    }
}
