package io.lss.core.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.Durability;
import io.lss.api.LogStructuredStore;
import io.lss.api.ReadOutcome;
import io.lss.api.ReadOutcome.Status;
import io.lss.core.store.SimStore.Found;
import io.lss.core.store.SimStore.Work;
import io.lss.tck.sim.SimulatedMedium;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Segments: the next one is ready, old ones are given back. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RollAndTrimTest {

    private static final Pattern OPERATION = Pattern.compile("(CREATE|WRITE|DELETE) segment (\\d+)");

    @Test
    void theNextSegmentIsMadeBeforeTheCurrentOneIsFull() throws Exception {
        try (SimStore sim = Rig.CALLER_DRIVEN.open()) {
            LogStructuredStore store = sim.store();
            for (int i = 0; i < 2_000; i++) {
                store.append(SimStore.payload(200, i));
                store.poll(); // maintenance has its chance, as a store with a thread gives it
            }
            store.sync();
            long lastWritten = 0;
            long lastCreated = 0;
            int rolls = 0;
            for (String line : sim.device().history()) {
                Matcher m = OPERATION.matcher(line);
                if (m.find()) {
                    long number = Long.parseLong(m.group(2));
                    if (m.group(1).equals("CREATE")) {
                        assertEquals(lastCreated + 1, number);
                        lastCreated = number;
                    } else if (m.group(1).equals("WRITE")) {
                        if (number != lastWritten) {
                            rolls++;
                            assertEquals(lastWritten + 1, number);
                        }
                        // When a segment gets its last unit, the one after it has long been there.
                        assertTrue(lastCreated >= number, line);
                        lastWritten = number;
                    }
                }
            }
            assertTrue(rolls > 5, "rolls " + rolls);
            assertEquals(0, store.stats().backPressureWaits(), "no append waited for a segment");
            assertEquals(lastCreated, store.stats().segmentsCreated());
        }
    }

    @ParameterizedTest
    @EnumSource
    void s13_aTrimGivesSpaceBackAndKeepsEverythingFromItsLsnOn(Rig rig) throws Exception {
        try (SimStore sim = rig.open()) {
            LogStructuredStore store = sim.store();
            List<Found> all = SimStore.appendMixed(store, 600, 1);
            store.sync();
            int before = sim.medium().segments().length;
            Found first = all.get(400);
            store.trimBefore(first.lsn());
            assertEquals(first.lsn(), store.beginLsn());
            // Segments below the begin are gone; the one in which it lies stays.
            SimStore.until(() -> {
                nudge(rig, store);
                return sim.medium().segments()[0] == first.lsn() / Rig.SEGMENT;
            });
            assertTrue(sim.medium().segments().length < before);
            assertTrue(store.stats().segmentsDeleted() > 0);
            assertEquals(all.subList(400, 600), SimStore.scan(store));
            for (Found found : all) {
                if (found.lsn() < first.lsn()) {
                    assertEquals(Status.TRIMMED, SimStore.status(store, found.lsn()));
                } else {
                    SimStore.assertReads(store, found);
                }
            }
            LogStructuredStore reopened = sim.reopen();
            assertEquals(first.lsn(), reopened.beginLsn(), "the begin is durable");
            assertEquals(all.subList(400, 600), SimStore.scan(reopened));
            assertEquals(Status.TRIMMED, SimStore.status(reopened, all.getFirst().lsn()));
        }
    }

    private static void nudge(Rig rig, LogStructuredStore store) {
        if (rig == Rig.CALLER_DRIVEN) {
            try {
                store.poll();
            } catch (java.io.IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** A trim right after a roll meets a segment that the store has not finished yet. */
    @ParameterizedTest
    @EnumSource
    void s13_aTrimGivesBackWhatIsStillBeingFinishedAsSoonAsItIs(Rig rig) throws Exception {
        for (int records = 100; records < 130; records++) {
            try (SimStore sim = rig.open()) {
                LogStructuredStore store = sim.store();
                List<Found> all = SimStore.appendMixed(store, records, 1);
                store.sync();
                store.trimBefore(all.getLast().lsn());
                SimStore.until(() -> {
                    nudge(rig, store);
                    return sim.medium().segments()[0] == all.getLast().lsn() / Rig.SEGMENT;
                });
            }
        }
    }

    @Test
    void s13_aTrimIsDurableOnReturnAndNeverHalfDone() throws Exception {
        Rig rig = Rig.CALLER_DRIVEN;
        List<SimulatedMedium> during = new ArrayList<>();
        SimulatedMedium[] watched = new SimulatedMedium[1];
        var device = rig.device().observer(moment -> {
            if (watched[0] != null) {
                during.addAll(watched[0].possibleDisks(moment.ordinal(), 4));
            }
        });
        List<Found> all;
        SimulatedMedium after;
        int oldBegins = 0;
        try (SimStore sim = SimStore.open(device, rig.options())) {
            LogStructuredStore store = sim.store();
            all = SimStore.appendMixed(store, 300, 1);
            store.sync();
            watched[0] = sim.medium();
            store.trimBefore(all.get(200).lsn());
            watched[0] = null;
            after = sim.medium().crashDroppingAll();
        }
        try (SimStore left = SimStore.open(after, rig.options())) {
            assertEquals(all.get(200).lsn(), left.store().beginLsn());
            assertEquals(all.subList(200, 300), SimStore.scan(left.store()));
        }
        for (SimulatedMedium disk : during) {
            try (SimStore left = SimStore.open(disk, rig.options())) {
                boolean old = left.store().beginLsn() < all.get(200).lsn();
                assertEquals(old ? all : all.subList(200, 300), SimStore.scan(left.store()));
                oldBegins += old ? 1 : 0;
            }
        }
        assertTrue(oldBegins > 0 && oldBegins < during.size(), oldBegins + " of " + during.size() + " before the trim");
    }

    /** Under WRITTEN a trim may be durable where the records before it are not. */
    @Test
    void s13_aTrimOfWhatWasOnlyWrittenSurvivesPowerLoss() throws Exception {
        Rig rig = Rig.CALLER_DRIVEN;
        for (int records = 1; records < 200; records += 20) {
            SimulatedMedium left;
            long begin;
            List<Found> all;
            try (SimStore sim = SimStore.open(rig.device(), rig.options().durability(Durability.WRITTEN))) {
                LogStructuredStore store = sim.store();
                all = SimStore.appendMixed(store, records, 1);
                store.sync();
                begin = store.stableLsn();
                store.trimBefore(begin);
                left = sim.medium().crashDroppingAll();
            }
            try (SimStore sim = SimStore.open(left, rig.options())) {
                assertEquals(begin, sim.store().beginLsn());
                assertEquals(List.of(), SimStore.scan(sim.store()));
                Found next = SimStore.append(sim.store(), SimStore.payload(10, 1));
                assertTrue(next.lsn() > all.getLast().lsn(), "no LSN is given out twice");
                assertEquals(List.of(next), SimStore.scan(sim.reopen()));
            }
        }
    }

    @Test
    void s18_whatIsNotStableCannotBeTrimmed() throws Exception {
        try (SimStore sim = Rig.CALLER_DRIVEN.open()) {
            LogStructuredStore store = sim.store();
            List<Found> all = SimStore.appendMixed(store, 100, 1);
            store.sync();
            Found last = SimStore.append(store, new byte[10]);
            long begin = store.beginLsn();
            for (long lsn : new long[] {store.stableLsn() + 1, last.lsn(), store.tailLsn(), Long.MAX_VALUE}) {
                assertThrows(IllegalArgumentException.class, () -> store.trimBefore(lsn), "LSN " + lsn);
            }
            assertEquals(begin, store.beginLsn());
            store.sync();
            all.add(last);
            assertEquals(all, SimStore.scan(store));
        }
    }

    @Test
    void aTrimAtOrBelowTheBeginDoesNothing() throws Exception {
        try (SimStore sim = Rig.CALLER_DRIVEN.open()) {
            LogStructuredStore store = sim.store();
            List<Found> all = SimStore.appendMixed(store, 100, 1);
            store.sync();
            store.trimBefore(all.get(50).lsn());
            long operations = sim.device().operations();
            for (long lsn : new long[] {all.get(50).lsn(), all.get(49).lsn(), 0, -1, Long.MIN_VALUE}) {
                store.trimBefore(lsn);
            }
            assertEquals(operations, sim.device().operations());
            assertEquals(all.subList(50, 100), SimStore.scan(store));
        }
    }

    @Test
    void s13_aTrimToThePlaceInsideARecordGivesThatRecordUp() throws Exception {
        try (SimStore sim = Rig.CALLER_DRIVEN.open()) {
            LogStructuredStore store = sim.store();
            List<Found> all = SimStore.appendMixed(store, 100, 1);
            store.sync();
            store.trimBefore(all.get(50).lsn() + 8);
            assertEquals(Status.TRIMMED, SimStore.status(store, all.get(50).lsn()));
            assertThrows(IllegalArgumentException.class, () -> SimStore.status(store, all.get(50).lsn() + 8));
            assertEquals(all.subList(51, 100), SimStore.scan(store));
            LogStructuredStore reopened = sim.reopen();
            assertEquals(all.get(50).lsn() + 8, reopened.beginLsn());
            assertEquals(all.subList(51, 100), SimStore.scan(reopened));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aStoreTrimmedToItsEndIsEmptyAndGoesOn(Rig rig) throws Exception {
        try (SimStore sim = rig.open()) {
            LogStructuredStore store = sim.store();
            for (int round = 0; round < 4; round++) {
                List<Found> all = SimStore.appendMixed(store, 100, round);
                store.sync();
                assertEquals(all, SimStore.scan(store));
                store.trimBefore(store.stableLsn());
                assertEquals(List.of(), SimStore.scan(store));
                if (round % 2 == 1) {
                    store = sim.reopen();
                    assertEquals(List.of(), SimStore.scan(store));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aStoreThatIsTrimmedDoesNotGrow(Rig rig) throws Exception {
        try (SimStore sim = rig.open()) {
            LogStructuredStore store = sim.store();
            List<Found> last = new ArrayList<>();
            int most = 0;
            for (int round = 0; round < 60; round++) {
                List<Found> now = SimStore.appendMixed(store, 120, round);
                store.sync();
                last.addAll(now);
                store.trimBefore(now.getFirst().lsn());
                last.removeIf(found -> found.lsn() < now.getFirst().lsn());
                if (round % 20 == 19) {
                    // What earlier tenants have left in recycled space never shows.
                    assertEquals(last, SimStore.scan(store));
                    store = sim.reopen();
                    assertEquals(last, SimStore.scan(store));
                }
                most = Math.max(most, sim.medium().segments().length);
            }
            // A round is a good segment; then the current one, the next one, and one that is not given back yet.
            assertTrue(most <= 8, "segments " + most);
            assertTrue(sim.medium().segments()[0] > 30);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STORE_THREAD", "DEVICE_THREAD"})
    void s13_readersThatRaceTrimsSeeARecordOrThatItIsTrimmed(Rig rig) throws Exception {
        try (SimStore sim = rig.open()) {
            LogStructuredStore store = sim.store();
            ConcurrentSkipListMap<Long, byte[]> known = new ConcurrentSkipListMap<>();
            CountDownLatch over = new CountDownLatch(1);
            List<Work<int[]>> readers = new ArrayList<>();
            for (int r = 0; r < 2; r++) {
                int reader = r;
                readers.add(Work.start(() -> {
                    Random random = new Random(reader);
                    int[] counts = new int[3];
                    while (over.getCount() > 0) {
                        var entry = known.ceilingEntry(store.beginLsn() - random.nextInt(3_000));
                        if (entry != null) {
                            byte[] dst = new byte[entry.getValue().length];
                            ReadOutcome outcome = reader == 0
                                    ? store.read(entry.getKey(), MemorySegment.ofArray(dst))
                                    : store.readAll(new long[] {entry.getKey()}, List.of(MemorySegment.ofArray(dst))).getFirst();
                            if (outcome.status() == Status.TRIMMED) {
                                assertTrue(entry.getKey() < store.beginLsn());
                                counts[1]++;
                            } else {
                                assertEquals(new ReadOutcome(Status.RECORD, dst.length), outcome);
                                assertArrayEquals(entry.getValue(), dst);
                                counts[0]++;
                            }
                        }
                    }
                    return counts;
                }));
            }
            readers.add(Work.start(() -> {
                int[] counts = new int[3];
                while (over.getCount() > 0) {
                    try (var cursor = store.scan(store.beginLsn())) {
                        while (cursor.next()) {
                            byte[] expected = known.get(cursor.lsn());
                            assertTrue(expected == null || Arrays.equals(
                                    expected, cursor.payload().toArray(java.lang.foreign.ValueLayout.JAVA_BYTE)));
                            counts[0]++;
                        }
                    } catch (IllegalArgumentException e) {
                        assertTrue(e.getMessage().contains("not in the log"), e.getMessage());
                        counts[2]++;
                    } catch (IllegalStateException e) {
                        assertTrue(e.getMessage().contains("trimmed"), e.getMessage());
                        counts[2]++;
                    }
                }
                return counts;
            }));
            for (int round = 0; round < 80; round++) {
                for (Found found : SimStore.appendMixed(store, 40, round)) {
                    known.put(found.lsn(), found.payload());
                }
                store.sync();
                if (known.size() > 200) {
                    store.trimBefore(known.navigableKeySet().stream().skip(known.size() - 150L).findFirst().orElseThrow());
                    known.headMap(store.beginLsn() - 4_000).clear();
                }
            }
            over.countDown();
            for (Work<int[]> reader : readers) {
                assertTrue(reader.get()[0] > 0);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STORE_THREAD", "DEVICE_THREAD"})
    void concurrentTrimsAgree(Rig rig) throws Exception {
        try (SimStore sim = rig.open()) {
            LogStructuredStore store = sim.store();
            List<Found> all = SimStore.appendMixed(store, 500, 1);
            store.sync();
            List<Work<Void>> trimmers = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                int first = t;
                trimmers.add(Work.start(() -> {
                    for (int i = first; i < 400; i += 17) {
                        store.trimBefore(all.get(i).lsn());
                        assertTrue(store.beginLsn() >= all.get(i).lsn());
                    }
                    return null;
                }));
            }
            for (Work<Void> trimmer : trimmers) {
                trimmer.get();
            }
            int begin = 0;
            while (all.get(begin).lsn() < store.beginLsn()) {
                begin++;
            }
            assertTrue(begin >= 380, "begin at record " + begin);
            assertEquals(all.subList(begin, 500), SimStore.scan(store));
            assertEquals(all.subList(begin, 500), SimStore.scan(sim.reopen()));
        }
    }
}
