package io.lss.core.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.Durability;
import io.lss.api.LogStructuredStore;
import io.lss.api.Reservation;
import io.lss.api.StoreClosedException;
import io.lss.core.store.SimStore.Found;
import io.lss.core.store.SimStore.Work;
import io.lss.tck.sim.SimulatedMedium;
import io.lss.tck.sim.SimulatedProvider;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Closing a store, and what is left of it afterwards. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CloseTest {

    @ParameterizedTest
    @CsvSource({
        "CALLER_DRIVEN, SYNC", "CALLER_DRIVEN, WRITTEN", "STORE_THREAD, SYNC", "STORE_THREAD, WRITTEN", "DEVICE_THREAD, SYNC",
        "DEVICE_THREAD, WRITTEN"
    })
    void s19_whatWasPublishedIsDurableWhenCloseReturns(Rig rig, Durability durability) throws Exception {
        for (int records : new int[] {0, 1, 7, 100, 333}) {
            SimulatedMedium left;
            List<Found> all;
            try (SimStore sim = SimStore.open(rig.device(), rig.options().durability(durability))) {
                all = SimStore.appendMixed(sim.store(), records, records);
                sim.store().close();
                assertTrue(records == 0 || sim.store().stableLsn() > all.getLast().lsn());
                left = sim.medium().crashDroppingAll();
            }
            try (SimStore sim = SimStore.open(left, Rig.CALLER_DRIVEN.options())) {
                assertEquals(all, SimStore.scan(sim.store()));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void s19_aSecondCloseDoesNothing(Rig rig) throws Exception {
        SimStore sim = rig.open();
        SimStore.appendMixed(sim.store(), 10, 1);
        sim.store().close();
        long operations = sim.device().operations();
        sim.store().close();
        sim.store().close();
        assertEquals(operations, sim.device().operations());
        sim.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"STORE_THREAD", "DEVICE_THREAD"})
    void s19_closesByManyThreadsAllReturn(Rig rig) throws Exception {
        SimStore sim = rig.open();
        List<Found> all = SimStore.appendMixed(sim.store(), 50, 1);
        List<Work<Void>> closers = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
            closers.add(Work.start(() -> {
                sim.store().close();
                return null;
            }));
        }
        for (Work<Void> closer : closers) {
            closer.get();
        }
        try (sim) {
            assertEquals(all, SimStore.scan(sim.reopen()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyOperationOnAClosedStoreSaysSo(Rig rig) throws Exception {
        SimStore sim = rig.open();
        LogStructuredStore store = sim.store();
        List<Found> all = SimStore.appendMixed(store, 10, 1);
        store.setRoot(new byte[] {7});
        Reservation open = store.reserve(10);
        var cursor = store.scan(store.beginLsn());
        sim.close();
        long lsn = all.getFirst().lsn();
        MemorySegment dst = MemorySegment.ofArray(new byte[10]);
        URI elsewhere = URI.create("sim:0");
        List<Executable> calls = List.of(
                () -> store.append(new byte[1]),
                () -> store.append(dst),
                () -> store.append(java.nio.ByteBuffer.allocate(3)),
                () -> store.appendBatch(List.of(dst)),
                () -> store.reserve(1),
                () -> store.reserve(1, open),
                () -> store.tryReserve(1),
                () -> store.reserveAll(1, 2),
                () -> store.tryReserveAll(1, 2),
                () -> store.flush(),
                () -> store.sync(),
                () -> store.poll(),
                () -> store.read(lsn, dst),
                () -> store.readAll(new long[] {lsn}, List.of(dst)),
                () -> store.scan(lsn),
                () -> store.tail(lsn),
                () -> store.trimBefore(lsn),
                () -> store.setRoot(new byte[1]),
                () -> store.backup(elsewhere),
                () -> cursor.next());
        for (int i = 0; i < calls.size(); i++) {
            String which = "call " + i;
            var e = assertThrows(StoreClosedException.class, calls.get(i), which);
            assertTrue(e.getMessage().contains("closed"), e.getMessage());
        }
        cursor.close();
        assertThrows(IllegalStateException.class, open::publish);
        // Plain queries answer as before.
        assertTrue(store.stableLsn() > all.getLast().lsn());
        assertTrue(store.writtenLsn() >= store.stableLsn());
        assertTrue(store.tailLsn() >= store.writtenLsn(), store.tailLsn() + " >= " + store.writtenLsn());
        assertEquals(10, store.stats().records());
        assertArrayEquals(new byte[] {7}, store.root());
        assertEquals("sim", store.provider());
        assertEquals(Durability.SYNC, store.durability());
        assertEquals(1, store.recovery().session());
        assertTrue(store.beginLsn() > 0 && store.maxRecordLength() > 0);
        assertTrue(store.device().contains("simulated") && !store.volatileMedium());
        assertTrue(store.toString().contains("sim"));
        assertTrue(store.awaitStable(lsn, Duration.ZERO));
    }

    /** Threads append while the store closes: what returned is there, what threw is not. */
    @ParameterizedTest
    @EnumSource(names = {"STORE_THREAD", "DEVICE_THREAD"})
    void s19_appendsThatRaceCloseAreThereOrThrew(Rig rig) throws Exception {
        for (int round = 0; round < 25; round++) {
            SimStore sim = rig.open();
            LogStructuredStore store = sim.store();
            CountDownLatch started = new CountDownLatch(3);
            List<Work<List<Found>>> works = new ArrayList<>();
            for (int t = 0; t < 3; t++) {
                int thread = t;
                works.add(Work.start(t == 0 ? Thread.ofVirtual() : Thread.ofPlatform(), () -> {
                    List<Found> own = new ArrayList<>();
                    try {
                        for (int i = 0; ; i++) {
                            own.add(SimStore.append(store, SimStore.payload(20 + i % 500, thread * 10_000L + i)));
                            started.countDown();
                        }
                    } catch (StoreClosedException e) {
                        return own;
                    }
                }));
            }
            started.await();
            store.close();
            List<Found> all = new ArrayList<>();
            for (Work<List<Found>> work : works) {
                all.addAll(work.get());
            }
            all.sort(Comparator.comparingLong(Found::lsn));
            try (sim) {
                assertEquals(all, SimStore.scan(sim.reopen()));
            }
        }
    }

    /** Everything else races close too: it works, or says that the store is closed; and nothing touches a closed device. */
    @ParameterizedTest
    @EnumSource(names = {"STORE_THREAD", "DEVICE_THREAD"})
    void s19_callsThatRaceCloseWorkOrSayThatItIsClosed(Rig rig) throws Exception {
        for (int round = 0; round < 60; round++) {
            SimStore sim = SimStore.open(rig.device().traced(false), rig.options());
            LogStructuredStore store = sim.store();
            List<Found> all = SimStore.appendMixed(store, 150, 1);
            store.sync();
            Random random = new Random(round);
            List<Callback> calls = List.of(
                    i -> store.setRoot(new byte[] {(byte) i}),
                    i -> store.trimBefore(all.get(Math.min(i, 140)).lsn()),
                    i -> SimStore.status(store, all.get(i % 150).lsn()),
                    i -> SimStore.scan(store, all.get(140).lsn()),
                    i -> store.awaitStable(store.append(new byte[100])),
                    i -> store.reserve(10).close(),
                    i -> backup(store));
            CountDownLatch started = new CountDownLatch(calls.size());
            List<Work<Integer>> works = new ArrayList<>();
            for (Callback call : calls) {
                works.add(Work.start(() -> {
                    int i = 0;
                    try {
                        while (true) {
                            call.call(i++);
                            started.countDown();
                        }
                    } catch (StoreClosedException e) {
                        return i;
                    } finally {
                        started.countDown();
                    }
                }));
            }
            started.await();
            for (int spin = random.nextInt(20_000); spin > 0; spin--) {
                Thread.onSpinWait();
            }
            store.close();
            for (Work<Integer> work : works) {
                assertTrue(work.get() > 0);
            }
            sim.close();
        }
    }

    private interface Callback {
        void call(int i) throws Exception;
    }

    private static void backup(LogStructuredStore store) throws IOException {
        SimulatedMedium target = SimulatedMedium.blank(Rig.CALLER_DRIVEN.device().traced(false).build());
        URI at = SimulatedProvider.register(target);
        try {
            var unused = store.backup(at);
        } finally {
            SimulatedProvider.unregister(at);
        }
        assertEquals(List.of(), target.violations());
    }

    @Test
    void manyReopensLeakNoThread() throws Exception {
        for (Rig rig : List.of(Rig.STORE_THREAD, Rig.DEVICE_THREAD)) {
            try (SimStore sim = SimStore.open(rig.device().traced(false), rig.options().linger(Duration.ofMillis(1)))) {
                List<Found> all = new ArrayList<>();
                for (int i = 0; i < 100; i++) {
                    all.add(SimStore.append(sim.store(), SimStore.payload(10, i)));
                    sim.reopen();
                }
                assertEquals(all, SimStore.scan(sim.store()));
                assertEquals(101, sim.store().recovery().session());
                String own = "lss-driver " + sim.location();
                // The driver has ended when close returns; the device's thread of the last but one may be ending yet.
                long drivers = Thread.getAllStackTraces().keySet().stream().filter(t -> t.getName().equals(own)).count();
                assertEquals(1, drivers);
            }
            SimStore.until(() -> Thread.getAllStackTraces().keySet().stream().noneMatch(t -> t.getName().startsWith("lss-sim")
                    || t.getName().startsWith("lss-driver")));
        }
    }

    @Test
    void aStoreThatFailsToOpenLeavesNoThread() throws Exception {
        Rig rig = Rig.STORE_THREAD;
        try (SimStore sim = rig.open()) {
            for (int i = 0; i < 20; i++) {
                assertThrows(IOException.class, () -> LogStructuredStore.open(sim.location(), rig.options().build()));
                assertThrows(
                        IllegalArgumentException.class,
                        () -> LogStructuredStore.open(
                                sim.location(), rig.options().providerProperty("no", "such").build()));
            }
            String own = "lss-driver " + sim.location();
            assertEquals(
                    1, Thread.getAllStackTraces().keySet().stream().filter(t -> t.getName().equals(own)).count());
        }
    }
}
