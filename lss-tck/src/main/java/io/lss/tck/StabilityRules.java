package io.lss.tck;

import static io.lss.tck.Rule.S16;
import static io.lss.tck.Rule.S4;
import static io.lss.tck.Rule.S5;

import io.lss.api.LogStructuredStore;
import io.lss.api.Reservation;
import io.lss.api.StoreClosedException;
import io.lss.api.WriteMode;
import io.lss.tck.Stage.Found;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** S4, S5, S16: what stable means, who waits for it, and what waits for space. */
abstract class StabilityRules extends OrderRules {

    @Test
    void s4_stabilityDoesNotPassAnOpenReservation() throws IOException {
        LogStructuredStore store = stage().store();
        long before = store.append(new byte[10]);
        Reservation open = store.reserve(100);
        long after = store.append(new byte[10]);
        store.flush();
        for (int i = 0; i < 50; i++) {
            store.append(new byte[500]); // seals, and lets whoever drives the store go on
            var _ = store.poll();
            Broken.unless(store.stableLsn() <= open.lsn(), S4, "stable up to %d with LSN %d still open", store.stableLsn(), open.lsn());
            Broken.unless(!store.awaitStable(open.lsn(), Duration.ZERO), S4, "the open reservation at LSN %d is said to be stable", open.lsn());
            if (store.tailLsn() > open.lsn() + 2L * buffer()) {
                break;
            }
        }
        open.publish();
        store.awaitStable(after);
        Broken.unless(store.stableLsn() > after && store.stableLsn() > before, S4, "stable up to %d after a wait for %d", store.stableLsn(), after);
    }

    @Test
    @TakesLong
    void s4_whatWasSaidToBeStableIsThereWhenTheMachineStops() throws IOException {
        Stage stage = stage();
        need(stage, Capability.CRASH, Capability.DURABLE, Capability.POWER_CUT);
        long seed = 1;
        drawnFrom(seed);
        int cases = 0;
        List<Found> kept = new ArrayList<>();
        for (WriteMode mode : WriteMode.values()) {
            for (int round = 0; round < 20; round++) {
                LogStructuredStore store = stage.open(stage.options().toBuilder().writeMode(mode).build());
                List<Found> appended = Stage.appendMixed(store, 5 + round, seed++);
                switch (round % 3) {
                    case 0 -> store.awaitStable(appended.get(appended.size() / 2).lsn());
                    case 1 -> store.flush();
                    default -> store.sync();
                }
                var _ = store.poll();
                long stable = store.stableLsn();
                store = stage.crash();
                List<Found> found = Stage.scan(store);
                appended.stream().filter(each -> each.lsn() < stable).forEach(kept::add);
                Broken.unless(
                        found.size() >= kept.size() && found.subList(0, kept.size()).equals(kept),
                        S4, "%s: not all below LSN %d, which was stable, is there after a crash: %d of %d records, or other bytes",
                        mode, stable, Math.min(found.size(), kept.size()), kept.size());
                Broken.unless(store.stableLsn() >= stable, S4, "stable was %d before a crash and is %d after it", stable, store.stableLsn());
                kept = new ArrayList<>(found);
                store.close();
                stage.forget();
                cases++;
            }
        }
        tried(cases);
    }

    @Test
    void s4_aFailedWriteIsNeverPassed() throws IOException {
        failing(Site.Failing.WRITE);
    }

    @Test
    void s4_aFailedSyncIsNeverPassed() throws IOException {
        failing(Site.Failing.SYNC);
    }

    private void failing(Site.Failing what) throws IOException {
        Stage stage = stage(options().writeMode(WriteMode.SERIALIZED).build());
        need(stage, Capability.FAILURES);
        LogStructuredStore store = stage.store();
        store.awaitStable(store.append(new byte[100]));
        stage.site().failNext(what);
        long stableThen = store.stableLsn();
        Stage.appendUntilFailure(store);
        Broken.unless(store.stableLsn() < store.tailLsn(), S4, "all is stable, LSN %d, though a %s failed", store.stableLsn(), what);
        long stable = store.stableLsn();
        Broken.unless(stable >= stableThen, S4, "stable fell from %d to %d", stableThen, stable);
        Stage.appendUntilFailure(store);
        Broken.unless(store.stableLsn() == stable, S4, "stable moved from %d to %d after a failure", stable, store.stableLsn());
    }

    // ------------------------------------------------------------------------------------------- waits

    @Test
    void s5_everyKindOfWaitEndsWhenTheRecordIsStableAndNotBefore() throws Exception {
        LogStructuredStore store = stage().store();
        Reservation open = store.reserve(10);
        long behind = store.append(new byte[10]);
        List<Work<Boolean>> waiters = new ArrayList<>();
        List<CompletableFuture<Void>> stages = new ArrayList<>();
        for (long lsn : new long[] {open.lsn(), behind}) {
            for (Thread.Builder threads : List.of(Thread.ofPlatform().daemon(), Thread.ofVirtual())) {
                waiters.add(Work.start(threads, () -> {
                    store.awaitStable(lsn);
                    return store.stableLsn() > lsn;
                }));
                waiters.add(Work.start(threads, () -> store.awaitStable(lsn, Duration.ofDays(1)) && store.stableLsn() > lsn));
            }
            stages.add(store.whenStable(lsn).toCompletableFuture());
        }
        waiters.add(Work.start(() -> {
            store.sync();
            return store.stableLsn() > behind;
        }));
        waiters.forEach(Work::untilBlocked);
        for (Work<Boolean> each : waiters) {
            Broken.unless(!each.task().isDone(), S5, "a wait ended before LSN %d was published", open.lsn());
        }
        Broken.unless(stages.stream().noneMatch(CompletableFuture::isDone), S5, "a stage completed before LSN %d was published", open.lsn());
        Broken.unless(!store.awaitStable(behind, Duration.ofMillis(1)), S5, "a wait without time said that LSN %d is stable", behind);
        open.publish();
        for (Work<Boolean> each : waiters) {
            Broken.unless(each.get(), S5, "a wait ended and the record was not stable");
        }
        for (CompletableFuture<Void> each : stages) {
            each.get(1, TimeUnit.DAYS);
        }
        Broken.unless(store.awaitStable(behind, Duration.ZERO), S5, "LSN %d was awaited and is not stable", behind);
        tried(waiters.size() + stages.size());
    }

    @Test
    void s5_aWaitForEachOfManyRecordsEndsWhoeverFlushedThem() throws Exception {
        LogStructuredStore store = stage().store();
        List<Integer> all = Work.together(6, thread -> {
            int waits = 0;
            for (int i = 0; i < 60; i++) {
                long lsn = store.append(Stage.payload(1 + (i * 487 + thread) % 4000, i));
                if ((i + thread) % 3 == 0) {
                    store.whenStable(lsn).toCompletableFuture().get();
                } else {
                    store.awaitStable(lsn);
                }
                Broken.unless(store.stableLsn() > lsn, S5, "a wait for LSN %d ended, stable is %d", lsn, store.stableLsn());
                waits++;
            }
            return waits;
        });
        tried(all.stream().mapToInt(Integer::intValue).sum());
    }

    /** A dependent may do anything, for as long as it likes: it is not on a thread that the store needs. */
    @Test
    void s5_whatFollowsAStageDoesNotHoldTheStoreUp() throws Exception {
        LogStructuredStore store = stage().store();
        CountDownLatch goOn = new CountDownLatch(1);
        List<CompletableFuture<Void>> held = new ArrayList<>();
        try {
            for (int i = 0; i < 2; i++) {
                Reservation open = store.reserve(10);
                held.add(store.whenStable(open.lsn()).toCompletableFuture().thenRun(() -> {
                    try {
                        goOn.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }));
                open.publish();
                store.awaitStable(open.lsn());
            }
            for (int i = 0; i < 20; i++) {
                long lsn = store.append(new byte[3000]);
                store.awaitStable(lsn);
                Broken.unless(store.stableLsn() > lsn, S5, "a wait ended and the record was not stable");
            }
        } finally {
            goOn.countDown();
        }
        for (CompletableFuture<Void> each : held) {
            each.get(1, TimeUnit.DAYS);
        }
        tried(20);
    }

    @Test
    void s5_closeEndsEveryWait() throws Exception {
        Stage stage = stage();
        LogStructuredStore store = stage.store();
        Reservation open = store.reserve(10);
        long lsn = open.lsn();
        List<Work<Object>> waiters = new ArrayList<>();
        for (Thread.Builder threads : List.of(Thread.ofPlatform().daemon(), Thread.ofVirtual())) {
            waiters.add(Work.start(threads, () -> {
                store.awaitStable(lsn);
                return "a normal return";
            }));
        }
        CompletableFuture<Void> whenStable = store.whenStable(lsn).toCompletableFuture();
        waiters.forEach(Work::untilBlocked);
        store.close();
        for (Work<Object> each : waiters) {
            endedByClose(() -> each.get(), lsn, store);
        }
        endedByClose(() -> {
            try {
                return whenStable.get(1, TimeUnit.DAYS);
            } catch (ExecutionException e) {
                throw e.getCause() instanceof Exception cause ? cause : e;
            }
        }, lsn, store);
        stage.forget();
        tried(3);
    }

    /** Its place may have become stable as a filler, when the close gave the reservation up; else the store is closed. */
    private static void endedByClose(Broken.Call wait, long lsn, LogStructuredStore store) {
        try {
            var _ = wait.run();
        } catch (StoreClosedException e) {
            return;
        } catch (Exception e) {
            throw new AssertionError("S5: a wait at the close must end with StoreClosedException, it threw " + e, e);
        }
        Broken.unless(store.stableLsn() > lsn, S5, "a wait for LSN %d ended at the close as if it were stable; stable is %d", lsn, store.stableLsn());
    }

    @Test
    void s5_failureEndsEveryWait() throws Exception {
        Stage stage = stage();
        need(stage, Capability.FAILURES);
        LogStructuredStore store = stage.store();
        store.awaitStable(store.append(new byte[8]));
        Reservation open = store.reserve(10);
        long behind = store.append(new byte[10]);
        List<Work<Object>> waiters = new ArrayList<>();
        for (Thread.Builder threads : List.of(Thread.ofPlatform().daemon(), Thread.ofVirtual())) {
            waiters.add(Work.start(threads, () -> {
                store.awaitStable(behind);
                return "a normal return";
            }));
        }
        CompletableFuture<Void> whenStable = store.whenStable(behind).toCompletableFuture();
        waiters.forEach(Work::untilBlocked);
        stage.site().failNext(Site.Failing.WRITE);
        open.publish();
        for (Work<Object> each : waiters) {
            each.failure(io.lss.api.StoreFailedException.class, "S5");
        }
        ExecutionException failed =
                Broken.unlessThrown(ExecutionException.class, S5, "a stage of a failed store", () -> whenStable.get(1, TimeUnit.DAYS));
        Broken.unless(failed.getCause() instanceof io.lss.api.StoreFailedException, S5, "a stage of a failed store fails with %s", failed.getCause());
        tried(3);
    }

    // ------------------------------------------------------------------------------------------- back-pressure

    @Test
    void s16_aRingThatCannotEmptyTakesNoMoreThanItsSizeAndAppendsWaitUntilItCan() throws Exception {
        LogStructuredStore store = stage().store();
        Reservation first = store.reserve(1);
        List<Reservation> held = new ArrayList<>();
        long bytes = 0;
        int length = 1000;
        while (bytes <= 2L * BUFFERS * buffer()) {
            Optional<Reservation> next = store.tryReserve(length);
            if (next.isEmpty()) {
                break;
            }
            held.add(next.get());
            bytes += length;
        }
        Broken.unless(bytes <= (long) BUFFERS * buffer(), S16, "%d bytes were taken into a ring of %d buffers of %d bytes that cannot empty",
                bytes, BUFFERS, buffer());
        Broken.unless(bytes > buffer(), S16, "after %d bytes a ring of %d buffers of %d bytes took no more", bytes, BUFFERS, buffer());
        Work<Long> waiting = Work.start(() -> store.append(new byte[length]));
        waiting.untilBlocked();
        Broken.unless(!waiting.task().isDone(), S16, "an append to a full ring did not wait");
        Broken.unless(store.tryReserve(length).isEmpty(), S16, "tryReserve found space in a full ring");
        first.publish();
        held.forEach(Reservation::publish);
        long lsn = waiting.get();
        store.awaitStable(lsn);
        Broken.unless(Stage.scan(store).size() == held.size() + 2, S16, "%d of %d records are there", Stage.scan(store).size(), held.size() + 2);
        tried(held.size());
    }

    @Test
    void s16_manyTimesTheRingGoesThroughItWithoutLoss() throws Exception {
        LogStructuredStore store = stage().store();
        int each = 4 * BUFFERS * buffer() / 2000;
        Work.together(3, thread -> {
            for (int i = 0; i < each; i++) {
                store.append(Stage.payload(2000, thread * 100_000L + i));
            }
            return thread;
        });
        store.sync();
        int found = Stage.scan(store).size();
        Broken.unless(found == 3 * each, S16, "%d of %d records are there", found, 3 * each);
        tried(3L * each);
    }
}
