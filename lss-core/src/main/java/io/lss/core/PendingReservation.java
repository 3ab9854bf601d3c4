package io.lss.core;

import io.lss.api.Reservation;
import io.lss.core.format.FrameDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A reservation in the hands of a caller. Its state word decides, once, between the caller (publish, abort) and the store
 * (expiry of an abandoned one).
 *
 * <pre>
 * word   63            2 1   0
 *       +---------------+-----+
 *       | ticket        |state|      the ticket counts the uses of this object
 *       +---------------+-----+
 * ENDED -- arm --> OPEN -- publish --> PUBLISHED -- arm --> OPEN ...
 *                  OPEN -- abort, close --> ABORTED
 *                  OPEN -- expire (the store) --> EXPIRED
 * </pre>
 *
 * <p>The other fields are written before OPEN is set and stay until the next {@code arm}: who reads OPEN, then the fields, and
 * then wins the compare-and-set from that same word has read fields that belong together.
 */
final class PendingReservation implements Reservation {

    private static final int OPEN = 0;
    private static final int PUBLISHED = 1;
    private static final int ABORTED = 2;
    private static final int EXPIRED = 3;
    private static final long STATE_MASK = 3;
    private static final long ONE_TICKET = 4;

    private static final VarHandle WORD;

    static {
        try {
            WORD = MethodHandles.lookup().findVarHandle(PendingReservation.class, "word", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Reservations issuer;
    private volatile long word = ABORTED;

    private @Nullable FlushBuffer buffer;
    private int offset;
    private int length;
    private long lsn;
    private @Nullable Thread owner;
    private @Nullable MemorySegment payload;

    PendingReservation(Reservations issuer) {
        this.issuer = issuer;
    }

    /** Begins a use of this object. */
    void arm(FlushBuffer in, int at, int payloadLength) {
        buffer = in;
        offset = at;
        length = payloadLength;
        lsn = in.baseLsn + at;
        owner = Thread.currentThread();
        payload = in.memory.asSlice((long) at + FrameDescriptor.HEADER_LENGTH, payloadLength);
        // Release: expiry must see the fields above when it sees OPEN.
        WORD.setRelease(this, (word & ~STATE_MASK) + ONE_TICKET + OPEN);
        in.register(this, at);
    }

    boolean isOpen() {
        return (word & STATE_MASK) == OPEN;
    }

    /** {@return whether this is an open reservation of the calling thread in a buffer} */
    @SuppressWarnings("ReferenceEquality") // a thread is its identity
    boolean isHeldBy(Thread caller, FlushBuffer in) {
        return isOpen() && owner == caller && buffer == in;
    }

    /** {@return whether these have handed it out} */
    @SuppressWarnings("ReferenceEquality") // a store is its identity
    boolean belongsTo(Reservations other) {
        return issuer == other;
    }

    @Override
    public long lsn() {
        return lsn;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public MemorySegment payload() {
        MemorySegment at = payload;
        if (!isOpen() || at == null) {
            throw new IllegalStateException("the reservation at LSN " + lsn + " " + fate());
        }
        return at;
    }

    @Override
    public void publish() {
        end(PUBLISHED, FrameDescriptor.KIND_RECORD);
    }

    @Override
    public void abort() {
        end(ABORTED, FrameDescriptor.KIND_FILLER);
    }

    @Override
    public void close() {
        if (isOpen()) {
            try {
                end(ABORTED, FrameDescriptor.KIND_FILLER);
            } catch (IllegalStateException endedMeanwhile) {
                // Given up by the store, or ended by another thread: nothing is left to close.
                assert !isOpen();
            }
        }
    }

    private void end(int state, int kind) {
        FlushBuffer in = buffer;
        long now = word;
        if ((now & STATE_MASK) != OPEN || in == null) {
            throw ended();
        }
        // Before the word changes: nothing that may fail for want of memory comes between that and the publication.
        Appender appender = issuer.acquire(in);
        try {
            // Volatile: the winner owns the frame from here on; expiry that loses must not touch it.
            if (!WORD.compareAndSet(this, now, (now & ~STATE_MASK) + state)) {
                throw ended();
            }
            payload = null;
            owner = null;
            issuer.end(appender, in, offset, length, kind);
        } finally {
            issuer.release(appender);
        }
    }

    private IllegalStateException ended() {
        return new IllegalStateException("the reservation at LSN " + lsn + " " + fate());
    }

    /**
     * Gives the reservation up if it is open and lies in this generation of {@code in}.
     *
     * @return the culprit's name and the frame, or null if it was not open there
     */
    @Nullable Expired expire(FlushBuffer in, long baseLsn, long endLsn) {
        long now = (long) WORD.getAcquire(this);
        if ((now & STATE_MASK) != OPEN) {
            return null;
        }
        Thread culprit = owner;
        Expired expired = new Expired(offset, length, lsn, culprit == null ? "unknown" : culprit.toString());
        if (buffer != in || expired.lsn() < baseLsn || expired.lsn() >= endLsn) {
            return null;
        }
        return WORD.compareAndSet(this, now, (now & ~STATE_MASK) + EXPIRED) ? expired : null;
    }

    /** A reservation the store has given up: where its frame is, and who held it. */
    record Expired(int offset, int length, long lsn, String culprit) {}

    private String fate() {
        return switch ((int) (word & STATE_MASK)) {
            case PUBLISHED -> "was published already";
            case ABORTED -> "was aborted or closed already";
            case EXPIRED -> "was given up by the store: it was still open when its buffer had been sealed for longer than "
                    + "the reservation timeout, or when the store closed";
            default -> "is open";
        };
    }

    @Override
    public String toString() {
        return "reservation of " + length + " bytes at LSN " + lsn + ", " + fate();
    }
}
