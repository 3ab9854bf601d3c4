package io.lss.uring;

import io.lss.uring.linux.Errno;
import io.lss.uring.linux.ErrnoCapture;
import io.lss.uring.linux.FileCalls;
import io.lss.uring.linux.RingLayouts;
import io.lss.uring.linux.SystemCallException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A durable write by pwritev2(2), on the calling thread, one at a time: one system call, and the flush of the device runs on this thread
 * and not on a kernel worker that has to wait for a processor (docs/decisions/who-issues-and-reaps.md).
 */
final class LoneWrite {

    /** After so many calls without progress the write fails. */
    private static final int MAX_IDLE = 1000;

    private final ErrnoCapture errno = new ErrnoCapture();
    private final MemorySegment iovec = Arena.ofAuto().allocate(RingLayouts.IOVEC);

    /** Writes the whole range durably (F1, F3). {@return why not, or null} */
    @Nullable IOException write(WriteRequest write, IntUnaryOperator resultFilter) {
        int blockSize = write.segment().blockSize();
        int idle = 0;
        while (write.done < write.length) {
            RingLayouts.IOV_BASE.set(iovec, 0L, write.src.address() + write.done);
            RingLayouts.IOV_LEN.set(iovec, 0L, write.length - write.done);
            int result = resultFilter.applyAsInt((int) FileCalls.pwriteDurably(
                    errno, write.segment().fd(), iovec, write.position + write.done));
            if (result < 0 && result != -Errno.EINTR && result != -Errno.EAGAIN) {
                return new SystemCallException("write", -result, write.where());
            }
            long done = Remainder.after(write.done, Math.max(0, result), write.length, blockSize);
            idle = done > write.done ? 0 : idle + 1;
            write.done = done;
            if (idle > MAX_IDLE) {
                return new SystemCallException(
                        "write, without progress for " + MAX_IDLE + " times,", Errno.EAGAIN, write.where());
            }
        }
        return null;
    }
}
