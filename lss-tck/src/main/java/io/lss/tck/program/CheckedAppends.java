package io.lss.tck.program;

import io.lss.api.LogStructuredStore;
import io.lss.api.Reservation;
import io.lss.api.StoreFullException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** Appends to a store and the ends of reservations, each noted in the model. Used by one thread at a time. */
final class CheckedAppends {

    /** An open reservation. */
    record Open(Reservation reservation, LogModel.Entry entry) {}

    /** What frames and alignment take from the room for several records, for each. */
    private static final int FRAME = 64;

    private final SplittableRandom payloads;
    private final boolean mayBeFull;
    private final List<Open> open = new ArrayList<>();

    /**
     * None yet.
     *
     * @param mayBeFull whether the store may say that there is no space
     */
    CheckedAppends(SplittableRandom payloads, boolean mayBeFull) {
        this.payloads = payloads;
        this.mayBeFull = mayBeFull;
    }

    /** {@return the reservations that are open} */
    List<Open> open() {
        return open;
    }

    byte[] payload(LogStructuredStore store, int length) {
        byte[] bytes = new byte[Math.min(length, store.maxRecordLength())];
        payloads.nextBytes(bytes);
        return bytes;
    }

    /** {@return payloads that fit one buffer together} */
    List<byte[]> fitting(LogStructuredStore store, List<Integer> lengths) {
        List<byte[]> fitting = new ArrayList<>();
        int room = store.maxRecordLength();
        for (int length : lengths) {
            fitting.add(payload(store, Math.min(length, Math.max(1, room / lengths.size() - FRAME))));
        }
        return fitting;
    }

    void append(LogStructuredStore store, LogModel model, byte[] payload) throws IOException {
        if (!open.isEmpty()) {
            // An append that waits could wait for this thread's own reservations.
            Optional<Reservation> claimed;
            try {
                claimed = store.tryReserve(payload.length);
            } catch (StoreFullException e) {
                full(store, model, e);
                return;
            }
            if (claimed.isPresent()) {
                end(model, opened(model, claimed.get(), payload), StoreCall.Ending.PUBLISH);
                return;
            }
            endAll(model);
        }
        LogModel.Attempt attempt = model.attempt(List.of(payload));
        try {
            model.appended(attempt, append(store, payload));
        } catch (StoreFullException e) {
            model.refused(attempt);
            full(store, model, e);
        }
    }

    /** Appends in one of the ways there are. */
    static long append(LogStructuredStore store, byte[] payload) throws IOException {
        return switch (payload.length % 3) {
            case 0 -> store.append(payload);
            case 1 -> store.append(MemorySegment.ofArray(payload));
            default -> store.append(ByteBuffer.wrap(payload));
        };
    }

    void batch(LogStructuredStore store, LogModel model, List<byte[]> batch) throws IOException {
        if (!open.isEmpty()) {
            endAll(model);
        }
        LogModel.Attempt attempt = model.attempt(batch);
        try {
            model.appended(attempt, store.appendBatch(batch.stream().map(MemorySegment::ofArray).toList()));
        } catch (StoreFullException e) {
            model.refused(attempt);
            full(store, model, e);
        }
    }

    void reserve(LogStructuredStore store, LogModel model, List<byte[]> wanted) throws IOException {
        int[] lengths = wanted.stream().mapToInt(each -> each.length).toArray();
        try {
            List<Reservation> claimed;
            if (!open.isEmpty()) {
                Optional<List<Reservation>> some = store.tryReserveAll(lengths);
                if (some.isEmpty()) {
                    return;
                }
                claimed = some.get();
            } else {
                claimed = lengths.length == 1 ? List.of(store.reserve(lengths[0])) : store.reserveAll(lengths);
            }
            for (int i = 0; i < lengths.length; i++) {
                open.add(opened(model, claimed.get(i), wanted.get(i)));
            }
        } catch (StoreFullException e) {
            full(store, model, e);
        }
    }

    /** A full device refuses appends, and reads go on. */
    private void full(LogStructuredStore store, LogModel model, StoreFullException refusal) throws IOException {
        if (!mayBeFull) {
            throw new ViolationException("S7: an append is refused although there is space: " + refusal, refusal);
        }
        List<LogModel.Entry> published = model.publishedFrom(model.begin());
        if (!published.isEmpty()) {
            CheckedReads.read(store, model, published.getLast());
        }
    }

    private static Open opened(LogModel model, Reservation reservation, byte[] payload) {
        LogModel.Entry entry = model.reserved(reservation.lsn(), payload);
        try {
            reservation.payload().copyFrom(MemorySegment.ofArray(payload));
        } catch (IllegalStateException e) {
            givenUp(model, entry, "payload", e);
        }
        return new Open(reservation, entry);
    }

    /** Publishes all that is open, the last first. */
    void endAll(LogModel model) {
        while (!open.isEmpty()) {
            end(model, open.removeLast(), StoreCall.Ending.PUBLISH);
        }
    }

    /** Ends one of those that are open, if there are any. */
    void end(LogModel model, int choice, StoreCall.Ending how) {
        if (!open.isEmpty()) {
            end(model, open.remove(choice % open.size()), how);
        }
    }

    private static void end(LogModel model, Open one, StoreCall.Ending how) {
        try {
            switch (how) {
                case PUBLISH -> {
                    model.become(one.entry(), LogModel.State.PUBLISHING);
                    one.reservation().publish();
                    model.become(one.entry(), LogModel.State.PUBLISHED);
                }
                case ABORT -> {
                    one.reservation().abort();
                    model.become(one.entry(), LogModel.State.ABORTED);
                }
                case CLOSE -> {
                    one.reservation().close();
                    model.become(one.entry(), LogModel.State.ABORTED);
                }
            }
        } catch (IllegalStateException e) {
            givenUp(model, one.entry(), how.toString(), e);
        }
    }

    private static void givenUp(LogModel model, LogModel.Entry entry, String what, IllegalStateException refusal) {
        if (!model.mayGiveUp()) {
            throw new ViolationException("S8: " + what + " of an open reservation throws " + refusal, refusal);
        }
        model.become(entry, LogModel.State.ABORTED);
    }

    /** Publishing after the close must not make a record. */
    void endAfterClose(LogModel model, boolean mayBePublished) {
        for (Open each : open) {
            try {
                each.reservation().publish();
            } catch (IllegalStateException e) {
                model.become(each.entry(), LogModel.State.ABORTED);
                continue;
            }
            if (!mayBePublished) {
                throw new ViolationException("S8: a reservation open at the close, LSN " + each.entry().lsn() + ", could be published after it");
            }
        }
        open.clear();
    }
}
