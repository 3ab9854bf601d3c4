package io.lss.uring.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.atomic.AtomicBoolean;

/** System calls on memory. */
@SuppressWarnings("restricted") // the lengths given to memory are those of its mapping
public final class MemoryCalls {

    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_SHARED = 1;
    private static final int MAP_PRIVATE = 2;
    private static final int MAP_ANONYMOUS = 0x20;
    private static final int MAP_POPULATE = 0x8000;
    private static final int MADV_HUGEPAGE = 14;

    /** The size of a huge page, in bytes. */
    private static final long HUGE_PAGE = 2 << 20;

    private static final MethodHandle MMAP = Downcalls.plain(
            "mmap", FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    /** Without errno, for which there might be no memory just when something is to be given back. */
    private static final MethodHandle MUNMAP =
            Downcalls.withoutErrno("munmap", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));
    private static final MethodHandle MADVISE =
            Downcalls.plain("madvise", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));

    private MemoryCalls() {}

    /**
     * {@return memory shared with the kernel through a ring's descriptor} mmap(2); the caller unmaps it.
     *
     * @param fd the ring
     * @param bytes how much
     * @param offset which part of it
     * @throws SystemCallException if there is no memory
     */
    static MemorySegment mapShared(int fd, long bytes, long offset) throws SystemCallException {
        return map(bytes, MAP_SHARED | MAP_POPULATE, fd, offset, "mmap of a ring");
    }

    private static MemorySegment map(long bytes, int flags, int fd, long offset, String operation)
            throws SystemCallException {
        ErrnoCapture errno = new ErrnoCapture();
        MemorySegment at;
        try {
            at = (MemorySegment)
                    MMAP.invokeExact(errno.memory(), MemorySegment.NULL, bytes, PROT_READ_WRITE, flags, fd, offset);
        } catch (Throwable t) {
            throw Downcalls.unexpected(t);
        }
        if (at.address() == -1) {
            throw new SystemCallException(operation, (int) -errno.result(-1), "length=" + bytes);
        }
        try {
            return at.reinterpret(bytes);
        } catch (OutOfMemoryError e) {
            unmap(at, bytes);
            throw e;
        }
    }

    /** Ends a mapping, munmap(2). */
    static void unmap(MemorySegment mapping) {
        unmap(mapping, mapping.byteSize());
    }

    private static void unmap(MemorySegment at, long bytes) {
        try {
            int done = (int) MUNMAP.invokeExact(at, bytes);
            assert done == 0;
        } catch (Throwable t) {
            throw Downcalls.unexpected(t);
        }
    }

    /**
     * {@return memory of the automatic arena: zeroed, aligned to 2 MiB, in huge pages where the kernel gives them, touched} mmap(2),
     * madvise(2) with MADV_HUGEPAGE. It is unmapped when nobody can reach it any more.
     *
     * @param bytes how much
     * @param unmapped called after that, on a thread of the JVM; must not refer to the memory
     * @throws SystemCallException if there is no memory
     */
    public static MemorySegment mapHuge(long bytes, Runnable unmapped) throws SystemCallException {
        return mapHuge(bytes, unmapped, Arena.ofAuto());
    }

    /** As {@link #mapHuge(long, Runnable)}, but of an arena with which it ends. If it fails nothing is mapped. */
    static MemorySegment mapHuge(long bytes, Runnable unmapped, Arena arena) throws SystemCallException {
        long length = Math.ceilDiv(bytes, HUGE_PAGE) * HUGE_PAGE;
        // Once: a failure may come after the arena has taken it over, and the address may be another's mapping by then.
        AtomicBoolean gone = new AtomicBoolean();
        ErrnoCapture errno = new ErrnoCapture();
        MemorySegment whole = map(length + HUGE_PAGE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0, "mmap of memory for flush buffers");
        MemorySegment aligned;
        try {
            aligned = MemorySegment.ofAddress(Math.ceilDiv(whole.address(), HUGE_PAGE) * HUGE_PAGE)
                    .reinterpret(bytes, arena, ignored -> unmapOnce(whole, gone, unmapped));
        } catch (RuntimeException | Error e) {
            unmapOnce(whole, gone, unmapped);
            throw e;
        }
        try {
            // Advice: a kernel without huge pages refuses it, and gives small ones.
            int ignored = (int) MADVISE.invokeExact(errno.memory(), aligned, length, MADV_HUGEPAGE);
        } catch (Throwable t) {
            throw Downcalls.unexpected(t);
        }
        aligned.fill((byte) 0); // touched now, and not when the first record is copied
        return aligned;
    }

    private static void unmapOnce(MemorySegment whole, AtomicBoolean gone, Runnable unmapped) {
        if (gone.compareAndSet(false, true)) {
            unmap(whole);
            unmapped.run();
        }
    }
}
