package io.lss.uring;

import io.lss.spi.flush.Completion;
import io.lss.uring.linux.Errno;
import io.lss.uring.linux.FileCalls;
import io.lss.uring.linux.Ring;
import io.lss.uring.linux.SystemCallException;
import io.lss.uring.linux.WakeupEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
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
 *   <li>A request is in exactly one place: {@code todo}, {@code later}, a slot of {@code inFlight}, or ended.
 *   <li>There are fewer slots than the completion queue has entries, so the kernel never has to hold a completion back.
 *   <li>While something is queued that the kernel has not got, either it has something of ours that will complete, or the last
 *       submission was refused for the moment; the thread that drives hands it over then. What is queued starts by {@code submit} or by the
 *       next {@code drive}, without which the caller would hear of no completion anyway.
 * </ul>
 *
 * <p><b>System calls.</b> While the device has enough to do, a submission waits for the next {@code drive}, which hands over and waits in one call.
 */
final class RequestQueue {

    private static final System.Logger LOGGER = System.getLogger(RequestQueue.class.getName());

    /** With so many requests in flight the device is busy, and a submission can wait for the next call that waits anyway. */
    private static final int BUSY = 2;

    /** The longest write from memory that is not registered, in bytes: longer ones are handed to a kernel worker. */
    private static final int MAX_UNREGISTERED = 512 << 10;

    /** After so many results without progress an operation fails. */
    private static final int MAX_IDLE = 1000;

    /** After so many it is tried again only from time to time. */
    private static final int PATIENT = 8;

    /** How long to wait before what was refused for the moment is tried again, in nanoseconds. */
    private static final long RETRY_NANOS = 1_000_000;

    /** The user data of the read that a wakeup completes; slots are not negative. */
    private static final long WAKE = -1;

    private final Ring ring;
    private final RingMemory memory;
    private final DurableChoice durable;
    private final int blockSize;
    private final LoneWrite loneWrite = new LoneWrite();

    /** Stands between the kernel's results and this class, so that tests can have rare ones. */
    private final IntUnaryOperator resultFilter;

    private final ReentrantLock sq = new ReentrantLock();
    private final ReentrantLock cq = new ReentrantLock();

    // Guarded by sq.
    private final ArrayDeque<Request> todo = new ArrayDeque<>();
    private final ArrayDeque<Request> later = new ArrayDeque<>();
    private final @Nullable Request[] inFlight;
    private final int[] freeSlots;
    private int freeCount;

    /** Whether something was filled in that must not wait for the next drive. */
    private boolean urgent;

    /** How often, one after the other, the kernel has refused a submission for the moment. */
    private int refusals;

    /** Written under sq; volatile, because who waits looks at it without. */
    private volatile boolean closing;

    /** Guarded by sq while it is filled, by cq while it is told. */
    private List<Ending> ended = new ArrayList<>();

    // Guarded by cq.
    private boolean wakeArmed;
    private boolean closed;

    /** The ring's own failure: no completion can be expected any more. */
    private volatile @Nullable IOException dead;

    private final WakeupEvent event;

    /** Open while {@link #event} and the descriptors of segments may be used by who holds no lock. */
    private final Gate gate = new Gate();

    /** Set by a waker, cleared when a drive ends: a wakeup makes one drive return, the present or the next. */
    private final AtomicBoolean woken = new AtomicBoolean();

    /** Whether a thread is in, or on its way into, a wait that only {@link #event} ends. */
    private volatile boolean waiting;

    /** The identifier of the thread that is in a completion told by {@link #submit}; 0: none. */
    private volatile long telling;

    RequestQueue(
            Ring ring,
            WakeupEvent event,
            RingMemory memory,
            DurableChoice durable,
            int blockSize,
            IntUnaryOperator resultFilter) {
        this.ring = ring;
        this.event = event;
        this.memory = memory;
        this.durable = durable;
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
        sq.lock();
        try {
            if (!closing && write.segment().begin()) {
                todo.addLast(write);
                return;
            }
        } finally {
            sq.unlock();
        }
        write.completion.done(0, write.segment().refused("write", "closed"));
    }

    /** Queues a sync. */
    void sync(UringSegment segment, Completion completion) {
        IOException refusal;
        sq.lock();
        try {
            refusal = segment.syncs().failure();
            if (refusal == null) {
                if (!closing && segment.begin()) {
                    segment.syncs().ask(new Ending(segment, completion, 0, null));
                    scheduleSync(segment);
                    return;
                }
                refusal = segment.refused("sync", "closed");
            }
        } finally {
            sq.unlock();
        }
        completion.done(0, refusal);
    }

    /** Queues a sync of a segment if one is due, or ends those who wait for one that will never be. Holder of sq. */
    private void scheduleSync(UringSegment segment) {
        SegmentSyncs syncs = segment.syncs();
        IOException failure = syncs.failure();
        if (failure != null) {
            syncs.takeAll().forEach(ending -> end(ending.failedBy(failure)));
        } else if (syncs.schedule()) {
            todo.addLast(new SyncRequest(segment));
        }
    }

    // -------------------------------------------------------------------------------------------- submission

    /** Starts what is queued. A durable write that is alone may be done in this call, its completion included. */
    void submit() {
        if (!gate.enter()) {
            return;
        }
        try {
            WriteRequest alone;
            sq.lock();
            try {
                alone = takeAlone();
                if (alone == null) {
                    handOver(true);
                }
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
            if (write.durable && write.done == 0 && durable.of(write.length, true) == Durable.PWRITEV2) {
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
        IOException failure = loneWrite.write(write, resultFilter);
        sq.lock();
        try {
            write.segment().end();
        } finally {
            sq.unlock();
        }
        telling = Thread.currentThread().threadId();
        tell(new Ending(write.segment(), write.completion, write.length, null).failedBy(failure));
        telling = 0;
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
                refusals++;
                return;
            }
            checkAlive(taken);
        }
    }

    private void checkAlive(int result) {
        if (result < 0 && !RequestResult.isPassing(result)) {
            IOException failure = new SystemCallException("io_uring_enter", -result, "ring=" + ring);
            dead = failure;
            throw new UncheckedIOException(failure);
        }
    }

    private void fillAll() {
        while (!todo.isEmpty() && freeCount > 0 && ring.hasRoom()) {
            Request request = todo.removeFirst();
            int slot = freeSlots[--freeCount];
            inFlight[slot] = request;
            switch (request) {
                case WriteRequest write -> fill(write, slot);
                case SyncRequest sync -> fill(sync, slot);
            }
        }
    }

    private void fill(WriteRequest write, int slot) {
        if (write.durable && write.way == null) {
            boolean alone = freeCount == freeSlots.length - 1 && todo.isEmpty();
            Durable way = durable.of(write.length, alone);
            write.way = way;
            if (way != Durable.RWF_DSYNC) {
                write.way = Durable.FDATASYNC; // a call that turns out not to be alone is done with the others
                write.segment().syncs().expect();
            }
        }
        boolean flag = write.way == Durable.RWF_DSYNC;
        urgent |= write.durable;
        UringSegment segment = write.segment();
        int place = segment.place();
        int index = memory.indexOf(write.src);
        long left = write.length - write.done;
        ring.fill(
                index >= 0 ? Ring.OP_WRITE_FIXED : Ring.OP_WRITE,
                place >= 0 ? Ring.SQE_FIXED_FILE : 0,
                place >= 0 ? place : segment.fd(),
                write.position + write.done,
                write.src.address() + write.done,
                (int) (index >= 0 ? left : Math.min(left, MAX_UNREGISTERED)),
                flag ? FileCalls.RWF_DSYNC : 0,
                Math.max(0, index),
                slot);
    }

    private void fill(SyncRequest sync, int slot) {
        UringSegment segment = sync.segment();
        if (!sync.begun) {
            sync.begun = true;
            sync.served = segment.syncs().begin();
        }
        int place = segment.place();
        ring.fill(
                Ring.OP_FSYNC,
                place >= 0 ? Ring.SQE_FIXED_FILE : 0,
                place >= 0 ? place : segment.fd(),
                0,
                0,
                0,
                Ring.FSYNC_DATASYNC,
                0,
                slot);
    }

    // -------------------------------------------------------------------------------------------- completion

    /**
     * Takes completions in and tells them; if there are none, hands over what is queued and waits.
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
            int count = reap();
            if (count == 0) {
                count = nanos > 0 ? await(nanos) : handOverAndReap();
            }
            return count;
        } finally {
            woken.set(false);
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
        waiting = true; // announced first, looked second; a waker does it the other way round
        try {
            while (!woken.get() && !closing) {
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
            waiting = false;
        }
    }

    /** One call that hands over and waits. {@return how many operations ended} Holder of cq. */
    private int awaitOnce(long left) {
        int count;
        boolean soon;
        sq.lock();
        try {
            armWakeup();
            fillAll();
            // What was refused twice is not offered again before some time has passed, or this would spin.
            boolean pause = refusals >= 2;
            count = pause ? 0 : ring.publish();
            soon = pause || !later.isEmpty() || !wakeArmed;
        } finally {
            sq.unlock();
        }
        int result = ring.await(soon ? Math.min(left, RETRY_NANOS) : left, count);
        checkAlive(result);
        sq.lock();
        try {
            refusals = count > 0 && RequestResult.isRefusedForNow(result) ? refusals + 1 : 0;
            urgent &= ring.unsubmitted() > 0;
            todo.addAll(later);
            later.clear();
        } finally {
            sq.unlock();
        }
        return reap();
    }

    /** Has a read of the event under way. It belongs to this thread; if that ends, it comes back cancelled. Holder of both locks. */
    private void armWakeup() {
        if (!wakeArmed && ring.hasRoom()) {
            ring.fill(Ring.OP_READ, 0, event.fd(), -1, event.sink().address(), Long.BYTES, 0, 0, WAKE);
            wakeArmed = true;
        }
    }

    /** Takes in and tells what has ended. {@return how many operations} Holder of cq. */
    private int reap() {
        if (!ring.hasCompletions()) {
            if (!ring.hasOverflown()) {
                return 0;
            }
            ring.await(0, 0); // brings what the queue had no room for
        }
        List<Ending> told;
        sq.lock();
        try {
            ring.reap(this::take);
            if (!closing) {
                handOver(true);
            }
            told = takeEnded();
        } finally {
            sq.unlock();
        }
        told.forEach(RequestQueue::tell);
        return told.size();
    }

    private List<Ending> takeEnded() {
        List<Ending> told = ended;
        if (!told.isEmpty()) {
            ended = new ArrayList<>();
        }
        return told;
    }

    private void end(Ending ending) {
        ending.segment().end();
        ended.add(ending);
    }

    /** A completion neither blocks nor throws (F2); if one throws all the same, the others are told nevertheless. */
    private static void tell(Ending ending) {
        try {
            ending.completion().done(ending.bytes(), ending.failure());
        } catch (Throwable t) {
            LOGGER.log(Level.ERROR, "a completion threw; the operation has ended all the same", t);
        }
    }

    /** One result of the kernel. Holder of both locks. */
    private void take(long userData, int kernelResult) {
        if (userData == WAKE) {
            // By a wakeup; or cancelled, because the thread that had armed it is gone. The next wait arms it again.
            wakeArmed = false;
            return;
        }
        int slot = (int) userData;
        Request request = inFlight[slot];
        inFlight[slot] = null;
        freeSlots[freeCount++] = slot;
        if (request == null) {
            throw new IllegalStateException("a completion for slot " + slot + ", in which nothing is in flight");
        }
        int result = resultFilter.applyAsInt(kernelResult);
        if (RequestResult.isNotDone(result)) {
            again(request, result);
            return;
        }
        switch (request) {
            case WriteRequest write -> wrote(write, result);
            case SyncRequest sync -> synced(sync, result < 0 ? failure(sync, result) : null);
        }
    }

    private void wrote(WriteRequest write, int result) {
        if (result < 0) {
            endWrite(write, failure(write, result));
            return;
        }
        long done = Remainder.after(write.done, result, write.length, blockSize);
        if (done == write.length) {
            write.done = done;
            endWrite(write, null);
        } else {
            if (done > write.done) {
                write.idle = 0;
            }
            write.done = done;
            again(write, result == 0 ? -Errno.EIO : -Errno.EAGAIN);
        }
    }

    private void endWrite(WriteRequest write, @Nullable IOException failure) {
        Ending ending = new Ending(write.segment(), write.completion, write.length, null);
        if (write.way != Durable.FDATASYNC) {
            end(ending.failedBy(failure));
            return;
        }
        SegmentSyncs syncs = write.segment().syncs();
        if (failure == null) {
            syncs.written(ending);
        } else {
            syncs.expectNoMore();
            end(ending.failedBy(failure));
        }
        scheduleSync(write.segment());
    }

    private void synced(SyncRequest sync, @Nullable IOException failure) {
        sync.segment().syncs().end(failure);
        sync.served.forEach(ending -> end(ending.failedBy(failure)));
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
                case SyncRequest sync -> synced(sync, failure);
            }
        }
    }

    private static IOException failure(Request request, int result) {
        return new SystemCallException(request.operation(), -result, request.where());
    }

    // -------------------------------------------------------------------------------------------- wakeup, close

    /** Makes a drive that waits, or else the next, return. Any thread; does not block. */
    void wakeup() {
        if (woken.getAndSet(true) || !waiting) {
            return;
        }
        signal();
    }

    private void signal() {
        if (gate.enter()) {
            try {
                event.signal();
            } finally {
                gate.leave();
            }
        }
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
        woken.set(true);
        signal();
        gate.close(); // a write in submit has ended after this
        cq.lock();
        try {
            if (!closed) {
                drain();
                closed = true;
                ring.close();
                event.close();
            }
        } finally {
            cq.unlock();
        }
    }

    /** Returns when nothing is queued or in flight, the wakeup included; or when the ring is dead. Holder of cq. */
    private void drain() {
        if (wakeArmed) {
            event.signal();
        }
        try {
            while (dead == null && !isDrained()) {
                ring.await(RETRY_NANOS, 0);
                reap();
            }
        } catch (UncheckedIOException e) {
            // The ring is dead.
        }
        failAll();
    }

    private boolean isDrained() {
        sq.lock();
        try {
            todo.addAll(later);
            later.clear();
            handOver(false);
            return todo.isEmpty() && isIdle() && ring.unsubmitted() == 0 && !wakeArmed;
        } finally {
            sq.unlock();
        }
    }

    /** Ends what a dead ring leaves. After a ring that lived there is nothing. */
    private void failAll() {
        IOException failure = dead;
        List<Ending> told;
        sq.lock();
        try {
            if (failure != null) {
                List<Request> left = new ArrayList<>(todo);
                left.addAll(later);
                for (Request request : inFlight) {
                    if (request != null) {
                        left.add(request);
                    }
                }
                todo.clear();
                later.clear();
                for (Request request : left) {
                    switch (request) {
                        case WriteRequest write -> {
                            write.segment().syncs().end(failure);
                            endWrite(write, failure);
                        }
                        case SyncRequest sync -> synced(sync, failure);
                    }
                }
            }
            told = takeEnded();
        } finally {
            sq.unlock();
        }
        told.forEach(RequestQueue::tell);
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
                    + (freeSlots.length - freeCount) + (closing ? ", closing" : "") + ", " + ring + "]";
        } finally {
            sq.unlock();
        }
    }
}
