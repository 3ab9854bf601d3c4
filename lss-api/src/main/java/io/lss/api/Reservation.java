package io.lss.api;

import java.lang.foreign.MemorySegment;

/**
 * Space for one record, claimed but not yet published. Its LSN is known now, before the payload exists, so that an index can
 * point at the record first.
 *
 * <pre>{@code
 * try (Reservation r = store.reserve(n)) {
 *     index.install(key, r.lsn());
 *     r.payload().copyFrom(value);
 *     r.publish();
 * }                                   // without publish, close() aborts
 * }</pre>
 *
 * <p>A reservation may be published or aborted by another thread than the one that made it, but is used by one thread at a
 * time. Nothing above it can become stable while it is open. One that is still open when
 * {@link StoreOptions#reservationTimeout()} has passed since its buffer was sealed, or when the store closes, is given up:
 * a filler takes its place, the culprit is named in the log, and {@link #publish} throws.
 *
 * <p><b>A thread that holds a reservation and reserves again can wait for itself</b>, because a full ring empties only when
 * its oldest reservation is published. Use {@link LogStructuredStore#reserveAll} or {@link LogStructuredStore#tryReserve}
 * then; {@link StoreOptions#checked()} detects it.
 *
 * <p>Memory consistency: what a thread did before {@code publish} happens before what another does after it has read the
 * record, or has learned that it is stable.
 */
public interface Reservation extends AutoCloseable {

    /** {@return the LSN of the record; unique, and higher than that of every record reserved before it} */
    long lsn();

    /** {@return the length of the payload in bytes, as reserved} */
    int length();

    /**
     * {@return the memory to write the payload into, exactly {@link #length()} bytes} Its content is undefined until
     * written. It must not be touched after publish, abort or close. A write beyond its end is refused by the memory
     * segment itself, with an IndexOutOfBoundsException, and changes nothing.
     *
     * @throws IllegalStateException if the reservation is no longer open
     */
    MemorySegment payload();

    /**
     * Makes the payload, as it is now, a record of the log. Never waits.
     *
     * @throws IllegalStateException if the reservation was published, aborted, closed, or given up by the store (the message
     *     says which)
     */
    void publish();

    /**
     * Gives the space up; a filler that scans skip takes its place. Never waits.
     *
     * @throws IllegalStateException if the reservation was published or aborted before
     */
    void abort();

    /** Aborts if the reservation is still open, otherwise does nothing. */
    @Override
    void close();
}
