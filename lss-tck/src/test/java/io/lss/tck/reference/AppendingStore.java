package io.lss.tck.reference;

import io.lss.api.Reservation;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Appends, batches and reservations. */
abstract class AppendingStore extends RingStore {

    /** For a defect: payloads that were not copied. */
    final Map<Frame, MemorySegment> byReference = new HashMap<>();

    AppendingStore(Setting setting) {
        super(setting);
    }

    @Override
    public int maxRecordLength() {
        return options.bufferSize() - Format.UNIT_HEADER - Format.FRAME_HEADER;
    }

    void checkLengths(int... lengths) {
        long all = 0;
        for (int each : lengths) {
            if (each < 1 || each > maxRecordLength()) {
                throw misuse(this, "a record of " + each + " bytes; from 1 to " + maxRecordLength());
            }
            all += Format.frameLength(each);
        }
        if (lengths.length == 0 || all > options.bufferSize() - Format.UNIT_HEADER) {
            throw misuse(this, lengths.length + " records of " + all + " bytes together; from 1 record to one buffer full");
        }
    }

    @Override
    public Reservation reserve(int length, Reservation reuse) throws IOException {
        lock.lock();
        try {
            checkOpen();
            checkLengths(length);
            if (reuse != null && !(reuse instanceof ReferenceReservation own && own.store == this)) {
                throw misuse(this, "the reservation to be used again is not one of this store");
            }
            if (reuse != null && ((ReferenceReservation) reuse).ended == null) {
                throw new IllegalStateException("the reservation to be used again is still open: " + reuse);
            }
            List<Frame> claimed = claim(true, length);
            ReferenceReservation reservation = reuse == null ? new ReferenceReservation(this) : (ReferenceReservation) reuse;
            reservation.arm(claimed.getFirst());
            return reservation;
        } finally {
            lock.unlock();
        }
    }

    Optional<List<Reservation>> reserveAll(boolean mayWait, int... asked) throws IOException {
        int[] lengths = asked.clone();
        lock.lock();
        try {
            checkOpen();
            checkLengths(lengths);
            List<Frame> claimed = claim(mayWait, lengths);
            if (claimed == null) {
                return Optional.empty();
            }
            List<Reservation> reservations = new ArrayList<>();
            for (Frame each : claimed) {
                ReferenceReservation reservation = new ReferenceReservation(this);
                reservation.arm(each);
                reservations.add(reservation);
            }
            return Optional.of(List.copyOf(reservations));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public List<Reservation> reserveAll(int... lengths) throws IOException {
        return reserveAll(true, lengths).orElseThrow();
    }

    @Override
    public Optional<Reservation> tryReserve(int length) throws IOException {
        return reserveAll(false, length).map(List::getFirst);
    }

    @Override
    public Optional<List<Reservation>> tryReserveAll(int... lengths) throws IOException {
        return reserveAll(false, lengths);
    }

    MemorySegment payload(ReferenceReservation reservation) {
        lock.lock();
        try {
            checkStillOpen(reservation);
            return reservation.memory;
        } finally {
            lock.unlock();
        }
    }

    void checkStillOpen(ReferenceReservation reservation) {
        if (reservation.ended != null) {
            String what = "the reservation at LSN " + reservation.frame.lsn + " " + reservation.ended;
            if (has(Defect.MISUSE_PANICS)) {
                throw new AssertionError(what);
            }
            throw new IllegalStateException(what);
        }
    }

    void end(ReferenceReservation reservation, boolean record, String how) {
        lock.lock();
        try {
            if (has(Defect.ENDS_TWICE) && reservation.ended != null && record) {
                return;
            }
            checkStillOpen(reservation);
            if (record) {
                copyIn(reservation.frame, reservation.memory);
            }
            complete(reservation.frame, record);
            reservation.ended = how;
        } finally {
            lock.unlock();
        }
    }

    void closeReservation(ReferenceReservation reservation) {
        lock.lock();
        try {
            if (reservation.ended == null) {
                complete(reservation.frame, false);
                reservation.ended = "was closed, and so aborted";
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long append(MemorySegment payload) throws IOException {
        checkLengths((int) Math.min(payload.byteSize(), Integer.MAX_VALUE));
        MemorySegment bytes = has(Defect.PAYLOAD_BY_REFERENCE) ? payload : MemorySegment.ofArray(Recovery.bytes(payload));
        lock.lock();
        try {
            Frame frame = claim(true, (int) bytes.byteSize()).getFirst();
            copyIn(frame, bytes);
            complete(frame, true);
            if (has(Defect.PAYLOAD_BY_REFERENCE)) {
                byReference.put(frame, payload);
            }
            return told(frame.lsn);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long append(byte[] payload) throws IOException {
        return append(MemorySegment.ofArray(payload));
    }

    @Override
    public long append(ByteBuffer payload) throws IOException {
        long lsn = append(MemorySegment.ofBuffer(payload));
        payload.position(payload.limit());
        return lsn;
    }

    @Override
    public long[] appendBatch(List<MemorySegment> payloads) throws IOException {
        int[] lengths = payloads.stream().mapToInt(each -> (int) Math.min(each.byteSize(), Integer.MAX_VALUE)).toArray();
        checkLengths(lengths);
        if (has(Defect.BATCH_IN_PARTS) || has(Defect.BATCH_WITHOUT_ITS_BAD_PART)) {
            return appendOneByOne(payloads);
        }
        List<MemorySegment> copies = payloads.stream().map(each -> MemorySegment.ofArray(Recovery.bytes(each))).toList();
        lock.lock();
        try {
            List<Frame> claimed = claim(true, lengths);
            for (int i = 0; i < lengths.length; i++) {
                copyIn(claimed.get(i), copies.get(i));
                complete(claimed.get(i), true);
            }
            return claimed.stream().mapToLong(each -> told(each.lsn)).toArray();
        } finally {
            lock.unlock();
        }
    }

    /** For two defects. */
    long[] appendOneByOne(List<MemorySegment> payloads) throws IOException {
        long[] lsns = new long[payloads.size()];
        for (int i = 0; i < lsns.length; i++) {
            lsns[i] = append(payloads.get(i));
            if (has(Defect.BATCH_IN_PARTS)) {
                flush();
            }
        }
        return lsns;
    }
}
