package io.lss.uring;

import io.lss.uring.linux.Errno;

/** What the results of the kernel mean, of its call and of a request. Pure. */
final class RequestResult {

    private RequestResult() {}

    /**
     * {@return whether a failure of io_uring_enter(2) passes: the call was interrupted, its time was over, or there is no memory for a
     * request, or no place for a completion, just now}
     *
     * @param result of the call
     */
    static boolean isPassing(int result) {
        return result == -Errno.ETIME || isRefusedForNow(result);
    }

    /**
     * {@return whether it means that no request was taken now, and may be later}
     *
     * @param result of the call
     */
    static boolean isRefusedForNow(int result) {
        return result == -Errno.EINTR || result == -Errno.EAGAIN || result == -Errno.EBUSY || result == -Errno.ENOMEM;
    }

    /**
     * {@return whether the result of a request says that it was not begun, or not finished, and can be asked for again}
     *
     * <p>EINTR and EAGAIN in any case. ECANCELED is what becomes of a request whose link was cancelled or whose issuer has ended, and
     * EFAULT what becomes of one whose issuer ended before the kernel came to it. A write may be repeated: its source has not changed,
     * and it goes to the same place. A sync that ended with one of these was not begun: fdatasync(2) knows none of them (F4).
     *
     * @param result of the request
     */
    static boolean isNotDone(int result) {
        return result == -Errno.EINTR
                || result == -Errno.EAGAIN
                || result == -Errno.ECANCELED
                || result == -Errno.EFAULT;
    }
}
