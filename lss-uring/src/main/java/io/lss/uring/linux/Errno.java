package io.lss.uring.linux;

import java.util.Map;

/**
 * Error numbers of Linux (errno(3), {@code asm-generic/errno.h}): the same on every architecture that {@link Platform} knows.
 *
 * <p>Their words are here too, in English, so that a message does not depend on the locale of the process.
 */
public final class Errno {

    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int EINTR = 4;
    public static final int EIO = 5;
    public static final int EBADF = 9;
    public static final int EAGAIN = 11;
    public static final int ENOMEM = 12;
    public static final int EACCES = 13;
    public static final int EFAULT = 14;
    public static final int EBUSY = 16;
    public static final int EEXIST = 17;
    public static final int EINVAL = 22;
    public static final int ENFILE = 23;
    public static final int EMFILE = 24;
    public static final int EFBIG = 27;
    public static final int ENOSPC = 28;
    public static final int EROFS = 30;
    public static final int ENOSYS = 38;
    public static final int ETIME = 62;
    public static final int EOPNOTSUPP = 95;
    public static final int EDQUOT = 122;
    public static final int ECANCELED = 125;

    private static final Map<Integer, String> NAMES = Map.ofEntries(
            Map.entry(EPERM, "EPERM, Operation not permitted"),
            Map.entry(ENOENT, "ENOENT, No such file or directory"),
            Map.entry(EINTR, "EINTR, Interrupted system call"),
            Map.entry(EIO, "EIO, Input/output error"),
            Map.entry(6, "ENXIO, No such device or address"),
            Map.entry(EBADF, "EBADF, Bad file descriptor"),
            Map.entry(EAGAIN, "EAGAIN, Resource temporarily unavailable"),
            Map.entry(ENOMEM, "ENOMEM, Cannot allocate memory"),
            Map.entry(EACCES, "EACCES, Permission denied"),
            Map.entry(EFAULT, "EFAULT, Bad address"),
            Map.entry(EBUSY, "EBUSY, Device or resource busy"),
            Map.entry(EEXIST, "EEXIST, File exists"),
            Map.entry(19, "ENODEV, No such device"),
            Map.entry(20, "ENOTDIR, Not a directory"),
            Map.entry(EINVAL, "EINVAL, Invalid argument"),
            Map.entry(ENFILE, "ENFILE, Too many open files in system"),
            Map.entry(EMFILE, "EMFILE, Too many open files"),
            Map.entry(EFBIG, "EFBIG, File too large"),
            Map.entry(ENOSPC, "ENOSPC, No space left on device"),
            Map.entry(EROFS, "EROFS, Read-only file system"),
            Map.entry(ENOSYS, "ENOSYS, Function not implemented"),
            Map.entry(ETIME, "ETIME, Timer expired"),
            Map.entry(EOPNOTSUPP, "EOPNOTSUPP, Operation not supported"),
            Map.entry(107, "ENOTCONN, Transport endpoint is not connected"),
            Map.entry(117, "EUCLEAN, Structure needs cleaning"),
            Map.entry(EDQUOT, "EDQUOT, Disk quota exceeded"),
            Map.entry(ECANCELED, "ECANCELED, Operation canceled"));

    private Errno() {}

    /**
     * {@return the number, its name and the system's words}
     *
     * @param errno a positive error number
     */
    public static String text(int errno) {
        String name = NAMES.get(errno);
        return "errno " + errno + (name == null ? "" : ", " + name);
    }

    /**
     * {@return what to do about it, to be put at the end of a message; empty where nothing general can be said}
     *
     * @param errno a positive error number
     */
    static String advice(int errno) {
        return switch (errno) {
            case EIO, 6, 19, 107, 117 -> "; look at the kernel's log (dmesg), mend the disk or the file system, then open the store again";
            case ENOSPC, EDQUOT -> "; free space on this file system or raise the quota, then open the store again";
            case EROFS -> "; mount the file system writable, then open the store again";
            case EFBIG -> "; raise the limit on the size of files (ulimit -f)";
            case EMFILE, ENFILE -> "; raise the limit on open files (ulimit -n)";
            case ENOMEM -> "; free memory, or raise the limit on locked memory (ulimit -l)";
            case EACCES, EPERM -> "; run as the owner of the store, or change its permissions";
            default -> "";
        };
    }
}
