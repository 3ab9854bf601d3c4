package io.lss.core.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.LogStructuredStore;
import io.lss.api.ReadOutcome.Status;
import io.lss.api.Reservation;
import io.lss.core.store.SimStore.Found;
import io.lss.core.store.SimStore.Work;
import io.lss.tck.sim.OperationKind;
import io.lss.tck.sim.SimulatedFaults;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reservations: an LSN before the payload, ended once, by anybody. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ReservationTest {

    @ParameterizedTest
    @EnumSource
    void s1_theLsnIsKnownBeforeThePayloadAndHigherThanAllBefore(Rig rig) throws Exception {
        try (SimStore sim = rig.open()) {
            LogStructuredStore store = sim.store();
            long appended = store.append(new byte[5]);
            Reservation first = store.reserve(100);
            Reservation second = store.reserve(3);
            assertTrue(appended < first.lsn() && first.lsn() < second.lsn(), first + ", " + second);
            assertEquals(0, first.lsn() % 8);
            assertEquals(0, second.lsn() % 8);
            assertEquals(100, first.length());
            Found later = SimStore.publish(second, SimStore.payload(3, 2));
            Found earlier = SimStore.publish(first, SimStore.payload(100, 1));
            store.sync();
            assertEquals(List.of(earlier, later), SimStore.scan(store, first.lsn()), "in LSN order, not in that of publishing");
        }
    }

    @Test
    void nothingAboveAnOpenReservationBecomesStable() throws Exception {
        try (SimStore sim = Rig.CALLER_DRIVEN.open()) {
            LogStructuredStore store = sim.store();
            long below = store.append(new byte[10]);
            store.awaitStable(below);
            Reservation open = store.reserve(10);
            long above = store.append(new byte[10]);
            var stage = store.whenStable(above).toCompletableFuture();
            sim.settle();
            assertFalse(stage.isDone());
            assertTrue(store.stableLsn() <= open.lsn(), "stable " + store.stableLsn());
            open.publish();
            store.awaitStable(above);
            assertTrue(store.stableLsn() > above);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void s9_anotherThreadMayWriteThePayloadAndPublish(boolean virtual) throws Exception {
        try (SimStore sim = Rig.DEVICE_THREAD.open()) {
            LogStructuredStore store = sim.store();
            Reservation reservation = store.reserve(200);
            byte[] payload = SimStore.payload(200, 7);
            Found found = Work.start(
                            virtual ? Thread.ofVirtual() : Thread.ofPlatform(), () -> SimStore.publish(reservation, payload))
                    .get();
            store.awaitStable(found.lsn());
            assertEquals(List.of(found), SimStore.scan(store));
        }
    }

    @Test
    void s8_anotherThreadMayAbort() throws Exception {
        try (SimStore sim = Rig.DEVICE_THREAD.open()) {
            LogStructuredStore store = sim.store();
            Reservation reservation = store.reserve(200);
            Work.start(() -> {
                        reservation.abort();
                        return null;
                    })
                    .get();
            store.sync();
            assertEquals(List.of(), SimStore.scan(store));
            assertEquals(Status.ABORTED, SimStore.status(store, reservation.lsn()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void s8_closeWithoutPublishAborts(Rig rig) throws Exception {
        try (SimStore sim = rig.open()) {
            LogStructuredStore store = sim.store();
            long lsn;
            try (Reservation reservation = store.reserve(50)) {
                lsn = reservation.lsn();
                reservation.payload().fill((byte) 1);
            }
            Found next = SimStore.append(store, SimStore.payload(20, 1));
            store.sync();
            assertEquals(List.of(next), SimStore.scan(store));
            assertEquals(Status.ABORTED, SimStore.status(store, lsn));
            assertEquals(List.of(next), SimStore.scan(sim.reopen()), "after a reopen");
            assertEquals(Status.ABORTED, SimStore.status(sim.store(), lsn));
        }
    }

    @Test
    void closeAfterPublishOrAbortDoesNothing() throws Exception {
        try (SimStore sim = Rig.CALLER_DRIVEN.open()) {
            LogStructuredStore store = sim.store();
            Reservation published = store.reserve(10);
            Found found = SimStore.publish(published, SimStore.payload(10, 1));
            published.close();
            published.close();
            Reservation aborted = store.reserve(10);
            aborted.abort();
            aborted.close();
            store.sync();
            assertEquals(List.of(found), SimStore.scan(store));
        }
    }

    @Test
    void s18_aReservationEndsOnce() throws Exception {
        try (SimStore sim = Rig.CALLER_DRIVEN.open()) {
            LogStructuredStore store = sim.store();
            Reservation published = store.reserve(10);
            Found found = SimStore.publish(published, SimStore.payload(10, 1));
            assertMisuse("was published", published::publish);
            assertMisuse("was published", published::abort);
            assertMisuse("was published", published::payload);

            Reservation aborted = store.reserve(10);
            aborted.abort();
            assertMisuse("was aborted", aborted::publish);
            assertMisuse("was aborted", aborted::abort);
            assertMisuse("was aborted", aborted::payload);

            Reservation closed = store.reserve(10);
            closed.close();
            assertMisuse("closed", closed::publish);
            assertMisuse("closed", closed::payload);

            store.sync();
            assertEquals(List.of(found), SimStore.scan(store), "misuse has changed nothing");
            assertEquals(1, store.stats().records());
        }
    }

    private static void assertMisuse(String words, org.junit.jupiter.api.function.Executable misuse) {
        String message = assertThrows(IllegalStateException.class, misuse).getMessage();
        assertTrue(message.contains(words) && message.contains("LSN"), message);
    }

    @Test
    void s18_aPayloadLongerThanReservedIsRefusedAndHarmsNoNeighbour() throws Exception {
        try (SimStore sim = Rig.CALLER_DRIVEN.open()) {
            LogStructuredStore store = sim.store();
            Found before = SimStore.append(store, SimStore.payload(40, 1));
            Reservation reservation = store.reserve(10);
            Found after = SimStore.append(store, SimStore.payload(40, 2));
            MemorySegment payload = reservation.payload();
            assertEquals(10, payload.byteSize());
            assertThrows(IndexOutOfBoundsException.class, () -> payload.copyFrom(MemorySegment.ofArray(new byte[11])));
            assertThrows(IndexOutOfBoundsException.class, () -> payload.set(ValueLayout.JAVA_BYTE, 10, (byte) 1));
            assertThrows(IndexOutOfBoundsException.class, () -> payload.set(ValueLayout.JAVA_BYTE, -1, (byte) 1));
            Found found = SimStore.publish(reservation, SimStore.payload(10, 3));
            store.sync();
            assertEquals(List.of(before, found, after), SimStore.scan(store));
        }
    }

    @Test
    void aReservationObjectCanBeUsedAgain() throws Exception {
        try (SimStore sim = Rig.CALLER_DRIVEN.open()) {
            LogStructuredStore store = sim.store();
            List<Found> expected = new ArrayList<>();
            Reservation reservation = store.reserve(10, null);
            Reservation first = reservation;
            for (int i = 0; i < 2_000; i++) {
                assertSame(first, reservation);
                byte[] payload = SimStore.payload(reservation.length(), i);
                if (i % 7 == 3) {
                    reservation.abort();
                } else {
                    expected.add(SimStore.publish(reservation, payload));
                }
                reservation = store.reserve(1 + i % 500, reservation);
            }
            reservation.abort();
            store.sync();
            assertEquals(expected, SimStore.scan(store));
            Reservation other = store.reserve(1, null);
            assertNotSame(first, other);
            other.abort();
        }
    }

    @Test
    void s18_onlyAnEndedReservationOfThisStoreCanBeUsedAgain() throws Exception {
        try (SimStore sim = Rig.CALLER_DRIVEN.open();
                SimStore other = Rig.CALLER_DRIVEN.open()) {
            LogStructuredStore store = sim.store();
            Reservation open = store.reserve(10);
            Reservation foreign = other.store().reserve(10);
            foreign.abort();
            long tail = store.tailLsn();
            assertThrows(IllegalStateException.class, () -> store.reserve(10, open));
            assertThrows(IllegalArgumentException.class, () -> store.reserve(10, foreign));
            assertEquals(tail, store.tailLsn(), "nothing was reserved");
            Found found = SimStore.publish(open, SimStore.payload(10, 1));
            store.sync();
            assertEquals(List.of(found), SimStore.scan(store));
        }
    }

    @Test
    void s18_lengthsOutOfRangeReserveNothing() throws Exception {
        try (SimStore sim = Rig.CALLER_DRIVEN.open()) {
            LogStructuredStore store = sim.store();
            long tail = store.tailLsn();
            int max = store.maxRecordLength();
            for (int length : new int[] {0, -1, Integer.MIN_VALUE, max + 1, Integer.MAX_VALUE}) {
                assertThrows(IllegalArgumentException.class, () -> store.reserve(length), "reserve " + length);
                assertThrows(IllegalArgumentException.class, () -> store.tryReserve(length), "tryReserve " + length);
                assertThrows(IllegalArgumentException.class, () -> store.reserveAll(5, length), "reserveAll " + length);
                assertThrows(IllegalArgumentException.class, () -> store.tryReserveAll(5, length), "tryReserveAll " + length);
            }
            assertThrows(IllegalArgumentException.class, store::reserveAll);
            assertThrows(IllegalArgumentException.class, store::tryReserveAll);
            assertThrows(IllegalArgumentException.class, () -> store.reserveAll(max, 1));
            assertThrows(IllegalArgumentException.class, () -> store.reserveAll(max, max, max));
            assertEquals(tail, store.tailLsn());
            Found longest = SimStore.append(store, SimStore.payload(max, 1));
            store.sync();
            SimStore.assertReads(store, longest);
        }
    }

    @ParameterizedTest
    @EnumSource
    void reservationsMadeTogetherLieInOneBufferAndEndEachByItself(Rig rig) throws Exception {
        try (SimStore sim = rig.open()) {
            LogStructuredStore store = sim.store();
            // All but a little of the first buffer is taken, so the group begins a new one.
            int nearly = store.maxRecordLength() - 200;
            Found filler = SimStore.append(store, SimStore.payload(nearly, 0));
            List<Reservation> group = store.reserveAll(100, 1, 60, 200);
            for (int i = 1; i < group.size(); i++) {
                assertEquals(
                        SimStore.frame(group.get(i - 1).length()), group.get(i).lsn() - group.get(i - 1).lsn(), "back to back");
            }
            assertNotEquals(filler.lsn() + SimStore.frame(nearly), group.getFirst().lsn(), "they did not fit behind the first");
            Found last = SimStore.publish(group.get(3), SimStore.payload(200, 3));
            group.get(1).abort();
            Found first = SimStore.publish(group.get(0), SimStore.payload(100, 1));
            group.get(2).close();
            store.sync();
            assertEquals(List.of(filler, first, last), SimStore.scan(store));
            assertEquals(Status.ABORTED, SimStore.status(store, group.get(1).lsn()));
        }
    }

    @Test
    void reservationsMadeTogetherMayFillABufferExactly() throws Exception {
        try (SimStore sim = Rig.CALLER_DRIVEN.open()) {
            LogStructuredStore store = sim.store();
            int rest = (int) (SimStore.frame(store.maxRecordLength()) - SimStore.frame(100) - 16);
            List<Reservation> group = store.reserveAll(100, rest);
            assertThrows(IllegalArgumentException.class, () -> store.reserveAll(100, rest + 1));
            List<Found> expected = List.of(
                    SimStore.publish(group.get(0), SimStore.payload(100, 1)),
                    SimStore.publish(group.get(1), SimStore.payload(rest, 2)));
            store.sync();
            assertEquals(expected, SimStore.scan(store));
        }
    }

    @Test
    void tryReserveOnAFullRingGivesNothingAndNeverWaits() throws Exception {
        Rig rig = Rig.CALLER_DRIVEN;
        // One thread, and a device that completes nothing: any wait would last for ever.
        var faults = SimulatedFaults.none().stuck(OperationKind.WRITE, 1, SimulatedFaults.ALWAYS);
        try (SimStore sim = SimStore.open(rig.device().faults(faults), rig.options())) {
            LogStructuredStore store = sim.store();
            List<Found> published = new ArrayList<>();
            Optional<Reservation> next = store.tryReserve(1_000);
            while (next.isPresent()) {
                published.add(SimStore.publish(next.get(), SimStore.payload(1_000, published.size())));
                next = store.tryReserve(1_000);
                sim.settle();
            }
            long taken = published.size() * SimStore.frame(1_000);
            assertTrue(taken <= (long) Rig.BUFFERS * Rig.BUFFER, "more was taken than the ring has: " + taken);
            assertTrue(taken > (Rig.BUFFERS - 1L) * (Rig.BUFFER - 4096 - 64 - 1016), "the ring was not full: " + taken);
            assertEquals(Optional.empty(), store.tryReserve(1_000));
            assertEquals(Optional.empty(), store.tryReserveAll(1, 2, 3));
            assertEquals(0, store.stats().backPressureWaits());

            sim.medium().settings(rig.device().build());
            assertTrue(sim.device().releaseStuck() > 0);
            until(sim, store);
            Reservation again = store.tryReserve(1_000).orElseThrow();
            published.add(SimStore.publish(again, SimStore.payload(1_000, 99)));
            release(sim, store);
            assertEquals(published, SimStore.scan(store));
        }
    }

    /** Polls until there is space. */
    private static void until(SimStore sim, LogStructuredStore store) throws Exception {
        Optional<Reservation> probe = Optional.empty();
        while (probe.isEmpty()) {
            sim.device().releaseStuck();
            sim.settle();
            probe = store.tryReserve(1);
        }
        probe.get().abort();
    }

    /** Makes all stable on a device whose writes stick every time. */
    private static void release(SimStore sim, LogStructuredStore store) throws Exception {
        var stage = store.whenStable(store.tailLsn() - 8).toCompletableFuture();
        while (!stage.isDone()) {
            sim.device().releaseStuck();
            sim.settle();
            Thread.yield();
        }
    }

    @Test
    void unpublishedReservationsLookLikeThat() throws Exception {
        try (SimStore sim = Rig.CALLER_DRIVEN.open()) {
            LogStructuredStore store = sim.store();
            Reservation reservation = store.reserve(10);
            byte[] untouched = {1, 2, 3};
            byte[] dst = untouched.clone();
            assertEquals(
                    Status.UNPUBLISHED,
                    store.read(reservation.lsn(), MemorySegment.ofArray(dst)).status());
            assertArrayEquals(untouched, dst);
            reservation.abort();
        }
    }
}
