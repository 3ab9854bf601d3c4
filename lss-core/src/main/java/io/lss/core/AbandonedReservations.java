package io.lss.core;

import io.lss.core.format.FrameDescriptor;
import io.lss.spi.flush.Device;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * Gives up reservations that were left open, so that they do not hold back stability for ever.
 *
 * <p>For a buffer that has been sealed for too long: every reservation still open in it is expired (from then on its holder
 * can neither publish nor abort). When nothing but expired reservations is unpublished, nobody else writes into the buffer any
 * more, so its content is copied to fresh memory, fillers are written where the expired ones were, the buffer goes on with the
 * copy, and the expired bytes are counted as published. The holder may still write through the payload it was given: into the
 * old memory, which nobody reads any more and which goes when the holder lets go of it.
 *
 * <p>Used by one thread at a time (maintenance).
 */
final class AbandonedReservations {

    private static final System.Logger LOG = System.getLogger("io.lss");

    private static final long LOOK_AGAIN_NANOS = 1_000_000;

    private final FlushRing ring;
    private final Device device;
    private final long timeoutNanos;
    private final Appender scratch;
    private final LongAdder expired = new LongAdder();

    /** What was expired in the present generation of each buffer, by index. */
    private final List<List<PendingReservation.Expired>> waiting = new ArrayList<>();

    AbandonedReservations(FlushRing ring, Device device, long timeoutNanos) {
        this.ring = ring;
        this.device = device;
        this.timeoutNanos = timeoutNanos;
        this.scratch = new Appender(ring.size(), new Appender.Counts());
        for (int i = 0; i < ring.size(); i++) {
            waiting.add(new ArrayList<>());
        }
    }

    long expired() {
        return expired.sum();
    }

    /**
     * Looks at every sealed buffer.
     *
     * @param now by the device's clock
     * @param all whether to give up every open reservation, whatever its age
     */
    void check(long now, boolean all) throws IOException {
        for (int i = 0; i < ring.size(); i++) {
            FlushBuffer b = ring.buffer(i);
            if (b.phase != FlushBuffer.Phase.SEALED) {
                continue;
            }
            long age = now - b.sealedAt;
            if (all || (timeoutNanos > 0 && age >= timeoutNanos)) {
                giveUp(b, waiting.get(i));
            }
        }
    }

    /**
     * {@return how long until {@link #check} has something to do at the earliest, in nanoseconds; Long.MAX_VALUE if nothing}
     *
     * @param all as {@link #check} takes it
     */
    long nanosUntilDue(long now, boolean all) {
        long next = Long.MAX_VALUE;
        for (int i = 0; (all || timeoutNanos > 0) && i < ring.size(); i++) {
            FlushBuffer b = ring.buffer(i);
            if (b.phase == FlushBuffer.Phase.SEALED) {
                // Past its time what is left is an append on its way, or a reservation just being registered: look again soon.
                long left = all ? 0 : timeoutNanos - (now - b.sealedAt);
                next = Math.min(next, Math.max(LOOK_AGAIN_NANOS, left));
            }
        }
        return next;
    }

    private void giveUp(FlushBuffer b, List<PendingReservation.Expired> given) throws IOException {
        AtomicReferenceArray<PendingReservation> registered = b.registered();
        if (registered == null) {
            return;
        }
        // One generation: what is looked for below is bounded by this range, so a later generation's reservations are not met.
        long stamp = b.stamp();
        long base = b.baseLsn;
        long end = base + b.end;
        if (b.phase != FlushBuffer.Phase.SEALED || !b.isStill(stamp)) {
            return;
        }
        for (int i = 0; i < registered.length(); i++) {
            PendingReservation r = registered.getAcquire(i);
            PendingReservation.Expired now = r == null ? null : r.expire(b, base, end);
            if (now != null) {
                given.add(now);
                expired.increment();
                LOG.log(
                        System.Logger.Level.WARNING,
                        "the reservation of {0} bytes at LSN {1} was left open by {2}; a filler takes its place",
                        now.length(),
                        Long.toString(now.lsn()),
                        now.culprit());
            }
        }
        long bytes = 0;
        for (PendingReservation.Expired e : given) {
            bytes += FrameDescriptor.frameLength(e.length());
        }
        if (bytes > 0 && b.unpublished() == bytes) {
            MemorySegment fresh = device.allocate(b.memory.byteSize());
            MemorySegment.copy(b.memory, 0, fresh, 0, b.end);
            b.replaceMemory(fresh);
            ByteBuffer view = scratch.view(b);
            for (PendingReservation.Expired e : given) {
                FrameDescriptor.writeFiller(
                        fresh, e.offset(), view, scratch.checksums, b.segment.salt(), e.lsn(), e.length());
            }
            given.clear();
            ring.publish(b, bytes);
        }
    }
}
