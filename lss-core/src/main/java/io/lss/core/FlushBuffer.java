package io.lss.core;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * One flush buffer of the ring: its words, its memory, and where in the log its present generation lies.
 *
 * <pre>
 * offset  0            unitOffset       start                     limit - shift    capacity of this generation
 *         +------------+----------------+-------------------------+
 *         | segment    | unit header    | frames ...              |
 *         | header, if |                |                         |
 *         | first      |                |                         |
 *         +------------+----------------+-------------------------+
 * LSN     baseLsn
 * </pre>
 *
 * <p>Phases: FREE, OPEN (reservations), SEALED (waiting for the last publish), READY (to be issued), ISSUED (the device reads
 * it), FREE. The phase is changed by: opener (FREE to OPEN), sealer (OPEN to SEALED), whoever brings the balance to 0 (SEALED
 * to READY), the flusher (READY to ISSUED to FREE).
 */
final class FlushBuffer extends BufferWords {

    /** Where a buffer is in its life. */
    enum Phase {
        FREE,
        OPEN,
        SEALED,
        READY,
        ISSUED
    }

    /** The least length of a frame; reservations are registered by offset divided by it, so no two share a place. */
    private static final int MIN_FRAME = 24;

    private static final VarHandle SEQUENCE;
    private static final VarHandle REGISTRY;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            SEQUENCE = lookup.findVarHandle(FlushBuffer.class, "sequence", long.class);
            REGISTRY = lookup.findVarHandle(FlushBuffer.class, "registry", AtomicReferenceArray.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Place in the ring. */
    final int index;

    /** Replaced when an abandoned reservation's holder may still write into it. */
    volatile MemorySegment memory;

    /** How often {@code memory} was replaced; written after it, so a view that was made for this count is of this memory. */
    volatile int replaced;

    volatile Phase phase = Phase.FREE;

    /** Even while the generation below holds, odd while it is being changed: readers of the ring check it before and after. */
    @SuppressWarnings("unused") // through SEQUENCE
    private volatile long sequence;

    // The generation. Written by the opener before the words are opened, constant until the next opening.
    long baseLsn;
    int shift;
    int unitOffset;
    int start;
    LogSegment segment = LogSegment.NONE;

    /** Offset after the last reserved byte; -1 while open. Written by the sealer. */
    volatile int end = -1;

    /** When the buffer was sealed, by the device's clock; for the age of what holds it back. */
    volatile long sealedAt;

    /** Reservations made explicitly, by offset / MIN_FRAME; made at first use. Entries are never cleared, only overwritten. */
    private volatile @Nullable AtomicReferenceArray<PendingReservation> registry;

    FlushBuffer(int index, MemorySegment memory) {
        super(memory.byteSize());
        this.index = index;
        this.memory = memory;
    }

    /** {@return the space word of an empty buffer of this generation} */
    long emptySpace() {
        return (long) start + shift;
    }

    /** {@return the offset a reservation got that found this space word} */
    int offsetOf(long space) {
        return (int) space - shift;
    }

    /** Goes on with other memory of the same content. Maintenance only, while nobody writes into this buffer. */
    void replaceMemory(MemorySegment fresh) {
        memory = fresh;
        int count = replaced;
        replaced = count + 1;
    }

    /** Begins a generation that takes {@code capacity} bytes of memory from {@code baseLsn} on. The words are opened afterwards. */
    void begin(LogSegment in, long base, int capacity, int unitAt, int startAt) {
        long before = sequence;
        SEQUENCE.setOpaque(this, before + 1);
        // The odd sequence must be visible before any field changes; a plain store could be ordered after them.
        VarHandle.storeStoreFence();
        segment = in;
        baseLsn = base;
        shift = (int) limit - capacity;
        unitOffset = unitAt;
        start = startAt;
        end = -1;
        SEQUENCE.setRelease(this, before + 2);
        phase = Phase.OPEN;
    }

    /** {@return a stamp for {@link #isStill}, odd if the generation is being changed} */
    long stamp() {
        return (long) SEQUENCE.getAcquire(this);
    }

    /** {@return whether what was read since {@link #stamp} belonged to that generation} */
    boolean isStill(long stamp) {
        // Reads of fields and memory must not move below the second look at the sequence.
        VarHandle.acquireFence();
        return (stamp & 1) == 0 && (long) SEQUENCE.getOpaque(this) == stamp;
    }

    /** {@return the offset after the last byte reserved so far, or more than that while a seal is under way} */
    int reservedEnd() {
        int sealedEnd = end;
        if (sealedEnd >= 0) {
            return sealedEnd;
        }
        long used = usedOf(space);
        return (int) Math.min(used, limit) - shift;
    }

    /** {@return the offset after the last byte reserved so far; -1 while that is not known, between a seal and its sealer's word} */
    int knownEnd() {
        // The words first: if they are open, no seal has been, and what they say is the end.
        long now = space;
        return isOpen(now, limit) ? offsetOf(now) : end;
    }

    /** {@return whether nothing was reserved in this generation} */
    boolean isEmpty() {
        return reservedEnd() <= start;
    }

    /** Makes an explicit reservation findable, should it have to be given up. */
    void register(PendingReservation reservation, int offset) {
        AtomicReferenceArray<PendingReservation> at = registry;
        if (at == null) {
            AtomicReferenceArray<PendingReservation> fresh = new AtomicReferenceArray<>((int) (limit / MIN_FRAME) + 1);
            at = REGISTRY.compareAndSet(this, null, fresh) ? fresh : registry;
        }
        // Release: who finds the reservation must see its fields.
        if (at != null) {
            at.setRelease(offset / MIN_FRAME, reservation);
        }
    }

    /** {@return the explicit reservations seen in this buffer, of this and earlier generations, or null} */
    @Nullable AtomicReferenceArray<PendingReservation> registered() {
        return registry;
    }

    @Override
    public String toString() {
        return "#" + index + " " + phase + " LSN " + baseLsn + " start " + start + " end " + reservedEnd()
                + (end >= 0 ? " unpublished " + unpublished() : "") + " of " + (limit - shift);
    }
}
