package io.lss.spike.uring;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * A submission and a completion queue shared with the kernel.
 *
 * <pre>
 *   us:      fill entries -> tail (release) -> enter        kernel: head
 *   kernel:  fill entries -> tail                           us:     tail (acquire) -> read -> head (release)
 * </pre>
 *
 * <p>Not safe for use by several threads: one at a time fills and submits, one at a time reaps; these two may differ.
 */
final class Ring implements AutoCloseable {

    /** Told of each completion. */
    interface Reaper {
        void completed(long userData, int result);
    }

    static final int OP_NOP = 0;
    static final int OP_FSYNC = 3;
    static final int OP_WRITE_FIXED = 5;
    static final int OP_READ = 22;
    static final int OP_WRITE = 23;
    static final int RWF_DSYNC = 2;
    static final int FSYNC_DATASYNC = 1;
    static final int SQE_FIXED_FILE = 1;

    private static final int SQE_BYTES = 64;
    private static final int CQE_BYTES = 16;
    private static final int PARAMS_BYTES = 120;
    private static final int SETUP_CLAMP = 1 << 4;
    private static final int ENTER_GETEVENTS = 1;
    private static final int ENTER_EXT_ARG = 8;
    private static final int FEAT_SINGLE_MMAP = 1;
    private static final int FEAT_NODROP = 2;
    private static final int FEAT_EXT_ARG = 1 << 8;
    private static final int SQ_CQ_OVERFLOW = 2;
    private static final long OFF_SQ_RING = 0;
    private static final long OFF_SQES = 0x10000000L;
    private static final int REGISTER_BUFFERS = 0;
    private static final int UNREGISTER_BUFFERS = 1;
    private static final int REGISTER_FILES = 2;
    private static final int REGISTER_FILES_UPDATE = 6;

    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final VarHandle ATOMIC = INT.varHandle();

    private final int fd;
    private final MemorySegment rings;
    private final MemorySegment sqes;
    private final long sqHead;
    private final long sqTail;
    private final long sqFlags;
    private final int sqMask;
    private final int sqEntries;
    private final long cqHead;
    private final long cqTail;
    private final long cqEntriesAt;
    private final int cqMask;
    private final int cqEntries;

    private final MemorySegment submitErrno = Libc.newErrno();
    private final MemorySegment waitErrno = Libc.newErrno();
    private final MemorySegment waitArgument = Arena.ofAuto().allocate(24, 8);
    private final MemorySegment waitTime = Arena.ofAuto().allocate(16, 8);

    /** The tail of what was filled in; the kernel sees it at the next {@link #submit}. */
    private int filled;

    private int fixedFiles;

    Ring(int entries) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment params = arena.allocate(PARAMS_BYTES, 8);
            params.set(INT, 8, SETUP_CLAMP);
            int made = Libc.ioUringSetup(entries, params);
            if (made < 0) {
                throw Libc.failure("io_uring_setup", made, "entries=" + entries + remedy(made));
            }
            fd = made;
            int features = params.get(INT, 20);
            int needed = FEAT_SINGLE_MMAP | FEAT_NODROP | FEAT_EXT_ARG;
            if ((features & needed) != needed) {
                Libc.close(fd);
                throw new IOException("io_uring of this kernel is too old: features=" + Integer.toHexString(features)
                        + ", needed=" + Integer.toHexString(needed) + " (Linux 5.11)");
            }
            sqEntries = params.get(INT, 0);
            cqEntries = params.get(INT, 4);
            int sq = 40;
            int cq = 80;
            long sqArray = params.get(INT, sq + 24);
            cqEntriesAt = params.get(INT, cq + 20);
            long length = Math.max(sqArray + 4L * sqEntries, cqEntriesAt + (long) CQE_BYTES * cqEntries);
            try {
                rings = Libc.mapRing(fd, length, OFF_SQ_RING);
                sqes = Libc.mapRing(fd, (long) SQE_BYTES * sqEntries, OFF_SQES);
            } catch (IOException e) {
                Libc.close(fd);
                throw e;
            }
            sqHead = params.get(INT, sq);
            sqTail = params.get(INT, sq + 4);
            sqMask = rings.get(INT, params.get(INT, sq + 8));
            sqFlags = params.get(INT, sq + 16);
            cqHead = params.get(INT, cq);
            cqTail = params.get(INT, cq + 4);
            cqMask = rings.get(INT, params.get(INT, cq + 8));
            for (int i = 0; i < sqEntries; i++) {
                rings.set(INT, sqArray + 4L * i, i); // once; entry i of the queue is always request i
            }
        }
    }

    private static String remedy(int minusErrno) {
        return switch (-minusErrno) {
            case Libc.EPERM -> " remedy=sysctl kernel.io_uring_disabled=0, or allow io_uring in the seccomp profile";
            case Libc.ENOSYS -> " remedy=a kernel with io_uring";
            case Libc.ENOMEM -> " remedy=ulimit -l larger";
            default -> "";
        };
    }

    int cqEntries() {
        return cqEntries;
    }

    // -------------------------------------------------------------------------------------------- submission

    /** {@return whether a request can be filled in} */
    boolean hasRoom() {
        return filled - (int) ATOMIC.getAcquire(rings, sqHead) < sqEntries;
    }

    /** Fills in one request, all 64 bytes of it. Only if there is room. */
    void fill(
            int opcode, int flags, int file, long position, long address, int length, int opFlags, int buffer, long userData) {
        long at = (long) (filled & sqMask) * SQE_BYTES;
        sqes.asSlice(at, SQE_BYTES).fill((byte) 0);
        sqes.set(BYTE, at, (byte) opcode);
        sqes.set(BYTE, at + 1, (byte) flags);
        sqes.set(INT, at + 4, file);
        sqes.set(LONG, at + 8, position);
        sqes.set(LONG, at + 16, address);
        sqes.set(INT, at + 24, length);
        sqes.set(INT, at + 28, opFlags);
        sqes.set(LONG, at + 32, userData);
        sqes.set(SHORT, at + 40, (short) buffer);
        filled++;
    }

    /** {@return how many requests the kernel has not taken yet} */
    int unsubmitted() {
        return filled - (int) ATOMIC.getAcquire(rings, sqHead);
    }

    /** Hands over what was filled in. {@return how many were taken, or -errno; EINTR is dealt with} */
    int submit() {
        ATOMIC.setRelease(rings, sqTail, filled);
        int count = unsubmitted();
        if (count == 0) {
            return 0;
        }
        int taken;
        do {
            taken = Libc.ioUringEnter(submitErrno, fd, count, 0, 0, MemorySegment.NULL, 0);
        } while (taken == -Libc.EINTR);
        return taken;
    }

    // -------------------------------------------------------------------------------------------- completion

    /** {@return whether a completion can be reaped} */
    boolean hasCompletions() {
        return rings.get(INT, cqHead) != (int) ATOMIC.getAcquire(rings, cqTail);
    }

    /** {@return whether completions are held back in the kernel, because the queue was full} */
    boolean hasOverflown() {
        return ((int) ATOMIC.getAcquire(rings, sqFlags) & SQ_CQ_OVERFLOW) != 0;
    }

    /** Takes in all completions there are. {@return how many} */
    int reap(Reaper reaper) {
        int count = 0;
        int head = rings.get(INT, cqHead);
        while (head != (int) ATOMIC.getAcquire(rings, cqTail)) {
            long at = cqEntriesAt + (long) (head & cqMask) * CQE_BYTES;
            long userData = rings.get(LONG, at);
            int result = rings.get(INT, at + 8);
            head++;
            ATOMIC.setRelease(rings, cqHead, head);
            reaper.completed(userData, result);
            count++;
        }
        return count;
    }

    /** Waits for a completion, at most so long; submits nothing. {@return 0 or -errno: ETIME, EINTR, or worse} */
    int await(long nanos) {
        return await(nanos, 0);
    }

    /** The same, and hands over what was filled in, in the same call. {@return how many were taken, or -errno} */
    int submitAndAwait(long nanos) {
        ATOMIC.setRelease(rings, sqTail, filled);
        return await(nanos, unsubmitted());
    }

    private int await(long nanos, int count) {
        waitTime.set(LONG, 0, nanos / 1_000_000_000);
        waitTime.set(LONG, 8, nanos % 1_000_000_000);
        waitArgument.set(LONG, 0, 0);
        waitArgument.set(LONG, 8, 0);
        waitArgument.set(LONG, 16, waitTime.address());
        return Libc.ioUringEnter(
                waitErrno, fd, count, nanos > 0 ? 1 : 0, ENTER_GETEVENTS | ENTER_EXT_ARG, waitArgument, 24);
    }

    // -------------------------------------------------------------------------------------------- registration

    /** {@return whether memory is registered now, in pieces of so many bytes, or -errno} */
    int registerBuffers(MemorySegment memory, long piece) {
        int count = (int) (memory.byteSize() / piece);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment iovecs = arena.allocate(16L * count, 8);
            for (int i = 0; i < count; i++) {
                iovecs.set(LONG, 16L * i, memory.address() + i * piece);
                iovecs.set(LONG, 16L * i + 8, piece);
            }
            return Libc.ioUringRegister(fd, REGISTER_BUFFERS, iovecs, count);
        }
    }

    /** Makes a table of places for files, all empty. {@return 0 or -errno} */
    int registerFiles(int places) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment fds = arena.allocate(4L * places, 4);
            fds.fill((byte) -1);
            int done = Libc.ioUringRegister(fd, REGISTER_FILES, fds, places);
            fixedFiles = done < 0 ? 0 : places;
            return done;
        }
    }

    /** Puts a file into a place of the table, or -1 to empty it. Any thread. {@return whether it is there} */
    boolean setFile(int place, int file) {
        if (place >= fixedFiles) {
            return false;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment fds = arena.allocate(4, 4);
            fds.set(INT, 0, file);
            MemorySegment update = arena.allocate(16, 8);
            update.set(INT, 0, place);
            update.set(LONG, 8, fds.address());
            return Libc.ioUringRegister(fd, REGISTER_FILES_UPDATE, update, 1) == 1;
        }
    }

    /** Ends the ring. Nothing is in flight, nobody uses it. */
    @Override
    public void close() {
        // The kernel tears a closed ring down later, on a thread of its own; pinned memory would count against memlock until then.
        Libc.ioUringRegister(fd, UNREGISTER_BUFFERS, MemorySegment.NULL, 0);
        Libc.unmap(sqes.address(), sqes.byteSize());
        Libc.unmap(rings.address(), rings.byteSize());
        Libc.close(fd);
    }
}
