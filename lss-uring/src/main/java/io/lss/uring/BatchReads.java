package io.lss.uring;

import io.lss.localfiles.crew.Call;
import io.lss.localfiles.crew.Crew;
import io.lss.spi.flush.ReadRequest;
import io.lss.uring.linux.RingCalls;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Batches of reads, at the depth of rings that do nothing else, so that a read never waits behind a write. A few rings, made when they are
 * first needed; more batches at the same time wait for one. Where no ring can be had, or one fails, the reads are done one by one.
 *
 * <p>A batch runs on the calling thread, which stays until all of it has ended; that of a virtual thread on one of the device's.
 */
final class BatchReads {

    private static final System.Logger LOGGER = System.getLogger(BatchReads.class.getName());

    private static final int MAX_RINGS = 4;

    /** After so many batches it is tried again to make a ring where there was none to be had: memory and descriptors come back. */
    private static final int PATIENCE = 100;

    private final RingCalls calls;
    private final int blockSize;
    private final DirectReads single;
    private final Crew readers;

    /** Guards what is below. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition changed = lock.newCondition();
    private final Deque<BatchRing> free = new ArrayDeque<>(MAX_RINGS);

    /** Those that there are, in use or not, and those that are being made. */
    private int rings;

    /** How many batches make none, because one could not be had lately. */
    private int refused;

    private boolean closed;

    BatchReads(RingCalls calls, int blockSize, DirectReads single, Crew readers) {
        this.calls = calls;
        this.blockSize = blockSize;
        this.single = single;
        this.readers = readers;
    }

    /** Completes each of them. */
    void readAll(List<ReadRequest> requests) {
        ReadBatch batch;
        try {
            batch = new ReadBatch(requests);
        } catch (OutOfMemoryError e) {
            IOException failure = ReadBatch.asFailure(e);
            requests.forEach(request -> request.complete(0, failure));
            return;
        }
        try {
            if (Thread.currentThread().isVirtual()) {
                handOver(batch);
            } else {
                readNow(batch);
            }
        } catch (Throwable t) {
            batch.failRest(t); // the caller hears of it from each request
        }
    }

    private void handOver(ReadBatch batch) throws IOException {
        for (int i = 0; i < batch.size(); i++) {
            if (!single.isShared(batch.get(i).dst())) {
                batch.readOne(i);
            }
        }
        Call.run(readers, () -> readNow(batch));
    }

    /** Reads what is not done yet, on this thread, a platform thread. */
    private void readNow(ReadBatch batch) {
        try {
            int count = batch.enter(this::isForRing);
            BatchRing ring = count > 1 ? take() : null;
            if (ring != null) {
                read(batch, ring);
            }
        } catch (OutOfMemoryError e) {
            LOGGER.log(Level.DEBUG, "a batch is read one by one", e);
        } finally {
            batch.leave();
        }
        for (int i = 0; i < batch.size(); i++) {
            if (!batch.isDone(i)) {
                batch.readOne(i);
            }
        }
    }

    private void read(ReadBatch batch, BatchRing ring) {
        boolean usable = false;
        try {
            usable = ring.read(batch);
        } finally {
            if (usable) {
                giveBack(ring);
            } else {
                drop(ring);
            }
        }
    }

    private boolean isForRing(ReadRequest request) {
        return request.segment() instanceof UringSegment
                && request.position() >= 0
                && !request.dst().isReadOnly()
                && request.dst().byteSize() > 0
                && request.dst().byteSize() + 2L * blockSize <= BatchRing.BOUNCE;
    }

    /** {@return a ring, or null if there is none to be had} */
    private @Nullable BatchRing take() {
        lock.lock();
        try {
            boolean make = refused == 0;
            if (!make) {
                refused--;
            }
            while (true) {
                BatchRing ring = free.pollLast();
                if (ring != null || closed) {
                    return ring;
                }
                if (make && refused == 0 && rings < MAX_RINGS) {
                    rings++;
                    break;
                }
                if (rings == 0) {
                    return null;
                }
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
        return make();
    }

    /** Makes one, which is counted already. */
    private @Nullable BatchRing make() {
        BatchRing ring = null;
        try {
            ring = new BatchRing(calls, blockSize, single);
            return ring;
        } catch (IOException | OutOfMemoryError e) {
            // No descriptors, no memory that may be locked, no memory at all: just now.
            LOGGER.log(Level.DEBUG, "no ring for batches of reads", e);
        } finally {
            if (ring == null) {
                oneLess(PATIENCE);
            }
        }
        return null;
    }

    /** A ring that was counted is none. All who wait look for themselves: there may be none left to wait for. */
    private void oneLess(int refusals) {
        lock.lock();
        try {
            rings--;
            refused = Math.max(refused, refusals);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void giveBack(BatchRing ring) {
        lock.lock();
        try {
            free.addLast(ring); // has room for all
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    private void drop(BatchRing ring) {
        try {
            ring.close();
        } finally {
            oneLess(0);
        }
    }

    /** Ends the rings; no segment is open any more, so no batch is under way and none will use one. */
    void close() {
        lock.lock();
        try {
            free.forEach(BatchRing::close);
            free.clear();
            rings = 0;
            closed = true;
        } finally {
            lock.unlock();
        }
    }
}
