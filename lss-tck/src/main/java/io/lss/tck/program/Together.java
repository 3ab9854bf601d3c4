package io.lss.tck.program;

import io.lss.api.LogStructuredStore;
import io.lss.api.Reservation;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Appends by several threads at the same time. The model learns of them when all have ended; it checks that each LSN is unique and
 * above all that were known before.
 */
final class Together {

    /** A record, with when its LSN was asked for and when it was told: by one clock that counts such events. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Told(byte[] payload, long asked, long told, long lsn, boolean published) {}

    private final LogStructuredStore store;
    private final AtomicLong clock = new AtomicLong();
    private final CountDownLatch start = new CountDownLatch(1);

    private Together(LogStructuredStore store) {
        this.store = store;
    }

    /**
     * Appends, and notes what came of it.
     *
     * @param payloads of each thread
     */
    static void run(LogStructuredStore store, LogModel model, List<List<byte[]>> payloads, Duration patience) {
        var together = new Together(store);
        List<HelperThread<List<Told>>> threads = new ArrayList<>();
        for (int i = 0; i < payloads.size(); i++) {
            List<byte[]> mine = payloads.get(i);
            boolean reserving = i % 2 == 1;
            boolean mayGiveUp = model.mayGiveUp();
            threads.add(HelperThread.start("appends", i % 3 == 2, () -> together.append(mine, reserving, mayGiveUp)));
        }
        together.start.countDown();
        List<Told> all = new ArrayList<>();
        for (HelperThread<List<Told>> each : threads) {
            all.addAll(each.result("S5: appends by several threads do not end", patience));
        }
        checkOrder(all);
        all.sort(Comparator.comparingLong(Told::lsn));
        for (Told each : all) {
            if (each.published()) {
                model.appended(model.attempt(List.of(each.payload())), each.lsn());
            } else {
                model.become(model.reserved(each.lsn(), each.payload()), LogModel.State.ABORTED);
            }
        }
    }

    private List<Told> append(List<byte[]> payloads, boolean reserving, boolean mayGiveUp) throws IOException, InterruptedException {
        start.await();
        List<Told> told = new ArrayList<>();
        for (byte[] each : payloads) {
            long asked = clock.incrementAndGet();
            if (!reserving) {
                long lsn = CheckedAppends.append(store, each);
                told.add(new Told(each, asked, clock.incrementAndGet(), lsn, true));
                continue;
            }
            Reservation reservation = store.reserve(each.length);
            long lsn = reservation.lsn();
            long now = clock.incrementAndGet();
            boolean published = publish(reservation, each, mayGiveUp);
            told.add(new Told(each, asked, now, lsn, published));
        }
        return told;
    }

    private static boolean publish(Reservation reservation, byte[] payload, boolean mayGiveUp) {
        try {
            reservation.payload().copyFrom(MemorySegment.ofArray(payload));
            reservation.publish();
            return true;
        } catch (IllegalStateException e) {
            if (mayGiveUp) {
                return false;
            }
            throw new ViolationException("S8: publish of an open reservation throws " + e, e);
        }
    }

    /** What was asked for after another was told is above it. */
    private static void checkOrder(List<Told> all) {
        for (Told later : all) {
            for (Told earlier : all) {
                if (earlier.told() < later.asked() && earlier.lsn() >= later.lsn()) {
                    throw new ViolationException("S1: an append that returned LSN " + earlier.lsn()
                            + " had ended before another began, which got LSN " + later.lsn());
                }
            }
        }
    }
}
