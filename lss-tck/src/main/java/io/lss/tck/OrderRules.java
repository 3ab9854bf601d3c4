package io.lss.tck;

import static io.lss.tck.Rule.S1;
import static io.lss.tck.Rule.S15;
import static io.lss.tck.Rule.S2;
import static io.lss.tck.Rule.S3;

import io.lss.api.LogStructuredStore;
import io.lss.api.Reservation;
import io.lss.api.WriteMode;
import io.lss.tck.Stage.Found;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** S1, S2, S3, S15: LSNs, the order of records, watermarks, the order in which units are issued. */
abstract class OrderRules extends StoreRules {

    private static final int THREADS = 4;
    private static final int EACH = 300;

    @Test
    void s1_everyWayToAppendGivesAMultipleOf8ThatIsAboveAllBefore() throws IOException {
        Stage stage = stage();
        long last = -1;
        for (int round = 0; round < 60; round++) {
            LogStructuredStore store = round % 20 == 19 ? stage.reopen() : stage.store();
            List<Long> lsns = new ArrayList<>();
            lsns.add(store.append(Stage.payload(1 + round * 37 % 900, round)));
            store.flush(); // what follows begins behind a buffer that was not full
            try (Reservation one = store.reserve(5)) {
                lsns.add(one.lsn());
                one.publish();
            }
            for (long each : store.appendBatch(List.of(MemorySegment.ofArray(new byte[3]), MemorySegment.ofArray(new byte[2000])))) {
                lsns.add(each);
            }
            for (Reservation each : store.reserveAll(1, 8, 9)) {
                lsns.add(each.lsn());
                each.abort();
            }
            lsns.add(store.append(MemorySegment.ofArray(new byte[store.maxRecordLength()])));
            for (long lsn : lsns) {
                Broken.unless(lsn % 8 == 0, S1, "LSN %d is no multiple of 8", lsn);
                Broken.unless(lsn > last, S1, "LSN %d was given out after LSN %d", lsn, last);
                last = lsn;
            }
        }
        tried(60 * 8);
    }

    @Test
    void s1_anAppendThatReturnedBeforeAnotherWasCalledHasTheLowerLsnWhateverTheThread() throws Exception {
        LogStructuredStore store = stage().store();
        AtomicLong returned = new AtomicLong(-1);
        List<List<Long>> all = Work.together(THREADS, thread -> {
            List<Long> mine = new ArrayList<>();
            for (int i = 0; i < EACH; i++) {
                long before = returned.get();
                long lsn = store.append(numbered(thread, i, 1 + (i * 131) % 700));
                Broken.unless(lsn > before, S1, "LSN %d was given to a call that began after LSN %d was returned", lsn, before);
                returned.accumulateAndGet(lsn, Math::max);
                mine.add(lsn);
            }
            return mine;
        });
        Set<Long> unique = new HashSet<>();
        all.forEach(unique::addAll);
        Broken.unless(unique.size() == THREADS * EACH, S1, "%d appends have %d LSNs", THREADS * EACH, unique.size());
        tried(THREADS * EACH);
    }

    @Test
    void s2_aScanIsInLsnOrderAndHasEachThreadsRecordsInItsOrder() throws Exception {
        Stage stage = stage();
        LogStructuredStore store = stage.store();
        List<List<Found>> appended = Work.together(THREADS, thread -> {
            List<Found> mine = new ArrayList<>();
            for (int i = 0; i < EACH; i++) {
                byte[] payload = numbered(thread, i, 16 + (i * 97) % 500);
                mine.add(new Found(store.append(payload), payload));
            }
            return mine;
        });
        store.sync();
        checkOrder(Stage.scan(store), appended);
        checkOrder(Stage.scan(stage.reopen()), appended);
        tried(2L * THREADS * EACH);
    }

    private static void checkOrder(List<Found> found, List<List<Found>> appended) {
        Map<Integer, Integer> next = new HashMap<>();
        long last = -1;
        for (Found each : found) {
            Broken.unless(each.lsn() > last, S2, "a scan finds LSN %d behind LSN %d", each.lsn(), last);
            last = each.lsn();
            MemorySegment payload = MemorySegment.ofArray(each.payload());
            int thread = payload.get(ValueLayout.JAVA_INT_UNALIGNED, 0);
            int number = payload.get(ValueLayout.JAVA_INT_UNALIGNED, 4);
            int due = next.merge(thread, 1, Integer::sum) - 1;
            Broken.unless(number == due, S2, "a scan finds record %d of thread %d where record %d is due", number, thread, due);
            Broken.unless(
                    appended.get(thread).get(number).equals(each), S2, "a scan finds %s, which is not what was appended there", each);
        }
        Broken.unless(found.size() == THREADS * EACH, S2, "a scan finds %d of %d stable records", found.size(), THREADS * EACH);
    }

    /** {@return a payload that says whose it is} */
    private static byte[] numbered(int thread, int number, int length) {
        byte[] bytes = Stage.payload(Math.max(8, length), thread * 10_000L + number);
        MemorySegment.ofArray(bytes).set(ValueLayout.JAVA_INT_UNALIGNED, 0, thread);
        MemorySegment.ofArray(bytes).set(ValueLayout.JAVA_INT_UNALIGNED, 4, number);
        return bytes;
    }

    @Test
    void s2_aScanIsInLsnOrderWhateverTheOrderOfPublishing() throws IOException {
        Stage stage = stage();
        LogStructuredStore store = stage.store();
        List<Found> published = new ArrayList<>();
        for (int round = 0; round < 20; round++) {
            List<Reservation> reserved = new ArrayList<>(store.reserveAll(10, 200, 30, 400));
            for (Reservation each : reserved) {
                byte[] payload = Stage.payload(each.length(), each.lsn());
                each.payload().copyFrom(MemorySegment.ofArray(payload));
                published.add(new Found(each.lsn(), payload));
            }
            reserved.reversed().forEach(Reservation::publish);
        }
        store.sync();
        Broken.unless(Stage.scan(store).equals(published), S2, "a scan does not find what was published out of order in the order of LSNs");
        Broken.unless(Stage.scan(stage.reopen()).equals(published), S2, "reopened, a scan does not find it in the order of LSNs");
        tried(20);
    }

    @Test
    void s3_watermarksOnlyGrowAndKeepTheirOrderForEveryObserver() throws Exception {
        Stage stage = stage();
        LogStructuredStore store = stage.store();
        AtomicBoolean ended = new AtomicBoolean();
        AtomicLong told = new AtomicLong();
        List<Work<Long>> observers = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            observers.add(Work.start(() -> observe(store, ended, told)));
        }
        try {
            Work.together(2, thread -> {
                for (int i = 0; i < EACH; i++) {
                    long lsn = store.append(Stage.payload(1 + (i * 211) % 3000, i));
                    if (i % 10 == thread) {
                        store.awaitStable(lsn);
                    }
                    if (thread == 0 && i % 100 == 99) {
                        store.trimBefore(store.stableLsn());
                    }
                }
                return thread;
            });
        } finally {
            ended.set(true);
        }
        long looks = 0;
        for (Work<Long> each : observers) {
            looks += each.get();
        }
        tried(looks);
    }

    /** Looks at all watermarks again and again; {@code told} is the highest stable watermark that any observer has seen. */
    private static long observe(LogStructuredStore store, AtomicBoolean ended, AtomicLong told) {
        long looks = 0;
        long begin = 0;
        long stable = 0;
        long written = 0;
        long tail = 0;
        boolean last;
        do {
            last = ended.get();
            // From the lowest to the highest, so that one that grows meanwhile does no harm.
            long beginNow = store.beginLsn();
            long toldBefore = told.get();
            long stableNow = store.stableLsn();
            Broken.unless(stableNow >= toldBefore, S3, "one observer saw stable up to %d, another saw %d after that", toldBefore, stableNow);
            told.accumulateAndGet(stableNow, Math::max);
            long writtenNow = store.writtenLsn();
            long tailNow = store.tailLsn();
            Broken.unless(
                    beginNow <= stableNow && stableNow <= writtenNow && writtenNow <= tailNow,
                    S3, "begin %d, stable %d, written %d, tail %d", beginNow, stableNow, writtenNow, tailNow);
            Broken.unless(
                    beginNow >= begin && stableNow >= stable && writtenNow >= written && tailNow >= tail,
                    S3, "a watermark fell: begin %d to %d, stable %d to %d, written %d to %d, tail %d to %d",
                    begin, beginNow, stable, stableNow, written, writtenNow, tail, tailNow);
            begin = beginNow;
            stable = stableNow;
            written = writtenNow;
            tail = tailNow;
            looks++;
        } while (!last);
        return looks;
    }

    @Test
    void s3_askingChangesNothing() throws IOException {
        Stage stage = stage();
        LogStructuredStore store = stage.store();
        Broken.unless(store.beginLsn() == store.stableLsn() && Stage.scan(store).isEmpty(), S3, "a new store is not empty");
        store.append(new byte[100]);
        long stable = store.stableLsn();
        long tail = store.tailLsn();
        for (int i = 0; i < 100; i++) {
            var asked = List.of(store.writtenLsn(), store.stableLsn(), store.tailLsn(), store.beginLsn(), store.stats(), store.recovery(), store.root());
            Broken.unless(asked.size() == 7 && store.stableLsn() == stable && store.tailLsn() == tail, S3,
                    "asking moved stable from %d to %d or the tail from %d to %d", stable, store.stableLsn(), tail, store.tailLsn());
        }
        tried(100);
    }

    /** What SERIALIZED orders, only the device sees: no watermark tells it apart from a fast device. {@link EngineContract} looks there. */
    @Test
    void s15_serializedIssuesAUnitOnlyWhenTheOneBeforeIsStable() throws IOException {
        Assumptions.abort("not tried: only the device sees in which order units are issued; EngineContract does");
    }

    /** The ring is how far a store may write beyond what is stable. */
    @Test
    void s15_whatIsWrittenAndNotStableIsBoundedByTheRing() throws Exception {
        Stage stage = stage(options().writeMode(WriteMode.TAIL_LOCALIZED).build());
        LogStructuredStore store = stage.store();
        // A unit may end a segment, whose rest counts, and has a header.
        long most = (BUFFERS + 2L) * buffer();
        AtomicBoolean ended = new AtomicBoolean();
        Work<Long> observer = Work.start(() -> {
            long looks = 0;
            do {
                long written = store.writtenLsn();
                long stable = store.stableLsn();
                boolean sameSegment = written / segment() == stable / segment();
                Broken.unless(!sameSegment || written - stable <= most, S15, "written up to %d, stable up to %d", written, stable);
                looks++;
            } while (!ended.get());
            return looks;
        });
        try {
            Work.together(2, thread -> {
                for (int i = 0; i < EACH; i++) {
                    store.append(Stage.payload(1000 + thread, i));
                }
                return thread;
            });
            store.sync();
        } finally {
            ended.set(true);
        }
        tried(observer.get());
    }
}
