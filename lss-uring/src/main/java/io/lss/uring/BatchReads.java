package io.lss.uring;

import io.lss.localfiles.crew.Call;
import io.lss.localfiles.crew.Crew;
import io.lss.localfiles.crew.Unexpected;
import io.lss.spi.flush.ReadRequest;
import io.lss.uring.linux.RingCalls;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Batches of reads, at the depth of rings that do nothing else, so that a read never waits behind a write. A few rings, made when they are
 * first needed; more batches at the same time wait for one. Where no ring can be had the reads are done one by one.
 *
 * <p>A batch runs on the calling thread, which stays until all of it has ended; that of a virtual thread on one of the device's.
 */
final class BatchReads {

    private static final int MAX_RINGS = 4;

    private final RingCalls calls;
    private final int blockSize;
    private final DirectReads single;
    private final Crew readers;

    /** Guards what is below. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition changed = lock.newCondition();
    private final Deque<BatchRing> free = new ArrayDeque<>();
    private int rings;
    private boolean refused;

    BatchReads(RingCalls calls, int blockSize, DirectReads single, Crew readers) {
        this.calls = calls;
        this.blockSize = blockSize;
        this.single = single;
        this.readers = readers;
    }

    /** Completes each of them. */
    void readAll(List<ReadRequest> batch) {
        if (!Thread.currentThread().isVirtual()) {
            readNow(batch);
            return;
        }
        List<ReadRequest> shared = new ArrayList<>(batch.size());
        for (ReadRequest request : batch) {
            if (single.isShared(request.dst())) {
                shared.add(request);
            } else {
                readOne(request);
            }
        }
        try {
            Call.run(readers, () -> readNow(shared));
        } catch (IOException e) {
            shared.forEach(request -> request.complete(0, e));
        }
    }

    private void readNow(List<ReadRequest> batch) {
        List<ReadRequest> entered = new ArrayList<>(batch.size());
        for (ReadRequest request : batch) {
            if (isForRing(request) && ((UringSegment) request.segment()).gate().enter()) {
                entered.add(request);
            } else {
                readOne(request);
            }
        }
        if (entered.isEmpty()) {
            return;
        }
        List<ReadRequest> again;
        try {
            BatchRing ring = entered.size() > 1 ? take() : null;
            if (ring == null) {
                again = entered;
            } else {
                again = read(entered, ring);
            }
        } finally {
            entered.forEach(request -> ((UringSegment) request.segment()).gate().leave());
        }
        again.forEach(BatchReads::readOne);
    }

    private List<ReadRequest> read(List<ReadRequest> batch, BatchRing ring) {
        try {
            List<ReadRequest> again = List.copyOf(ring.read(batch));
            giveBack(ring);
            return again;
        } catch (IOException e) {
            drop(ring);
            batch.forEach(request -> request.complete(0, e));
            return List.of();
        }
    }

    private boolean isForRing(ReadRequest request) {
        return request.segment() instanceof UringSegment
                && request.position() >= 0
                && !request.dst().isReadOnly()
                && request.dst().byteSize() > 0
                && request.dst().byteSize() + 2L * blockSize <= BatchRing.BOUNCE;
    }

    private static void readOne(ReadRequest request) {
        try {
            request.complete(request.segment().read(request.dst(), request.position()), null);
        } catch (IOException e) {
            request.complete(0, e);
        } catch (RuntimeException e) {
            request.complete(0, Unexpected.asFailure("read", e));
        }
    }

    /** {@return a ring, or null if there is none to be had} */
    private @Nullable BatchRing take() {
        lock.lock();
        try {
            while (true) {
                BatchRing ring = free.pollLast();
                if (ring != null || (refused && rings == 0)) {
                    return ring;
                }
                if (rings < MAX_RINGS && !refused) {
                    return make();
                }
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    private @Nullable BatchRing make() {
        try {
            BatchRing ring = new BatchRing(calls, blockSize, single);
            rings++;
            return ring;
        } catch (IOException e) {
            // No descriptors, or no memory that may be locked: those that there are must do.
            refused = true;
            return rings == 0 ? null : take();
        }
    }

    private void giveBack(BatchRing ring) {
        lock.lock();
        try {
            free.addLast(ring);
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    private void drop(BatchRing ring) {
        ring.close();
        lock.lock();
        try {
            rings--;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Ends the rings; no segment is open any more, so no batch is under way and none will use one. */
    void close() {
        lock.lock();
        try {
            free.forEach(BatchRing::close);
            free.clear();
            rings = 0;
            refused = true;
        } finally {
            lock.unlock();
        }
    }
}
