package io.lss.core;

import io.lss.api.StoreClosedException;
import io.lss.core.format.Root;
import io.lss.core.recovery.LogSegments;
import io.lss.spi.flush.Device;
import java.io.IOException;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Where the log begins, and the segments below that: they are deleted when the begin is durable, nobody reads them any more and
 * the engine has finished them.
 *
 * <p>A full segment is finished some time after it was left, so a trim may come too early for it. Then maintenance, which
 * finishes it, deletes it. A backup keeps everything while it runs.
 *
 * <p><b>Nothing is left over.</b> Who makes a segment deletable sets {@code again} and then tries the lock; who has held the lock
 * gives it up and then looks at {@code again}. Both are volatile, so one of the two sees the other. Maintenance never waits
 * here: a trim may wait, under the lock, for a sync that maintenance's thread has to drive.
 */
final class Trimmer {

    /** What needs the log to keep what it has. */
    @FunctionalInterface
    interface Keeping {
        long run() throws IOException;
    }

    private final Device device;
    private final LogSegments segments;
    private final RootKeeper roots;
    private final Flusher flusher;
    private final ReentrantLock lock = new ReentrantLock();
    private final LongAdder deleted = new LongAdder();
    private volatile long beginLsn;
    private volatile boolean again;

    /** Guarded by the lock. */
    private boolean ended;

    Trimmer(Device device, LogSegments segments, RootKeeper roots, Flusher flusher) {
        this.device = device;
        this.segments = segments;
        this.roots = roots;
        this.flusher = flusher;
        this.beginLsn = roots.root().beginLsn();
    }

    long beginLsn() {
        return beginLsn;
    }

    /** {@return how many segments were deleted} */
    long deleted() {
        return deleted.sum();
    }

    /** Moves the begin to an LSN below which everything is synced; durable on return. Lower than the begin: changes nothing. */
    void begin(long lsn) throws IOException {
        lock.lock();
        try {
            checkOpen();
            if (lsn > beginLsn) {
                roots.update(root -> moved(root, lsn));
                beginLsn = lsn;
            }
        } finally {
            lock.unlock();
        }
    }

    private Root moved(Root root, long lsn) {
        return root.withBeginLsn(lsn, Math.max(root.stableLsn(), flusher.watermarks().syncedLsn()));
    }

    /** Deletes what can be deleted now, unless another thread is at it, which then does. */
    void deleteTrimmed() throws IOException {
        again = true;
        while (again && lock.tryLock()) {
            try {
                again = false;
                if (ended) {
                    return;
                }
                for (long number : segments.dropBelow(beginLsn)) {
                    delete(number);
                    deleted.increment();
                }
            } finally {
                lock.unlock();
            }
        }
    }

    private void delete(long number) throws IOException {
        segments.deviceLock().lock();
        try {
            device.delete(number);
        } finally {
            segments.deviceLock().unlock();
        }
    }

    /** Runs something during which nothing is trimmed. */
    long keeping(Keeping what) throws IOException {
        lock.lock();
        try {
            checkOpen();
            return what.run();
        } finally {
            lock.unlock();
            if (again) {
                deleteTrimmed();
            }
        }
    }

    /** Refuses everything from now on, having waited for what is under way. */
    void end() {
        lock.lock();
        try {
            ended = true;
        } finally {
            lock.unlock();
        }
    }

    private void checkOpen() throws StoreClosedException {
        if (ended) {
            throw new StoreClosedException("the store is closed; open it again to go on");
        }
    }
}
