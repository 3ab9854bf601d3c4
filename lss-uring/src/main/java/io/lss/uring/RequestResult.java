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
     * {@return whether the result of a write says that it was not begun, or not finished, and can be asked for again}
     *
     * <p>EINTR and EAGAIN in any case, and all that {@link #isNeverBegun} says. A write may be repeated, one that was to be durable too: its
     * source has not changed, it goes to the same place past every cache, and all of it goes once more.
     *
     * @param result of the request
     */
    static boolean isWriteToRepeat(int result) {
        return result == -Errno.EINTR || result == -Errno.EAGAIN || isNeverBegun(result);
    }

    /**
     * {@return whether the result of a request says that the kernel never began it} ECANCELED is what becomes of a request whose link was
     * cancelled or whose issuer has ended, EFAULT what becomes of one whose issuer ended before the kernel came to it. A sync that ended with
     * anything else has failed, with EINTR and EAGAIN too: what it had begun nobody knows, and asked again it may
     * succeed although data is lost (F4).
     *
     * @param result of the request
     */
    static boolean isNeverBegun(int result) {
        return result == -Errno.ECANCELED || result == -Errno.EFAULT;
    }
}
