package io.lss.uring.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** System calls on files. Results below zero are -errno. An interrupt of a thread does nothing to any of them. */
public final class FileCalls {

    /** open(2): to read and write. */
    public static final int O_RDWR = 2;

    /** open(2): made if it is not there. */
    public static final int O_CREAT = 0100;

    /** open(2): fails if it is there. */
    public static final int O_EXCL = 0200;

    /** open(2): not inherited by a program that this process starts. */
    public static final int O_CLOEXEC = 02000000;

    /** open(2): transfers bypass the page cache. */
    public static final int O_DIRECT = Platform.isArm() ? 0200000 : 040000;

    /** open(2): a file without a name in the directory given; gone when it is closed. */
    public static final int O_TMPFILE = 020000000 | (Platform.isArm() ? 040000 : 0200000);

    /** pwritev2(2): this write is durable when it returns, data and what is needed to find it. */
    public static final int RWF_DSYNC = 2;

    private static final MethodHandle OPEN =
            Downcalls.variadic("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT), 2);
    private static final MethodHandle CLOSE =
            Downcalls.withoutErrno("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle UNLINK = Downcalls.plain("unlink", FunctionDescriptor.of(JAVA_INT, ADDRESS));
    private static final MethodHandle PREAD =
            Downcalls.plain("pread", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle PWRITE =
            Downcalls.plain("pwrite", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle PWRITEV2 = Downcalls.plain(
            "pwritev2", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT, JAVA_LONG, JAVA_INT));
    private static final MethodHandle FSYNC = Downcalls.plain("fsync", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle FTRUNCATE =
            Downcalls.plain("ftruncate", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle FALLOCATE = Downcalls.plain(
            "fallocate", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));

    /** In which the JVM itself names files to the system. */
    private static final Charset FILE_NAMES =
            Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"), StandardCharsets.UTF_8);

    private FileCalls() {}

    private static MemorySegment cString(Arena arena, Path path) {
        byte[] name = path.toString().getBytes(FILE_NAMES);
        MemorySegment string = arena.allocate(name.length + 1L); // zeroed
        MemorySegment.copy(name, 0, string, JAVA_BYTE, 0, name.length);
        return string;
    }

    /**
     * {@return a descriptor, or -errno} open(2); closed on exec.
     *
     * @param path which file
     * @param flags {@code O_...}
     * @param mode permissions of a file that is made
     */
    public static int open(Path path, int flags, int mode) {
        ErrnoCapture errno = new ErrnoCapture();
        try (Arena arena = Arena.ofConfined()) {
            return (int) errno.result((int)
                    OPEN.invokeExact(errno.memory(), cString(arena, path), flags | O_CLOEXEC, mode));
        } catch (Throwable t) {
            throw Downcalls.unexpected(t);
        }
    }

    /**
     * Closes a descriptor, close(2). It is closed also if that fails: the failure would tell of buffered writes, and files here
     * have none.
     *
     * @param fd which
     */
    public static void close(int fd) {
        try {
            int ignored = (int) CLOSE.invokeExact(fd);
        } catch (Throwable t) {
            throw Downcalls.unexpected(t);
        }
    }

    /**
     * {@return 0 or -errno} unlink(2).
     *
     * @param path the name to remove
     */
    public static int unlink(Path path) {
        ErrnoCapture errno = new ErrnoCapture();
        try (Arena arena = Arena.ofConfined()) {
            return (int) errno.result((int) UNLINK.invokeExact(errno.memory(), cString(arena, path)));
        } catch (Throwable t) {
            throw Downcalls.unexpected(t);
        }
    }

    /**
     * {@return how many bytes were read, 0 at the end of the file, or -errno} pread(2).
     *
     * @param errno of the calling thread
     * @param fd which file
     * @param to where to
     * @param position the first byte
     */
    public static long pread(ErrnoCapture errno, int fd, MemorySegment to, long position) {
        try {
            return errno.result((long) PREAD.invokeExact(errno.memory(), fd, to, to.byteSize(), position));
        } catch (Throwable t) {
            throw Downcalls.unexpected(t);
        }
    }

    /**
     * {@return how many bytes were written, or -errno} pwrite(2).
     *
     * @param errno of the calling thread
     * @param fd which file
     * @param from what
     * @param position where
     */
    public static long pwrite(ErrnoCapture errno, int fd, MemorySegment from, long position) {
        try {
            return errno.result((long) PWRITE.invokeExact(errno.memory(), fd, from, from.byteSize(), position));
        } catch (Throwable t) {
            throw Downcalls.unexpected(t);
        }
    }

    /**
     * {@return how many bytes were written and are durable, or -errno} pwritev2(2) with RWF_DSYNC.
     *
     * @param errno of the calling thread
     * @param fd which file
     * @param iovec one {@link RingLayouts#IOVEC} that says what
     * @param position where
     */
    public static long pwriteDurably(ErrnoCapture errno, int fd, MemorySegment iovec, long position) {
        try {
            return errno.result((long) PWRITEV2.invokeExact(errno.memory(), fd, iovec, 1, position, RWF_DSYNC));
        } catch (Throwable t) {
            throw Downcalls.unexpected(t);
        }
    }

    /**
     * {@return 0 or -errno} fsync(2): data, length, and all else.
     *
     * @param fd which file
     */
    public static int fsync(int fd) {
        ErrnoCapture errno = new ErrnoCapture();
        try {
            return (int) errno.result((int) FSYNC.invokeExact(errno.memory(), fd));
        } catch (Throwable t) {
            throw Downcalls.unexpected(t);
        }
    }

    /**
     * {@return 0 or -errno} ftruncate(2).
     *
     * @param fd which file
     * @param length its new length in bytes
     */
    public static int truncate(int fd, long length) {
        ErrnoCapture errno = new ErrnoCapture();
        try {
            return (int) errno.result((int) FTRUNCATE.invokeExact(errno.memory(), fd, length));
        } catch (Throwable t) {
            throw Downcalls.unexpected(t);
        }
    }

    /**
     * {@return 0 or -errno} fallocate(2): blocks are reserved, the file is so long.
     *
     * @param fd which file
     * @param length in bytes
     */
    public static int allocate(int fd, long length) {
        ErrnoCapture errno = new ErrnoCapture();
        try {
            return (int) errno.result((int) FALLOCATE.invokeExact(errno.memory(), fd, 0, 0L, length));
        } catch (Throwable t) {
            throw Downcalls.unexpected(t);
        }
    }
}
