package io.lss.core.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.LogStructuredStore;
import io.lss.api.Reservation;
import io.lss.api.StoreFailedException;
import io.lss.core.store.SimStore.Found;
import io.lss.core.store.SimStore.Work;
import io.lss.tck.sim.OperationKind;
import io.lss.tck.sim.SimulatedFaults;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Checked mode: misuse that costs time to find. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CheckedModeTest {

    private static SimStore checked(Rig rig) throws Exception {
        return SimStore.open(rig.device(), rig.options().checked(true));
    }

    @ParameterizedTest
    @EnumSource
    void aStoreUsedAsItShouldBeWorks(Rig rig) throws Exception {
        try (SimStore sim = checked(rig)) {
            LogStructuredStore store = sim.store();
            List<Found> all = new ArrayList<>(SimStore.appendMixed(store, 300, 1));
            Reservation reservation = store.reserve(100);
            store.reserve(50).abort();
            all.add(SimStore.publish(reservation, SimStore.payload(100, 1)));
            store.sync();
            assertEquals(all, SimStore.scan(store));
        }
    }

    @ParameterizedTest
    @EnumSource
    void s9_aPayloadChangedAfterPublishFailsTheStoreBeforeItReachesTheDevice(Rig rig) throws Exception {
        SimStore sim = checked(rig);
        LogStructuredStore store = sim.store();
        Found stable = SimStore.append(store, SimStore.payload(30, 1));
        store.sync();
        SimStore.append(store, SimStore.payload(30, 2));
        Reservation reservation = store.reserve(100);
        MemorySegment payload = reservation.payload();
        Found changed = SimStore.publish(reservation, SimStore.payload(100, 3));
        payload.set(java.lang.foreign.ValueLayout.JAVA_BYTE, 50, (byte) ~changed.payload()[50]);
        var e = assertThrows(StoreFailedException.class, () -> store.awaitStable(changed.lsn()));
        assertTrue(e.getMessage().contains("LSN " + changed.lsn()), e.getMessage());
        assertTrue(e.getMessage().contains("after it was published"), e.getMessage());
        sim.discard();
        try (SimStore again = SimStore.open(sim.medium(), rig.options())) {
            assertEquals(List.of(stable), SimStore.scan(again.store()), "nothing of that buffer was written");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aThreadThatWouldWaitForItselfIsTold(Rig rig) throws Exception {
        try (SimStore sim = checked(rig)) {
            LogStructuredStore store = sim.store();
            Reservation held = store.reserve(100);
            List<Found> all = new ArrayList<>();
            var e = assertThrows(IllegalStateException.class, () -> {
                while (true) {
                    all.add(SimStore.append(store, SimStore.payload(1_000, all.size())));
                }
            });
            assertTrue(e.getMessage().contains("LSN " + held.lsn()), e.getMessage());
            assertTrue(e.getMessage().contains("tryReserve"), e.getMessage());
            assertThrows(IllegalStateException.class, () -> store.reserve(1_000));
            all.addFirst(SimStore.publish(held, SimStore.payload(100, 1)));
            all.add(SimStore.append(store, SimStore.payload(1_000, 2)));
            store.sync();
            assertEquals(all, SimStore.scan(store));
        }
    }

    /** The wait can end by another's doing: by the thread that holds the reservation. */
    @ParameterizedTest
    @EnumSource(names = {"STORE_THREAD", "DEVICE_THREAD"})
    void aThreadThatWaitsForAnothersReservationWaits(Rig rig) throws Exception {
        try (SimStore sim = checked(rig)) {
            LogStructuredStore store = sim.store();
            Reservation held = store.reserve(100);
            Work<List<Found>> appender = Work.start(() -> SimStore.appendMixed(store, 100, 1));
            SimStore.until(() -> store.stats().backPressureWaits() > 0);
            SimStore.untilBlocked(appender.thread());
            Found found = SimStore.publish(held, SimStore.payload(100, 1));
            List<Found> all = new ArrayList<>(appender.get());
            all.addFirst(found);
            store.sync();
            assertEquals(all, SimStore.scan(store));
        }
    }

    /** The ring is full because the device is slow, and empties without the holder's help. */
    @ParameterizedTest
    @EnumSource(names = {"STORE_THREAD", "DEVICE_THREAD"})
    void aHolderOfTheNewestReservationMayWaitForTheDevice(Rig rig) throws Exception {
        var faults = SimulatedFaults.none().stuck(OperationKind.WRITE, 1, Rig.BUFFERS - 1);
        try (SimStore sim = SimStore.open(rig.device().faults(faults), rig.options().checked(true))) {
            LogStructuredStore store = sim.store();
            List<Found> all = new ArrayList<>();
            for (int i = 0; i < Rig.BUFFERS - 1; i++) {
                all.add(SimStore.append(store, SimStore.payload(store.maxRecordLength() - 4_096, i)));
                store.flush();
            }
            SimStore.until(() -> sim.device().stuckOperations() == Rig.BUFFERS - 1);
            Work<List<Found>> holder = Work.start(() -> {
                // In the last free buffer; the next needs one of those that the device has.
                Reservation newest = store.reserve(5_000);
                Found next = SimStore.append(store, SimStore.payload(store.maxRecordLength(), 1));
                return List.of(SimStore.publish(newest, SimStore.payload(5_000, 2)), next);
            });
            SimStore.until(() -> store.stats().backPressureWaits() > 0 || holder.task().isDone());
            sim.device().releaseStuck();
            all.addAll(holder.get());
            store.sync();
            assertEquals(all, SimStore.scan(store));
        }
    }
}
