package io.lss.core.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.LogStructuredStore;
import io.lss.api.RecordCursor;
import io.lss.api.StoreCorruptException;
import io.lss.api.StoreOptions;
import io.lss.core.store.SimStore.Found;
import io.lss.core.store.SimStore.Work;
import io.lss.tck.sim.OperationKind;
import io.lss.tck.sim.SimulatedFaults;
import io.lss.tck.sim.SimulatedMedium;
import io.lss.tck.sim.SimulatedSettings;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Scans of logs that are long enough to be read ahead: segments of 8 MiB, where a piece that is read ahead has 512 KiB. */
class ReadAheadTest {

    private static final long SEGMENT = 8 << 20;
    private static final int BUFFER = 1 << 20;

    private static StoreOptions.Builder options(Rig rig) {
        return rig.options().bufferSize(BUFFER).segmentSize(SEGMENT);
    }

    private static SimulatedSettings.Builder device() {
        return Rig.STORE_THREAD.device().latency(100, 1_000).traced(false).maxTransfer(BUFFER);
    }

    /** Records up to a length, short ones more often; about so many bytes in all. */
    private static List<Found> fill(LogStructuredStore store, int longest, long bytes) throws Exception {
        SplittableRandom random = new SplittableRandom(longest);
        List<Found> all = new ArrayList<>();
        for (long done = 0; done < bytes; ) {
            int length = 1 + random.nextInt(1 + random.nextInt(longest));
            all.add(SimStore.append(store, SimStore.payload(length, all.size())));
            done += length;
        }
        store.sync();
        return all;
    }

    /** With records that fit the lead of a piece, some that do not, and some longer than a piece. */
    @ParameterizedTest
    @ValueSource(ints = {3_000, 200_000, 1_000_000})
    void aLongScanFindsEverything(int longest) throws Exception {
        try (SimStore sim = SimStore.open(device(), options(Rig.STORE_THREAD))) {
            List<Found> all = fill(sim.store(), longest, 3 * SEGMENT);
            assertEquals(all, SimStore.scan(sim.store()));
            int from = all.size() / 3;
            assertEquals(all.subList(from, all.size()), SimStore.scan(sim.store(), all.get(from).lsn()));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STORE_THREAD", "DEVICE_THREAD"})
    void aFollowerThatHasFallenBehindFindsEverythingWhileTheLogGrows(Rig rig) throws Exception {
        SimulatedSettings.Builder device = rig.device().latency(100, 1_000).traced(false).maxTransfer(BUFFER);
        try (SimStore sim = SimStore.open(device, options(rig))) {
            LogStructuredStore store = sim.store();
            List<Found> all = new ArrayList<>(fill(store, 3_000, SEGMENT));
            int more = 4_000;
            Work<List<Found>> follower = Work.start(() -> {
                List<Found> found = new ArrayList<>();
                try (RecordCursor tail = store.tail(store.beginLsn())) {
                    while (found.size() < all.size() + more && tail.next()) {
                        byte[] payload = tail.payload().toArray(ValueLayout.JAVA_BYTE);
                        found.add(new Found(tail.lsn(), payload));
                    }
                }
                return found;
            });
            List<Found> added = new ArrayList<>();
            for (int i = 0; i < more; i++) {
                added.add(SimStore.append(store, SimStore.payload(1 + i % 3_000, i)));
            }
            store.sync();
            List<Found> expected = new ArrayList<>(all);
            expected.addAll(added);
            assertEquals(expected, follower.get());
        }
    }

    /** What is damaged far ahead does not hide what comes before it. */
    @Test
    void damageIsReportedInItsPlace() throws Exception {
        List<Found> all;
        SimulatedMedium left;
        try (SimStore sim = SimStore.open(device(), options(Rig.STORE_THREAD))) {
            all = fill(sim.store(), 3_000, SEGMENT);
            sim.store().close();
            left = sim.medium().crashDroppingAll();
        }
        int damaged = all.size() * 2 / 3;
        Found bad = all.get(damaged);
        left.rot().flipBit(bad.lsn() / SEGMENT, bad.lsn() % SEGMENT + 16, 1);
        try (SimStore sim = SimStore.open(left, options(Rig.STORE_THREAD))) {
            try (RecordCursor cursor = sim.store().scan(sim.store().beginLsn())) {
                for (int i = 0; i < damaged; i++) {
                    assertTrue(cursor.next());
                    assertEquals(all.get(i).lsn(), cursor.lsn());
                }
                StoreCorruptException e = assertThrows(StoreCorruptException.class, cursor::next);
                assertEquals(bad.lsn(), e.lsn());
            }
        }
    }

    /** One read in the middle fails, once: whoever reads ahead keeps it to itself, and the one who needs the bytes reads again. */
    @Test
    void aReadAheadThatFailsIsNoFailureOfTheScan() throws Exception {
        List<Found> all;
        SimulatedMedium left;
        try (SimStore sim = SimStore.open(device(), options(Rig.STORE_THREAD))) {
            all = fill(sim.store(), 3_000, SEGMENT);
            sim.store().close();
            left = sim.medium().crashKeepingAll();
        }
        int survived = 0;
        for (int nth = 1; nth <= 40; nth++) {
            SimulatedMedium medium = left.crashKeepingAll();
            medium.settings(medium.settings().toBuilder()
                    .faults(SimulatedFaults.none().failAt(OperationKind.READ, nth))
                    .build());
            try (SimStore sim = SimStore.open(medium, options(Rig.STORE_THREAD))) {
                assertEquals(all, SimStore.scan(sim.store()));
                survived += sim.device().operations(OperationKind.READ) >= nth ? 1 : 0;
            } catch (IOException e) {
                // It was the opening's, or the scan's own.
                assertTrue(e.getMessage().contains("READ"), e.toString());
            }
        }
        assertTrue(survived > 0, "nothing was read ahead");
    }

    @Test
    void aCursorThatIsLeftInTheMiddleHoldsUpNoClose() throws Exception {
        try (SimStore sim = SimStore.open(device(), options(Rig.STORE_THREAD))) {
            LogStructuredStore store = sim.store();
            List<Found> all = fill(store, 3_000, 2 * SEGMENT);
            RecordCursor cursor = store.scan(store.beginLsn());
            for (int i = 0; i < all.size() / 2; i++) {
                assertTrue(cursor.next());
            }
            store.close();
            assertThrows(IOException.class, cursor::next);
            cursor.close();
        }
    }

    @Test
    void anInterruptedThreadScansOn() throws Exception {
        try (SimStore sim = SimStore.open(device(), options(Rig.STORE_THREAD))) {
            List<Found> all = fill(sim.store(), 3_000, SEGMENT);
            Work<Boolean> work = Work.start(() -> {
                Thread.currentThread().interrupt();
                List<Found> found = SimStore.scan(sim.store());
                assertEquals(all, found);
                return Thread.currentThread().isInterrupted();
            });
            assertTrue(work.get(), "the status stays");
        }
    }
}
