package io.lss.spike.uring;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;

/**
 * The system calls of the spike, through the C library that every JVM on Linux has loaded already. Results below zero are -errno,
 * also where libc says -1.
 *
 * <p>The three calls of io_uring go through {@code syscall(2)}; their numbers are the same on every 64-bit Linux.
 */
final class Libc {

    static final int EPERM = 1;
    static final int EINTR = 4;
    static final int EIO = 5;
    static final int EAGAIN = 11;
    static final int ENOMEM = 12;
    static final int EBUSY = 16;
    static final int EINVAL = 22;
    static final int ENOSPC = 28;
    static final int ENOSYS = 38;
    static final int ETIME = 62;
    static final int ECANCELED = 125;

    static final int O_RDWR = 2;
    static final int O_CREAT = 0100;
    static final int O_CLOEXEC = 02000000;
    static final boolean ARM = System.getProperty("os.arch").equals("aarch64");
    static final int O_DIRECT = ARM ? 0200000 : 040000;
    private static final int O_DIRECTORY = ARM ? 040000 : 0200000;
    static final int O_TMPFILE = 020000000 | O_DIRECTORY;

    private static final long SYS_IO_URING_SETUP = 425;
    private static final long SYS_IO_URING_ENTER = 426;
    private static final long SYS_IO_URING_REGISTER = 427;

    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_SHARED = 1;
    private static final int MAP_PRIVATE = 2;
    private static final int MAP_ANONYMOUS = 0x20;
    private static final int MAP_POPULATE = 0x8000;
    private static final int MADV_HUGEPAGE = 14;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout CAPTURED = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = CAPTURED.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private static final MethodHandle SETUP =
            variadic("syscall", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, ADDRESS), 1);
    private static final MethodHandle ENTER = variadic(
            "syscall",
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_LONG),
            1);
    private static final MethodHandle REGISTER = variadic(
            "syscall", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT), 1);
    private static final MethodHandle OPEN =
            variadic("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT), 2);
    private static final MethodHandle CLOSE = plain("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle PREAD =
            plain("pread", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle PWRITE =
            plain("pwrite", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG));
    /** pwritev2(fd, iovec, count, offset, flags). */
    private static final MethodHandle PWRITEV2 = plain(
            "pwritev2", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT, JAVA_LONG, JAVA_INT));
    private static final MethodHandle WRITE =
            plain("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
    private static final MethodHandle FSYNC = plain("fsync", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle FTRUNCATE =
            plain("ftruncate", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle FALLOCATE =
            plain("fallocate", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle EVENTFD = plain("eventfd", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle MMAP = plain(
            "mmap",
            FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle MUNMAP =
            plain("munmap", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));
    private static final MethodHandle MADVISE =
            plain("madvise", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle STATX = plain(
            "statx", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS));
    private static final MethodHandle STRERROR = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("strerror"), FunctionDescriptor.of(unbounded(), JAVA_INT));

    private Libc() {}

    private static AddressLayout unbounded() {
        return ADDRESS.withTargetLayout(MemoryLayout.sequenceLayout(256, java.lang.foreign.ValueLayout.JAVA_BYTE));
    }

    private static MethodHandle plain(String name, FunctionDescriptor type) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name), type, Linker.Option.captureCallState("errno"));
    }

    private static MethodHandle variadic(String name, FunctionDescriptor type, int fixed) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name),
                type,
                Linker.Option.firstVariadicArg(fixed),
                Linker.Option.captureCallState("errno"));
    }

    /** {@return memory into which a call leaves its errno; used by one thread at a time} */
    static MemorySegment newErrno() {
        return Arena.ofAuto().allocate(CAPTURED);
    }

    private static long result(long value, MemorySegment errno) {
        return value >= 0 ? value : -(int) ERRNO.get(errno, 0L);
    }

    private static AssertionError unexpected(Throwable t) {
        return new AssertionError("a downcall threw", t);
    }

    static int ioUringSetup(int entries, MemorySegment params) {
        MemorySegment errno = newErrno();
        try {
            return (int) result((long) SETUP.invokeExact(errno, SYS_IO_URING_SETUP, entries, params), errno);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int ioUringEnter(
            MemorySegment errno, int ring, int toSubmit, int minComplete, int flags, MemorySegment argument, long length) {
        try {
            return (int) result(
                    (long) ENTER.invokeExact(
                            errno, SYS_IO_URING_ENTER, ring, toSubmit, minComplete, flags, argument, length),
                    errno);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int ioUringRegister(int ring, int opcode, MemorySegment argument, int count) {
        MemorySegment errno = newErrno();
        try {
            return (int) result((long) REGISTER.invokeExact(errno, SYS_IO_URING_REGISTER, ring, opcode, argument, count), errno);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int open(String path, int flags, int mode) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(CAPTURED);
            return (int) result((int) OPEN.invokeExact(errno, arena.allocateFrom(path), flags, mode), errno);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int close(int fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(CAPTURED);
            return (int) result((int) CLOSE.invokeExact(errno, fd), errno);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static long pread(MemorySegment errno, int fd, MemorySegment to, long length, long position) {
        try {
            return result((long) PREAD.invokeExact(errno, fd, to, length, position), errno);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static long pwrite(MemorySegment errno, int fd, MemorySegment from, long length, long position) {
        try {
            return result((long) PWRITE.invokeExact(errno, fd, from, length, position), errno);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static long pwritev2(MemorySegment errno, int fd, MemorySegment iovec, long position, int flags) {
        try {
            return result((long) PWRITEV2.invokeExact(errno, fd, iovec, 1, position, flags), errno);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static long write(MemorySegment errno, int fd, MemorySegment from, long length) {
        try {
            return result((long) WRITE.invokeExact(errno, fd, from, length), errno);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int fsync(int fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(CAPTURED);
            return (int) result((int) FSYNC.invokeExact(errno, fd), errno);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int ftruncate(int fd, long length) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(CAPTURED);
            return (int) result((int) FTRUNCATE.invokeExact(errno, fd, length), errno);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int fallocate(int fd, long length) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(CAPTURED);
            return (int) result((int) FALLOCATE.invokeExact(errno, fd, 0, 0L, length), errno);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int eventfd() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(CAPTURED);
            return (int) result((int) EVENTFD.invokeExact(errno, 0, O_CLOEXEC | 04000), errno);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** {@return the shared memory of a ring} */
    static MemorySegment mapRing(int fd, long length, long offset) throws IOException {
        return map(length, PROT_READ_WRITE, MAP_SHARED | MAP_POPULATE, fd, offset);
    }

    private static MemorySegment map(long length, int protection, int flags, int fd, long offset) throws IOException {
        MemorySegment errno = newErrno();
        try {
            MemorySegment at = (MemorySegment) MMAP.invokeExact(errno, MemorySegment.NULL, length, protection, flags, fd, offset);
            if (at.address() == -1) {
                throw failure("mmap", -(int) ERRNO.get(errno, 0L), "length=" + length);
            }
            return at.reinterpret(length);
        } catch (IOException e) {
            throw e;
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static void unmap(long address, long length) {
        MemorySegment errno = newErrno();
        try {
            int ignored = (int) MUNMAP.invokeExact(errno, MemorySegment.ofAddress(address), length);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** {@return zeroed memory of the automatic arena, aligned to 2 MiB, in huge pages if the kernel gives them, touched} */
    static MemorySegment hugeMemory(long bytes) throws IOException {
        long huge = 2L << 20;
        long length = (bytes + huge - 1) / huge * huge;
        MemorySegment whole = map(length + huge, PROT_READ_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        long from = whole.address();
        long aligned = (from + huge - 1) / huge * huge;
        MemorySegment errno = newErrno();
        try {
            int ignored = (int) MADVISE.invokeExact(errno, MemorySegment.ofAddress(aligned), length, MADV_HUGEPAGE);
        } catch (Throwable t) {
            throw unexpected(t);
        }
        MemorySegment memory = MemorySegment.ofAddress(aligned)
                .reinterpret(bytes, Arena.ofAuto(), unused -> unmap(from, length + huge));
        memory.fill((byte) 0);
        return memory;
    }

    /** {@return the alignment that O_DIRECT needs, memory in the upper half, positions in the lower; 0: no O_DIRECT} */
    static long directAlignment(int fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(CAPTURED);
            MemorySegment statx = arena.allocate(256, 8);
            int emptyPath = 0x1000;
            int dioAlign = 0x2000;
            long done = result((int) STATX.invokeExact(errno, fd, arena.allocateFrom(""), emptyPath, dioAlign, statx), errno);
            if (done < 0 || (statx.get(JAVA_INT, 0) & dioAlign) == 0) {
                return 0;
            }
            return ((long) statx.get(JAVA_INT, 152) << 32) | statx.get(JAVA_INT, 156);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** {@return the failure of an operation, with the system's words and its number} */
    static IOException failure(String operation, long minusErrno, String where) {
        String words;
        try {
            words = ((MemorySegment) STRERROR.invokeExact((int) -minusErrno)).getString(0);
        } catch (Throwable t) {
            throw unexpected(t);
        }
        return new IOException(operation + " failed: " + where + " errno=" + -minusErrno + " (" + words + ")");
    }

    static IOException failure(String operation, long minusErrno, Path file) {
        return failure(operation, minusErrno, "file=" + file);
    }
}
