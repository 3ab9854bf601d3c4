package io.lss.uring;

import io.lss.localfiles.crew.Unexpected;
import io.lss.spi.flush.Completion;
import io.lss.uring.linux.Errno;
import io.lss.uring.linux.Ring;
import io.lss.uring.linux.SystemCallException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Writes and syncs on their way: queued, in flight, ended. What {@link UringDevice} is asked to {@code submit} and {@code drive}.
 *
 * <p><b>Two locks</b>, never contended while the engine keeps the rules (F13): {@code sq} around queueing, filling in and submitting; {@code cq}
 * around waiting and reaping. They make {@link #close} safe under load. {@code cq} is taken before {@code sq}, never after. Completions are
 * told under {@code cq}, never under {@code sq}.
 *
 * <p><b>Invariants.</b>
 * <ul>
 *   <li>An operation that was accepted is in {@link Operations} until it is told; it is told once.
 *   <li>A request is in exactly one place: {@code todo}, {@code later}, a slot of {@code inFlight}, or ended.
 *   <li>There are fewer slots than the completion queue has entries, so the kernel never has to hold a completion back.
 *   <li>While something is queued that the kernel has not got, either it has something of ours that will complete, or the last
 *       submission was refused for the moment; the thread that drives hands it over then.
 * </ul>
 *
 * <p><b>Death.</b> When the kernel refuses the ring for good, or this account of it broke off half-way (there was no memory), nothing more
 * is handed over, submit and drive throw, and what is still to be told is told by {@link #close}: after the kernel has completed
 * all that it took, which the ring counts by itself (F5, F12).
 *
 * <p><b>System calls.</b> While the device has enough to do, a submission waits for the next {@code drive}, which hands over and waits in one call.
 */
final class RequestQueue {

    /** With so many requests in flight the device is busy, and a submission can wait for the next call that waits anyway. */
    private static final int BUSY = 2;

    /** After so many results without progress an operation fails. */
    private static final int MAX_IDLE = 1000;

    /** After so many it is tried again only from time to time. */
    private static final int PATIENT = 8;

    /** How long to wait before what was refused for the moment is tried again, in nanoseconds. */
    private static final long RETRY_NANOS = 1_000_000;

    /** After so long without anything being taken the ring is given up, in nanoseconds. */
    private static final long MOST_REFUSED_NANOS = 10_000_000_000L;

    @SuppressWarnings("StaticAssignmentOfThrowable")
    private static final IOException NO_MEMORY = new IOException("out of memory in the account of a ring");

    private final Ring ring;
    private final Entries entries;
    private final int blockSize;
    private final LoneWrite loneWrite = new LoneWrite();

    /** Stands between the kernel's results and this class, so that tests can have rare ones. */
    private final IntUnaryOperator resultFilter;

    private final ReentrantLock sq = new ReentrantLock();
    private final ReentrantLock cq = new ReentrantLock();
    private final Ring.Reaper take = this::take;

    private final Operations operations = new Operations();

    // Guarded by sq.
    private final ArrayDeque<Request> todo = new ArrayDeque<>();
    private final ArrayDeque<Request> later = new ArrayDeque<>();
    private final @Nullable Request[] inFlight;
    private final int[] freeSlots;
    private int freeCount;

    /** Whether something was filled in that must not wait for the next drive. */
    private boolean urgent;

    /** How often, one after the other, the kernel has refused a submission for the moment; and since when. */
    private int refusals;

    private long refusedSince;

    /** Written under sq; volatile, because who waits looks at it without. */
    private volatile boolean closing;

    /** Written under both locks. */
    private boolean closed;

    /** Why no completion can be expected any more, until close. */
    private volatile @Nullable IOException dead;

    /** Open until close: who is in {@link #submit}, or wakes, is waited for. */
    private final Gate gate;

    private final Wakeup wakeup;

    /** The identifier of the thread that is in a completion told by {@link #submit}; 0: none. */
    private volatile long telling;

    /** A queue for a ring; {@code gate} is that of {@code wakeup}, and closed by this. */
    RequestQueue(Ring ring, Entries entries, Gate gate, Wakeup wakeup, int blockSize, IntUnaryOperator resultFilter) {
        this.ring = ring;
        this.entries = entries;
        this.gate = gate;
        this.wakeup = wakeup;
        this.blockSize = blockSize;
        this.resultFilter = resultFilter;
        int slots = ring.completionEntries() - 1; // one for the wakeup
        this.inFlight = new Request[slots];
        this.freeSlots = new int[slots];
        for (int i = 0; i < slots; i++) {
            freeSlots[i] = slots - 1 - i;
        }
        this.freeCount = slots;
    }

    // -------------------------------------------------------------------------------------------- queueing

    /** Queues a write. */
    void start(WriteRequest write) {
        UringSegment segment = write.segment();
        IOException refusal = dead;
        sq.lock();
        try {
            if (refusal == null && !closing && segment.isOpen()) {
                todo.addLast(write);
                segment.begin();
                operations.add(write.operation);
                return;
            }
        } catch (Throwable t) {
            throw died(t); // no memory for the queue: what was in it may be lost, and close tells who waits for it
        } finally {
            sq.unlock();
        }
        write.operation.end(refusal != null ? refusal : segment.refused("write"));
        write.operation.tell();
    }

    /** Queues a sync. */
    void sync(UringSegment segment, Completion completion) {
        IOException refusal = dead;
        sq.lock();
        try {
            if (refusal == null) {
                refusal = segment.syncs().failure();
            }
            if (refusal == null && !closing && segment.isOpen()) {
                Operation operation = new Operation(segment, completion, 0);
                segment.syncs().ask(operation);
                segment.begin();
                operations.add(operation);
                scheduleAsked(operation);
                return;
            }
        } catch (Throwable t) {
            throw died(t);
        } finally {
            sq.unlock();
        }
        completion.done(0, refusal != null ? refusal : segment.refused("sync"));
    }

    private void scheduleAsked(Operation operation) {
        try {
            scheduleSync(operation.segment);
        } catch (RuntimeException | Error t) {
            boolean _ = operations.forget(operation); // the caller hears of it by the exception
            throw t;
        }
    }

    /** Queues a sync of a segment if one is due, or ends those who wait for one that will never be. Holder of sq. */
    private void scheduleSync(UringSegment segment) {
        SegmentSyncs syncs = segment.syncs();
        IOException failure = syncs.failure();
        if (failure != null) {
            syncs.takeAll().forEach(operation -> operations.end(operation, failure));
            return;
        }
        SyncRequest due = syncs.schedule();
        if (due != null) {
            todo.addLast(due);
        }
    }

    /**
     * This account of the ring, or the ring itself, is not to be trusted any more. {@return what the caller throws} If there is no memory for
     * that, what is thrown instead does as well.
     */
    private UncheckedIOException died(Throwable cause) {
        if (dead == null) {
            dead = NO_MEMORY; // first, so that it is dead whatever fails below
            dead = cause instanceof IOException e ? e : Unexpected.asFailure("the account of a ring", cause);
        }
        return new UncheckedIOException(dead);
    }

    private void checkAlive() {
        IOException failure = dead;
        if (failure != null) {
            throw new UncheckedIOException(failure);
        }
    }

    // -------------------------------------------------------------------------------------------- submission

    /**
     * Starts what is queued, or leaves it to the next drive if the device is busy. A durable write that is alone may be done in this call,
     * its completion included.
     *
     * @throws UncheckedIOException if the ring is dead
     */
    void submit() {
        if (!gate.enter()) {
            return;
        }
        try {
            checkAlive();
            WriteRequest alone;
            sq.lock();
            try {
                alone = takeAlone();
                if (alone == null) {
                    handOver(true);
                }
            } catch (Throwable t) {
                throw died(t);
            } finally {
                sq.unlock();
            }
            if (alone != null) {
                writeNow(alone);
            }
        } finally {
            gate.leave();
        }
    }

    /** {@return the one request there is, if it is a write to be done by a synchronous call; otherwise null} Holder of sq. */
    private @Nullable WriteRequest takeAlone() {
        if (isIdle() && todo.size() == 1 && later.isEmpty() && todo.getFirst() instanceof WriteRequest write) {
            if (entries.isForCall(write)) {
                todo.removeFirst();
                return write;
            }
        }
        return null;
    }

    /** {@return whether the kernel has nothing of ours but the wakeup} Holder of sq. */
    private boolean isIdle() {
        return freeCount == freeSlots.length;
    }

    /**
     * Writes on this thread. Without a lock: nothing else is under way, and a waker must not wait for the disk. The gate keeps
     * {@link #close} away.
     */
    private void writeNow(WriteRequest write) {
        IOException failure;
        try {
            failure = loneWrite.write(write, resultFilter);
        } catch (Throwable t) {
            failure = Unexpected.asFailure("write", t);
        }
        boolean untold;
        sq.lock();
        try {
            untold = operations.forget(write.operation);
        } finally {
            sq.unlock();
        }
        if (untold) {
            write.operation.end(failure);
            telling = Thread.currentThread().threadId();
            Operations.tell(write.operation);
            telling = 0;
        }
    }

    /**
     * Hands over what is queued, as much as there is room for. Holder of sq.
     *
     * @param mayWait whether it may be left to the next drive if the device is busy
     * @throws UncheckedIOException if the ring is dead
     */
    private void handOver(boolean mayWait) {
        boolean again = true; // once: else whoever refuses every other call would refuse all of these
        while (true) {
            fillAll();
            int count = ring.publish();
            if (count == 0) {
                urgent = false;
                return;
            }
            int submitted = freeSlots.length - freeCount - count;
            if (mayWait && !urgent && submitted >= BUSY) {
                return;
            }
            int taken = ring.submit();
            if (taken == 0 || RequestResult.isRefusedForNow(taken)) {
                if (again) {
                    again = false;
                    continue;
                }
                refused(taken);
                return;
            }
            checkCall(taken);
            refusals = 0;
        }
    }

    /** The kernel takes nothing for the moment. If that moment lasts the ring is dead: who is never told waits for ever (F2). */
    private void refused(int result) {
        long now = System.nanoTime();
        if (refusals == 0) {
            refusedSince = now;
        }
        refusals++;
        if (now - refusedSince > MOST_REFUSED_NANOS) {
            throw died(new SystemCallException(
                    "io_uring_enter, refused again and again,", result == 0 ? Errno.EAGAIN : -result, "ring=" + ring));
        }
    }

    private void checkCall(int result) {
        if (result < 0 && !RequestResult.isPassing(result)) {
            throw died(new SystemCallException("io_uring_enter", -result, "ring=" + ring));
        }
    }

    private void fillAll() {
        while (!todo.isEmpty() && freeCount > 0 && ring.hasRoom()) {
            Request request = todo.removeFirst();
            boolean alone = isIdle() && todo.isEmpty();
            int slot = freeSlots[--freeCount];
            inFlight[slot] = request;
            switch (request) {
                case WriteRequest write -> {
                    urgent |= write.durable;
                    entries.fill(write, slot, alone);
                }
                case SyncRequest sync -> entries.fill(sync, slot);
            }
        }
    }

    // -------------------------------------------------------------------------------------------- completion

    /**
     * Takes completions in and tells them, and hands over what is queued; if there were none, waits.
     *
     * @return how many operations ended
     * @throws UncheckedIOException if the ring is dead
     */
    int drive(long nanos) {
        cq.lock();
        try {
            if (closed) {
                return 0;
            }
            checkAlive();
            int count = reap();
            if (nanos <= 0) {
                return count + handOverAndReap();
            }
            return count > 0 ? count : await(nanos);
        } catch (Throwable t) {
            throw died(t);
        } finally {
            wakeup.taken();
            cq.unlock();
        }
    }

    private int handOverAndReap() {
        sq.lock();
        try {
            todo.addAll(later);
            later.clear();
            handOver(false);
        } finally {
            sq.unlock();
        }
        return reap();
    }

    private int await(long nanos) {
        long start = System.nanoTime();
        wakeup.beginWait();
        try {
            while (!wakeup.isRequested() && !closing) {
                long left = nanos - (System.nanoTime() - start);
                if (left <= 0) {
                    break;
                }
                int count = awaitOnce(left);
                if (count > 0) {
                    return count;
                }
            }
            return 0;
        } finally {
            wakeup.endWait();
        }
    }

    /** One call that hands over and waits. {@return how many operations ended} Holder of cq. */
    private int awaitOnce(long left) {
        int count;
        boolean soon;
        sq.lock();
        try {
            wakeup.arm(ring);
            fillAll();
            // What was refused twice is not offered again before some time has passed, or this would spin.
            boolean pause = refusals >= 2;
            count = pause ? 0 : ring.publish();
            soon = pause || !later.isEmpty() || !wakeup.isArmed();
        } finally {
            sq.unlock();
        }
        int result = ring.await(soon ? Math.min(left, RETRY_NANOS) : left, count);
        checkCall(result);
        sq.lock();
        try {
            if (count > 0 && RequestResult.isRefusedForNow(result)) {
                refused(result);
            } else if (result > 0) {
                refusals = 0;
            } else if (refusals >= 2) {
                refusals = 1; // there was a pause: it is offered again, once
            }
            urgent &= ring.unsubmitted() > 0;
            todo.addAll(later);
            later.clear();
        } finally {
            sq.unlock();
        }
        return reap();
    }

    /** Takes in and tells what has ended. {@return how many operations} Holder of cq. */
    private int reap() {
        if (!ring.hasCompletions()) {
            if (!ring.hasOverflown()) {
                return operations.tell();
            }
            ring.await(0, 0); // brings what the queue had no room for
        }
        sq.lock();
        try {
            ring.reap(take);
            if (!closing) {
                handOver(true);
            }
            operations.collect();
        } finally {
            sq.unlock();
        }
        return operations.tell();
    }

    /** One result of the kernel. Holder of both locks. */
    private void take(long userData, int kernelResult) {
        if (userData == Wakeup.USER_DATA) {
            wakeup.disarmed();
            return;
        }
        int slot = (int) userData;
        Request request = inFlight[slot];
        inFlight[slot] = null;
        freeSlots[freeCount++] = slot;
        int result = resultFilter.applyAsInt(kernelResult);
        switch (request) {
            case null -> throw new IllegalStateException("a completion for slot " + slot + ", in which nothing is in flight");
            case WriteRequest write -> wrote(write, result);
            case SyncRequest sync -> synced(sync, result);
        }
    }

    private void wrote(WriteRequest write, int result) {
        if (RequestResult.isWriteToRepeat(result)) {
            again(write, result);
            return;
        }
        if (result < 0) {
            endWrite(write, failure(write, result));
            return;
        }
        long done = Remainder.after(write.done, result, write.length, blockSize);
        if (done > write.done) {
            write.idle = 0;
        }
        write.done = done;
        if (done == write.length) {
            endWrite(write, null);
        } else {
            again(write, result == 0 ? -Errno.EIO : -Errno.EAGAIN);
        }
    }

    private void endWrite(WriteRequest write, @Nullable IOException failure) {
        if (write.way != Durable.FDATASYNC) {
            operations.end(write.operation, failure);
            return;
        }
        SegmentSyncs syncs = write.segment().syncs();
        if (failure == null) {
            syncs.written(write.operation);
        } else {
            syncs.expectNoMore();
            operations.end(write.operation, failure);
        }
        scheduleSync(write.segment());
    }

    private void synced(SyncRequest sync, int result) {
        if (RequestResult.isNeverBegun(result)) {
            again(sync, result);
        } else {
            endSync(sync, result < 0 ? failure(sync, result) : null);
        }
    }

    private void endSync(SyncRequest sync, @Nullable IOException failure) {
        sync.segment().syncs().end(failure);
        sync.served.forEach(operation -> operations.end(operation, failure));
        scheduleSync(sync.segment());
    }

    /** Asks for it again, at once or, when that has not helped for a while, a little later; or gives up. */
    private void again(Request request, int result) {
        request.idle++;
        if (request.idle <= PATIENT) {
            todo.addFirst(request);
        } else if (request.idle <= MAX_IDLE) {
            later.addLast(request);
        } else {
            IOException failure = new SystemCallException(
                    request.operation() + ", without progress for " + MAX_IDLE + " times,", -result, request.where());
            switch (request) {
                case WriteRequest write -> endWrite(write, failure);
                case SyncRequest sync -> endSync(sync, failure);
            }
        }
    }

    private static IOException failure(Request request, int result) {
        return new SystemCallException(request.operation(), -result, request.where());
    }

    // -------------------------------------------------------------------------------------------- wakeup, close

    /** Makes a drive that waits, or else the next, return. Any thread; does not block. */
    void wakeup() {
        wakeup.request();
    }

    /**
     * Asserts that the caller may close.
     *
     * @throws IllegalStateException if it is a completion
     */
    void checkNotInCompletion() {
        if (cq.isHeldByCurrentThread() || telling == Thread.currentThread().threadId()) {
            throw new IllegalStateException("close was called by a completion, on a thread that it has to wait for");
        }
    }

    /**
     * Completes everything and ends the ring (F12). Returns when the disk has answered: a write cannot be taken back. A second call
     * returns when the first has done so. Not called by a completion.
     */
    void close() {
        sq.lock();
        try {
            closing = true;
        } finally {
            sq.unlock();
        }
        wakeup.requestForGood();
        boolean _ = gate.close(); // who is in submit, or wakes, has left after this
        cq.lock();
        try {
            if (!closed) {
                wakeup.release();
                drain();
                sq.lock();
                try {
                    closed = true;
                    try {
                        ring.close();
                    } finally {
                        wakeup.close();
                    }
                } finally {
                    sq.unlock();
                }
            }
        } finally {
            cq.unlock();
        }
    }

    /** Returns when everything has ended and is told, the wakeup included. Holder of cq. */
    private void drain() {
        try {
            while (dead == null && !isDrained()) {
                checkCall(ring.await(RETRY_NANOS, 0));
                int _ = reap();
            }
        } catch (Throwable t) {
            var _ = died(t);
        }
        IOException failure = dead;
        drainDead(failure != null ? failure : NO_MEMORY); // if it lived there is nothing left
    }

    /** The kernel completes all that it took; the rest it never gets. Allocates nothing: that may be what it died of. */
    private void drainDead(IOException failure) {
        while (ring.inKernel() > 0) {
            if (ring.await(RETRY_NANOS, 0) < 0) {
                // At once, perhaps: the kernel posts completions by itself whenever this thread is in any call.
                LockSupport.parkNanos(this, RETRY_NANOS);
            }
            ring.discard();
        }
        sq.lock();
        try {
            operations.endAll(failure);
            operations.collect();
        } finally {
            sq.unlock();
        }
        int _ = operations.tell();
    }

    private boolean isDrained() {
        sq.lock();
        try {
            todo.addAll(later);
            later.clear();
            handOver(false);
            return todo.isEmpty() && isIdle() && ring.unsubmitted() == 0 && !wakeup.isArmed();
        } finally {
            sq.unlock();
        }
    }

    /** {@return whether a segment has nothing queued or in flight, and never will again} */
    boolean closeSegment(UringSegment segment) {
        sq.lock();
        try {
            return segment.endAll();
        } finally {
            sq.unlock();
        }
    }

    @Override
    public String toString() {
        sq.lock();
        try {
            return "RequestQueue[queued=" + (todo.size() + later.size()) + ", inFlight="
                    + (freeSlots.length - freeCount) + (closed ? ", closed" : (closing ? ", closing, " : ", ") + ring) + "]";
        } finally {
            sq.unlock();
        }
    }
}
