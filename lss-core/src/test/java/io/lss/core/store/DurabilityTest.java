package io.lss.core.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.Durability;
import io.lss.api.LogStructuredStore;
import io.lss.api.WriteMode;
import io.lss.core.store.SimStore.Found;
import io.lss.tck.sim.Flaw;
import io.lss.tck.sim.OperationKind;
import io.lss.tck.sim.SimulatedFaults;
import io.lss.tck.sim.SimulatedMedium;
import io.lss.tck.sim.SimulatedSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What stable means: nothing is called stable that a crash could take away. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DurabilityTest {

    /** A disk that a crash at some moment would have left, and what the store had called stable by then. */
    private record Image(SimulatedMedium disk, long stable) {

        /** {@return of two equal disks the one of which more was promised} */
        static Image stricter(Image one, Image other) {
            return one.stable >= other.stable ? one : other;
        }
    }

    /**
     * Runs appends and waits, and asks at every operation of the device: what if the power were cut now?
     *
     * @return how many of the possible disks lacked what had been called stable
     */
    private static int losses(SimulatedSettings.Builder device, Rig rig, WriteMode mode, Durability durability) throws Exception {
        AtomicReference<SimStore> sim = new AtomicReference<>();
        Map<Long, Image> images = new HashMap<>();
        device.observer(moment -> {
            SimStore at = sim.get();
            if (at != null) {
                // First what is promised, then the disk: what was promised before must be on it.
                long stable = at.store().stableLsn();
                List<SimulatedMedium> disks = durability == Durability.SYNC
                        ? List.of(at.medium().crashDroppingAll(), at.medium().crash(moment.ordinal()))
                        : List.of(at.medium().kill(moment.ordinal()), at.medium().kill(-moment.ordinal()));
                for (SimulatedMedium disk : disks) {
                    // What a kill leaves is not durable, so its hash is not of what is there.
                    long key = durability == Durability.SYNC ? disk.hash() : images.size();
                    images.merge(key, new Image(disk, stable), Image::stricter);
                }
            }
        });
        List<Found> appended = new ArrayList<>();
        var options = rig.options().writeMode(mode).durability(durability);
        try (SimStore opened = SimStore.open(device, options)) {
            sim.set(opened);
            for (int i = 0; i < 5; i++) {
                appended.addAll(SimStore.appendMixed(opened.store(), 20, i));
                opened.store().awaitStable(appended.get(appended.size() - 1 - i * 3).lsn());
            }
            sim.set(null);
        }
        int losses = 0;
        long last = -1;
        for (Image image : images.values()) {
            List<Found> promised = appended.stream().filter(found -> found.lsn() < image.stable()).toList();
            try (SimStore left = SimStore.open(image.disk(), Rig.CALLER_DRIVEN.options())) {
                List<Found> recovered = SimStore.scan(left.store());
                boolean kept = recovered.size() >= promised.size() && recovered.subList(0, promised.size()).equals(promised);
                losses += kept ? 0 : 1;
            } catch (IOException e) {
                losses++;
            }
            last = Math.max(last, image.stable());
        }
        assertTrue(images.size() > 10 && last > Rig.SEGMENT + 50_000, images.size() + " images, stable up to " + last);
        return losses;
    }

    @ParameterizedTest
    @CsvSource({
        "CALLER_DRIVEN, TAIL_LOCALIZED, SYNC", "CALLER_DRIVEN, SERIALIZED, SYNC", "CALLER_DRIVEN, TAIL_LOCALIZED, WRITTEN",
        "CALLER_DRIVEN, SERIALIZED, WRITTEN", "STORE_THREAD, TAIL_LOCALIZED, SYNC", "DEVICE_THREAD, TAIL_LOCALIZED, SYNC",
        "DEVICE_THREAD, SERIALIZED, SYNC", "DEVICE_THREAD, TAIL_LOCALIZED, WRITTEN"
    })
    void s4_nothingIsCalledStableThatACrashCouldTakeAway(Rig rig, WriteMode mode, Durability durability) throws Exception {
        assertEquals(0, losses(rig.device(), rig, mode, durability));
    }

    /** The same question must find something where the device itself lies, or it proves nothing. */
    @Test
    void theQuestionFindsADeviceThatLiesAboutSyncs() throws Exception {
        Rig rig = Rig.CALLER_DRIVEN;
        int losses = losses(rig.device().flaws(Flaw.SYNC_LIES, Flaw.IGNORES_DURABLE), rig, WriteMode.TAIL_LOCALIZED, Durability.SYNC);
        assertTrue(losses > 10, "losses " + losses);
    }

    @Test
    void s4_underSyncNothingIsStableBeforeTheSyncHasCompleted() throws Exception {
        Rig rig = Rig.DEVICE_THREAD;
        var faults = SimulatedFaults.none().stuck(OperationKind.SYNC, 1, 1);
        try (SimStore sim = SimStore.open(rig.device().faults(faults), rig.options())) {
            LogStructuredStore store = sim.store();
            // Nobody waits at first, so the writes are plain, and a sync is needed.
            Found found = SimStore.append(store, SimStore.payload(100, 1));
            store.flush();
            SimStore.until(() -> store.writtenLsn() > found.lsn());
            CompletableFuture<Void> stage = store.whenStable(found.lsn()).toCompletableFuture();
            SimStore.until(() -> sim.device().stuckOperations() == 1);
            assertFalse(store.awaitStable(found.lsn(), Duration.ofMillis(1)));
            assertFalse(stage.isDone());
            assertTrue(store.stableLsn() <= found.lsn(), "stable " + store.stableLsn());
            assertEquals(1, sim.device().releaseStuck());
            stage.join();
            assertTrue(store.stableLsn() > found.lsn());
        }
    }

    @Test
    void s4_underWrittenNobodyWaitsForASync() throws Exception {
        Rig rig = Rig.DEVICE_THREAD;
        var faults = SimulatedFaults.none().stuck(OperationKind.SYNC, 1, SimulatedFaults.ALWAYS);
        SimStore sim = SimStore.open(rig.device().faults(faults), rig.options().durability(Durability.WRITTEN));
        LogStructuredStore store = sim.store();
        assertEquals(Durability.WRITTEN, store.durability());
        List<Found> all = SimStore.appendMixed(store, 300, 1);
        store.sync();
        assertTrue(store.stableLsn() > all.getLast().lsn());
        assertEquals(store.writtenLsn(), store.stableLsn());
        assertEquals(0, store.stats().syncs());
        assertEquals(0, store.stats().durableFlushes());
        assertEquals(all, SimStore.scan(store));
        // The syncs that stick are those of full segments; the machine stops before they complete.
        sim.medium().powerOff();
        sim.discard();
    }

    @Test
    void s19_closeSyncsAStoreWhoseRecordsWereOnlyWritten() throws Exception {
        Rig rig = Rig.CALLER_DRIVEN;
        SimulatedMedium left;
        List<Found> all;
        try (SimStore sim = SimStore.open(rig.device(), rig.options().durability(Durability.WRITTEN))) {
            all = SimStore.appendMixed(sim.store(), 100, 1);
            sim.store().close();
            left = sim.medium().crashDroppingAll();
        }
        try (SimStore sim = SimStore.open(left, rig.options())) {
            assertEquals(all, SimStore.scan(sim.store()));
        }
    }

    @ParameterizedTest
    @CsvSource({"SYNC", "WRITTEN"})
    void s4_stabilityDoesNotPassAHole(Durability durability) throws Exception {
        Rig rig = Rig.CALLER_DRIVEN;
        var faults = SimulatedFaults.none().stuck(OperationKind.WRITE, 2, 1);
        try (SimStore sim = SimStore.open(rig.device().faults(faults), rig.options().durability(durability))) {
            LogStructuredStore store = sim.store();
            Found first = SimStore.append(store, SimStore.payload(store.maxRecordLength(), 1));
            Found second = SimStore.append(store, SimStore.payload(store.maxRecordLength(), 2));
            Found third = SimStore.append(store, SimStore.payload(store.maxRecordLength(), 3));
            CompletableFuture<Void> stage = store.whenStable(third.lsn()).toCompletableFuture();
            store.flush();
            sim.settle();
            assertEquals(1, sim.device().stuckOperations());
            assertEquals(3, sim.device().operations(OperationKind.WRITE));
            assertTrue(store.writtenLsn() > first.lsn(), "the first is written");
            assertTrue(store.writtenLsn() <= second.lsn(), "the third has been written, the second not");
            assertTrue(store.stableLsn() <= second.lsn());
            assertFalse(stage.isDone());
            sim.device().releaseStuck();
            sim.settle();
            stage.join();
            assertTrue(store.stableLsn() > third.lsn());
        }
    }

    @Test
    void s3_theWatermarksOnlyGrowAndKeepTheirOrder() throws Exception {
        Rig rig = Rig.DEVICE_THREAD;
        try (SimStore sim = SimStore.open(rig.device(), rig.options())) {
            LogStructuredStore store = sim.store();
            CompletableFuture<Void> over = new CompletableFuture<>();
            var watcher = SimStore.Work.start(() -> {
                long begin = 0;
                long stable = 0;
                long written = 0;
                long tail = 0;
                int looks = 0;
                while (!over.isDone()) {
                    // From the lowest up: what grows meanwhile cannot break the order.
                    long nextBegin = store.beginLsn();
                    long nextStable = store.stableLsn();
                    long nextWritten = store.writtenLsn();
                    long nextTail = store.tailLsn();
                    assertTrue(
                            nextBegin <= nextStable && nextStable <= nextWritten && nextWritten <= nextTail,
                            nextBegin + " <= " + nextStable + " <= " + nextWritten + " <= " + nextTail);
                    assertTrue(nextBegin >= begin && nextStable >= stable && nextWritten >= written && nextTail >= tail);
                    begin = nextBegin;
                    stable = nextStable;
                    written = nextWritten;
                    tail = nextTail;
                    looks++;
                }
                return looks;
            });
            for (int i = 0; i < 40; i++) {
                SimStore.appendMixed(store, 50, i);
                if (i % 3 == 0) {
                    store.sync();
                }
                if (i % 10 == 5) {
                    store.trimBefore(store.stableLsn());
                }
            }
            over.complete(null);
            assertTrue(watcher.get() > 0);
        }
    }
}
