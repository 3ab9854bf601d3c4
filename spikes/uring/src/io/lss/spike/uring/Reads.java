package io.lss.spike.uring;

import io.lss.spi.flush.ReadRequest;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Reads, on the calling thread: one by pread, a batch through a ring of its own, which is used by one batch at a time.
 *
 * <p>O_DIRECT wants whole, aligned blocks; what is not goes by way of a bounce buffer.
 */
final class Reads {

    private static final int BOUNCE = 1 << 20;
    private static final int DEPTH = 64;
    private static final int SLOT = 64 << 10;
    private static final int CLOSED = 1 << 31;

    private record Bounce(MemorySegment memory, MemorySegment errno) {}

    private final int block;
    private final int memoryAlignment;
    private final ConcurrentLinkedQueue<Bounce> bounces = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<BatchRing> batchRings = new ConcurrentLinkedQueue<>();

    /** How many are reading; the sign says that no more may. Raw descriptors: one closed under a read may be another file's. */
    private final AtomicInteger users = new AtomicInteger();

    Reads(int block, int memoryAlignment) {
        this.block = block;
        this.memoryAlignment = memoryAlignment;
    }

    private boolean enter() {
        for (; ; ) {
            int n = users.get();
            if (n < 0) {
                return false;
            }
            if (users.compareAndSet(n, n + 1)) {
                return true;
            }
        }
    }

    private void leave() {
        users.decrementAndGet();
    }

    void close() {
        if ((users.getAndUpdate(n -> n | CLOSED) & CLOSED) != 0) {
            return;
        }
        while (users.get() != CLOSED) {
            java.util.concurrent.locks.LockSupport.parkNanos(100_000);
        }
        for (BatchRing r = batchRings.poll(); r != null; r = batchRings.poll()) {
            r.ring.close();
        }
    }

    private boolean isDirect(MemorySegment dst, long position) {
        return dst.isNative()
                && dst.address() % memoryAlignment == 0
                && dst.byteSize() % block == 0
                && position % block == 0;
    }

    long read(UringSegment segment, MemorySegment dst, long position) throws IOException {
        if (position < 0 || dst.isReadOnly()) {
            throw new IllegalArgumentException("position=" + position + " readOnly=" + dst.isReadOnly());
        }
        if (!enter()) {
            throw new IOException("read refused, the device is closed: file=" + segment.file());
        }
        Bounce found = bounces.poll();
        Bounce bounce = found != null
                ? found
                : new Bounce(Arena.ofAuto().allocate(BOUNCE, Math.max(4096, memoryAlignment)), Libc.newErrno());
        try {
            return isDirect(dst, position) ? readDirect(segment, dst, position, bounce) : readBounced(segment, dst, position, bounce);
        } finally {
            bounces.offer(bounce);
            leave();
        }
    }

    private long readDirect(UringSegment segment, MemorySegment dst, long position, Bounce bounce) throws IOException {
        long done = 0;
        while (done < dst.byteSize()) {
            long got = pread(segment, dst.asSlice(done), position + done, bounce);
            done += got;
            if (got == 0 || done % block != 0) {
                break; // the end of the file
            }
        }
        return done;
    }

    private long readBounced(UringSegment segment, MemorySegment dst, long position, Bounce bounce) throws IOException {
        long done = 0;
        while (done < dst.byteSize()) {
            long from = (position + done) / block * block;
            int skip = (int) (position + done - from);
            long want = Math.min(BOUNCE, (skip + dst.byteSize() - done + block - 1) / block * block);
            long got = pread(segment, bounce.memory().asSlice(0, want), from, bounce);
            long usable = Math.min(got - skip, dst.byteSize() - done);
            if (usable <= 0) {
                break;
            }
            MemorySegment.copy(bounce.memory(), skip, dst, done, usable);
            done += usable;
            if (got % block != 0) {
                break;
            }
        }
        return done;
    }

    private static long pread(UringSegment segment, MemorySegment to, long position, Bounce bounce) throws IOException {
        for (; ; ) {
            long got = Libc.pread(bounce.errno(), segment.fd(), to, to.byteSize(), position);
            if (got >= 0) {
                return got;
            }
            if (got != -Libc.EINTR && got != -Libc.EAGAIN) {
                throw Libc.failure("read", got, "file=" + segment.file() + " position=" + position + " length=" + to.byteSize());
            }
        }
    }

    // -------------------------------------------------------------------------------------------- batches

    /** A ring with a bounce buffer for each read in flight. */
    private static final class BatchRing {
        final Ring ring;
        final MemorySegment memory;

        BatchRing(int alignment) throws IOException {
            ring = new Ring(DEPTH);
            memory = Arena.ofAuto().allocate((long) DEPTH * SLOT, Math.max(4096, alignment));
        }
    }

    void readAll(List<ReadRequest> batch) {
        List<ReadRequest> together = new ArrayList<>(batch.size());
        for (ReadRequest request : batch) {
            if (request.segment() instanceof UringSegment && request.dst().byteSize() + 2L * block <= SLOT) {
                together.add(request);
            } else {
                readOne(request);
            }
        }
        if (together.isEmpty()) {
            return;
        }
        if (!enter()) {
            together.forEach(Reads::readOne);
            return;
        }
        try {
            BatchRing found = batchRings.poll();
            BatchRing ring = found != null ? found : new BatchRing(memoryAlignment);
            try {
                run(together, ring);
            } finally {
                batchRings.offer(ring);
            }
        } catch (IOException e) {
            together.forEach(Reads::readOne); // no ring to be had
        } finally {
            leave();
        }
    }

    private void run(List<ReadRequest> batch, BatchRing on) {
        int[] slots = new int[Math.min(DEPTH, batch.size())];
        ReadRequest[] inFlight = new ReadRequest[slots.length];
        List<ReadRequest> again = new ArrayList<>();
        int[] free = {slots.length};
        for (int i = 0; i < slots.length; i++) {
            slots[i] = i;
        }
        int next = 0;
        int open = 0;
        while (next < batch.size() || open > 0) {
            while (next < batch.size() && free[0] > 0 && on.ring.hasRoom()) {
                int slot = slots[--free[0]];
                ReadRequest request = batch.get(next++);
                inFlight[slot] = request;
                UringSegment segment = (UringSegment) request.segment();
                boolean direct = isDirect(request.dst(), request.position());
                long from = request.position() / block * block;
                long length = (request.position() - from + request.dst().byteSize() + block - 1) / block * block;
                long to = direct ? request.dst().address() : on.memory.address() + (long) slot * SLOT;
                on.ring.fill(Ring.OP_READ, 0, segment.fd(), from, to, (int) length, 0, 0, slot);
                open++;
            }
            on.ring.submit(); // what it did not take stays filled in for the next round
            on.ring.await(1_000_000_000);
            open -= on.ring.reap((slot, result) -> {
                ReadRequest request = inFlight[(int) slot];
                slots[free[0]++] = (int) slot;
                int skip = (int) (request.position() % block);
                if (result < skip + request.dst().byteSize()) {
                    again.add(request); // short, failed, or interrupted: rare, so one at a time
                } else {
                    if (!isDirect(request.dst(), request.position())) {
                        MemorySegment.copy(on.memory, slot * SLOT + skip, request.dst(), 0, request.dst().byteSize());
                    }
                    request.complete(request.dst().byteSize(), null);
                }
            });
        }
        again.forEach(Reads::readOne);
    }

    private static void readOne(ReadRequest request) {
        try {
            request.complete(request.segment().read(request.dst(), request.position()), null);
        } catch (IOException e) {
            request.complete(0, e);
        }
    }
}
