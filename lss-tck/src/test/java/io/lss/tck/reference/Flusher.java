package io.lss.tck.reference;

import io.lss.api.Durability;
import io.lss.api.WriteMode;
import io.lss.spi.flush.Completion;
import io.lss.spi.flush.Device;
import io.lss.spi.flush.Segment;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.LockSupport;

/**
 * Takes ready buffers to the device, one at a time: write, then sync, then the next. Whoever has the store's turn calls {@link #step}; the
 * fields belong to the turn, and what concerns the store is done under its lock.
 */
final class Flusher {

    /** A write or sync under way. Completed once; a second completion changes nothing. */
    private static final class Operation implements Completion {

        final LogSegment on;
        final Buffer buffer;

        /** What is to be written; null for a sync. */
        final MemorySegment src;

        final long position;

        /** For a sync: what it makes durable. */
        final long covers;

        final boolean last;
        volatile boolean done;
        private volatile Thread waiter;
        private long bytes;
        private IOException failure;

        Operation(LogSegment on, Buffer buffer, MemorySegment src, long position, long covers, boolean last) {
            this.on = on;
            this.buffer = buffer;
            this.src = src;
            this.position = position;
            this.covers = covers;
            this.last = last;
        }

        @Override
        public synchronized void done(long count, IOException why) {
            if (!done) {
                bytes = count;
                failure = why;
                done = true;
                LockSupport.unpark(waiter);
            }
        }

        /** {@return why it did not do what was asked for, or null} */
        synchronized IOException outcome() {
            if (failure == null && src != null && bytes != src.byteSize()) {
                return new IOException("a write of " + src.byteSize() + " bytes at position " + position + " of segment " + on.number()
                        + " completed with " + bytes + " bytes");
            }
            return failure;
        }
    }

    private final RingStore store;
    private final Device device;
    private final Deque<Buffer> unsynced = new ArrayDeque<>();
    private Operation current;
    private LogSegment writing;
    private long writingEnd;
    private Buffer half;
    private long writtenBefore;

    Flusher(RingStore store, Device device) {
        this.store = store;
        this.device = device;
    }

    /** {@return whether a step would do anything} The lock is held. */
    boolean hasWork() {
        return current != null || store.failure == null && (store.ready() != null || !unsynced.isEmpty() || store.syncWanted && canSync());
    }

    private boolean canSync() {
        return writing != null && store.synced < store.written;
    }

    /** {@return the number of the segment that is being written, which must not be deleted} */
    long writing() {
        return writing == null ? Long.MAX_VALUE : writing.number();
    }

    boolean isInFlight() {
        return current != null;
    }

    /** Does what can be done, and waits for a completion no longer than the given time. {@return how many operations completed} */
    int step(long nanos) {
        try {
            if (current == null) {
                current = issueNext();
            }
            Operation op = current;
            if (op == null) {
                return 0;
            }
            int driven = op.done ? 0 : await(op, nanos);
            if (op.done) {
                current = null;
                settle(op);
            }
            return device.traits().anyThread() ? op.done ? 1 : 0 : driven;
        } catch (RuntimeException | Error e) {
            current = null;
            store.fail("the device threw " + e, e);
            return 0;
        }
    }

    private int await(Operation op, long nanos) {
        if (store.has(Defect.TWO_THREADS_DRIVE)) {
            disturb(op);
        }
        if (!device.traits().anyThread()) {
            return device.drive(nanos);
        }
        op.waiter = Thread.currentThread();
        if (!op.done && nanos > 0) {
            LockSupport.parkNanos(nanos);
        }
        return 0;
    }

    private void disturb(Operation op) {
        Thread.ofPlatform().daemon().start(() -> {
            for (int i = 0; i < 10_000 && !op.done; i++) {
                device.submit();
            }
        });
    }

    // -------------------------------------------------------------------------------------------- issue

    private Operation issueNext() {
        Operation next;
        store.lock.lock();
        try {
            next = store.failure == null ? plan() : null;
        } catch (IOException e) {
            store.fail("a segment could not be finished", e);
            next = null;
        } finally {
            store.lock.unlock();
        }
        if (next != null) {
            issue(next);
        }
        return next;
    }

    private void issue(Operation op) {
        Segment on = op.on.handle();
        if (op.src == null) {
            on.sync(op);
        } else if (store.has(Defect.ISSUER_ENDS)) {
            Thread thread = Thread.ofPlatform().start(() -> on.write(op.src, op.position, false, op));
            join(thread);
        } else {
            on.write(op.src, op.position, store.has(Defect.DURABLE_UNDER_WRITTEN) && !syncs(), op);
        }
        if (op.src != null && store.has(Defect.FINISHED_IN_FLIGHT)) {
            try {
                on.finish(op.position + op.src.byteSize());
            } catch (IOException e) {
                store.fail("finish", e);
            }
        }
        device.submit();
        if (op.src != null && store.has(Defect.BUFFER_RESET_IN_FLIGHT)) {
            op.src.asSlice(0, Format.UNIT_HEADER).fill((byte) 0x55);
        }
    }

    static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean syncs() {
        return store.options.durability() == Durability.SYNC;
    }

    /** {@return what comes next, or null} The lock is held. */
    private Operation plan() throws IOException {
        Buffer ready = store.ready();
        if (half != null && (store.closing || ready != null)) {
            long from = store.blockSize;
            return new Operation(
                    writing, half, half.memory.asSlice(from, half.length(store.blockSize) - from), half.position + from, 0, true);
        }
        boolean ahead = store.has(Defect.SERIALIZED_RUNS_AHEAD) && store.options.writeMode() == WriteMode.SERIALIZED
                || store.has(Defect.WINDOW_IGNORED);
        boolean postponed = ready != null && ahead && unsynced.size() < (store.has(Defect.WINDOW_IGNORED) ? 1000 : 2);
        if (!unsynced.isEmpty() && !postponed) {
            return sync();
        }
        if (ready != null) {
            if (writing != ready.segment) {
                if (writing != null && store.synced < store.written && !store.has(Defect.WINDOW_IGNORED)) {
                    return sync();
                }
                roll(ready.segment);
            }
            return write(ready);
        }
        return store.syncWanted && canSync() ? sync() : null;
    }

    private Operation sync() {
        return new Operation(writing, null, null, -1, store.writtenUpTo, true);
    }

    /** Nothing is in flight, and everything before is synced. */
    private void roll(LogSegment next) throws IOException {
        if (writing != null) {
            writing.handle().finish(writingEnd);
            if (store.has(Defect.CLOSED_HANDLE_USED)) {
                writing.handle().close();
                writing.handle().sync((_, _) -> {});
            }
        }
        writing = next;
        writingEnd = 0;
    }

    private Operation write(Buffer b) {
        int length = b.length(store.blockSize);
        if (!store.has(Defect.PADDING_LEAKS)) {
            b.memory.asSlice(b.used, length - b.used).fill((byte) 0);
        }
        store.format.writeHeader(b.memory, store.header(b, length));
        boolean halved = store.has(Defect.SHORT_WRITE_IS_SUCCESS) && length > store.blockSize;
        return new Operation(b.segment, b, b.memory.asSlice(0, halved ? store.blockSize : length), b.position, 0, !halved);
    }

    // -------------------------------------------------------------------------------------------- settle

    private void settle(Operation op) {
        IOException failure = op.outcome();
        store.lock.lock();
        try {
            if (op.src == null) {
                settleSync(op, failure);
            } else if (failure != null && store.has(Defect.FAILED_WRITE_RESUBMITTED)) {
                retryLater(op);
            } else if (failure != null) {
                store.fail("a write to segment " + op.on.number() + " at position " + op.position + " failed", failure);
            } else {
                settleWrite(op);
            }
            store.changed.signalAll();
        } finally {
            store.lock.unlock();
        }
    }

    /** For a defect: the same again, and nobody is told. */
    private void retryLater(Operation op) {
        LockSupport.parkNanos(5_000_000);
        Operation again = new Operation(op.on, op.buffer, op.src, op.position, op.covers, op.last);
        issue(again);
        current = again;
    }

    private void settleWrite(Operation op) {
        Buffer b = op.buffer;
        writingEnd = op.position + op.src.byteSize();
        if (half != null) {
            half = null;
            store.release(b);
            return;
        }
        if (!op.last) {
            half = b;
        }
        long end = b.lsn() + b.length(store.blockSize);
        store.wrote(b, end, store.has(Defect.WRITTEN_LAGS) ? writtenBefore : end);
        writtenBefore = end;
        if (!syncs() || store.has(Defect.STABLE_ON_WRITE)) {
            store.stabilise(end);
            if (half == null) {
                store.release(b);
            }
        } else {
            unsynced.add(b);
            if (store.has(Defect.WINDOW_IGNORED)) {
                store.release(b);
            } else {
                b.issued = true;
            }
        }
    }

    private void settleSync(Operation op, IOException failure) {
        if (failure != null && store.has(Defect.FAILED_SYNC_RETRIED)) {
            retryLater(op);
            return;
        }
        if (failure != null && !store.has(Defect.SYNC_RESULT_IGNORED)) {
            store.fail("a sync of segment " + op.on.number() + " failed", failure);
            return;
        }
        store.synced = Math.max(store.synced, op.covers);
        store.syncs++;
        if (syncs()) {
            store.stabilise(op.covers);
            for (Buffer b = unsynced.poll(); b != null; b = unsynced.poll()) {
                if (b != half) {
                    store.release(b);
                }
            }
        }
    }

    // -------------------------------------------------------------------------------------------- end

    /** Finishes what was written last, when nothing is in flight any more. */
    void finish() throws IOException {
        if (writing != null) {
            writing.handle().finish(writingEnd);
        }
    }
}
