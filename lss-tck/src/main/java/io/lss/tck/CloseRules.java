package io.lss.tck;

import static io.lss.tck.Rule.S19;

import io.lss.api.EndOfLog;
import io.lss.api.LogStructuredStore;
import io.lss.api.RecordCursor;
import io.lss.api.Reservation;
import io.lss.api.StoreClosedException;
import io.lss.tck.Stage.Found;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** S19: the end of a store. */
abstract class CloseRules extends CallerRules {

    @Test
    @TakesLong
    void s19_whatWasPublishedIsStableWhenCloseReturnsAndASecondCloseDoesNothing() throws IOException {
        Stage stage = stage();
        List<Found> published = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            LogStructuredStore store = stage.store();
            published.addAll(Stage.appendMixed(store, i * 3, i));
            long tail = store.tailLsn();
            store.close();
            closeAgain(store);
            Broken.unless(
                    published.isEmpty() || store.stableLsn() > published.getLast().lsn(),
                    S19, "closed with stable at LSN %d, the last record at LSN %d, the tail at %d", store.stableLsn(),
                    published.isEmpty() ? -1 : published.getLast().lsn(), tail);
            stage.forget();
            store = stage.store();
            List<Found> found = Stage.scan(store);
            Broken.unless(found.equals(published), S19, "after a close %d records are there instead of %d, or other bytes", found.size(),
                    published.size());
            Broken.unless(store.recovery().end() == EndOfLog.CLEAN, S19, "after a close opening finds %s", store.recovery());
        }
        tried(20);
    }

    private static void closeAgain(LogStructuredStore store) {
        boolean returned = Broken.ifThrown(S19, "a second close", () -> {
            store.close();
            return true;
        });
        Broken.unless(returned, S19, "a second close did not return");
    }

    @Test
    void s19_aCloseReturnsThoughReservationsAreOpen() throws IOException {
        Stage stage = stage();
        LogStructuredStore store = stage.store();
        List<Found> published = new ArrayList<>(Stage.appendMixed(store, 10, 1));
        List<Reservation> open = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            open.add(store.reserve(100));
            published.addAll(Stage.appendMixed(store, 1, 2 + i));
        }
        store.close(); // patience ends it if it waits for them
        stage.forget();
        List<Found> found = Stage.scan(stage.store());
        Broken.unless(found.equals(published), S19, "closed with %d reservations open, %d records are there instead of %d, or other bytes",
                open.size(), found.size(), published.size());
    }

    @Test
    void s19_afterACloseEverythingButQueriesIsRefused() throws IOException {
        Stage stage = stage();
        LogStructuredStore store = stage.store();
        long lsn = store.append(new byte[10]);
        long other = store.append(new byte[10]);
        RecordCursor tail = store.tail(store.beginLsn());
        store.close();
        stage.forget();
        closed("append", () -> store.append(new byte[1]));
        closed("appendBatch", () -> store.appendBatch(List.of(MemorySegment.ofArray(new byte[1]))));
        closed("reserve", () -> store.reserve(1));
        closed("reserveAll", () -> store.reserveAll(1, 2));
        closed("tryReserve", () -> store.tryReserve(1));
        closed("flush", () -> {
            store.flush();
            return null;
        });
        closed("sync", () -> {
            store.sync();
            return null;
        });
        closed("read", () -> store.read(lsn, MemorySegment.ofArray(new byte[1])));
        closed("readAll", () -> store.readAll(new long[] {lsn}, List.of(MemorySegment.ofArray(new byte[1]))));
        closed("scan", () -> store.scan(store.beginLsn()));
        closed("tail", () -> store.tail(store.beginLsn()));
        closed("a tail that was open", () -> {
            while (tail.next()) {
                Broken.unless(tail.lsn() <= other, S19, "a tail of a closed store finds LSN %d", tail.lsn());
            }
            return "its end";
        });
        closed("trimBefore", () -> {
            store.trimBefore(other);
            return null;
        });
        closed("setRoot", () -> {
            store.setRoot(new byte[1]);
            return null;
        });
        tail.close();
        Broken.unless(store.stableLsn() <= store.tailLsn() && store.beginLsn() <= lsn, S19, "queries of a closed store contradict each other");
        tried(14);
    }

    private static void closed(String what, Broken.Call call) {
        Broken.unlessThrown(StoreClosedException.class, S19, what + " on a closed store", call);
    }

    @Test
    @TakesLong
    void s19_aCloseAmongBusyThreadsReturnsAndKeepsWhatWasPublished() throws Exception {
        for (int round = 0; round < 5; round++) {
            Stage stage = stage();
            LogStructuredStore store = stage.store();
            List<Work<List<Found>>> busy = new ArrayList<>();
            for (int thread = 0; thread < 3; thread++) {
                int seed = thread;
                busy.add(Work.start(() -> {
                    List<Found> mine = new ArrayList<>();
                    try {
                        for (int i = 0; i < 1_000_000; i++) {
                            byte[] payload = Stage.payload(1 + (i * 193) % 2000, seed * 1_000_000L + i);
                            mine.add(new Found(store.append(payload), payload));
                        }
                    } catch (StoreClosedException e) {
                        return mine;
                    }
                    return mine;
                }));
            }
            long some = 20_000L * (round + 1);
            Work.until(() -> store.tailLsn() - store.beginLsn() > some);
            List<Work<Object>> closers = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                closers.add(Work.start(() -> {
                    closeAgain(store);
                    return store;
                }));
            }
            for (Work<Object> each : closers) {
                each.get();
            }
            stage.forget();
            List<Found> published = new ArrayList<>();
            for (Work<List<Found>> each : busy) {
                published.addAll(each.get());
            }
            published.sort(java.util.Comparator.comparingLong(Found::lsn));
            List<Found> found = Stage.scan(stage.store());
            Broken.unless(found.equals(published), S19, "a close among busy threads leaves %d records, published were %d", found.size(),
                    published.size());
            end(stage);
        }
        tried(5);
    }
}
