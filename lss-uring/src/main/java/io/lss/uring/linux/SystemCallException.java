package io.lss.uring.linux;

import java.io.IOException;

/** The kernel refused: with its error number, what was tried, and where. */
public final class SystemCallException extends IOException {

    private static final long serialVersionUID = 1;

    /** The positive error number. */
    private final int errno;

    /**
     * {@code OPERATION failed: WHERE cause=ERRNO; ADVICE}.
     *
     * @param operation what was tried
     * @param errno the positive error number
     * @param where context as key=value, such as {@code file=... position=... length=...}
     */
    public SystemCallException(String operation, int errno, String where) {
        super(operation + " failed: " + where + " cause=" + Errno.text(errno) + Errno.advice(errno));
        this.errno = errno;
    }

    /** {@return the positive error number, see {@link Errno}} */
    public int errno() {
        return errno;
    }

    /**
     * {@return a result of this package's calls, if it is not negative}
     *
     * @param result a count, or {@code -errno}
     * @param operation what was tried
     * @param where context as key=value
     * @throws SystemCallException if it is negative
     */
    public static int check(int result, String operation, String where) throws SystemCallException {
        if (result < 0) {
            throw new SystemCallException(operation, -result, where);
        }
        return result;
    }
}
