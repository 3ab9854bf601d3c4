package io.lss.core.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.LogStructuredStore;
import io.lss.api.Reservation;
import io.lss.api.StoreClosedException;
import io.lss.api.WriteMode;
import io.lss.core.store.SimStore.Found;
import io.lss.core.store.SimStore.Work;
import io.lss.tck.sim.OperationKind;
import io.lss.tck.sim.SimulatedFaults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Waiting until a record is stable, and what makes it so: flush, sync, linger, poll. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StabilityTest {

    private static final int LONE_COMMITS = 200;

    // ------------------------------------------------------------------------------------------- waiters

    @ParameterizedTest
    @EnumSource
    void s5_aLoneWaiterIsServed(Rig rig) throws Exception {
        try (SimStore sim = rig.open()) {
            LogStructuredStore store = sim.store();
            List<Found> all = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                Found found = SimStore.append(store, SimStore.payload(50 + i, i));
                store.awaitStable(found.lsn());
                assertTrue(store.stableLsn() > found.lsn());
                all.add(found);
            }
            assertEquals(all, SimStore.scan(store));
        }
    }

    @Test
    void aLonePlatformThreadLeadsAndAVirtualOneNeverDoes() throws Exception {
        Rig rig = Rig.STORE_THREAD; // on a device that needs a staying thread
        Set<Thread> issuers = ConcurrentHashMap.newKeySet();
        var device = rig.device().observer(moment -> {
            if (moment.kind() == OperationKind.WRITE) {
                issuers.add(Thread.currentThread());
            }
        });
        try (SimStore sim = SimStore.open(device, rig.options())) {
            LogStructuredStore store = sim.store();
            Work<Thread> virtual = Work.start(Thread.ofVirtual(), () -> {
                for (int i = 0; i < 50; i++) {
                    store.awaitStable(store.append(new byte[10]));
                }
                return Thread.currentThread();
            });
            assertTrue(virtual.get().isVirtual());
            for (Thread issuer : issuers) {
                assertTrue(issuer.getName().startsWith("lss-driver"), "issued by " + issuer);
            }
            assertFalse(issuers.isEmpty());
            // The driver may be faster now and then.
            int led = 0;
            for (int i = 0; i < LONE_COMMITS; i++) {
                issuers.clear();
                store.awaitStable(store.append(new byte[10]));
                led += issuers.contains(Thread.currentThread()) ? 1 : 0;
            }
            assertTrue(led > LONE_COMMITS / 2, led + " of " + LONE_COMMITS + " lone commits were issued by the committer");
        }
    }

    /** Waking takes time, in which the device would have nothing to do. */
    @Test
    void theNextFlushIsIssuedBeforeAnybodyIsWoken() throws Exception {
        List<String> events = new ArrayList<>();
        var device = Rig.CALLER_DRIVEN.device().observer(moment -> {
            if (moment.kind() == OperationKind.WRITE) {
                events.add("write");
            }
        });
        try (SimStore sim = SimStore.open(device, Rig.CALLER_DRIVEN.options().writeMode(WriteMode.SERIALIZED))) {
            LogStructuredStore store = sim.store();
            long first = store.append(new byte[10]);
            CompletionStage<Void> woken = store.whenStable(first).thenRun(() -> events.add("woken"));
            store.flush();
            long second = store.append(new byte[10]);
            store.flush();
            while (store.stableLsn() <= second || !woken.toCompletableFuture().isDone()) {
                store.poll();
            }
            assertEquals(List.of("write", "write", "woken"), events);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "STORE_THREAD, false, 64", "DEVICE_THREAD, false, 64", "CALLER_DRIVEN, false, 8", "STORE_THREAD, true, 1000",
        "DEVICE_THREAD, true, 1000"
    })
    void s5_manyWaitersAreServed(Rig rig, boolean virtual, int waiters) throws Exception {
        try (SimStore sim = rig.open()) {
            LogStructuredStore store = sim.store();
            CountDownLatch start = new CountDownLatch(1);
            List<Work<Void>> works = new ArrayList<>();
            for (int w = 0; w < waiters; w++) {
                int waiter = w;
                works.add(Work.start(virtual ? Thread.ofVirtual() : Thread.ofPlatform(), () -> {
                    start.await();
                    for (int i = 0; i < 5; i++) {
                        Found found = SimStore.append(store, SimStore.payload(20 + waiter % 30, waiter * 10L + i));
                        if ((waiter + i) % 3 == 0) {
                            store.whenStable(found.lsn()).toCompletableFuture().join();
                        } else {
                            store.awaitStable(found.lsn());
                        }
                        assertTrue(store.stableLsn() > found.lsn());
                        SimStore.assertReads(store, found);
                    }
                    return null;
                }));
            }
            start.countDown();
            if (rig == Rig.CALLER_DRIVEN) {
                SimStore.until(() -> {
                    try {
                        store.poll(); // a stage alone drives nothing
                    } catch (java.io.IOException e) {
                        throw new AssertionError(e);
                    }
                    return works.stream().allMatch(work -> work.task().isDone());
                });
            }
            for (Work<Void> work : works) {
                work.get();
            }
            assertEquals(waiters * 5L, store.stats().records());
            assertEquals(waiters * 5, SimStore.scan(store).size());
        }
    }

    /**
     * Nobody drives a caller-driven store when the one who waited has gone: a stage that came while that one took its last step must not be
     * left behind. Which step a stage meets is left to chance, so there are many.
     */
    @Test
    void s5_aStageIsCompletedByWhoeverMakesItsRecordStableLast() throws Exception {
        try (SimStore sim = Rig.CALLER_DRIVEN.open()) {
            LogStructuredStore store = sim.store();
            AtomicLong appended = new AtomicLong(-1);
            CyclicBarrier both = new CyclicBarrier(2);
            int rounds = 20_000;
            Work<Void> driving = Work.start(() -> {
                for (int i = 0; i < rounds; i++) {
                    long lsn = store.append(new byte[8]);
                    appended.set(lsn);
                    store.awaitStable(lsn);
                    both.await(); // from here on nobody drives
                    both.await();
                }
                return null;
            });
            long last = -1;
            for (int i = 0; i < rounds; i++) {
                while (appended.get() == last) {
                    Thread.onSpinWait();
                }
                last = appended.get();
                for (int spins = i % 256; spins > 0; spins--) {
                    Thread.onSpinWait();
                }
                var stage = store.whenStable(last).toCompletableFuture();
                both.await();
                stage.get(10, TimeUnit.SECONDS);
                both.await();
            }
            driving.get();
        }
    }

    @Test
    void awaitStableWithoutTimeDoesNotWait() throws Exception {
        try (SimStore sim = Rig.CALLER_DRIVEN.open()) {
            LogStructuredStore store = sim.store();
            long lsn = store.append(new byte[10]);
            assertFalse(store.awaitStable(lsn, Duration.ZERO));
            assertFalse(store.awaitStable(lsn, Duration.ofNanos(-1)));
            assertFalse(store.awaitStable(lsn, Duration.ofSeconds(Long.MIN_VALUE)));
            assertEquals(0, sim.device().operations(OperationKind.WRITE), "it asked for nothing");
            assertTrue(store.awaitStable(lsn, Duration.ofSeconds(Long.MAX_VALUE)));
            assertTrue(store.awaitStable(lsn, Duration.ZERO));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STORE_THREAD", "DEVICE_THREAD"})
    void awaitStableReturnsWhenItsTimeIsOverAndTheRecordsFateIsNotChanged(Rig rig) throws Exception {
        var faults = SimulatedFaults.none().stuck(OperationKind.WRITE, 1, 1);
        try (SimStore sim = SimStore.open(rig.device().faults(faults), rig.options())) {
            LogStructuredStore store = sim.store();
            Found found = SimStore.append(store, SimStore.payload(10, 1));
            assertFalse(store.awaitStable(found.lsn(), Duration.ofMillis(3)));
            SimStore.until(() -> sim.device().stuckOperations() == 1);
            assertFalse(store.awaitStable(found.lsn(), Duration.ofMillis(3)));
            assertEquals(1, sim.device().releaseStuck());
            assertTrue(store.awaitStable(found.lsn(), Duration.ofDays(1)));
            assertEquals(List.of(found), SimStore.scan(store));
        }
    }

    @ParameterizedTest
    @EnumSource
    void s18_anLsnThatWasNeverHandedOutCannotBeAwaited(Rig rig) throws Exception {
        try (SimStore sim = rig.open()) {
            LogStructuredStore store = sim.store();
            assertNeverHandedOut(store, "an empty store");
            store.append(new byte[10]);
            assertNeverHandedOut(store, "one record, not stable");
            store.sync();
            assertNeverHandedOut(store, "one record, stable");
            // Nothing is in the open buffer, so what is below the tail is its header, which was given to no record.
            long header = store.tailLsn() - 8;
            assertThrows(IllegalArgumentException.class, () -> store.awaitStable(header), "in a header");
            assertRefused(store, header, "in a header");
        }
    }

    private static void assertNeverHandedOut(LogStructuredStore store, String when) {
        long tail = store.tailLsn();
        for (long lsn : new long[] {tail, tail + 8, tail + 4_096, Long.MAX_VALUE, Long.MAX_VALUE & -8L, -8, Long.MIN_VALUE, 0, 8, Rig.SEGMENT, Rig.SEGMENT + 4_096, tail - 1}) {
            String what = "LSN " + lsn + ", " + when;
            assertThrows(IllegalArgumentException.class, () -> store.awaitStable(lsn), what);
            assertThrows(IllegalArgumentException.class, () -> store.awaitStable(lsn, Duration.ofNanos(1)), what);
            assertThrows(IllegalArgumentException.class, () -> store.awaitStable(lsn, Duration.ZERO), what);
            assertRefused(store, lsn, what);
        }
    }

    /** A stage may be refused at once, or fail. */
    private static void assertRefused(LogStructuredStore store, long lsn, String what) {
        CompletableFuture<Void> stage;
        try {
            stage = store.whenStable(lsn).toCompletableFuture();
        } catch (IllegalArgumentException e) {
            return;
        }
        var e = assertThrows(CompletionException.class, stage::join, what);
        assertInstanceOf(IllegalArgumentException.class, e.getCause(), what);
    }

    // ------------------------------------------------------------------------------------------- stages

    @ParameterizedTest
    @EnumSource(names = {"STORE_THREAD", "DEVICE_THREAD"})
    void whenStableCompletesAndDependentsDoNotRunOnTheStoresThreads(Rig rig) throws Exception {
        var faults = SimulatedFaults.none().stuck(OperationKind.WRITE, 1, 1);
        try (SimStore sim = SimStore.open(rig.device().faults(faults), rig.options())) {
            LogStructuredStore store = sim.store();
            Found found = SimStore.append(store, SimStore.payload(10, 1));
            CountDownLatch release = new CountDownLatch(1);
            // Registered while the write is stuck, so it is the completion that runs it.
            CompletableFuture<String> ran = store.whenStable(found.lsn())
                    .thenApply(nothing -> {
                        try {
                            release.await();
                        } catch (InterruptedException e) {
                            throw new CompletionException(e);
                        }
                        return Thread.currentThread().getName();
                    })
                    .toCompletableFuture();
            SimStore.until(() -> sim.device().stuckOperations() == 1);
            sim.device().releaseStuck();
            // While the dependent blocks, the store goes on.
            for (int i = 0; i < 20; i++) {
                store.awaitStable(store.append(new byte[100]));
            }
            assertFalse(ran.isDone());
            release.countDown();
            String thread = ran.get();
            assertFalse(thread.startsWith("lss-"), "ran on " + thread);
            assertTrue(store.whenStable(found.lsn()).toCompletableFuture().isDone(), "stable already");
        }
    }

    @Test
    void aStageIsTheStoresToComplete() throws Exception {
        try (SimStore sim = Rig.CALLER_DRIVEN.open()) {
            LogStructuredStore store = sim.store();
            long lsn = store.append(new byte[10]);
            var stage = store.whenStable(lsn);
            stage.toCompletableFuture().complete(null);
            var again = stage.toCompletableFuture();
            assertFalse(again.isDone(), "a copy was completed, not the stage");
            store.sync();
            again.join();
        }
    }

    @ParameterizedTest
    @EnumSource
    void s5_closeEndsStagesAndOneWhoseRecordItMadeStableIsTold(Rig rig) throws Exception {
        SimStore sim = rig.open();
        LogStructuredStore store = sim.store();
        long published = store.append(new byte[10]);
        Reservation open = store.reserve(10);
        CompletableFuture<Void> of = store.whenStable(published).toCompletableFuture();
        CompletableFuture<Void> givenUp = store.whenStable(open.lsn()).toCompletableFuture();
        sim.close();
        assertTrue(store.stableLsn() > published, "close flushes what was published");
        of.join();
        // The filler's bytes are stable as well; whatever the stage says, it must end.
        givenUp.handle((nothing, failure) -> null).join();
    }

    @ParameterizedTest
    @EnumSource(names = {"STORE_THREAD", "DEVICE_THREAD"})
    void s5_waitersOfAClosedStoreGetStoreClosed(Rig rig) throws Exception {
        SimStore sim = rig.open();
        LogStructuredStore store = sim.store();
        long stable = store.append(new byte[10]);
        store.sync();
        sim.close();
        store.awaitStable(stable);
        store.whenStable(stable).toCompletableFuture().join();
        assertThrows(StoreClosedException.class, store::sync);
        assertThrows(StoreClosedException.class, store::flush);
    }

    // ------------------------------------------------------------------------------------------- sync, flush

    @ParameterizedTest
    @EnumSource
    void syncCoversEverythingPublishedBefore(Rig rig) throws Exception {
        try (SimStore sim = rig.open()) {
            LogStructuredStore store = sim.store();
            store.sync(); // of nothing
            assertEquals(List.of(), SimStore.scan(store));
            assertEquals(0, sim.device().operations(OperationKind.WRITE));
            List<Found> all = new ArrayList<>();
            for (int i = 0; i < 15; i++) {
                all.addAll(SimStore.appendMixed(store, 1 + i * 2, i));
                store.sync();
                assertTrue(store.stableLsn() > all.getLast().lsn());
                assertEquals(all, SimStore.scan(store));
                store.sync(); // of what is stable
            }
        }
    }

    @Test
    void syncCoversWhatOtherThreadsPublished() throws Exception {
        try (SimStore sim = Rig.DEVICE_THREAD.open()) {
            LogStructuredStore store = sim.store();
            for (int i = 0; i < 200; i++) {
                Found found = Work.start(() -> SimStore.append(store, SimStore.payload(10, 1))).get();
                store.sync();
                assertTrue(store.stableLsn() > found.lsn());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STORE_THREAD", "DEVICE_THREAD"})
    void flushStartsTheWriteAndDoesNotWaitForIt(Rig rig) throws Exception {
        var faults = SimulatedFaults.none().stuck(OperationKind.WRITE, 1, 2);
        try (SimStore sim = SimStore.open(rig.device().faults(faults), rig.options())) {
            LogStructuredStore store = sim.store();
            store.flush();
            store.flush();
            assertEquals(0, sim.device().operations(OperationKind.WRITE), "an empty buffer is not flushed");
            Found found = SimStore.append(store, SimStore.payload(10, 1));
            store.flush(); // the device never completes it, so this returning shows that it does not wait
            SimStore.until(() -> sim.device().stuckOperations() == 1);
            Found second = SimStore.append(store, SimStore.payload(10, 2));
            assertTrue(second.lsn() / 4_096 > found.lsn() / 4_096, "the first buffer was sealed");
            store.flush();
            SimStore.until(() -> sim.device().stuckOperations() == 2);
            sim.device().releaseStuck();
            store.sync();
            assertEquals(List.of(found, second), SimStore.scan(store));
        }
    }

    @Test
    void flushedBuffersGoToTheDeviceWhenTheirLastReservationEnds() throws Exception {
        try (SimStore sim = Rig.CALLER_DRIVEN.open()) {
            LogStructuredStore store = sim.store();
            Reservation open = store.reserve(10);
            Found second = SimStore.append(store, SimStore.payload(10, 2));
            store.flush();
            sim.settle();
            assertEquals(0, sim.device().operations(OperationKind.WRITE));
            Found first = SimStore.publish(open, SimStore.payload(10, 1));
            sim.settle();
            assertEquals(1, sim.device().operations(OperationKind.WRITE));
            store.sync();
            assertEquals(List.of(first, second), SimStore.scan(store));
        }
    }

    // ------------------------------------------------------------------------------------------- linger, poll

    @Test
    void aLingeringRecordIsFlushedWhenItsTimeIsOver() throws Exception {
        Rig rig = Rig.CALLER_DRIVEN;
        try (SimStore sim = SimStore.open(rig.device(), rig.options().linger(Duration.ofMillis(200)))) {
            LogStructuredStore store = sim.store();
            sim.pass(Duration.ofSeconds(10));
            assertEquals(0, sim.device().operations(OperationKind.WRITE), "nothing lingers");
            Found found = SimStore.append(store, SimStore.payload(10, 1));
            store.poll();
            sim.pass(Duration.ofMillis(190));
            assertEquals(0, sim.device().operations(OperationKind.WRITE), "too early");
            sim.pass(Duration.ofMillis(40));
            assertEquals(1, sim.device().operations(OperationKind.WRITE));
            sim.pass(Duration.ofSeconds(1));
            assertTrue(store.stableLsn() > found.lsn(), "nobody waits, and it becomes stable all the same");
            sim.pass(Duration.ofHours(1));
            assertEquals(1, sim.device().operations(OperationKind.WRITE));
        }
    }

    @Test
    void withoutLingerARecordStaysInMemoryUntilSomebodyAsks() throws Exception {
        try (SimStore sim = Rig.CALLER_DRIVEN.open()) {
            LogStructuredStore store = sim.store();
            Found found = SimStore.append(store, SimStore.payload(10, 1));
            sim.pass(Duration.ofDays(1));
            assertEquals(0, sim.device().operations(OperationKind.WRITE));
            SimStore.assertReads(store, found);
            store.awaitStable(found.lsn());
            assertEquals(1, sim.device().operations(OperationKind.WRITE));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STORE_THREAD", "DEVICE_THREAD"})
    void aStoreWithAThreadFlushesLingeringRecordsByItself(Rig rig) throws Exception {
        try (SimStore sim = SimStore.open(rig.device(), rig.options().linger(Duration.ofMillis(1)))) {
            LogStructuredStore store = sim.store();
            for (int i = 0; i < 5; i++) {
                long lsn = store.append(new byte[10]);
                SimStore.until(() -> store.stableLsn() > lsn);
            }
        }
    }

    @Test
    void aCallerDrivenStoreHasNoThreadAndPollDrivesIt() throws Exception {
        try (SimStore sim = Rig.CALLER_DRIVEN.open()) {
            LogStructuredStore store = sim.store();
            Found found = SimStore.append(store, SimStore.payload(10, 1));
            CompletableFuture<Void> stage = store.whenStable(found.lsn()).toCompletableFuture();
            for (Thread thread : Thread.getAllStackTraces().keySet()) {
                assertFalse(thread.getName().equals("lss-driver " + sim.location()), thread.getName());
            }
            assertEquals(0, sim.device().operations(OperationKind.WRITE), "nobody has driven yet");
            int completed = 0;
            int polls = 0;
            while (store.stableLsn() <= found.lsn()) {
                completed += store.poll();
                polls++;
            }
            stage.join();
            assertEquals(1, completed, "one durable write");
            assertTrue(polls > 1, "poll does not wait");
            assertEquals(0, store.poll());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STORE_THREAD", "DEVICE_THREAD"})
    void pollIsHarmlessOnAStoreWithAThread(Rig rig) throws Exception {
        try (SimStore sim = rig.open()) {
            LogStructuredStore store = sim.store();
            var over = new CountDownLatch(1);
            Work<Integer> poller = Work.start(() -> {
                int sum = 0;
                while (over.getCount() > 0) {
                    sum += store.poll();
                }
                return sum;
            });
            List<Found> all = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                all.addAll(SimStore.appendMixed(store, 30, i));
                store.sync();
            }
            over.countDown();
            poller.get();
            assertEquals(all, SimStore.scan(store));
        }
    }
}
