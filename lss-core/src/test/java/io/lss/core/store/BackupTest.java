package io.lss.core.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.Durability;
import io.lss.api.LogStructuredStore;
import io.lss.api.OpenMode;
import io.lss.api.StoreLocationException;
import io.lss.api.StoreLockedException;
import io.lss.core.store.SimStore.Found;
import io.lss.core.store.SimStore.Work;
import io.lss.tck.sim.SimulatedFaults;
import io.lss.tck.sim.SimulatedMedium;
import io.lss.tck.sim.SimulatedProvider;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A consistent copy of a live store. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BackupTest {

    private static SimulatedMedium blank() {
        return SimulatedMedium.blank(Rig.CALLER_DRIVEN.device().build());
    }

    /** Opens a copy, as power loss right after the backup would have left it. */
    private static SimStore copy(SimulatedMedium target) throws IOException {
        assertEquals(List.of(), target.violations());
        return SimStore.open(target.crashDroppingAll(), Rig.CALLER_DRIVEN.options().openMode(OpenMode.OPEN_EXISTING));
    }

    @ParameterizedTest
    @CsvSource({
        "CALLER_DRIVEN, SYNC", "CALLER_DRIVEN, WRITTEN", "STORE_THREAD, SYNC", "STORE_THREAD, WRITTEN", "DEVICE_THREAD, SYNC",
        "DEVICE_THREAD, WRITTEN"
    })
    void aBackupHasEveryStableRecordAtItsLsnAndTheRoot(Rig rig, Durability durability) throws Exception {
        try (SimStore sim = SimStore.open(rig.device(), rig.options().durability(durability))) {
            List<Found> all = new ArrayList<>();
            for (int round = 0; round < 4; round++) {
                LogStructuredStore store = sim.store();
                all.addAll(SimStore.appendMixed(store, 70 + round * 50, round));
                store.setRoot(new byte[] {(byte) round});
                store.sync();
                if (round > 0) {
                    Found begin = all.get(60);
                    store.trimBefore(begin.lsn());
                    all.removeIf(found -> found.lsn() < begin.lsn());
                }
                SimulatedMedium target = blank();
                URI at = SimulatedProvider.register(target);
                long end = store.backup(at);
                SimulatedProvider.unregister(at);
                assertTrue(end > all.getLast().lsn(), "the copy ends at " + end + ", the last stable record is at "
                        + all.getLast().lsn());
                assertTrue(end <= store.stableLsn());
                try (SimStore copy = copy(target)) {
                    assertEquals(all, SimStore.scan(copy.store()));
                    assertEquals(store.beginLsn(), copy.store().beginLsn());
                    assertArrayEquals(new byte[] {(byte) round}, copy.store().root());
                    // It is a store like any other.
                    Found next = SimStore.append(copy.store(), SimStore.payload(100, 1));
                    assertTrue(next.lsn() > all.getLast().lsn());
                    List<Found> more = new ArrayList<>(all);
                    more.add(next);
                    assertEquals(more, SimStore.scan(copy.reopen()));
                }
                assertEquals(all, SimStore.scan(sim.reopen()), "the original is as it was");
            }
        }
    }

    @Test
    void itTellsHowFarItIsAndAtTheEndBeforeTheCopyIsAStore() throws Exception {
        try (SimStore sim = Rig.CALLER_DRIVEN.open()) {
            LogStructuredStore store = sim.store();
            SimStore.appendMixed(store, 200, 1);
            store.sync();
            SimulatedMedium target = blank();
            URI at = SimulatedProvider.register(target);
            List<Long> told = new ArrayList<>();
            List<SimulatedMedium> left = new ArrayList<>();
            long end = store.backup(at, lsn -> {
                told.add(lsn);
                left.add(target.crashDroppingAll());
            });
            SimulatedProvider.unregister(at);
            assertEquals(told.stream().sorted().toList(), told);
            assertTrue(told.size() > 3 && told.getFirst() > store.beginLsn(), told.toString());
            assertEquals(end, told.getLast());
            for (SimulatedMedium disk : left) {
                assertThrows(StoreLocationException.class, () -> copy(disk), "a part of a copy is no store");
            }
            copy(target).close();
        }
    }

    /** So an application, or a person, stops one. Whatever was told last, what is left is no store, and the original goes on. */
    @Test
    void anExceptionOfWhoIsToldHowFarItIsEndsItAndLeavesNoStore() throws Exception {
        try (SimStore sim = Rig.CALLER_DRIVEN.open()) {
            LogStructuredStore store = sim.store();
            List<Found> all = SimStore.appendMixed(store, 200, 1);
            store.sync();
            var mine = new IllegalStateException("enough");
            boolean stopped = true;
            int times = 0;
            for (; stopped; times++) {
                SimulatedMedium target = blank();
                URI at = SimulatedProvider.register(target);
                int[] left = {times};
                try {
                    var unused = store.backup(at, lsn -> {
                        if (left[0]-- == 0) {
                            throw mine;
                        }
                    });
                    stopped = false;
                } catch (IllegalStateException e) {
                    assertSame(mine, e);
                    assertThrows(StoreLocationException.class, () -> copy(target));
                }
                SimulatedProvider.unregister(at);
                store.trimBefore(store.beginLsn());
                all.add(SimStore.append(store, SimStore.payload(10, times)));
                store.sync();
                assertEquals(all, SimStore.scan(store));
            }
            assertTrue(times > 3, "times " + times);
            assertEquals(all, SimStore.scan(sim.reopen()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void anEmptyStoreCanBeCopied(Rig rig) throws Exception {
        try (SimStore sim = rig.open()) {
            SimulatedMedium target = blank();
            URI at = SimulatedProvider.register(target);
            var unused = sim.store().backup(at);
            SimulatedProvider.unregister(at);
            try (SimStore copy = copy(target)) {
                assertEquals(List.of(), SimStore.scan(copy.store()));
                copy.store().awaitStable(copy.store().append(new byte[10]));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STORE_THREAD", "DEVICE_THREAD"})
    void appendsGoOnDuringABackupAndItEndsWhereTheLogWasStable(Rig rig) throws Exception {
        try (SimStore sim = rig.open()) {
            LogStructuredStore store = sim.store();
            List<Found> all = new ArrayList<>(SimStore.appendMixed(store, 300, 1));
            store.sync();
            CountDownLatch over = new CountDownLatch(1);
            Work<List<Found>> appender = Work.start(() -> {
                List<Found> own = new ArrayList<>();
                for (int i = 0; over.getCount() > 0; i++) {
                    own.add(SimStore.append(store, SimStore.payload(1 + i % 900, 5_000 + i)));
                    if (i % 20 == 0) {
                        store.awaitStable(own.getLast().lsn());
                    }
                }
                return own;
            });
            Work<Integer> trimmer = Work.start(() -> {
                int trims = 0;
                do {
                    store.trimBefore(all.get(Math.min(trims, 200)).lsn());
                    trims++;
                } while (over.getCount() > 0);
                return trims;
            });
            List<SimulatedMedium> targets = new ArrayList<>();
            List<Long> ends = new ArrayList<>();
            List<Long> promised = new ArrayList<>();
            for (int round = 0; round < 15; round++) {
                SimulatedMedium target = blank();
                URI at = SimulatedProvider.register(target);
                promised.add(store.stableLsn());
                ends.add(store.backup(at));
                SimulatedProvider.unregister(at);
                targets.add(target);
            }
            over.countDown();
            all.addAll(appender.get());
            assertTrue(trimmer.get() > 0);
            for (int i = 0; i < targets.size(); i++) {
                long end = ends.get(i);
                assertTrue(end >= promised.get(i), "what was stable before the backup began is in it");
                try (SimStore copy = copy(targets.get(i))) {
                    long begin = copy.store().beginLsn();
                    List<Found> expected =
                            all.stream().filter(found -> found.lsn() >= begin && found.lsn() < end).toList();
                    assertEquals(expected, SimStore.scan(copy.store()));
                }
            }
        }
    }

    @Test
    void aTargetThatIsNotEmptyIsRefusedAndNotTouched() throws Exception {
        try (SimStore sim = Rig.CALLER_DRIVEN.open();
                SimStore other = Rig.CALLER_DRIVEN.open()) {
            SimStore.appendMixed(sim.store(), 30, 1);
            sim.store().sync();
            List<Found> others = SimStore.appendMixed(other.store(), 30, 2);
            assertThrows(StoreLockedException.class, () -> sim.store().backup(sim.location()), "onto itself");
            assertThrows(StoreLockedException.class, () -> sim.store().backup(other.location()), "onto an open store");
            other.store().close();
            assertThrows(StoreLocationException.class, () -> sim.store().backup(other.location()), "onto a closed store");
            assertEquals(others, SimStore.scan(other.reopen()));
            sim.store().awaitStable(sim.store().append(new byte[10]));
        }
    }

    /** A backup that fails or is cut anywhere leaves nothing that opens as a store, and does not harm the original. */
    @Test
    void aBackupThatFailsAnywhereDoesNotOpenAsAStore() throws Exception {
        try (SimStore sim = Rig.CALLER_DRIVEN.open()) {
            LogStructuredStore store = sim.store();
            List<Found> all = SimStore.appendMixed(store, 150, 1);
            store.sync();
            boolean reached = true;
            int failed = 0;
            for (int nth = 1; reached; nth++) {
                SimulatedMedium target = SimulatedMedium.blank(Rig.CALLER_DRIVEN
                        .device()
                        .faults(SimulatedFaults.none().crashAt(nth))
                        .build());
                URI at = SimulatedProvider.register(target);
                try {
                    var unused = store.backup(at);
                    reached = target.crashed();
                } catch (IOException e) {
                    failed++;
                }
                SimulatedProvider.unregister(at);
                for (SimulatedMedium disk : target.possibleDisks(nth, 4)) {
                    try (SimStore copy = SimStore.open(disk, Rig.CALLER_DRIVEN.options().openMode(OpenMode.OPEN_EXISTING))) {
                        assertEquals(all, SimStore.scan(copy.store()), "whole, or not a store");
                    } catch (IOException e) {
                        assertTrue(reached, "a complete backup does not open: " + e);
                    }
                }
                store.awaitStable(SimStore.append(store, SimStore.payload(10, nth)).lsn());
                all = SimStore.scan(store);
            }
            assertTrue(failed > 10, "failures " + failed);
        }
    }
}
