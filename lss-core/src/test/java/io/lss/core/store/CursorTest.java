package io.lss.core.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.LogStructuredStore;
import io.lss.api.RecordCursor;
import io.lss.api.Reservation;
import io.lss.api.StoreClosedException;
import io.lss.core.store.SimStore.Found;
import io.lss.core.store.SimStore.Work;
import io.lss.tck.sim.OperationKind;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Cursors: scans of what is stable, tails of what becomes stable. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CursorTest {

    @ParameterizedTest
    @EnumSource
    void s2_aScanFindsEveryRecordFromAnyLsnOn(Rig rig) throws Exception {
        try (SimStore sim = rig.open()) {
            LogStructuredStore store = sim.store();
            List<Found> all = new ArrayList<>(SimStore.appendMixed(store, 60, 1));
            store.reserve(500).abort();
            store.flush();
            all.addAll(SimStore.appendMixed(store, 60, 2));
            store = sim.reopen();
            all.addAll(SimStore.appendMixed(store, 60, 3));
            store.sync();
            assertEquals(all, SimStore.scan(store));
            for (int i = 0; i < all.size(); i += 3) {
                long lsn = all.get(i).lsn();
                assertEquals(all.subList(i, all.size()), SimStore.scan(store, lsn), "from a record");
                assertEquals(all.subList(i + 1, all.size()), SimStore.scan(store, lsn + 8), "from inside a record");
                assertEquals(all.subList(i + 1, all.size()), SimStore.scan(store, lsn + 1), "from an odd place");
            }
            long last = all.getLast().lsn();
            assertEquals(List.of(), SimStore.scan(store, last + SimStore.frame(all.getLast().payload().length)));
            assertEquals(List.of(), SimStore.scan(store, store.stableLsn()));
            assertEquals(List.of(), SimStore.scan(store, store.tailLsn()));
        }
    }

    @Test
    void s2_aScanFromEveryPlaceOfTwoSegmentsFindsTheNextRecord() throws Exception {
        try (SimStore sim = Rig.CALLER_DRIVEN.open()) {
            LogStructuredStore store = sim.store();
            List<Found> all = SimStore.appendMixed(store, 150, 1);
            store.sync();
            int next = 0;
            for (long from = store.beginLsn(); from < store.beginLsn() + 2 * Rig.SEGMENT; from += 248) {
                while (next < all.size() && all.get(next).lsn() < from) {
                    next++;
                }
                try (RecordCursor cursor = store.scan(from)) {
                    assertEquals(next < all.size(), cursor.next(), "from LSN " + from);
                    if (next < all.size()) {
                        assertEquals(all.get(next).lsn(), cursor.lsn(), "from LSN " + from);
                    }
                }
            }
        }
    }

    @Test
    void s18_aScanFromOutsideTheLogIsRefused() throws Exception {
        try (SimStore sim = Rig.CALLER_DRIVEN.open()) {
            LogStructuredStore store = sim.store();
            List<Found> all = SimStore.appendMixed(store, 100, 1);
            store.sync();
            store.trimBefore(all.get(50).lsn());
            for (long from : LongStream.of(store.beginLsn() - 1, all.get(49).lsn(), 0, -1, Long.MIN_VALUE, store.tailLsn() + 1, Long.MAX_VALUE)
                    .toArray()) {
                assertThrows(IllegalArgumentException.class, () -> store.scan(from), "scan from " + from);
                assertThrows(IllegalArgumentException.class, () -> store.tail(from), "tail from " + from);
            }
            assertEquals(all.subList(50, 100), SimStore.scan(store));
        }
    }

    @Test
    void aScanEndsWhereTheLogWasStableWhenItBegan() throws Exception {
        try (SimStore sim = Rig.CALLER_DRIVEN.open()) {
            LogStructuredStore store = sim.store();
            List<Found> all = SimStore.appendMixed(store, 20, 1);
            store.sync();
            SimStore.append(store, new byte[10]);
            try (RecordCursor cursor = store.scan(store.beginLsn())) {
                store.sync();
                assertEquals(all, SimStore.drain(cursor));
                assertFalse(cursor.next());
                assertFalse(cursor.next(Duration.ofDays(1)), "a scan never waits");
            }
            assertEquals(21, SimStore.scan(store).size());
        }
    }

    @Test
    void s18_aCursorHasARecordOnlyBetweenNextAndClose() throws Exception {
        try (SimStore sim = Rig.CALLER_DRIVEN.open()) {
            LogStructuredStore store = sim.store();
            Found found = SimStore.append(store, SimStore.payload(10, 1));
            store.sync();
            RecordCursor cursor = store.scan(store.beginLsn());
            assertThrows(IllegalStateException.class, cursor::lsn);
            assertThrows(IllegalStateException.class, cursor::payload);
            assertTrue(cursor.next());
            assertEquals(found.lsn(), cursor.lsn());
            MemorySegment payload = cursor.payload();
            assertTrue(payload.isReadOnly());
            assertThrows(IllegalArgumentException.class, () -> payload.set(ValueLayout.JAVA_BYTE, 0, (byte) 1));
            assertFalse(cursor.next());
            assertThrows(IllegalStateException.class, cursor::lsn);
            cursor.close();
            cursor.close();
            assertThrows(IllegalStateException.class, cursor::payload);
            assertThrows(IllegalStateException.class, cursor::next);
        }
    }

    @Test
    void cursorsAreIndependent() throws Exception {
        try (SimStore sim = Rig.CALLER_DRIVEN.open()) {
            LogStructuredStore store = sim.store();
            List<Found> all = SimStore.appendMixed(store, 100, 1);
            store.sync();
            try (RecordCursor slow = store.scan(store.beginLsn());
                    RecordCursor fast = store.scan(all.get(10).lsn())) {
                for (int i = 0; i < 90; i++) {
                    assertTrue(fast.next());
                    assertEquals(all.get(i + 10).lsn(), fast.lsn());
                    if (i % 9 == 0) {
                        assertTrue(slow.next());
                        assertEquals(all.get(i / 9).lsn(), slow.lsn());
                    }
                }
                assertFalse(fast.next());
                assertEquals(all.subList(10, 100), SimStore.drain(slow));
            }
        }
    }

    // ------------------------------------------------------------------------------------------- tail

    @ParameterizedTest
    @EnumSource(names = {"STORE_THREAD", "DEVICE_THREAD"})
    void aTailSeesEveryRecordOnceInOrderWhileOthersAppend(Rig rig) throws Exception {
        try (SimStore sim = rig.open()) {
            LogStructuredStore store = sim.store();
            List<Found> before = SimStore.appendMixed(store, 30, 1);
            store.sync();
            int count = 500;
            List<Work<List<Found>>> tails = new ArrayList<>();
            for (int t = 0; t < 3; t++) {
                tails.add(Work.start(t == 0 ? Thread.ofVirtual() : Thread.ofPlatform(), () -> {
                    List<Found> seen = new ArrayList<>();
                    try (RecordCursor cursor = store.tail(store.beginLsn())) {
                        while (seen.size() < before.size() + count) {
                            assertTrue(cursor.next());
                            seen.add(new Found(cursor.lsn(), cursor.payload().toArray(ValueLayout.JAVA_BYTE)));
                            assertTrue(store.stableLsn() > cursor.lsn());
                        }
                    }
                    return seen;
                }));
            }
            List<Found> all = new ArrayList<>(before);
            for (int i = 0; i < count; i++) {
                all.add(SimStore.append(store, SimStore.payload(1 + i, 9_000 + i)));
                if (i % 50 == 7) {
                    store.awaitStable(all.getLast().lsn());
                }
            }
            store.sync();
            for (Work<List<Found>> tail : tails) {
                assertEquals(all, tail.get());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STORE_THREAD", "DEVICE_THREAD"})
    void aWaitingTailWakesWhenARecordBecomesStable(Rig rig) throws Exception {
        try (SimStore sim = rig.open()) {
            LogStructuredStore store = sim.store();
            CountDownLatch looking = new CountDownLatch(1);
            Work<Found> tail = Work.start(() -> {
                try (RecordCursor cursor = store.tail(store.tailLsn())) {
                    looking.countDown();
                    assertTrue(cursor.next());
                    return new Found(cursor.lsn(), cursor.payload().toArray(ValueLayout.JAVA_BYTE));
                }
            });
            looking.await();
            SimStore.untilBlocked(tail.thread());
            Found found = SimStore.append(store, SimStore.payload(10, 1));
            store.awaitStable(found.lsn());
            assertEquals(found, tail.get());
        }
    }

    @Test
    void aTailAsksForNothingToBeFlushedAndReturnsWhenItsTimeIsOver() throws Exception {
        try (SimStore sim = Rig.CALLER_DRIVEN.open()) {
            LogStructuredStore store = sim.store();
            Reservation open = store.reserve(10);
            try (RecordCursor cursor = store.tail(store.beginLsn())) {
                assertFalse(cursor.next(Duration.ZERO));
                assertFalse(cursor.next(Duration.ofMillis(-1)));
                assertFalse(cursor.next(Duration.ofMillis(1)));
                Found found = SimStore.publish(open, SimStore.payload(10, 1));
                assertFalse(cursor.next(Duration.ofMillis(1)), "published, but nobody asked for a flush");
                assertEquals(0, sim.device().operations(OperationKind.WRITE));
                store.sync();
                assertTrue(cursor.next(Duration.ZERO));
                assertEquals(found.lsn(), cursor.lsn());
                assertFalse(cursor.next(Duration.ZERO));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STORE_THREAD", "DEVICE_THREAD"})
    void s5_closeWakesAWaitingTail(Rig rig) throws Exception {
        try (SimStore sim = rig.open()) {
            LogStructuredStore store = sim.store();
            List<Work<Boolean>> tails = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                tails.add(Work.start(t % 2 == 0 ? Thread.ofVirtual() : Thread.ofPlatform(), () -> {
                    try (RecordCursor cursor = store.tail(store.tailLsn())) {
                        return cursor.next();
                    }
                }));
            }
            tails.forEach(tail -> SimStore.untilBlocked(tail.thread()));
            store.close();
            for (Work<Boolean> tail : tails) {
                tail.failure(StoreClosedException.class);
            }
        }
    }

    @Test
    void s13_aCursorWhosePlaceWasTrimmedSaysSo() throws Exception {
        try (SimStore sim = Rig.CALLER_DRIVEN.open()) {
            LogStructuredStore store = sim.store();
            List<Found> all = SimStore.appendMixed(store, 400, 1);
            store.sync();
            try (RecordCursor scan = store.scan(store.beginLsn());
                    RecordCursor fresh = store.scan(store.beginLsn())) {
                assertTrue(scan.next());
                store.trimBefore(all.get(300).lsn());
                for (RecordCursor cursor : List.of(scan, fresh)) {
                    // What it has read ahead it may still give; then it must say so, and not skip.
                    var e = assertThrows(IllegalStateException.class, () -> SimStore.drain(cursor));
                    assertTrue(e.getMessage().contains("LSN"), e.getMessage());
                }
            }
            assertEquals(all.subList(300, 400), SimStore.scan(store));
        }
    }

    @Test
    void s13_aCursorThatWasNeverMovedDoesNotSkipSegmentsThatWereTrimmed() throws Exception {
        try (SimStore sim = Rig.CALLER_DRIVEN.open()) {
            LogStructuredStore store = sim.store();
            List<Found> all = SimStore.appendMixed(store, 400, 1);
            store.sync();
            int first = 1;
            while (all.get(first).lsn() / Rig.SEGMENT == all.getFirst().lsn() / Rig.SEGMENT) {
                first++;
            }
            try (RecordCursor scan = store.scan(store.beginLsn());
                    RecordCursor tail = store.tail(store.beginLsn())) {
                store.trimBefore(all.get(first).lsn());
                for (RecordCursor cursor : List.of(scan, tail)) {
                    var e = assertThrows(IllegalStateException.class, cursor::next);
                    assertTrue(e.getMessage().contains("LSN"), e.getMessage());
                }
            }
        }
    }
}
