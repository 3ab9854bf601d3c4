package io.lss.core.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.LogStructuredStore;
import io.lss.api.ReadOutcome;
import io.lss.api.ReadOutcome.Status;
import io.lss.api.Reservation;
import io.lss.api.StoreCorruptException;
import io.lss.api.StoreException;
import io.lss.core.store.SimStore.Found;
import io.lss.core.store.SimStore.Work;
import io.lss.tck.sim.OperationKind;
import io.lss.tck.sim.SimulatedFaults;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Reads by LSN: from memory, from the device, and of what is no record. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ReadTest {

    @ParameterizedTest
    @EnumSource
    void s9_recordsAreReadFromMemoryAndLaterFromTheDevice(Rig rig) throws Exception {
        try (SimStore sim = rig.open()) {
            LogStructuredStore store = sim.store();
            Found first = SimStore.append(store, SimStore.payload(5_000, 1));
            SimStore.assertReads(store, first);
            assertEquals(0, sim.device().operations(OperationKind.READ), "it was in memory");
            List<Found> all = new ArrayList<>(List.of(first));
            all.addAll(SimStore.appendMixed(store, 300, 2));
            store.sync();
            SimStore.assertReads(store, first);
            assertNotEquals(0, sim.device().operations(OperationKind.READ), "its buffer has been used again");
            Collections.shuffle(all, new Random(1));
            for (Found found : all) {
                SimStore.assertReads(store, found);
            }
            assertEquals(all.size() + 2, store.stats().reads());
        }
    }

    @Test
    void s9_recordsOfEarlierSessionsAreRead() throws Exception {
        try (SimStore sim = Rig.CALLER_DRIVEN.open()) {
            List<Found> all = new ArrayList<>();
            for (int session = 1; session <= 5; session++) {
                assertEquals(session, sim.store().recovery().session());
                all.addAll(SimStore.appendMixed(sim.store(), 40, session));
                sim.reopen();
            }
            for (Found found : all) {
                SimStore.assertReads(sim.store(), found);
            }
            assertEquals(all, SimStore.scan(sim.store()));
        }
    }

    /** Its segment is void, and lies above the begin: nobody has trimmed it. */
    @Test
    void s11_aRecordWhoseSegmentACrashCutIsNoRecordAndNotATrimmedOne() throws Exception {
        try (SimStore sim = Rig.CALLER_DRIVEN.open()) {
            long lsn = sim.store().append(new byte[100]);
            LogStructuredStore store = sim.crashAndReopen(1);
            assertEquals(List.of(), SimStore.scan(store));
            assertTrue(store.beginLsn() <= lsn && lsn < store.tailLsn());
            MemorySegment dst = MemorySegment.ofArray(new byte[100]);
            assertThrows(IllegalArgumentException.class, () -> store.read(lsn, dst));
            assertThrows(IllegalArgumentException.class, () -> store.readAll(new long[] {lsn}, List.of(dst)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aDestinationThatIsTooShortTakesTheFirstBytes(Rig rig) throws Exception {
        try (SimStore sim = rig.open()) {
            LogStructuredStore store = sim.store();
            byte[] payload = SimStore.payload(9_000, 1);
            long lsn = store.append(payload);
            for (int round = 0; round < 2; round++) {
                for (int length : new int[] {0, 1, 100, 4_096, 8_999, 9_000, 9_001, 20_000}) {
                    byte[] dst = new byte[length];
                    assertEquals(new ReadOutcome(Status.RECORD, 9_000), store.read(lsn, MemorySegment.ofArray(dst)));
                    assertArrayEquals(Arrays.copyOf(Arrays.copyOf(payload, Math.min(length, 9_000)), length), dst, "length " + length);
                }
                SimStore.appendMixed(store, 200, 1);
                store.sync();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void reservationsAreUnpublishedThenARecordOrAborted(Rig rig) throws Exception {
        try (SimStore sim = rig.open()) {
            LogStructuredStore store = sim.store();
            Reservation one = store.reserve(20);
            Reservation two = store.reserve(20);
            assertEquals(Status.UNPUBLISHED, SimStore.status(store, one.lsn()));
            assertEquals(Status.UNPUBLISHED, SimStore.status(store, two.lsn()));
            two.abort();
            assertEquals(Status.UNPUBLISHED, SimStore.status(store, one.lsn()));
            assertEquals(Status.ABORTED, SimStore.status(store, two.lsn()));
            Found found = SimStore.publish(one, SimStore.payload(20, 1));
            SimStore.assertReads(store, found);
            SimStore.appendMixed(store, 200, 1);
            store.sync();
            SimStore.assertReads(store, found);
            assertEquals(Status.ABORTED, SimStore.status(store, two.lsn()), "from the device");
        }
    }

    @ParameterizedTest
    @EnumSource
    void s18_lsnsThatAreNoRecordsAreRefused(Rig rig) throws Exception {
        try (SimStore sim = rig.open()) {
            LogStructuredStore store = sim.store();
            long base = Rig.SEGMENT;
            Found first = SimStore.append(store, SimStore.payload(1_000, 1));
            for (int round = 0; round < 3; round++) {
                assertNoRecord(store, first.lsn() + 8, "inside a record");
                assertNoRecord(store, first.lsn() + 504, "inside a record");
                assertNoRecord(store, first.lsn() + 1, "unaligned");
                assertNoRecord(store, first.lsn() - 8, "in the unit's header");
                assertNoRecord(store, base + 8, "in the segment's header");
                assertNoRecord(store, store.tailLsn(), "at the tail");
                assertNoRecord(store, store.tailLsn() + 800, "beyond the tail");
                assertNoRecord(store, Long.MAX_VALUE & -8L, "beyond everything");
                if (round == 0) {
                    store.sync(); // in memory first, then from the device, then in another session
                    assertNoRecord(store, first.lsn() + SimStore.frame(1_000) + 64, "in padding");
                    SimStore.appendMixed(store, 200, 1);
                    store.sync();
                } else if (round == 1) {
                    long end = store.stableLsn();
                    store = sim.reopen();
                    assertNoRecord(store, end, "between two sessions");
                    assertNoRecord(store, end + 4_096 + 64, "between two sessions");
                }
                SimStore.assertReads(store, first);
            }
        }
    }

    private static void assertNoRecord(LogStructuredStore store, long lsn, String where) {
        byte[] dst = {9, 9};
        var e = assertThrows(
                IllegalArgumentException.class, () -> store.read(lsn, MemorySegment.ofArray(dst)), where + ", LSN " + lsn);
        assertTrue(e.getMessage().contains(String.valueOf(lsn)), e.getMessage());
        assertArrayEquals(new byte[] {9, 9}, dst);
    }

    @Test
    void lsnsBelowTheBeginAreTrimmedUnlessTheyNeverWereAnybodys() throws Exception {
        try (SimStore sim = Rig.CALLER_DRIVEN.open()) {
            List<Found> all = SimStore.appendMixed(sim.store(), 200, 1);
            sim.store().sync();
            sim.store().trimBefore(all.getLast().lsn());
            for (long lsn : new long[] {all.getFirst().lsn(), all.getFirst().lsn() + 8, 2 * Rig.SEGMENT}) {
                assertEquals(Status.TRIMMED, SimStore.status(sim.store(), lsn), "LSN " + lsn);
            }
            for (long lsn : new long[] {0, 8, 4_096, Rig.SEGMENT, Rig.SEGMENT + 4_096, -8, -1, Rig.SEGMENT - 1, Long.MIN_VALUE}) {
                assertThrows(IllegalArgumentException.class, () -> SimStore.status(sim.store(), lsn), "LSN " + lsn);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBatchOfReadsGivesAnOutcomeForEachInOrder(Rig rig) throws Exception {
        try (SimStore sim = rig.open()) {
            LogStructuredStore store = sim.store();
            List<Found> all = new ArrayList<>(SimStore.appendMixed(store, 300, 1));
            Reservation aborted = store.reserve(10);
            aborted.abort();
            store.sync();
            Found inMemory = SimStore.append(store, SimStore.payload(77, 5));
            Reservation open = store.reserve(33);
            store.trimBefore(all.get(100).lsn());
            all.add(inMemory);
            Collections.shuffle(all, new Random(3));

            long[] lsns = new long[all.size() + 2];
            List<MemorySegment> dsts = new ArrayList<>();
            for (int i = 0; i < all.size(); i++) {
                lsns[i] = all.get(i).lsn();
                dsts.add(MemorySegment.ofArray(new byte[all.get(i).payload().length]));
            }
            lsns[all.size()] = aborted.lsn();
            lsns[all.size() + 1] = open.lsn();
            dsts.add(MemorySegment.ofArray(new byte[10]));
            dsts.add(Arena.ofAuto().allocate(10));
            List<ReadOutcome> outcomes = store.readAll(lsns, dsts);
            assertEquals(lsns.length, outcomes.size());
            for (int i = 0; i < all.size(); i++) {
                Found found = all.get(i);
                if (found.lsn() < store.beginLsn()) {
                    assertEquals(Status.TRIMMED, outcomes.get(i).status());
                } else {
                    assertEquals(new ReadOutcome(Status.RECORD, found.payload().length), outcomes.get(i));
                    assertArrayEquals(found.payload(), (byte[]) dsts.get(i).heapBase().orElseThrow());
                }
            }
            assertEquals(Status.ABORTED, outcomes.get(all.size()).status());
            assertEquals(Status.UNPUBLISHED, outcomes.get(all.size() + 1).status());
            open.abort();
            assertEquals(List.of(), store.readAll(new long[0], List.of()));
        }
    }

    @Test
    void s18_aBatchThatAsksForNoRecordIsRefused() throws Exception {
        try (SimStore sim = Rig.CALLER_DRIVEN.open()) {
            LogStructuredStore store = sim.store();
            long lsn = store.append(new byte[10]);
            store.sync();
            MemorySegment dst = MemorySegment.ofArray(new byte[10]);
            assertThrows(IllegalArgumentException.class, () -> store.readAll(new long[] {lsn}, List.of()));
            assertThrows(IllegalArgumentException.class, () -> store.readAll(new long[] {lsn}, List.of(dst, dst)));
            assertThrows(
                    IllegalArgumentException.class, () -> store.readAll(new long[] {lsn, lsn + 8}, List.of(dst, dst)));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> store.readAll(new long[] {lsn, store.tailLsn()}, List.of(dst, dst)));
            assertEquals(
                    List.of(new ReadOutcome(Status.RECORD, 10)), store.readAll(new long[] {lsn}, List.of(dst)));
        }
    }

    @Test
    void s12_damageIsReportedWithItsLsnAndRecordsAroundItAreRead() throws Exception {
        try (SimStore sim = Rig.CALLER_DRIVEN.open()) {
            LogStructuredStore store = sim.store();
            List<Found> all = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                all.add(SimStore.append(store, SimStore.payload(1_000, i)));
            }
            store = sim.reopen();
            Found victim = all.get(20);
            long segment = victim.lsn() / Rig.SEGMENT;
            sim.medium().rot().flipBit(segment, victim.lsn() % Rig.SEGMENT + 16 + 500, 3);
            LogStructuredStore damaged = store;
            for (Found found : all) {
                if (!found.equals(victim)) {
                    SimStore.assertReads(store, found);
                }
            }
            MemorySegment dst = MemorySegment.ofArray(new byte[1_000]);
            var one = assertThrows(StoreCorruptException.class, () -> damaged.read(victim.lsn(), dst));
            assertEquals(victim.lsn(), one.lsn());
            assertTrue(one.getMessage().contains(String.valueOf(victim.lsn())), one.getMessage());
            var batch = assertThrows(
                    StoreCorruptException.class,
                    () -> damaged.readAll(new long[] {all.get(1).lsn(), victim.lsn()}, List.of(dst, dst)));
            assertEquals(victim.lsn(), batch.lsn());
            try (var cursor = store.scan(store.beginLsn())) {
                for (Found found : all.subList(0, 20)) {
                    assertTrue(cursor.next());
                    assertEquals(found.lsn(), cursor.lsn());
                }
                assertEquals(victim.lsn(), assertThrows(StoreCorruptException.class, cursor::next).lsn());
                assertThrows(StoreCorruptException.class, cursor::next, "nothing is dropped by asking again");
            }
            // A unit is scanned from its first frame on, so a scan behind the damage begins with the next unit.
            assertEquals(all.subList(40, 50), SimStore.scan(store, all.get(40).lsn()), "behind it");
        }
    }

    @Test
    void aReadThatFailsIsNoDamageAndHarmsNothing() throws Exception {
        Rig rig = Rig.CALLER_DRIVEN;
        var faults = SimulatedFaults.none().failAt(OperationKind.READ, 1);
        try (SimStore sim = SimStore.open(rig.device().faults(faults), rig.options())) {
            LogStructuredStore store = sim.store();
            Found found = SimStore.append(store, SimStore.payload(10, 1));
            SimStore.appendMixed(store, 200, 1);
            store.sync();
            assertEquals(0, sim.device().operations(OperationKind.READ));
            var e = assertThrows(IOException.class, () -> SimStore.assertReads(store, found));
            assertTrue(!(e instanceof StoreException), "the medium's own error: " + e);
            SimStore.assertReads(store, found);
            store.awaitStable(store.append(new byte[1]));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STORE_THREAD", "DEVICE_THREAD"})
    void readsNeverWaitBehindWrites(Rig rig) throws Exception {
        // The first writes go through, then everything sticks: reads of memory and of the device end all the same.
        var faults = SimulatedFaults.none().stuck(OperationKind.WRITE, 20, SimulatedFaults.ALWAYS);
        try (SimStore sim = SimStore.open(rig.device().faults(faults), rig.options())) {
            LogStructuredStore store = sim.store();
            List<Found> published = new ArrayList<>();
            Work<Void> appender = Work.start(() -> {
                for (int i = 0; i < 100; i++) {
                    Found found = SimStore.append(store, SimStore.payload(5_000, i));
                    synchronized (published) {
                        published.add(found);
                    }
                }
                return null;
            });
            SimStore.until(() -> sim.device().stuckOperations() > 0 && store.stats().inFlight() == Rig.BUFFERS);
            List<Found> soFar;
            synchronized (published) {
                soFar = List.copyOf(published);
            }
            assertTrue(soFar.size() < 100, "the appender is held back");
            for (Found found : soFar) {
                SimStore.assertReads(store, found);
            }
            assertTrue(sim.device().operations(OperationKind.READ) > 0);
            SimStore.until(() -> {
                sim.device().releaseStuck();
                return appender.task().isDone();
            });
            appender.get();
            Work<Void> syncer = Work.start(() -> {
                store.sync();
                return null;
            });
            SimStore.until(() -> {
                sim.device().releaseStuck();
                return syncer.task().isDone();
            });
            syncer.get();
            assertEquals(published, SimStore.scan(store));
        }
    }

    /** Buffers are written, freed and used again under the readers all the time. */
    @ParameterizedTest
    @EnumSource(names = {"STORE_THREAD", "DEVICE_THREAD"})
    void s9_readsRaceReuseOfTheRing(Rig rig) throws Exception {
        try (SimStore sim = rig.open()) {
            LogStructuredStore store = sim.store();
            int count = 6_000;
            long[] lsns = new long[count];
            java.util.concurrent.atomic.AtomicInteger done = new java.util.concurrent.atomic.AtomicInteger();
            List<Work<Integer>> readers = new ArrayList<>();
            for (int r = 0; r < 2; r++) {
                int reader = r;
                readers.add(Work.start(r == 0 ? Thread.ofPlatform() : Thread.ofVirtual(), () -> {
                    Random random = new Random(reader);
                    byte[] dst = new byte[700];
                    int reads = 0;
                    while (done.get() < count) {
                        int known = done.get();
                        if (known == 0) {
                            Thread.yield();
                            continue;
                        }
                        // Around the place where buffers are being freed.
                        int i = Math.max(0, known - 1 - random.nextInt(Math.min(known, 200)));
                        ReadOutcome outcome = store.read(lsns[i], MemorySegment.ofArray(dst));
                        byte[] expected = SimStore.payload(300 + i % 400, i);
                        assertEquals(new ReadOutcome(Status.RECORD, expected.length), outcome);
                        assertArrayEquals(expected, Arrays.copyOf(dst, expected.length));
                        reads++;
                    }
                    return reads;
                }));
            }
            for (int i = 0; i < count; i++) {
                lsns[i] = store.append(SimStore.payload(300 + i % 400, i));
                done.set(i + 1);
            }
            for (Work<Integer> reader : readers) {
                assertTrue(reader.get() >= 0);
            }
        }
    }
}
