package io.lss.tck.reference;

import io.lss.api.Reservation;
import java.lang.foreign.MemorySegment;

/** A reservation. Its payload has memory of its own, which is copied into the flush buffer by publish: nobody writes there but the store. */
final class ReferenceReservation implements Reservation {

    final AppendingStore store;
    Frame frame;
    MemorySegment memory;
    Thread owner;

    /** Why it is no longer open; null while it is. Guarded by the store's lock. */
    String ended = "never armed";

    ReferenceReservation(AppendingStore store) {
        this.store = store;
    }

    void arm(Frame claimed) {
        frame = claimed;
        int more = store.has(Defect.OVERLONG_PAYLOAD_OVERRUNS) ? 64 : 0;
        memory = MemorySegment.ofArray(new byte[claimed.length + more]);
        owner = Thread.currentThread();
        ended = null;
        claimed.holder = this;
    }

    @Override
    public long lsn() {
        return store.has(Defect.LSN_AT_PUBLISH) && ended == null ? 0 : store.told(frame.lsn);
    }

    @Override
    public int length() {
        return frame.length;
    }

    @Override
    public MemorySegment payload() {
        return store.payload(this);
    }

    @Override
    public void publish() {
        store.end(this, true, "was published");
    }

    @Override
    public void abort() {
        store.end(this, store.has(Defect.ABORT_PUBLISHES), "was aborted");
    }

    @Override
    public void close() {
        store.closeReservation(this);
    }

    @Override
    public String toString() {
        return "reservation at LSN " + frame.lsn + ", " + frame.length + " bytes, " + (ended == null ? "open" : ended);
    }
}
