package io.lss.uring.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * A submission and a completion queue shared with the kernel, io_uring(7).
 *
 * <pre>
 *   we:      fill entries -> tail (release) -> enter        kernel: head (release) when it has copied an entry
 *   kernel:  fill entries -> tail (release)                 we:     tail (acquire) -> read -> head (release)
 * </pre>
 *
 * <p>Each queue is a ring of entries; head and tail count without bound and are cut to a place by the mask. The kernel
 * also has an array between the submission queue's counters and its entries; here it is the identity and never changes.
 *
 * <p>Memory access: the two counters that we write are written by one thread at a time, so that their own last value is plain; release
 * makes what was filled in (or read) happen before the counter is seen to move. The two that the kernel writes are read with
 * acquire, for the same reason seen from the other side.
 *
 * <p>Not safe for use by several threads: one at a time fills and submits, one at a time reaps and waits; these two may
 * differ.
 */
public final class Ring implements AutoCloseable {

    /** Told of each completion. */
    @FunctionalInterface
    public interface Reaper {
        /**
         * A request has ended.
         *
         * @param userData what it was given
         * @param result a count, or -errno
         */
        void completed(long userData, int result);
    }

    /** IORING_OP_NOP: ends at once, with 0. */
    public static final int OP_NOP = 0;

    /** IORING_OP_FSYNC; always done by a kernel worker. */
    public static final int OP_FSYNC = 3;

    /** IORING_OP_WRITE_FIXED: from registered memory. */
    public static final int OP_WRITE_FIXED = 5;

    /** IORING_OP_READ. */
    public static final int OP_READ = 22;

    /** IORING_OP_WRITE: from any memory. */
    public static final int OP_WRITE = 23;

    /** IORING_FSYNC_DATASYNC, as flags of {@link #OP_FSYNC}: as fdatasync(2) does. */
    public static final int FSYNC_DATASYNC = 1;

    /** IOSQE_FIXED_FILE: the file is a place in the table of registered files. */
    public static final int SQE_FIXED_FILE = 1;

    private static final int SETUP_CLAMP = 1 << 4;
    private static final int ENTER_GETEVENTS = 1;
    private static final int ENTER_EXT_ARG = 1 << 3;
    private static final int FEAT_SINGLE_MMAP = 1;
    private static final int FEAT_NODROP = 1 << 1;
    private static final int FEAT_EXT_ARG = 1 << 8;
    private static final int SQ_CQ_OVERFLOW = 1 << 1;
    private static final long OFF_SQ_RING = 0;
    private static final long OFF_SQES = 0x10000000L;
    private static final int REGISTER_BUFFERS = 0;
    private static final int UNREGISTER_BUFFERS = 1;
    private static final int REGISTER_FILES = 2;
    private static final int UNREGISTER_FILES = 3;
    private static final int REGISTER_FILES_UPDATE = 6;

    private static final long NANOS = 1_000_000_000;
    private static final long SQE_BYTES = RingLayouts.SQE.byteSize();
    private static final long CQE_BYTES = RingLayouts.CQE.byteSize();

    private static final VarHandle OPCODE = RingLayouts.at(RingLayouts.SQE, "opcode");
    private static final VarHandle FLAGS = RingLayouts.at(RingLayouts.SQE, "flags");
    private static final VarHandle FD = RingLayouts.at(RingLayouts.SQE, "fd");
    private static final VarHandle OFF = RingLayouts.at(RingLayouts.SQE, "off");
    private static final VarHandle ADDR = RingLayouts.at(RingLayouts.SQE, "addr");
    private static final VarHandle LEN = RingLayouts.at(RingLayouts.SQE, "len");
    private static final VarHandle RW_FLAGS = RingLayouts.at(RingLayouts.SQE, "rw_flags");
    private static final VarHandle USER_DATA = RingLayouts.at(RingLayouts.SQE, "user_data");
    private static final VarHandle BUF_INDEX = RingLayouts.at(RingLayouts.SQE, "buf_index");
    private static final VarHandle CQE_USER_DATA = RingLayouts.at(RingLayouts.CQE, "user_data");
    private static final VarHandle RES = RingLayouts.at(RingLayouts.CQE, "res");
    private static final VarHandle ARG_TS = RingLayouts.at(RingLayouts.GETEVENTS_ARG, "ts");
    private static final VarHandle TV_SEC = RingLayouts.at(RingLayouts.TIMESPEC, "tv_sec");
    private static final VarHandle TV_NSEC = RingLayouts.at(RingLayouts.TIMESPEC, "tv_nsec");
    private static final VarHandle UPDATE_OFFSET = RingLayouts.at(RingLayouts.RSRC_UPDATE, "offset");
    private static final VarHandle UPDATE_DATA = RingLayouts.at(RingLayouts.RSRC_UPDATE, "data");

    /** A counter in the shared memory; its coordinates are that memory and an offset. */
    private static final VarHandle COUNTER = JAVA_INT.varHandle();

    private final RingCalls calls;
    private final int fd;

    /** Both queues, all but the submission entries. */
    private final MemorySegment rings;

    private final MemorySegment sqes;
    private final long sqHead;
    private final long sqTail;
    private final long sqFlags;
    private final int sqMask;
    private final int sqEntries;
    private final long cqHead;
    private final long cqTail;
    private final long cqes;
    private final int cqMask;
    private final int cqEntries;

    private final ErrnoCapture submitErrno = new ErrnoCapture();
    private final ErrnoCapture waitErrno = new ErrnoCapture();
    private final MemorySegment waitArgument = Arena.ofAuto().allocate(RingLayouts.GETEVENTS_ARG);
    private final MemorySegment waitTime = Arena.ofAuto().allocate(RingLayouts.TIMESPEC);

    /** The tail of what was filled in; the kernel sees it at the next submission. */
    private int filled;

    /** How many completions were taken in, without bound like the counters of the kernel. */
    private int reaped;

    private int places;
    private boolean hasBuffers;
    private volatile boolean closed;

    /**
     * Sets a ring up.
     *
     * @param calls by which way
     * @param entries how many requests the submission queue takes, a power of two; the completion queue takes twice as many
     * @throws SystemCallException if the kernel refuses
     * @throws UnavailableException if the kernel is too old
     */
    public Ring(RingCalls calls, int entries) throws SystemCallException, UnavailableException {
        this.calls = calls;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment params = arena.allocate(RingLayouts.PARAMS);
            RingLayouts.at(RingLayouts.PARAMS, "flags").set(params, 0L, SETUP_CLAMP);
            fd = SystemCallException.check(calls.setup(entries, params), "io_uring_setup", "entries=" + entries);
            try {
                checkFeatures(answer(params, "features"));
                sqEntries = answer(params, "sq_entries");
                cqEntries = answer(params, "cq_entries");
                int array = answer(params, "sq_off", "array");
                cqes = answer(params, "cq_off", "cqes");
                long length = Math.max(array + (long) Integer.BYTES * sqEntries, cqes + CQE_BYTES * cqEntries);
                rings = MemoryCalls.mapShared(fd, length, OFF_SQ_RING);
                sqes = mapEntries();
                sqHead = answer(params, "sq_off", "head");
                sqTail = answer(params, "sq_off", "tail");
                sqFlags = answer(params, "sq_off", "flags");
                sqMask = rings.get(JAVA_INT, answer(params, "sq_off", "ring_mask"));
                cqHead = answer(params, "cq_off", "head");
                cqTail = answer(params, "cq_off", "tail");
                cqMask = rings.get(JAVA_INT, answer(params, "cq_off", "ring_mask"));
                for (int i = 0; i < sqEntries; i++) {
                    rings.set(JAVA_INT, array + (long) Integer.BYTES * i, i);
                }
            } catch (SystemCallException | UnavailableException | RuntimeException | Error e) {
                FileCalls.close(fd);
                throw e;
            }
        }
    }

    private static int answer(MemorySegment params, String... path) {
        return (int) RingLayouts.at(RingLayouts.PARAMS, path).get(params, 0L);
    }

    private static void checkFeatures(int features) throws UnavailableException {
        int needed = FEAT_SINGLE_MMAP | FEAT_NODROP | FEAT_EXT_ARG;
        if ((features & needed) != needed) {
            throw new UnavailableException(
                    "io_uring of this kernel (" + System.getProperty("os.version") + ") is too old: features=0x"
                            + Integer.toHexString(features) + " needed=0x" + Integer.toHexString(needed),
                    "use Linux 5.11 or newer");
        }
    }

    private MemorySegment mapEntries() throws SystemCallException {
        try {
            return MemoryCalls.mapShared(fd, SQE_BYTES * sqEntries, OFF_SQES);
        } catch (SystemCallException | RuntimeException | Error e) {
            MemoryCalls.unmap(rings);
            throw e;
        }
    }

    /** {@return how many requests the submission queue takes} */
    public int entries() {
        return sqEntries;
    }

    /** {@return how many completions can wait to be reaped without the kernel having to hold some back} */
    public int completionEntries() {
        return cqEntries;
    }

    // -------------------------------------------------------------------------------------------- submission

    /** {@return whether a request can be filled in} */
    public boolean hasRoom() {
        return unsubmitted() < sqEntries;
    }

    /**
     * Fills in one request, all 64 bytes of it: the kernel refuses, or worse takes for an option, what a former one left.
     * Only if there {@linkplain #hasRoom() is room}.
     *
     * @param opcode {@code OP_...}
     * @param flags {@code SQE_...}
     * @param file a descriptor, or a place, as the flags say; -1 for none
     * @param position in the file; -1 for a file that has none
     * @param address of the memory
     * @param length of the memory
     * @param opFlags as the opcode says
     * @param buffer index of the registered memory
     * @param userData comes back with the completion
     */
    public void fill(
            int opcode,
            int flags,
            int file,
            long position,
            long address,
            int length,
            int opFlags,
            int buffer,
            long userData) {
        long at = (filled & sqMask) * SQE_BYTES;
        for (long i = at; i < at + SQE_BYTES; i += Long.BYTES) {
            sqes.set(JAVA_LONG, i, 0);
        }
        OPCODE.set(sqes, at, (byte) opcode);
        FLAGS.set(sqes, at, (byte) flags);
        FD.set(sqes, at, file);
        OFF.set(sqes, at, position);
        ADDR.set(sqes, at, address);
        LEN.set(sqes, at, length);
        RW_FLAGS.set(sqes, at, opFlags);
        USER_DATA.set(sqes, at, userData);
        BUF_INDEX.set(sqes, at, (short) buffer);
        filled++;
    }

    /** {@return how many requests were filled in that the kernel has not taken yet} */
    public int unsubmitted() {
        return filled - (int) COUNTER.getAcquire(rings, sqHead);
    }

    /**
     * Hands over what was filled in, without waiting. A call interrupted by a signal is made again.
     *
     * @return how many requests were taken, perhaps not all; or -errno
     */
    public int submit() {
        int count = publish();
        if (count == 0) {
            return 0;
        }
        int taken;
        do {
            taken = calls.enter(submitErrno, fd, count, 0, 0, MemorySegment.NULL, 0);
        } while (taken == -Errno.EINTR);
        return taken;
    }

    /**
     * Lets the kernel see what was filled in, for the next call of {@link #await}.
     *
     * @return how many requests it has not taken yet
     */
    public int publish() {
        COUNTER.setRelease(rings, sqTail, filled);
        return unsubmitted();
    }

    // -------------------------------------------------------------------------------------------- completion

    /** {@return whether a completion can be reaped} */
    public boolean hasCompletions() {
        return rings.get(JAVA_INT, cqHead) != (int) COUNTER.getAcquire(rings, cqTail);
    }

    /** {@return whether the kernel holds completions back because the queue was full; the next {@link #await} brings them} */
    public boolean hasOverflown() {
        return ((int) COUNTER.getAcquire(rings, sqFlags) & SQ_CQ_OVERFLOW) != 0;
    }

    /**
     * Takes in all completions there are.
     *
     * @param reaper told of each
     * @return how many
     */
    public int reap(Reaper reaper) {
        int count = 0;
        int head = rings.get(JAVA_INT, cqHead);
        while (head != (int) COUNTER.getAcquire(rings, cqTail)) {
            long at = cqes + (head & cqMask) * CQE_BYTES;
            long userData = (long) CQE_USER_DATA.get(rings, at);
            int result = (int) RES.get(rings, at);
            head++;
            COUNTER.setRelease(rings, cqHead, head);
            reaped++; // before it is told: what the kernel still has is known even if that throws
            reaper.completed(userData, result);
            count++;
        }
        return count;
    }

    /** Takes in all completions there are, and forgets them. */
    public void discard() {
        int tail = (int) COUNTER.getAcquire(rings, cqTail);
        reaped += tail - rings.get(JAVA_INT, cqHead);
        COUNTER.setRelease(rings, cqHead, tail);
    }

    /** {@return how many requests the kernel has taken whose completions have not been taken in} Each request completes once. */
    public int inKernel() {
        return (int) COUNTER.getAcquire(rings, sqHead) - reaped;
    }

    /**
     * Enters the kernel: hands over some of what was {@linkplain #publish() published}, and waits for a completion, at most
     * so long. If not all requests are taken it does not wait.
     *
     * @param nanos 0: does not wait, but has completions delivered
     * @param count how many requests to hand over
     * @return how many were taken; if that is none, 0 or -errno: ETIME, EINTR, or worse
     */
    public int await(long nanos, int count) {
        return await(nanos, count, 1);
    }

    /**
     * The same, for several completions: until so many are there to be reaped.
     *
     * @param nanos 0: does not wait, but has completions delivered
     * @param count how many requests to hand over
     * @param least how many completions to wait for; more than are to come would be waited for in vain
     * @return how many were taken; if that is none, 0 or -errno: ETIME, EINTR, or worse
     */
    public int await(long nanos, int count, int least) {
        TV_SEC.set(waitTime, 0L, nanos / NANOS);
        TV_NSEC.set(waitTime, 0L, nanos % NANOS);
        ARG_TS.set(waitArgument, 0L, waitTime.address());
        return calls.enter(
                waitErrno,
                fd,
                count,
                nanos > 0 ? least : 0,
                ENTER_GETEVENTS | ENTER_EXT_ARG,
                waitArgument,
                waitArgument.byteSize());
    }

    // -------------------------------------------------------------------------------------------- registration

    /**
     * Registers memory, so that the kernel looks its pages up once and not at every write. It counts as locked memory.
     *
     * @param memory reachable until it is unregistered or the ring closed
     * @param piece how many bytes each registered buffer has, the last perhaps less; at most 1 GiB
     * @return 0 or -errno
     */
    public int registerBuffers(MemorySegment memory, long piece) {
        int count = Math.toIntExact(Math.ceilDiv(memory.byteSize(), piece));
        int done;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment iovecs = arena.allocate(RingLayouts.IOVEC, count);
            for (int i = 0; i < count; i++) {
                long from = i * piece;
                long at = i * RingLayouts.IOVEC.byteSize();
                RingLayouts.IOV_BASE.set(iovecs, at, memory.address() + from);
                RingLayouts.IOV_LEN.set(iovecs, at, Math.min(piece, memory.byteSize() - from));
            }
            done = calls.register(fd, REGISTER_BUFFERS, iovecs, count);
        }
        hasBuffers = done >= 0;
        return done;
    }

    /**
     * Makes a table of places for files, all empty.
     *
     * @param count how many
     * @return 0 or -errno
     */
    public int registerFiles(int count) {
        int done;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment fds = arena.allocate(JAVA_INT, count);
            fds.fill((byte) -1); // no file
            done = calls.register(fd, REGISTER_FILES, fds, count);
        }
        places = done < 0 ? 0 : count;
        return done;
    }

    /**
     * Puts a file into a place of the table, or empties it. Any thread.
     *
     * @param place which
     * @param file a descriptor; -1 to empty the place
     * @return whether it is so
     */
    public boolean setFile(int place, int file) {
        if (place >= places) {
            return false;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment update = arena.allocate(RingLayouts.RSRC_UPDATE);
            UPDATE_OFFSET.set(update, 0L, place);
            UPDATE_DATA.set(update, 0L, arena.allocateFrom(JAVA_INT, file).address());
            return calls.register(fd, REGISTER_FILES_UPDATE, update, 1) == 1;
        }
    }

    /**
     * Ends the ring. Nothing is in flight, nobody uses it; not called twice.
     *
     * <p>What is registered is given back first: the kernel tears a closed ring down later, on a thread of its own, and
     * until then pinned memory would count against the limit of whoever opens the next.
     */
    @Override
    public void close() {
        closed = true;
        if (hasBuffers) {
            calls.register(fd, UNREGISTER_BUFFERS, MemorySegment.NULL, 0);
        }
        if (places > 0) {
            calls.register(fd, UNREGISTER_FILES, MemorySegment.NULL, 0);
        }
        MemoryCalls.unmap(sqes);
        MemoryCalls.unmap(rings);
        FileCalls.close(fd);
    }

    /** Not while another thread closes it. */
    @Override
    public String toString() {
        return "Ring[" + calls.description() + ", entries=" + sqEntries + (closed ? ", closed]" : ", unsubmitted=" + unsubmitted() + "]");
    }
}
