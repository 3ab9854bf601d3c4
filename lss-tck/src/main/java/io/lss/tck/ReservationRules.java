package io.lss.tck;

import static io.lss.tck.Rule.S10;
import static io.lss.tck.Rule.S8;
import static io.lss.tck.Rule.S9;

import io.lss.api.LogStructuredStore;
import io.lss.api.ReadOutcome;
import io.lss.api.RecordCursor;
import io.lss.api.Reservation;
import io.lss.tck.Stage.Found;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** S8, S9, S10: reservations that come to nothing, payloads, batches. */
abstract class ReservationRules extends FailureRules {

    @Test
    void s8_whatWasAbortedOrClosedIsNoRecordNowAndNotAfterReopening() throws IOException {
        Stage stage = stage();
        LogStructuredStore store = stage.store();
        List<Found> published = new ArrayList<>();
        List<Long> dead = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            byte[] payload = Stage.payload(1 + (i * 401) % 5000, i);
            Reservation reservation = store.reserve(payload.length);
            reservation.payload().copyFrom(MemorySegment.ofArray(payload));
            switch (i % 3) {
                case 0 -> {
                    published.add(new Found(reservation.lsn(), payload));
                    reservation.publish();
                }
                case 1 -> {
                    dead.add(reservation.lsn());
                    reservation.abort();
                }
                default -> {
                    dead.add(reservation.lsn());
                    reservation.close();
                }
            }
        }
        store.sync();
        checkDead(store, published, dead, "aborted");
        checkDead(stage.reopen(), published, dead, "aborted, and reopened");
        tried(60);
    }

    private static void checkDead(LogStructuredStore store, List<Found> published, List<Long> dead, String what) throws IOException {
        List<Found> found = Stage.scan(store);
        Broken.unless(found.equals(published), S8, "%s: a scan finds %d records, published were %d, or they are others", what, found.size(),
                published.size());
        for (long lsn : dead) {
            ReadOutcome.Status status = store.read(lsn, MemorySegment.ofArray(new byte[8])).status();
            Broken.unless(status == ReadOutcome.Status.ABORTED, S8, "%s: a read of LSN %d gives %s", what, lsn, status);
        }
    }

    @Test
    void s8_aReservationThatIsAbandonedStopsStabilityNoLongerThanItsTimeout() throws IOException {
        Stage stage = stage(options().reservationTimeout(Duration.ofMillis(20)).build());
        LogStructuredStore store = stage.store();
        Reservation abandoned = store.reserve(100);
        abandoned.payload().fill((byte) 7);
        long behind = store.append(new byte[10]);
        store.awaitStable(behind); // patience ends it if the reservation is never given up
        ReadOutcome.Status status = store.read(abandoned.lsn(), MemorySegment.ofArray(new byte[8])).status();
        Broken.unless(status == ReadOutcome.Status.ABORTED, S8, "a read of the reservation that was given up, LSN %d, gives %s", abandoned.lsn(), status);
        Broken.unlessThrown(IllegalStateException.class, S8, "publish of a reservation that was given up", () -> {
            abandoned.publish();
            return null;
        });
        List<Found> found = Stage.scan(stage.reopen());
        Broken.unless(found.size() == 1 && found.getFirst().lsn() == behind, S8, "found are %s, published was LSN %d alone", found, behind);
    }

    @Test
    void s8_aReservationThatIsOpenAtTheCloseIsNoRecord() throws IOException {
        Stage stage = stage();
        LogStructuredStore store = stage.store();
        Found before = new Found(store.append(new byte[] {1}), new byte[] {1});
        Reservation open = store.reserve(1000);
        Found behind = new Found(store.append(new byte[] {2}), new byte[] {2});
        store.close();
        Broken.unlessThrown(IllegalStateException.class, S8, "publish after the store was closed", () -> {
            open.publish();
            return null;
        });
        stage.forget();
        List<Found> found = Stage.scan(stage.store());
        Broken.unless(found.equals(List.of(before, behind)), S8, "found are %s, published were %s and %s", found, before, behind);
    }

    // ------------------------------------------------------------------------------------------- payloads

    @Test
    void s9_everyLengthAndEveryWayToAppendGivesTheSameBytesToEveryReader() throws IOException {
        Stage stage = stage();
        LogStructuredStore store = stage.store();
        int most = store.maxRecordLength();
        List<Found> appended = new ArrayList<>();
        List<Integer> lengths = new ArrayList<>(List.of(1, 2, 7, 8, 9, 15, 16, 17, 511, 512, 4095, 4096, 4097, most - 1, most));
        SplittableRandom random = new SplittableRandom(9);
        drawnFrom(9);
        for (int i = 0; i < 100; i++) {
            lengths.add(1 + random.nextInt(most));
        }
        for (int i = 0; i < lengths.size(); i++) {
            appended.add(append(store, i, Stage.payload(lengths.get(i), i)));
            if (i % 10 == 0) {
                checkRead(store, appended.getLast()); // from memory, not stable yet
            }
        }
        store.sync();
        checkAll(store, appended);
        checkAll(stage.reopen(), appended);
        tried(lengths.size());
    }

    private static Found append(LogStructuredStore store, int how, byte[] payload) throws IOException {
        byte[] copy = payload.clone();
        long lsn =
                switch (how % 4) {
                    case 0 -> store.append(copy);
                    case 1 -> store.append(MemorySegment.ofArray(copy));
                    case 2 -> store.append(ByteBuffer.wrap(copy));
                    default -> {
                        Reservation reservation = store.reserve(copy.length);
                        Broken.unless(
                                reservation.payload().byteSize() == copy.length && reservation.length() == copy.length,
                                S9, "reserved were %d bytes, given %d", copy.length, reservation.payload().byteSize());
                        reservation.payload().copyFrom(MemorySegment.ofArray(copy));
                        reservation.publish();
                        yield reservation.lsn();
                    }
                };
        Arrays.fill(copy, (byte) -1); // the caller may use its array again
        return new Found(lsn, payload);
    }

    private static void checkRead(LogStructuredStore store, Found expected) throws IOException {
        int length = expected.payload().length;
        byte[] bytes = new byte[length + 8];
        ReadOutcome outcome = store.read(expected.lsn(), MemorySegment.ofArray(bytes));
        Broken.unless(
                outcome.isRecord() && outcome.length() == length && Arrays.equals(bytes, 0, length, expected.payload(), 0, length),
                S9, "a read of %s gives %s, or other bytes", expected, outcome);
        byte[] half = new byte[(length + 1) / 2];
        outcome = store.read(expected.lsn(), MemorySegment.ofArray(half));
        Broken.unless(
                outcome.length() == length && Arrays.equals(half, Arrays.copyOf(expected.payload(), half.length)),
                S9, "a read of the first %d bytes of %s gives %s, or other bytes", half.length, expected, outcome);
    }

    private static void checkAll(LogStructuredStore store, List<Found> expected) throws IOException {
        Broken.unless(Stage.scan(store).equals(expected), S9, "a scan does not find what was published: %d records, or other bytes",
                Stage.scan(store).size());
        List<MemorySegment> dsts =
                expected.stream().map(each -> MemorySegment.ofArray(new byte[each.payload().length])).toList();
        List<ReadOutcome> outcomes = store.readAll(expected.stream().mapToLong(Found::lsn).toArray(), dsts);
        for (int i = 0; i < expected.size(); i++) {
            Found each = expected.get(i);
            checkRead(store, each);
            Broken.unless(
                    outcomes.get(i).length() == each.payload().length
                            && new Found(each.lsn(), dsts.get(i).toArray(ValueLayout.JAVA_BYTE)).equals(each),
                    S9, "readAll of %s gives %s, or other bytes", each, outcomes.get(i));
        }
    }

    @Test
    void s9_aPayloadWrittenLateIsThereThoughItsBufferWasFullOrFlushedLongBefore() throws IOException {
        for (boolean fills : new boolean[] {true, false}) {
            Stage stage = stage();
            LogStructuredStore store = stage.store();
            List<Found> published = new ArrayList<>();
            byte[] payload = Stage.payload(700, 1);
            Reservation late = store.reserve(payload.length);
            for (int i = 0; i < (fills ? 2 * buffer() / 1000 : 3); i++) {
                byte[] other = Stage.payload(1000, i);
                published.add(new Found(store.append(other), other));
            }
            if (!fills) {
                store.flush();
            }
            var _ = store.poll();
            boolean stable = store.awaitStable(published.getFirst().lsn(), Duration.ofMillis(20)); // time for whatever must not happen
            Broken.unless(!stable, S9, "LSN %d is said to be stable behind a reservation that is open", published.getFirst().lsn());
            late.payload().copyFrom(MemorySegment.ofArray(payload));
            late.publish();
            published.addFirst(new Found(late.lsn(), payload));
            store.sync();
            checkAll(store, published);
            checkAll(stage.reopen(), published);
        }
        tried(2);
    }

    @Test
    void s9_whileOthersAppendReadersFindWhatWasPublished() throws Exception {
        Stage stage = stage();
        LogStructuredStore store = stage.store();
        List<Integer> reads = Work.together(4, thread -> {
            int read = 0;
            for (int i = 0; i < 150; i++) {
                byte[] payload = Stage.payload(1 + (i * 331 + thread) % 6000, thread * 1000L + i);
                Found mine = new Found(store.append(payload), payload);
                checkRead(store, mine);
                read++;
            }
            return read;
        });
        tried(reads.stream().mapToInt(Integer::intValue).sum());
    }

    @Test
    void s9_aTailFindsEveryRecordThatBecomesStableAsItWasPublished() throws Exception {
        LogStructuredStore store = stage().store();
        int count = 200;
        Work<List<Found>> follower = Work.start(() -> {
            List<Found> found = new ArrayList<>();
            try (RecordCursor tail = store.tail(store.beginLsn())) {
                while (found.size() < count && tail.next()) {
                    found.add(new Found(tail.lsn(), tail.payload().toArray(ValueLayout.JAVA_BYTE)));
                }
            }
            return found;
        });
        List<Found> appended = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] payload = Stage.payload(1 + (i * 389) % 3000, i);
            appended.add(new Found(store.append(payload), payload));
            if (i % 20 == 0) {
                store.awaitStable(appended.getLast().lsn());
            }
        }
        store.sync();
        Broken.unless(follower.get().equals(appended), S9, "a tail finds other records than were published");
        tried(count);
    }

    // ------------------------------------------------------------------------------------------- batches

    @Test
    void s10_aBatchIsThereWholeAfterReopening() throws IOException {
        Stage stage = stage();
        LogStructuredStore store = stage.store();
        List<Found> appended = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            appended.addAll(batch(store, 1 + i % 6, i));
        }
        List<Found> found = Stage.scan(stage.reopen());
        Broken.unless(found.equals(appended), S10, "after reopening %d records of batches are there instead of %d, or other bytes", found.size(),
                appended.size());
        tried(40);
    }

    @Test
    @TakesLong
    void s10_aBatchIsThereWholeOrNotAtAllWhenTheMachineStops() throws IOException {
        Stage stage = stage();
        need(stage, Capability.CRASH);
        int cases = 60;
        long end = 0;
        for (int i = 0; i < cases; i++) {
            LogStructuredStore store = stage.store();
            List<List<Found>> batches = new ArrayList<>();
            for (int each = 0; each < 6; each++) {
                batches.add(batch(store, 2 + each, i * 10L + each));
                if (each == i % 6) {
                    store.flush();
                }
            }
            var _ = store.poll();
            store = stage.crash();
            List<Found> found = new ArrayList<>(Stage.scan(store));
            long from = end;
            found.removeIf(record -> record.lsn() < from);
            for (List<Found> batch : batches) {
                long there = batch.stream().filter(found::contains).count();
                Broken.unless(there == 0 || there == batch.size(), S10, "%d records of a batch of %d are there after a crash", there, batch.size());
            }
            end = store.tailLsn();
        }
        tried(cases * 6L);
    }

    private static List<Found> batch(LogStructuredStore store, int size, long seed) throws IOException {
        List<byte[]> payloads = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            payloads.add(Stage.payload((int) (1 + (seed * 577 + i * 1009L) % 2000), seed * 100 + i));
        }
        long[] lsns = store.appendBatch(payloads.stream().map(MemorySegment::ofArray).toList());
        Broken.unless(lsns.length == size, S10, "%d LSNs were given for a batch of %d", lsns.length, size);
        List<Found> batch = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            batch.add(new Found(lsns[i], payloads.get(i)));
        }
        return batch;
    }
}
