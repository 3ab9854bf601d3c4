package io.lss.uring.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * A counter in the kernel that a ring can wait for, eventfd(2): the thread that drives has a read of it under way, and a signal
 * completes that read.
 *
 * <p>Blocking (no EFD_NONBLOCK): a ring then arms the read instead of answering EAGAIN. {@link #signal} cannot block for it: the counter would
 * have to reach 2^64-2.
 */
public final class WakeupEvent implements AutoCloseable {

    private static final int EFD_CLOEXEC = FileCalls.O_CLOEXEC;

    private static final MethodHandle EVENTFD =
            Downcalls.plain("eventfd", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle WRITE =
            Downcalls.withoutErrno("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));

    private final int fd;

    /** Never read; every read of the counter goes here. */
    private final MemorySegment sink = Arena.ofAuto().allocate(JAVA_LONG);

    private final MemorySegment one = Arena.ofAuto().allocateFrom(JAVA_LONG, 1L);

    /**
     * A new one.
     *
     * @throws SystemCallException if there are no descriptors left
     */
    public WakeupEvent() throws SystemCallException {
        ErrnoCapture errno = new ErrnoCapture();
        try {
            fd = SystemCallException.check(
                    (int) errno.result((int) EVENTFD.invokeExact(errno.memory(), 0, EFD_CLOEXEC)), "eventfd", "count=0");
        } catch (SystemCallException e) {
            throw e;
        } catch (Throwable t) {
            throw Downcalls.unexpected(t);
        }
    }

    /** {@return its descriptor} */
    public int fd() {
        return fd;
    }

    /** {@return eight bytes into which a ring reads the counter; reachable as long as this object is} */
    public MemorySegment sink() {
        return sink;
    }

    /** Completes the read that is under way, or else the next. Any thread; not after close. */
    public void signal() {
        long written;
        try {
            written = (long) WRITE.invokeExact(fd, one, JAVA_LONG.byteSize());
        } catch (Throwable t) {
            throw Downcalls.unexpected(t);
        }
        if (written != JAVA_LONG.byteSize()) {
            throw new IllegalStateException("eventfd " + fd + " takes no signal: it is closed, or not ours");
        }
    }

    @Override
    public void close() {
        FileCalls.close(fd);
    }
}
