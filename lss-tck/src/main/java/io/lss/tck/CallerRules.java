package io.lss.tck;

import static io.lss.tck.Rule.S17;
import static io.lss.tck.Rule.S18;

import io.lss.api.LogStructuredStore;
import io.lss.api.RecordCursor;
import io.lss.api.Reservation;
import io.lss.api.StoreInterruptedException;
import io.lss.tck.Stage.Found;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** S17, S18: what callers do: interrupt, and err. */
abstract class CallerRules extends RecoveryRules {

    @Test
    void s17_anInterruptEndsAWaitForStabilityAndTheRecordIsStableLater() throws Exception {
        for (Thread.Builder threads : List.of(Thread.ofPlatform().daemon(), Thread.ofVirtual())) {
            Stage stage = stage();
            LogStructuredStore store = stage.store();
            Reservation open = store.reserve(10);
            long lsn = open.lsn();
            Work<Object> waiting = Work.start(threads, () -> {
                store.awaitStable(lsn);
                return "a normal return";
            });
            waiting.untilBlocked();
            waiting.thread().interrupt();
            waiting.failure(StoreInterruptedException.class, "S17");
            open.publish();
            store.awaitStable(lsn);
            int found = Stage.scan(stage.reopen()).size();
            Broken.unless(found == 1, S17, "after an interrupt %d records are there instead of 1", found);
        }
        tried(2);
    }

    @Test
    void s17_anInterruptEndsAWaitForSpaceAndNothingIsReserved() throws Exception {
        Stage stage = stage();
        LogStructuredStore store = stage.store();
        Reservation first = store.reserve(1);
        List<Reservation> held = new ArrayList<>();
        for (var next = store.tryReserve(1000); next.isPresent(); next = store.tryReserve(1000)) {
            held.add(next.get());
        }
        Work<Object> waiting = Work.start(() -> store.append(new byte[1000]));
        waiting.untilBlocked();
        waiting.thread().interrupt();
        waiting.failure(StoreInterruptedException.class, "S17");
        first.publish();
        held.forEach(Reservation::publish);
        long last = store.append(new byte[10]);
        store.awaitStable(last);
        int found = Stage.scan(stage.reopen()).size();
        Broken.unless(found == held.size() + 2, S17, "after an interrupted append %d records are there instead of %d", found, held.size() + 2);
    }

    @Test
    void s17_anInterruptEndsATailThatWaits() throws Exception {
        LogStructuredStore store = stage().store();
        Work<Object> waiting = Work.start(() -> {
            try (RecordCursor tail = store.tail(store.beginLsn())) {
                return tail.next();
            }
        });
        waiting.untilBlocked();
        waiting.thread().interrupt();
        waiting.failure(StoreInterruptedException.class, "S17");
        store.awaitStable(store.append(new byte[1]));
    }

    @Test
    void s17_aThreadThatIsInterruptedAllTheTimeLosesNothing() throws Exception {
        Stage stage = stage();
        LogStructuredStore store = stage.store();
        List<Found> published = new ArrayList<>();
        Work<Integer> worker = Work.start(() -> {
            int interrupts = 0;
            for (int i = 0; i < 300; i++) {
                byte[] payload = Stage.payload(1 + i * 7, i);
                Thread.currentThread().interrupt();
                try {
                    published.add(new Found(store.append(payload), payload));
                } catch (StoreInterruptedException e) {
                    interrupts++;
                    var _ = Thread.interrupted();
                    published.add(new Found(store.append(payload), payload));
                }
                if (i % 10 == 0) {
                    Thread.currentThread().interrupt();
                    try {
                        store.awaitStable(published.getLast().lsn());
                    } catch (StoreInterruptedException e) {
                        interrupts++;
                    }
                    byte[] bytes = new byte[payload.length];
                    store.read(published.getLast().lsn(), MemorySegment.ofArray(bytes));
                }
                var _ = Thread.interrupted();
            }
            return interrupts;
        });
        int interrupts = Broken.ifThrown(S17, "appending, waiting and reading between interrupts", worker::get);
        store.sync();
        List<Found> found = Stage.scan(store);
        Broken.unless(found.equals(published), S17, "after %d interrupts %d records are there instead of %d, or other bytes", interrupts, found.size(),
                published.size());
        List<Found> again = Stage.scan(stage.reopen());
        Broken.unless(again.equals(published), S17, "after %d interrupts and reopening %d records are there instead of %d", interrupts, again.size(),
                published.size());
        tried(300);
    }

    // ------------------------------------------------------------------------------------------- misuse

    @Test
    void s18_misuseIsRefusedAndChangesNothing() throws IOException {
        Stage stage = stage();
        LogStructuredStore store = stage.store();
        List<Found> published = Stage.appendMixed(store, 20, 1);
        store.sync();
        long tail = store.tailLsn();
        int most = store.maxRecordLength();
        refuse("append of nothing", () -> store.append(new byte[0]));
        refuse("append of nothing", () -> store.append(MemorySegment.ofArray(new byte[0])));
        refuse("append of nothing", () -> store.append(ByteBuffer.allocate(0)));
        refuse("append of " + (most + 1) + " bytes", () -> store.append(new byte[most + 1]));
        refuse("reserve of 0 bytes", () -> store.reserve(0));
        refuse("reserve of -1 bytes", () -> store.reserve(-1));
        refuse("reserve of " + (most + 1) + " bytes", () -> store.reserve(most + 1));
        refuse("reserve of the most bytes there are", () -> store.reserve(Integer.MAX_VALUE));
        refuse("reserveAll of nothing", () -> store.reserveAll());
        refuse("reserveAll of more than a buffer", () -> store.reserveAll(most, most));
        refuse("tryReserve of 0 bytes", () -> store.tryReserve(0));
        refuse("appendBatch of nothing", () -> store.appendBatch(List.of()));
        refuse("appendBatch with an empty record", () -> store.appendBatch(List.of(MemorySegment.ofArray(new byte[0]))));
        refuse("appendBatch of more than a buffer", () -> store.appendBatch(
                List.of(MemorySegment.ofArray(new byte[most]), MemorySegment.ofArray(new byte[most]))));
        refuse("read inside a record", () -> store.read(published.getLast().lsn() + 8, MemorySegment.ofArray(new byte[8])));
        refuse("read beyond the tail", () -> store.read(tail + 8 * segment(), MemorySegment.ofArray(new byte[8])));
        refuse("read at LSN -8", () -> store.read(-8, MemorySegment.ofArray(new byte[8])));
        refuse("a wait for an LSN that was never given", () -> store.awaitStable(tail + 8 * segment(), java.time.Duration.ZERO));
        refuse("a stage for an LSN that was never given", () -> store.whenStable(tail + 8 * segment()));
        refuse("a trim beyond what is stable", () -> {
            store.trimBefore(tail + 8 * segment());
            return null;
        });
        refuse("a scan from below the begin", () -> store.scan(store.beginLsn() - 8));
        refuse("a scan from beyond the tail", () -> store.scan(tail + 8 * segment()));
        refuse("a root that is too long", () -> {
            store.setRoot(new byte[LogStructuredStore.MAX_ROOT_LENGTH + 1]);
            return null;
        });
        Broken.unless(store.tailLsn() == tail && store.root().length == 0, S18, "misuse moved the tail from %d to %d, or set a root", tail,
                store.tailLsn());
        List<Found> found = Stage.scan(store);
        Broken.unless(found.equals(published), S18, "after misuse %d records are there instead of %d, or other bytes", found.size(), published.size());
        byte[] next = {1, 2, 3};
        store.awaitStable(store.append(next));
        published.add(new Found(Stage.scan(store).getLast().lsn(), next));
        Broken.unless(Stage.scan(stage.reopen()).equals(published), S18, "after misuse the store does not go on");
        tried(23);
    }

    private static void refuse(String what, Broken.Call call) {
        Broken.unlessThrown(IllegalArgumentException.class, S18, what, call);
    }

    @Test
    @SuppressWarnings("ReferenceEquality") // the very object is to be used again
    void s18_aReservationEndsOnceAndWritesNothingBeyondItsPayload() throws IOException {
        Stage stage = stage();
        LogStructuredStore store = stage.store();
        Reservation one = store.reserve(8);
        long behind = store.append(new byte[] {5});
        MemorySegment payload = one.payload();
        Broken.unlessThrown(IndexOutOfBoundsException.class, S18, "a write beyond the payload", () -> {
            payload.set(java.lang.foreign.ValueLayout.JAVA_BYTE, 8, (byte) 1);
            return null;
        });
        payload.fill((byte) 3);
        one.publish();
        ended("publish after publish", one::publish);
        ended("abort after publish", one::abort);
        ended("payload after publish", one::payload);
        one.close(); // does nothing
        Reservation other = store.reserve(8);
        other.abort();
        ended("publish after abort", other::publish);
        Reservation third = store.reserve(8);
        third.close();
        ended("publish after close", third::publish);
        Reservation open = store.reserve(8);
        Broken.unlessThrown(IllegalStateException.class, S18, "reuse of a reservation that is open", () -> store.reserve(4, open));
        open.publish();
        Reservation again = store.reserve(4, open);
        Broken.unless(again == open, S18, "reserve did not use the object again");
        again.publish();
        store.sync();
        List<Found> found = Stage.scan(stage.reopen());
        Broken.unless(found.size() == 4 && found.get(1).lsn() == behind && found.get(1).payload()[0] == 5, S18, "published were 4 records, found are %s", found);
        tried(8);
    }

    private static void ended(String what, Runnable call) {
        Broken.unlessThrown(IllegalStateException.class, S18, what, () -> {
            call.run();
            return null;
        });
    }
}
