package io.lss.core.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.Durability;
import io.lss.api.LogStructuredStore;
import io.lss.api.Reservation;
import io.lss.api.StoreFailedException;
import io.lss.api.StoreFullException;
import io.lss.core.store.SimStore.Found;
import io.lss.core.store.SimStore.Work;
import io.lss.tck.sim.Flaw;
import io.lss.tck.sim.OperationKind;
import io.lss.tck.sim.SimulatedFaults;
import io.lss.tck.sim.SimulatedProvider;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A write or sync that fails, fails the store for good; a device without space does not. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FailureTest {

    /** {@return what every call that needs a working store throws} */
    private static StoreFailedException assertFailed(LogStructuredStore store) {
        List<Executable> calls = List.of(
                () -> store.append(new byte[1]),
                () -> store.reserve(1),
                () -> store.tryReserve(1),
                () -> store.reserveAll(1, 2),
                () -> store.flush(),
                () -> store.sync(),
                () -> store.setRoot(new byte[1]),
                () -> store.trimBefore(store.stableLsn()));
        StoreFailedException first = null;
        for (Executable call : calls) {
            StoreFailedException e = assertThrows(StoreFailedException.class, call);
            if (first != null) {
                assertEquals(first.getCause(), e.getCause(), "the first failure, again and again");
                assertEquals(first.stableLsn(), e.stableLsn());
            }
            first = e;
        }
        return first;
    }

    private static SimStore open(Rig rig, SimulatedFaults faults) throws IOException {
        return SimStore.open(rig.device().faults(faults), rig.options());
    }

    /** Opens what a failed store has left, on a device without faults. */
    private static List<Found> afterReopen(SimStore sim, Rig rig) throws IOException {
        sim.medium().settings(rig.device().build());
        try (SimStore again = SimStore.open(sim.medium(), rig.options())) {
            return SimStore.scan(again.store());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "CALLER_DRIVEN, WRITE", "STORE_THREAD, WRITE", "DEVICE_THREAD, WRITE", "CALLER_DRIVEN, SYNC", "STORE_THREAD, SYNC",
        "DEVICE_THREAD, SYNC"
    })
    void s6_oneFailedWriteOrSyncFailsTheStoreForGood(Rig rig, OperationKind kind) throws Exception {
        // It fails once; everything after it would succeed.
        SimStore sim = open(rig, SimulatedFaults.none().failAt(kind, 3));
        LogStructuredStore store = sim.store();
        List<Found> stable = new ArrayList<>();
        Found last = null;
        StoreFailedException failure = null;
        while (failure == null) {
            try {
                // Plain writes, then somebody who waits: so that syncs are needed.
                last = SimStore.append(store, SimStore.payload(3_000, stable.size()));
                if (kind == OperationKind.SYNC) {
                    store.flush();
                    long lsn = last.lsn();
                    waitUntilWritten(rig, store, lsn);
                }
                store.awaitStable(last.lsn());
                stable.add(last);
            } catch (StoreFailedException e) {
                failure = e;
            }
        }
        assertEquals(2, stable.size());
        assertTrue(failure.stableLsn() > stable.getLast().lsn() && failure.stableLsn() <= last.lsn(), failure.getMessage());
        assertInstanceOf(IOException.class, failure.getCause());
        assertTrue(failure.getMessage().contains(String.valueOf(failure.stableLsn())), failure.getMessage());
        StoreFailedException again = assertFailed(store);
        assertEquals(failure.getCause(), again.getCause());
        assertEquals(store.stableLsn(), failure.stableLsn(), "no watermark passes it");
        assertEquals(stable, SimStore.scan(store), "a failed store can still be read");
        SimStore.assertReads(store, stable.getFirst());
        store.awaitStable(stable.getFirst().lsn());
        long writes = sim.device().operations(OperationKind.WRITE);
        long syncs = sim.device().operations(OperationKind.SYNC);

        Executable close = store::close;
        StoreFailedException atClose = assertThrows(StoreFailedException.class, close);
        assertEquals(failure.getCause(), atClose.getCause());
        store.close();
        assertEquals(writes, sim.device().operations(OperationKind.WRITE), "nothing is retried");
        assertEquals(syncs, sim.device().operations(OperationKind.SYNC), "nothing is retried");
        sim.discard();
        List<Found> recovered = afterReopen(sim, rig);
        assertEquals(stable, recovered.subList(0, stable.size()));
        assertTrue(recovered.size() <= 3, "nothing but the failed append can be there: " + recovered);
    }

    private static void waitUntilWritten(Rig rig, LogStructuredStore store, long lsn) throws IOException {
        while (store.writtenLsn() <= lsn) {
            if (rig == Rig.CALLER_DRIVEN) {
                store.poll();
            }
            Thread.onSpinWait();
        }
    }

    /** Failures count by address: the later write fails first, the earlier one completes after it. */
    @ParameterizedTest
    @EnumSource(names = {"CALLER_DRIVEN", "DEVICE_THREAD"})
    void s6_aLaterFailureThatArrivesFirstDoesNotHoldBackWhatIsBelowIt(Rig rig) throws Exception {
        var faults = SimulatedFaults.none().stuck(OperationKind.WRITE, 1, 1).failAt(OperationKind.WRITE, 2);
        SimStore sim = SimStore.open(rig.device().faults(faults), rig.options().durability(Durability.WRITTEN));
        LogStructuredStore store = sim.store();
        Found first = SimStore.append(store, SimStore.payload(1_000, 1));
        CompletableFuture<Void> below = store.whenStable(first.lsn()).toCompletableFuture();
        store.flush();
        Found second = SimStore.append(store, SimStore.payload(1_000, 2));
        CompletableFuture<Void> above = store.whenStable(second.lsn()).toCompletableFuture();
        store.flush();
        SimStore.until(() -> {
            poll(rig, store);
            return sim.device().operations(OperationKind.COMPLETE) == 1 && sim.device().stuckOperations() == 1;
        });
        for (int i = 0; i < 100; i++) {
            poll(rig, store);
        }
        assertTrue(store.stableLsn() <= first.lsn());
        sim.device().releaseStuck();
        SimStore.until(() -> {
            poll(rig, store);
            return below.isDone() && above.isDone();
        });
        below.join();
        assertTrue(store.stableLsn() > first.lsn() && store.stableLsn() <= second.lsn(), "stable " + store.stableLsn());
        store.awaitStable(first.lsn());
        var e = assertInstanceOf(
                StoreFailedException.class, assertThrows(CompletionException.class, above::join).getCause());
        assertEquals(store.stableLsn(), e.stableLsn());
        assertThrows(StoreFailedException.class, () -> store.awaitStable(second.lsn()));
        sim.discard();
        assertEquals(first, afterReopen(sim, rig).getFirst());
    }

    private static void poll(Rig rig, LogStructuredStore store) {
        if (rig == Rig.CALLER_DRIVEN) {
            try {
                store.poll();
            } catch (IOException e) {
                assertInstanceOf(StoreFailedException.class, e);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STORE_THREAD", "DEVICE_THREAD"})
    void s6_everybodyWhoWaitsIsToldOfAFailure(Rig rig) throws Exception {
        var faults = SimulatedFaults.none()
                .stuck(OperationKind.WRITE, 1, SimulatedFaults.ALWAYS)
                .fail(OperationKind.WRITE, 1, SimulatedFaults.ALWAYS);
        SimStore sim = open(rig, faults);
        LogStructuredStore store = sim.store();
        long lsn = store.append(SimStore.payload(2_000, 1));
        List<Work<?>> works = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            Thread.Builder builder = t % 2 == 0 ? Thread.ofVirtual() : Thread.ofPlatform();
            works.add(Work.start(builder, () -> {
                while (true) {
                    store.append(SimStore.payload(2_000, 1));
                }
            }));
            works.add(Work.start(builder, () -> {
                store.awaitStable(lsn);
                return null;
            }));
        }
        CompletableFuture<Void> stage = store.whenStable(lsn).toCompletableFuture();
        SimStore.until(() -> store.stats().backPressureWaits() >= 4);
        SimStore.until(() -> {
            sim.device().releaseStuck();
            return works.stream().allMatch(work -> work.task().isDone());
        });
        for (Work<?> work : works) {
            work.failure(StoreFailedException.class);
        }
        assertInstanceOf(StoreFailedException.class, assertThrows(CompletionException.class, stage::join).getCause());
        assertFailed(store);
        sim.discard();
        assertEquals(List.of(), store.stableLsn() > lsn ? List.of(lsn) : List.of());
    }

    @ParameterizedTest
    @EnumSource
    void s6_aRootThatCannotBeWrittenFailsTheStore(Rig rig) throws Exception {
        SimStore sim;
        byte[] old = {1};
        byte[] next = {2};
        // Opening writes both copies, and the first change both again: the second change fails at its second copy.
        sim = open(rig, SimulatedFaults.none().failAt(OperationKind.WRITE_ROOT, 6));
        LogStructuredStore store = sim.store();
        Found found = SimStore.append(store, SimStore.payload(10, 1));
        store.setRoot(old);
        store.sync();
        assertThrows(StoreFailedException.class, () -> store.setRoot(next));
        assertFailed(store);
        SimStore.assertReads(store, found);
        sim.discard();
        sim.medium().settings(rig.device().build());
        try (SimStore again = SimStore.open(sim.medium(), rig.options())) {
            byte[] root = again.store().root();
            assertTrue(root.length == 1 && (root[0] == 1 || root[0] == 2), "old or new");
            assertEquals(List.of(found), SimStore.scan(again.store()));
        }
    }

    @Test
    void anOpenReservationOfAFailedStoreEndsWithoutHarm() throws Exception {
        SimStore sim = open(Rig.CALLER_DRIVEN, SimulatedFaults.none().failAt(OperationKind.WRITE, 1));
        LogStructuredStore store = sim.store();
        long lsn = store.append(new byte[10]);
        store.flush();
        Reservation published = store.reserve(10);
        Reservation aborted = store.reserve(10);
        assertThrows(StoreFailedException.class, () -> store.awaitStable(lsn));
        published.publish();
        aborted.close();
        assertThrows(StoreFailedException.class, store::close);
        sim.discard();
    }

    /** A device that breaks off with an exception, which it must not, is dead: what it has in flight may never complete. */
    @ParameterizedTest
    @CsvSource({"CALLER_DRIVEN,SUBMIT", "CALLER_DRIVEN,COMPLETE", "STORE_THREAD,SUBMIT", "STORE_THREAD,COMPLETE", "DEVICE_THREAD,SUBMIT"})
    void aDeviceThatThrowsFailsTheStoreAndCloseReturns(Rig rig, OperationKind where) throws Exception {
        AtomicBoolean broken = new AtomicBoolean();
        SimStore sim = SimStore.open(
                rig.device().observer(moment -> {
                    if (broken.get() && moment.kind() == where) {
                        throw new IllegalStateException("a bug in the device");
                    }
                }),
                rig.options());
        LogStructuredStore store = sim.store();
        Found stable = SimStore.append(store, SimStore.payload(30, 1));
        store.sync();
        broken.set(true);
        Found lost = SimStore.append(store, SimStore.payload(30, 2));
        var e = assertThrows(StoreFailedException.class, () -> store.awaitStable(lost.lsn()));
        assertEquals("a bug in the device", e.getCause().getMessage());
        assertThrows(StoreFailedException.class, () -> store.append(new byte[10]));
        SimStore.assertReads(store, stable);
        assertThrows(StoreFailedException.class, store::close);
        SimulatedProvider.unregister(sim.location());
    }

    @ParameterizedTest
    @EnumSource
    void aSecondCompletionOfAnOperationChangesNothing(Rig rig) throws Exception {
        SimStore sim = SimStore.open(rig.device().flaws(Flaw.COMPLETES_TWICE), rig.options());
        List<Found> all = SimStore.appendMixed(sim.store(), 200, 1);
        sim.store().sync();
        assertEquals(all, SimStore.scan(sim.store()));
        sim.store().close();
        SimulatedProvider.unregister(sim.location());
    }

    // ------------------------------------------------------------------------------------------- full

    @ParameterizedTest
    @EnumSource
    void s7_aFullDeviceFailsAppendsOnlyAndTheyResumeWhenSpaceHasReturned(Rig rig) throws Exception {
        try (SimStore sim = rig.open()) {
            LogStructuredStore store = sim.store();
            sim.medium().capacity(5 * Rig.SEGMENT);
            List<Found> all = new ArrayList<>();
            for (int round = 0; round < 3; round++) {
                StoreFullException full = null;
                while (full == null) {
                    try {
                        all.add(SimStore.append(store, SimStore.payload(500, all.size())));
                    } catch (StoreFullException e) {
                        full = e;
                    }
                }
                assertTrue(full.getMessage().contains("space"), full.getMessage());
                assertThrows(StoreFullException.class, () -> store.reserve(100));
                assertThrows(StoreFullException.class, () -> store.reserveAll(100, 200));
                // What was published is safe, all else works.
                store.sync();
                assertEquals(all, SimStore.scan(store));
                store.setRoot(new byte[] {(byte) round});
                assertArrayEquals(new byte[] {(byte) round}, store.root());
                SimStore.assertReads(store, all.get(all.size() / 2));

                if (round == 1) {
                    sim.medium().capacity(8 * Rig.SEGMENT);
                } else {
                    long begin = all.get(all.size() / 2).lsn();
                    store.trimBefore(begin);
                    all.removeIf(found -> found.lsn() < begin);
                }
                Found resumed = null;
                while (resumed == null) {
                    try {
                        resumed = SimStore.append(store, SimStore.payload(500, all.size()));
                    } catch (StoreFullException e) {
                        // The trimmed segment may not have been given back yet.
                        store.poll();
                    }
                }
                all.add(resumed);
            }
            store.sync();
            assertEquals(all, SimStore.scan(store));
            assertEquals(all, SimStore.scan(sim.reopen()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void s7_aFullDeviceRefusesTriesToo(Rig rig) throws Exception {
        try (SimStore sim = rig.open()) {
            LogStructuredStore store = sim.store();
            sim.medium().capacity(2 * Rig.SEGMENT);
            List<Found> all = new ArrayList<>();
            assertThrows(StoreFullException.class, () -> {
                while (true) {
                    all.add(SimStore.append(store, SimStore.payload(500, all.size())));
                }
            });
            assertThrows(StoreFullException.class, () -> store.tryReserve(store.maxRecordLength()));
            assertThrows(StoreFullException.class, () -> store.tryReserveAll(store.maxRecordLength()));
            assertThrows(StoreFullException.class, () -> store.appendBatch(
                    List.of(java.lang.foreign.MemorySegment.ofArray(new byte[store.maxRecordLength()]))));
            sim.medium().capacity(Long.MAX_VALUE);
            SimStore.until(() -> {
                try {
                    store.poll();
                    return store.tryReserve(store.maxRecordLength()).map(reservation -> {
                                reservation.abort();
                                return true;
                            })
                            .orElse(false);
                } catch (StoreFullException e) {
                    return false;
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            store.sync();
            assertEquals(all, SimStore.scan(store));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STORE_THREAD", "DEVICE_THREAD"})
    void s7_appendersThatWaitWhenTheDeviceIsFoundFullAreTold(Rig rig) throws Exception {
        try (SimStore sim = rig.open()) {
            LogStructuredStore store = sim.store();
            sim.medium().capacity(2 * Rig.SEGMENT);
            List<Work<Object>> works = new ArrayList<>();
            for (int t = 0; t < 6; t++) {
                works.add(Work.start(t % 2 == 0 ? Thread.ofVirtual() : Thread.ofPlatform(), () -> {
                    while (true) {
                        store.append(SimStore.payload(700, 1));
                    }
                }));
            }
            for (Work<Object> work : works) {
                work.failure(StoreFullException.class);
            }
            store.sync();
            assertTrue(store.stats().records() > 50);
            assertEquals(store.stats().records(), SimStore.scan(store).size());
        }
    }

    @Test
    void f4_noSpaceForAWriteIntoACreatedSegmentIsAFailedWrite() throws Exception {
        SimStore sim = open(Rig.CALLER_DRIVEN, SimulatedFaults.none().noSpace(OperationKind.WRITE, 2, 1));
        LogStructuredStore store = sim.store();
        Found first = SimStore.append(store, SimStore.payload(10, 1));
        store.awaitStable(first.lsn());
        Found second = SimStore.append(store, SimStore.payload(10, 2));
        assertThrows(StoreFailedException.class, () -> store.awaitStable(second.lsn()));
        assertThrows(StoreFailedException.class, () -> store.awaitStable(second.lsn(), Duration.ZERO));
        assertFailed(store);
        sim.discard();
    }

    @Test
    void aSegmentThatCannotBeCreatedForAnotherReasonFailsTheStore() throws Exception {
        SimStore sim = open(Rig.CALLER_DRIVEN, SimulatedFaults.none().failAt(OperationKind.CREATE, 2));
        LogStructuredStore store = sim.store();
        assertThrows(StoreFailedException.class, () -> {
            while (true) {
                store.append(new byte[1_000]);
            }
        });
        assertFailed(store);
        sim.discard();
    }
}
