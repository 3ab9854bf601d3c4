package io.lss.uring;

import io.lss.spi.flush.ReadRequest;
import io.lss.uring.linux.Ring;
import io.lss.uring.linux.RingCalls;
import io.lss.uring.linux.SystemCallException;
import io.lss.uring.linux.UnavailableException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * A ring for reads, with a bounce for each that can be in flight. Used by one batch at a time, by one thread, which stays until all has
 * ended.
 */
final class BatchRing implements AutoCloseable {

    /** How many reads are in flight at most. */
    static final int DEPTH = 64;

    /** The longest read that goes through a bounce here, the blocks around it included, in bytes. */
    static final int BOUNCE = 64 << 10;

    private static final int ALIGNMENT = 1 << 16;

    /** How long one wait in the kernel is, in nanoseconds; then it waits again. */
    private static final long WAIT_NANOS = 1_000_000_000;

    /** How long to wait before what was refused for the moment is offered again, in nanoseconds. */
    private static final long RETRY_NANOS = 1_000_000;

    private final Ring ring;
    private final int blockSize;
    private final DirectReads reads;
    private final MemorySegment bounces = Arena.ofAuto().allocate((long) DEPTH * BOUNCE, ALIGNMENT);

    private final ReadRequest[] inFlight = new ReadRequest[DEPTH];
    private final int[] free = new int[DEPTH];
    private int freeCount = DEPTH;

    /** What did not come whole: the file ends there, or the kernel refused; read again, one by one. */
    private final List<ReadRequest> again = new ArrayList<>();

    BatchRing(RingCalls calls, int blockSize, DirectReads reads) throws SystemCallException, UnavailableException {
        this.ring = new Ring(calls, DEPTH);
        this.blockSize = blockSize;
        this.reads = reads;
        for (int i = 0; i < DEPTH; i++) {
            free[i] = i;
        }
    }

    /**
     * Reads all of them. The segments stay open meanwhile, each destination may be touched by this thread, and each read with the blocks
     * around it fits into a bounce or needs none.
     *
     * @return those that have to be read once more, one by one
     * @throws SystemCallException if the ring is dead; the caller closes it
     */
    List<ReadRequest> read(List<ReadRequest> batch) throws SystemCallException {
        again.clear();
        int next = 0;
        int refusals = 0;
        while (next < batch.size() || freeCount < DEPTH) {
            while (next < batch.size() && freeCount > 0 && ring.hasRoom()) {
                fill(batch.get(next++));
            }
            // Handed over and waited for in one call. What the kernel refuses for now is offered again a little later.
            int count = ring.publish();
            boolean pause = refusals >= 2;
            int result = pause ? ring.await(RETRY_NANOS, 0) : ring.await(WAIT_NANOS, count);
            if (result < 0 && !RequestResult.isPassing(result)) {
                throw new SystemCallException("io_uring_enter", -result, "ring=" + ring);
            }
            refusals = !pause && count > 0 && RequestResult.isRefusedForNow(result) ? refusals + 1 : 0;
            ring.reap(this::completed);
        }
        return again;
    }

    private void fill(ReadRequest request) {
        int slot = free[--freeCount];
        inFlight[slot] = request;
        long position = request.position();
        long before = position % blockSize;
        long length = Math.ceilDiv(before + request.dst().byteSize(), blockSize) * blockSize;
        long to = reads.isStraight(request.dst(), position) ? request.dst().address() : bounces.address() + (long) slot * BOUNCE;
        UringSegment segment = (UringSegment) request.segment();
        ring.fill(Ring.OP_READ, 0, segment.fd(), position - before, to, (int) length, 0, 0, slot);
    }

    private void completed(long userData, int result) {
        int slot = (int) userData;
        ReadRequest request = inFlight[slot];
        free[freeCount++] = slot;
        long before = request.position() % blockSize;
        MemorySegment dst = request.dst();
        if (result < before + dst.byteSize()) {
            again.add(request);
            return;
        }
        if (!reads.isStraight(dst, request.position())) {
            MemorySegment.copy(bounces, (long) slot * BOUNCE + before, dst, 0, dst.byteSize());
        }
        request.complete(dst.byteSize(), null);
    }

    @Override
    public void close() {
        ring.close();
    }
}
