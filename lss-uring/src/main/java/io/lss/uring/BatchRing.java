package io.lss.uring;

import io.lss.spi.flush.ReadRequest;
import io.lss.uring.linux.Errno;
import io.lss.uring.linux.Ring;
import io.lss.uring.linux.RingCalls;
import io.lss.uring.linux.SystemCallException;
import io.lss.uring.linux.UnavailableException;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A ring for reads, with a bounce for each that can be in flight. Used by one batch at a time, by one thread, which stays until all has
 * ended.
 *
 * <p>Invariant: when {@link #read} returns, or throws, the kernel has ended every read that it took. Otherwise it would write to memory that is
 * somebody else's by then: to a bounce of a ring that was given up, or to a destination that the caller holds no more. Reads go straight
 * only to memory that {@linkplain Lasting lasts} as long as the batch holds it.
 */
final class BatchRing implements AutoCloseable {

    private static final System.Logger LOGGER = System.getLogger(BatchRing.class.getName());

    /** How many reads are in flight at most. */
    static final int DEPTH = 64;

    /** The longest read that goes through a bounce here, the blocks around it included, in bytes. */
    static final int BOUNCE = 64 << 10;

    /**
     * So many are handed over by one call: the device begins when the call has ended, and would wait for all of a long batch to be prepared
     * (docs/decisions/reads.md).
     */
    static final int PIECE = 4;

    private static final int NONE = -1;
    private static final int ALIGNMENT = 1 << 16;

    /** How long one wait in the kernel is, in nanoseconds; then it waits again. */
    private static final long WAIT_NANOS = 1_000_000_000;

    /** How long to wait before what was refused for the moment is offered again, in nanoseconds. */
    private static final long RETRY_NANOS = 1_000_000;

    private final Ring ring;
    private final int blockSize;
    private final DirectReads reads;
    private final MemorySegment bounces = Arena.ofAuto().allocate((long) DEPTH * BOUNCE, ALIGNMENT);

    /** Which request of the batch has a slot; {@link #NONE} if the slot is free. */
    private final int[] inFlight = new int[DEPTH];

    private final boolean[] isStraight = new boolean[DEPTH];
    private final int[] free = new int[DEPTH];
    private int freeCount = DEPTH;

    /** Made once, so that reaping needs no memory. */
    private final Ring.Reaper reaper = this::completed;

    /** The one that is being read. */
    private @Nullable ReadBatch batch;

    BatchRing(RingCalls calls, int blockSize, DirectReads reads) throws SystemCallException, UnavailableException {
        this.ring = new Ring(calls, DEPTH);
        this.blockSize = blockSize;
        this.reads = reads;
        Arrays.fill(inFlight, NONE);
        for (int i = 0; i < DEPTH; i++) {
            free[i] = i;
        }
    }

    /**
     * Reads those of a batch whose segments it keeps open. Each destination may be touched by this thread, and each read with the blocks around it
     * fits into a bounce or needs none. What did not come whole is not done afterwards, and is to be read by itself: the file ends there, or the
     * kernel refused.
     *
     * @return whether the ring can be used again; otherwise the caller closes it
     */
    boolean read(ReadBatch requests) {
        batch = requests;
        boolean usable = false;
        try {
            usable = readAll(requests);
        } catch (Throwable t) {
            LOGGER.log(Level.DEBUG, "a ring for reads is given up", t);
        } finally {
            awaitTaken();
            batch = null;
            Reference.reachabilityFence(requests); // and so the destinations
        }
        return usable;
    }

    private boolean readAll(ReadBatch requests) throws SystemCallException {
        int next = 0;
        int refusals = 0;
        int inVain = 0;
        while (next < requests.size() || freeCount < DEPTH) {
            int piece = 0;
            while (next < requests.size() && freeCount > 0 && ring.hasRoom() && piece < PIECE) {
                if (requests.isEntered(next)) {
                    fill(requests.get(next), next);
                    piece++;
                }
                next++;
            }
            // With the last call it is waited for all that are under way: to be woken for each would cost more than their checks could gain. What
            // the kernel refuses for now is offered again a little later.
            int count = ring.publish();
            boolean pause = refusals >= 2;
            boolean more = next < requests.size() && freeCount > 0;
            int result = pause ? ring.await(RETRY_NANOS, 0) : ring.await(more ? 0 : WAIT_NANOS, count, DEPTH - freeCount);
            if (result < 0 && (!RequestResult.isPassing(result) || inVain > Refused.MOST)) {
                throw new SystemCallException("io_uring_enter", -result, "ring=" + ring);
            }
            boolean refused = !pause && count > 0 && RequestResult.isRefusedForNow(result);
            refusals = refused ? refusals + 1 : 0;
            int reaped = ring.reap(reaper);
            inVain = result > 0 || reaped > 0 ? 0 : inVain + (refused ? 1 : 0);
        }
        return true;
    }

    private void fill(ReadRequest request, int index) {
        int slot = free[freeCount - 1];
        MemorySegment dst = request.dst();
        long position = request.position();
        long before = position % blockSize;
        long length = Math.ceilDiv(before + dst.byteSize(), blockSize) * blockSize;
        boolean straight = reads.isStraight(dst, position) && Lasting.is(dst);
        long to = straight ? dst.address() : bounces.address() + (long) slot * BOUNCE;
        int fd = ((UringSegment) request.segment()).fd();
        ring.fill(Ring.OP_READ, 0, fd, position - before, to, (int) length, 0, 0, slot);
        // Counted only now: what was not filled in would be waited for in vain.
        inFlight[slot] = index;
        isStraight[slot] = straight;
        freeCount--;
    }

    private void completed(long userData, int result) {
        int slot = (int) userData;
        int index = inFlight[slot];
        inFlight[slot] = NONE;
        free[freeCount++] = slot;
        ReadBatch requests = batch;
        if (requests == null || index == NONE) {
            throw new IllegalStateException("a read has ended that nobody asked for: slot=" + slot);
        }
        try {
            ReadRequest request = requests.get(index);
            MemorySegment dst = request.dst();
            long before = request.position() % blockSize;
            if (result < before + dst.byteSize()) {
                return; // to be read by itself
            }
            if (!isStraight[slot]) {
                MemorySegment.copy(bounces, (long) slot * BOUNCE + before, dst, 0, dst.byteSize());
            }
            requests.succeed(index, dst.byteSize());
        } catch (Throwable t) { // the destination is gone, say; that is no other's business
            requests.fail(index, t);
        }
    }

    /**
     * Returns when the kernel has ended every read that it took. Those that it did not take it never will: the ring is not used again.
     *
     * <p>Completions come into the shared memory also where the kernel refuses every call, so a dead ring is only waited for in another way. No
     * memory is needed for it, and whatever is thrown meanwhile passes.
     */
    private void awaitTaken() {
        boolean interrupted = false;
        while (DEPTH - freeCount > ring.unsubmitted()) {
            boolean waited = isServed();
            try {
                if (ring.reap(reaper) == 0 && !waited) {
                    interrupted |= Thread.interrupted(); // or there would be no pause
                    LockSupport.parkNanos(this, RETRY_NANOS);
                }
            } catch (Throwable t) {
                Thread.onSpinWait();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** {@return whether the kernel still answers; it is given a moment to end something} */
    private boolean isServed() {
        try {
            int result = ring.await(RETRY_NANOS, 0);
            return result >= 0 || result == -Errno.ETIME;
        } catch (Throwable t) {
            return false;
        }
    }

    @Override
    public void close() {
        ring.close();
    }
}
