package io.lss.uring.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** System calls on memory. */
public final class MemoryCalls {

    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_SHARED = 1;
    private static final int MAP_POPULATE = 0x8000;
    private static final int MADV_DONTNEED = 4;
    private static final int MADV_HUGEPAGE = 14;

    private static final MethodHandle MMAP = Downcalls.plain(
            "mmap", FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle MUNMAP =
            Downcalls.plain("munmap", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));
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
        ErrnoCapture errno = new ErrnoCapture();
        try {
            MemorySegment at = (MemorySegment) MMAP.invokeExact(
                    errno.memory(),
                    MemorySegment.NULL,
                    bytes,
                    PROT_READ_WRITE,
                    MAP_SHARED | MAP_POPULATE,
                    fd,
                    offset);
            if (at.address() == -1) {
                throw new SystemCallException("mmap of a ring", (int) -errno.result(-1), "length=" + bytes);
            }
            return at.reinterpret(bytes);
        } catch (SystemCallException e) {
            throw e;
        } catch (Throwable t) {
            throw Downcalls.unexpected(t);
        }
    }

    /** Ends a mapping, munmap(2). */
    static void unmap(MemorySegment mapping) {
        ErrnoCapture errno = new ErrnoCapture();
        try {
            int done = (int) MUNMAP.invokeExact(errno.memory(), mapping, mapping.byteSize());
            assert done == 0;
        } catch (Throwable t) {
            throw Downcalls.unexpected(t);
        }
    }

    /**
     * Has memory backed by huge pages where the kernel gives them, and touches it: madvise(2) with MADV_HUGEPAGE. The pages that it
     * had are given back first, because the kernel makes huge pages only where there is none yet; so its content is lost,
     * and it is zero afterwards.
     *
     * @param memory private memory, its address and length multiples of the size of a page
     * @return whether the kernel took the advice; it may give small pages all the same
     */
    public static boolean backByHugePages(MemorySegment memory) {
        ErrnoCapture errno = new ErrnoCapture();
        try {
            int advised = (int) MADVISE.invokeExact(errno.memory(), memory, memory.byteSize(), MADV_HUGEPAGE);
            if (advised == 0) {
                int dropped = (int) MADVISE.invokeExact(errno.memory(), memory, memory.byteSize(), MADV_DONTNEED);
                assert dropped == 0;
            }
            memory.fill((byte) 0);
            return advised == 0;
        } catch (Throwable t) {
            throw Downcalls.unexpected(t);
        }
    }
}
