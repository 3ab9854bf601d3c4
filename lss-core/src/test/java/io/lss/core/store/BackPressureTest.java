package io.lss.core.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.LogStructuredStore;
import io.lss.api.Reservation;
import io.lss.api.StoreClosedException;
import io.lss.api.StoreInterruptedException;
import io.lss.core.store.SimStore.Found;
import io.lss.core.store.SimStore.Work;
import io.lss.tck.sim.OperationKind;
import io.lss.tck.sim.SimulatedFaults;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A ring that is full because the device is slow or stuck: appends wait, in fixed memory, and interrupts end the wait. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BackPressureTest {

    private static final int LENGTH = 2_000;

    /** A store of which every write sticks until it is released. */
    private static SimStore stuck(Rig rig) throws Exception {
        var faults = SimulatedFaults.none().stuck(OperationKind.WRITE, 1, SimulatedFaults.ALWAYS);
        return SimStore.open(rig.device().faults(faults), rig.options());
    }

    /** Releases what sticks, again and again, until something has ended. */
    private static void releaseUntilDone(SimStore sim, List<? extends Work<?>> works) {
        SimStore.until(() -> {
            sim.device().releaseStuck();
            return works.stream().allMatch(work -> work.task().isDone());
        });
    }

    private static void syncReleasing(SimStore sim) throws Exception {
        Work<Void> sync = Work.start(() -> {
            sim.store().sync();
            return null;
        });
        releaseUntilDone(sim, List.of(sync));
        sync.get();
    }

    /** Waits until the device has all buffers and gives none back. */
    private static void untilFull(SimStore sim) {
        SimStore.until(() -> sim.device().stuckOperations() == Rig.BUFFERS);
    }

    /** Appends without end, on several threads, until the ring is full and all of them wait. */
    private static List<Work<List<Found>>> fill(SimStore sim, int threads, int each, boolean virtual) {
        LogStructuredStore store = sim.store();
        List<Work<List<Found>>> works = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            int thread = t;
            works.add(Work.start(virtual ? Thread.ofVirtual() : Thread.ofPlatform(), () -> {
                List<Found> own = new ArrayList<>();
                for (int i = 0; i < each; i++) {
                    own.add(SimStore.append(store, SimStore.payload(LENGTH, thread * 1_000L + i)));
                }
                return own;
            }));
        }
        untilFull(sim);
        works.forEach(work -> SimStore.untilBlocked(work.thread()));
        return works;
    }

    @ParameterizedTest
    @CsvSource({"STORE_THREAD, false", "STORE_THREAD, true", "DEVICE_THREAD, false", "DEVICE_THREAD, true"})
    void s16_appendersOfAStuckDeviceWaitInFixedMemoryAndGoOnAfterwards(Rig rig, boolean virtual) throws Exception {
        try (SimStore sim = stuck(rig)) {
            LogStructuredStore store = sim.store();
            int threads = 6;
            int each = 40;
            List<Work<List<Found>>> works = fill(sim, threads, each, virtual);
            long taken = store.tailLsn() - store.beginLsn();
            assertTrue(taken <= (long) Rig.BUFFERS * Rig.BUFFER, "more was taken than the ring has: " + taken);
            assertEquals(Rig.BUFFERS, sim.device().stuckOperations(), "every buffer is with the device");
            SimStore.until(() -> store.stats().inFlight() == Rig.BUFFERS); // counted at the end of a step
            long tail = store.tailLsn();
            assertTrue(store.tryReserve(LENGTH).isEmpty());
            assertEquals(tail, store.tailLsn());
            for (Work<List<Found>> work : works) {
                assertFalse(work.task().isDone());
            }
            assertTrue(store.stats().backPressureWaits() >= threads);

            releaseUntilDone(sim, works);
            List<Found> all = new ArrayList<>();
            for (Work<List<Found>> work : works) {
                all.addAll(work.get());
            }
            syncReleasing(sim);
            all.sort(Comparator.comparingLong(Found::lsn));
            assertEquals(threads * each, all.size());
            assertEquals(all, SimStore.scan(store));
        }
    }

    @Test
    void s16_aCallerDrivenAppenderDrivesWhileItWaits() throws Exception {
        Rig rig = Rig.CALLER_DRIVEN;
        var faults = SimulatedFaults.none().slow(OperationKind.WRITE, 1, SimulatedFaults.ALWAYS, 500_000_000);
        try (SimStore sim = SimStore.open(rig.device().faults(faults), rig.options())) {
            List<Found> all = SimStore.appendMixed(sim.store(), 300, 1);
            assertTrue(sim.store().stats().backPressureWaits() > 0);
            sim.store().sync();
            assertEquals(all, SimStore.scan(sim.store()));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STORE_THREAD", "DEVICE_THREAD"})
    void s5_closeEndsTheWaitOfAppendersAndKeepsWhatWasPublished(Rig rig) throws Exception {
        SimStore sim = stuck(rig);
        LogStructuredStore store = sim.store();
        List<Found> published = new ArrayList<>();
        Work<Void> appender = Work.start(() -> {
            while (true) {
                published.add(SimStore.append(store, SimStore.payload(LENGTH, published.size())));
            }
        });
        Work<Reservation> reserver = Work.start(Thread.ofVirtual(), () -> {
            while (true) {
                store.reserve(LENGTH).abort();
            }
        });
        untilFull(sim);
        SimStore.untilBlocked(appender.thread());
        SimStore.untilBlocked(reserver.thread());
        Work<Void> closer = Work.start(() -> {
            store.close();
            return null;
        });
        appender.failure(StoreClosedException.class);
        reserver.failure(StoreClosedException.class);
        releaseUntilDone(sim, List.of(closer));
        closer.get();
        sim.medium().settings(rig.device().build());
        try (sim) {
            assertEquals(published, SimStore.scan(sim.reopen()));
        }
    }

    // ------------------------------------------------------------------------------------------- interrupts

    @ParameterizedTest
    @CsvSource({"STORE_THREAD, false", "STORE_THREAD, true", "DEVICE_THREAD, false", "DEVICE_THREAD, true"})
    void s17_anInterruptEndsTheWaitForSpace(Rig rig, boolean virtual) throws Exception {
        try (SimStore sim = stuck(rig)) {
            LogStructuredStore store = sim.store();
            List<Found> published = new ArrayList<>();
            Thread.Builder builder = virtual ? Thread.ofVirtual() : Thread.ofPlatform();
            Work<Boolean> appender = Work.start(builder, () -> {
                try {
                    while (true) {
                        published.add(SimStore.append(store, SimStore.payload(LENGTH, published.size())));
                    }
                } catch (StoreInterruptedException e) {
                    return Thread.currentThread().isInterrupted();
                }
            });
            untilFull(sim);
            SimStore.untilBlocked(appender.thread());
            long tail = store.tailLsn();
            long waits = store.stats().backPressureWaits();
            Work<Boolean> reserver = Work.start(builder, () -> {
                assertThrows(StoreInterruptedException.class, () -> store.reserve(LENGTH));
                return Thread.interrupted();
            });
            Work<Boolean> grouper = Work.start(builder, () -> {
                assertThrows(StoreInterruptedException.class, () -> store.reserveAll(LENGTH, 1, 2));
                return Thread.interrupted();
            });
            SimStore.until(() -> store.stats().backPressureWaits() == waits + 2);
            List<Work<Boolean>> waiting = List.of(appender, reserver, grouper);
            waiting.forEach(work -> SimStore.untilBlocked(work.thread()));
            waiting.forEach(work -> work.thread().interrupt());
            for (Work<Boolean> work : waiting) {
                assertTrue(work.get(), "the interrupt status is kept");
            }
            assertEquals(tail, store.tailLsn(), "nothing was reserved");
            syncReleasing(sim);
            assertEquals(published, SimStore.scan(store));
            Work<Found> after = Work.start(() -> SimStore.append(store, SimStore.payload(LENGTH, 99)));
            releaseUntilDone(sim, List.of(after));
            syncReleasing(sim);
            published.add(after.get());
            assertEquals(published, SimStore.scan(store));
        }
    }

    @Test
    void s17_anInterruptEndsTheWaitForSpaceOfACallerDrivenStore() throws Exception {
        try (SimStore sim = stuck(Rig.CALLER_DRIVEN)) {
            LogStructuredStore store = sim.store();
            List<Found> published = new ArrayList<>();
            Work<Boolean> appender = Work.start(() -> {
                try {
                    while (true) {
                        published.add(SimStore.append(store, SimStore.payload(LENGTH, published.size())));
                    }
                } catch (StoreInterruptedException e) {
                    return Thread.currentThread().isInterrupted();
                }
            });
            SimStore.until(() -> sim.device().stuckOperations() > 0 && store.stats().backPressureWaits() > 0);
            appender.thread().interrupt();
            // What it has issued would end with it on such a device, so it stays until the device lets go.
            releaseUntilDone(sim, List.of(appender));
            boolean kept = appender.task().state() == java.util.concurrent.Future.State.SUCCESS && appender.get();
            assertTrue(kept, "the interrupt status is kept");
            syncReleasing(sim);
            assertEquals(published, SimStore.scan(store));
        }
    }

    @ParameterizedTest
    @EnumSource
    void s17_anInterruptThatIsPendingDoesNotHinderWhatNeedsNoWait(Rig rig) throws Exception {
        try (SimStore sim = rig.open()) {
            LogStructuredStore store = sim.store();
            Thread.currentThread().interrupt();
            Found appended = SimStore.append(store, SimStore.payload(10, 1));
            Found reserved = SimStore.publish(store.reserve(10), SimStore.payload(10, 2));
            SimStore.assertReads(store, appended);
            store.flush();
            assertFalse(store.awaitStable(appended.lsn(), java.time.Duration.ZERO));
            store.setRoot(new byte[] {1});
            assertThrows(StoreInterruptedException.class, () -> store.awaitStable(appended.lsn()));
            assertThrows(StoreInterruptedException.class, store::sync);
            assertThrows(
                    StoreInterruptedException.class, () -> store.awaitStable(appended.lsn(), java.time.Duration.ofDays(1)));
            assertTrue(Thread.interrupted(), "the status is kept all along");
            store.sync();
            Thread.currentThread().interrupt();
            store.awaitStable(appended.lsn());
            assertEquals(List.of(appended, reserved), SimStore.scan(store), "reads and scans are not disturbed");
            store.trimBefore(reserved.lsn());
            assertEquals(List.of(reserved), SimStore.scan(store));
            assertTrue(Thread.interrupted());
        }
    }

    @ParameterizedTest
    @CsvSource({"DEVICE_THREAD, false", "DEVICE_THREAD, true", "STORE_THREAD, true"})
    void s17_anInterruptEndsTheWaitForStability(Rig rig, boolean virtual) throws Exception {
        try (SimStore sim = stuck(rig)) {
            LogStructuredStore store = sim.store();
            Found found = SimStore.append(store, SimStore.payload(LENGTH, 1));
            Work<Boolean> waiter = Work.start(virtual ? Thread.ofVirtual() : Thread.ofPlatform(), () -> {
                assertThrows(StoreInterruptedException.class, () -> store.awaitStable(found.lsn()));
                return Thread.currentThread().isInterrupted();
            });
            SimStore.until(() -> sim.device().stuckOperations() == 1);
            SimStore.untilBlocked(waiter.thread());
            waiter.thread().interrupt();
            assertTrue(waiter.get());
            syncReleasing(sim);
            assertEquals(List.of(found), SimStore.scan(store), "the record's fate is not changed by it");
        }
    }

    /** On a device that needs a staying thread a lone waiter leads, and stays until what it issued has completed. */
    @Test
    void s17_anInterruptedLeaderStaysForWhatItIssuedAndKeepsItsStatus() throws Exception {
        try (SimStore sim = stuck(Rig.STORE_THREAD)) {
            LogStructuredStore store = sim.store();
            Found found = SimStore.append(store, SimStore.payload(LENGTH, 1));
            Work<Boolean> leader = Work.start(() -> {
                try {
                    store.awaitStable(found.lsn());
                } catch (StoreInterruptedException e) {
                    assertTrue(e.getMessage().contains(String.valueOf(found.lsn())), e.getMessage());
                }
                return Thread.currentThread().isInterrupted();
            });
            SimStore.until(() -> sim.device().stuckOperations() == 1);
            leader.thread().interrupt();
            releaseUntilDone(sim, List.of(leader));
            assertTrue(leader.get());
            syncReleasing(sim);
            assertEquals(List.of(found), SimStore.scan(store));
        }
    }

    @ParameterizedTest
    @CsvSource({"STORE_THREAD, false", "DEVICE_THREAD, false", "DEVICE_THREAD, true"})
    void s17_anInterruptEndsTheWaitOfATail(Rig rig, boolean virtual) throws Exception {
        try (SimStore sim = rig.open()) {
            LogStructuredStore store = sim.store();
            Found found = SimStore.append(store, SimStore.payload(LENGTH, 1));
            store.sync();
            Work<Boolean> tail = Work.start(virtual ? Thread.ofVirtual() : Thread.ofPlatform(), () -> {
                try (var cursor = store.tail(store.beginLsn())) {
                    assertTrue(cursor.next());
                    assertThrows(StoreInterruptedException.class, cursor::next);
                    assertTrue(Thread.interrupted());
                    assertTrue(cursor.next(), "it goes on where it was");
                    return cursor.lsn() > found.lsn();
                }
            });
            SimStore.untilBlocked(tail.thread());
            tail.thread().interrupt();
            // Only when it has taken notice may it go on, or there would be nothing to wait for.
            SimStore.until(() -> !tail.thread().isInterrupted());
            store.awaitStable(store.append(new byte[10]));
            assertTrue(tail.get());
        }
    }

    @ParameterizedTest
    @EnumSource
    void s17_closeIsNotShortenedByAnInterrupt(Rig rig) throws Exception {
        SimStore sim = rig.open();
        List<Found> all = SimStore.appendMixed(sim.store(), 50, 1);
        Thread.currentThread().interrupt();
        sim.store().close();
        assertTrue(Thread.interrupted());
        try (sim) {
            Thread.currentThread().interrupt();
            LogStructuredStore store = sim.reopen();
            assertTrue(Thread.interrupted(), "opening keeps it as well");
            assertEquals(all, SimStore.scan(store));
        }
    }

    /** Interrupts all the time, at any point: every append that returned is there once, every one that threw is not. */
    @ParameterizedTest
    @EnumSource(names = {"STORE_THREAD", "DEVICE_THREAD"})
    void s17_interruptsAtAnyPointLoseAndDuplicateNothing(Rig rig) throws Exception {
        int threads = 3;
        int each = 500;
        AtomicInteger interrupted = new AtomicInteger();
        try (SimStore sim = SimStore.open(rig.device().latency(10_000, 300_000), rig.options())) {
            LogStructuredStore store = sim.store();
            CountDownLatch over = new CountDownLatch(threads);
            List<Work<List<Found>>> works = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                int thread = t;
                works.add(Work.start(t == 0 ? Thread.ofVirtual() : Thread.ofPlatform(), () -> {
                    List<Found> own = new ArrayList<>();
                    int next = 0;
                    while (next < each) {
                        byte[] payload = SimStore.payload(LENGTH, thread * 1_000L + next);
                        try {
                            if (next % 5 == 1) {
                                try (Reservation reservation = store.reserve(LENGTH)) {
                                    own.add(SimStore.publish(reservation, payload));
                                }
                            } else {
                                own.add(SimStore.append(store, payload));
                            }
                            next++;
                            if (next % 10 == 7) {
                                store.awaitStable(own.getLast().lsn());
                            }
                        } catch (StoreInterruptedException e) {
                            interrupted.incrementAndGet();
                            assertTrue(Thread.interrupted(), "the status is kept");
                        }
                    }
                    over.countDown();
                    return own;
                }));
            }
            while (over.getCount() > 0) {
                works.get(ThreadLocalRandom.current().nextInt(threads)).thread().interrupt();
                Thread.yield();
            }
            List<Found> all = new ArrayList<>();
            for (Work<List<Found>> work : works) {
                all.addAll(work.get());
            }
            store.sync();
            all.sort(Comparator.comparingLong(Found::lsn));
            assertEquals(threads * each, all.size());
            assertEquals(all, SimStore.scan(store));
            assertTrue(interrupted.get() > 0, "no interrupt has met a wait");
        }
    }
}
