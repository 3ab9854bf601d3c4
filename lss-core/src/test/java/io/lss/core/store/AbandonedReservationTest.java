package io.lss.core.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.LogStructuredStore;
import io.lss.api.ReadOutcome.Status;
import io.lss.api.Reservation;
import io.lss.core.store.SimStore.Found;
import io.lss.core.store.SimStore.Work;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.SynchronousQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Reservations that nobody ends: the store gives them up. In virtual time, where the time matters. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AbandonedReservationTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private static SimStore withTimeout() throws Exception {
        Rig rig = Rig.CALLER_DRIVEN;
        return SimStore.open(rig.device(), rig.options().reservationTimeout(TIMEOUT));
    }

    @Test
    void s8_anAbandonedReservationDoesNotStopStabilityForLongerThanTheTimeout() throws Exception {
        try (SimStore sim = withTimeout()) {
            LogStructuredStore store = sim.store();
            Reservation abandoned = store.reserve(100);
            Found next = SimStore.append(store, SimStore.payload(50, 1));
            CompletableFuture<Void> stage = store.whenStable(next.lsn()).toCompletableFuture();
            store.poll(); // seals, since somebody waits: the time runs from here
            sim.pass(TIMEOUT.minusMillis(20));
            assertFalse(stage.isDone(), "given up before the time was over");
            assertEquals(0, store.stats().expiredReservations());

            sim.pass(Duration.ofMillis(40));
            stage.join();
            assertEquals(1, store.stats().expiredReservations());
            assertEquals(Status.ABORTED, SimStore.status(store, abandoned.lsn()));
            String message = assertThrows(IllegalStateException.class, abandoned::publish).getMessage();
            assertTrue(message.contains("given up by the store"), message);
            assertThrows(IllegalStateException.class, abandoned::abort);
            assertThrows(IllegalStateException.class, abandoned::payload);
            abandoned.close();
            assertEquals(List.of(next), SimStore.scan(store));
            assertEquals(List.of(next), SimStore.scan(sim.reopen()));
        }
    }

    @Test
    void s8_aDroppedReservationIsGivenUpToo() throws Exception {
        try (SimStore sim = withTimeout()) {
            LogStructuredStore store = sim.store();
            long dropped = store.reserve(10).lsn();
            System.gc();
            Found next = SimStore.append(store, SimStore.payload(50, 1));
            store.flush();
            sim.pass(TIMEOUT);
            sim.pass(Duration.ofMillis(50));
            assertTrue(store.stableLsn() > next.lsn());
            assertEquals(Status.ABORTED, SimStore.status(store, dropped));
            assertEquals(List.of(next), SimStore.scan(store));
        }
    }

    @Test
    void theTimeRunsFromTheSealNotFromTheReservation() throws Exception {
        try (SimStore sim = withTimeout()) {
            LogStructuredStore store = sim.store();
            Reservation slow = store.reserve(10);
            sim.pass(TIMEOUT.multipliedBy(10));
            Found found = SimStore.publish(slow, SimStore.payload(10, 1));
            store.sync();
            assertEquals(List.of(found), SimStore.scan(store));
        }
    }

    @Test
    void aReservationPublishedInTimeIsNotGivenUp() throws Exception {
        try (SimStore sim = withTimeout()) {
            LogStructuredStore store = sim.store();
            Reservation slow = store.reserve(10);
            store.flush();
            sim.pass(TIMEOUT.minusMillis(1));
            Found found = SimStore.publish(slow, SimStore.payload(10, 1));
            sim.pass(TIMEOUT);
            store.sync();
            assertEquals(List.of(found), SimStore.scan(store));
            assertEquals(0, store.stats().expiredReservations());
        }
    }

    @Test
    void withoutATimeoutAReservationStaysOpenForEver() throws Exception {
        try (SimStore sim = Rig.CALLER_DRIVEN.open()) {
            LogStructuredStore store = sim.store();
            Reservation slow = store.reserve(10);
            store.flush();
            sim.pass(Duration.ofDays(3));
            assertTrue(store.stableLsn() <= slow.lsn());
            Found found = SimStore.publish(slow, SimStore.payload(10, 1));
            store.sync();
            assertEquals(List.of(found), SimStore.scan(store));
        }
    }

    @Test
    void s8_lateWritesIntoAGivenUpPayloadDoNotReachTheLog() throws Exception {
        try (SimStore sim = withTimeout()) {
            LogStructuredStore store = sim.store();
            Found before = SimStore.append(store, SimStore.payload(300, 1));
            Reservation abandoned = store.reserve(4_000);
            MemorySegment payload = abandoned.payload();
            payload.fill((byte) 0x5a);
            Found after = SimStore.append(store, SimStore.payload(300, 2));
            store.flush();
            sim.pass(TIMEOUT.minusMillis(1));
            payload.fill((byte) 0x5b);
            sim.pass(Duration.ofMillis(2));
            // The buffer has its filler and is on its way; the culprit goes on writing, at every step.
            for (int i = 0; i < 100; i++) {
                payload.fill((byte) (0x5c + i % 2));
                sim.pass(Duration.ofNanos(1_000));
            }
            store.sync();
            payload.fill((byte) 0x5e);
            assertEquals(List.of(before, after), SimStore.scan(store));
            SimStore.assertReads(store, after);

            // The same memory would be the ring's again some time: nothing of it may show up in later records.
            List<Found> more = new ArrayList<>(List.of(before, after));
            for (int i = 0; i < 30; i++) {
                payload.fill((byte) 0x5f);
                more.add(SimStore.append(store, SimStore.payload(4_000, 100 + i)));
            }
            store.sync();
            assertEquals(more, SimStore.scan(store));
            for (long number : sim.medium().segments()) {
                assertEquals(0, runs(sim.medium().segment(number)), "runs of the culprit's bytes in segment " + number);
            }
        }
    }

    /** {@return how many runs of eight equal bytes of the culprit's there are} */
    private static int runs(byte[] content) {
        int runs = 0;
        for (int i = 0; i + 8 <= content.length; i++) {
            boolean run = content[i] >= 0x5a && content[i] <= 0x5f;
            for (int k = 1; run && k < 8; k++) {
                run = content[i + k] == content[i];
            }
            runs += run ? 1 : 0;
        }
        return runs;
    }

    @Test
    void s8_severalInOneBufferAreGivenUpTogetherAndNeighboursStay() throws Exception {
        try (SimStore sim = withTimeout()) {
            LogStructuredStore store = sim.store();
            List<Found> expected = new ArrayList<>();
            List<Reservation> abandoned = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                Reservation reservation = store.reserve(1 + i * 3);
                if (i % 3 == 0) {
                    abandoned.add(reservation);
                } else {
                    expected.add(SimStore.publish(reservation, SimStore.payload(1 + i * 3, i)));
                }
            }
            store.flush();
            sim.pass(TIMEOUT.plusMillis(5));
            store.sync();
            assertEquals(expected, SimStore.scan(store));
            assertEquals(abandoned.size(), store.stats().expiredReservations());
            for (Reservation reservation : abandoned) {
                assertEquals(Status.ABORTED, SimStore.status(store, reservation.lsn()));
                assertThrows(IllegalStateException.class, reservation::publish);
            }
            assertEquals(60 - abandoned.size(), store.stats().records());
        }
    }

    @Test
    void aGivenUpReservationObjectCanBeUsedAgain() throws Exception {
        try (SimStore sim = withTimeout()) {
            LogStructuredStore store = sim.store();
            Reservation reservation = store.reserve(10);
            long old = reservation.lsn();
            store.flush();
            sim.pass(TIMEOUT.plusMillis(5));
            Found found = SimStore.publish(store.reserve(20, reservation), SimStore.payload(20, 1));
            store.sync();
            assertEquals(List.of(found), SimStore.scan(store));
            assertEquals(Status.ABORTED, SimStore.status(store, old));
        }
    }

    @ParameterizedTest
    @EnumSource
    void s8_closeGivesOpenReservationsUp(Rig rig) throws Exception {
        SimStore sim = rig.open();
        LogStructuredStore store = sim.store();
        Found first = SimStore.append(store, SimStore.payload(10, 1));
        Reservation open = store.reserve(100);
        Found second = SimStore.append(store, SimStore.payload(10, 2));
        store.close();
        String message = assertThrows(IllegalStateException.class, open::publish).getMessage();
        assertTrue(message.contains("given up"), message);
        open.close();
        try (sim) {
            LogStructuredStore reopened = sim.reopen();
            assertEquals(List.of(first, second), SimStore.scan(reopened));
            assertEquals(Status.ABORTED, SimStore.status(reopened, open.lsn()));
        }
    }

    /** One thread publishes while the store may be giving up: exactly one of the two wins, and both agree who. */
    @ParameterizedTest
    @EnumSource(names = {"STORE_THREAD", "DEVICE_THREAD"})
    void s8_publishingAndGivingUpAgreeWhoWasFirst(Rig rig) throws Exception {
        var options = rig.options().reservationTimeout(Duration.ofMillis(1));
        try (SimStore sim = SimStore.open(rig.device(), options)) {
            LogStructuredStore store = sim.store();
            SynchronousQueue<Reservation> handed = new SynchronousQueue<>();
            List<Found> published = new ArrayList<>();
            List<Long> givenUp = new ArrayList<>();
            int count = 200;
            Work<Void> publisher = Work.start(() -> {
                for (int i = 0; i < count; i++) {
                    Reservation reservation = handed.take();
                    byte[] payload = SimStore.payload(reservation.length(), i);
                    long end = System.nanoTime() + 700_000 + i * 3_000L;
                    while (System.nanoTime() < end) {
                        Thread.onSpinWait();
                    }
                    try {
                        published.add(SimStore.publish(reservation, payload));
                    } catch (IllegalStateException e) {
                        givenUp.add(reservation.lsn());
                    }
                }
                return null;
            });
            for (int i = 0; i < count; i++) {
                Reservation reservation = store.reserve(1 + i % 40);
                store.flush();
                handed.put(reservation);
            }
            publisher.get();
            store.sync();
            assertEquals(published, SimStore.scan(store));
            for (long lsn : givenUp) {
                assertEquals(Status.ABORTED, SimStore.status(store, lsn));
            }
            assertEquals(givenUp.size(), store.stats().expiredReservations());
            assertEquals(count, published.size() + givenUp.size());
        }
    }
}
