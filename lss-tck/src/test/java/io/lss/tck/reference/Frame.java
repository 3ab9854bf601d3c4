package io.lss.tck.reference;

/** A record, or the place of one: what the index of the log knows of it. Guarded by the store's lock. */
final class Frame {

    /** What is at the place. */
    enum State {
        OPEN,
        RECORD,
        FILLER
    }

    /** The LSN of the frame's first byte. */
    final long lsn;

    /** The length of the payload, in bytes. */
    final int length;

    State state;

    /** In which buffer it still is; null: on the device. */
    Buffer buffer;

    /** Who holds it while it is open; null for an append. */
    ReferenceReservation holder;

    /** In which order it was published; for a defect. */
    long published;

    Frame(long lsn, int length, State state) {
        this.lsn = lsn;
        this.length = length;
        this.state = state;
    }

    /** {@return the first LSN after it} */
    long end() {
        return lsn + Format.frameLength(length);
    }
}
