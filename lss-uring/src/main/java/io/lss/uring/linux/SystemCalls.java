package io.lss.uring.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * io_uring by {@code syscall(2)} of the C library, which has no functions for it. The numbers of the calls are the same on all
 * architectures that {@link Platform} knows ({@code asm-generic/unistd.h}).
 */
final class SystemCalls implements RingCalls {

    private static final long SYS_IO_URING_SETUP = 425;
    private static final long SYS_IO_URING_ENTER = 426;
    private static final long SYS_IO_URING_REGISTER = 427;

    private static final MethodHandle SETUP =
            Downcalls.variadic("syscall", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, ADDRESS), 1);
    private static final MethodHandle ENTER = Downcalls.variadic(
            "syscall",
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_LONG),
            1);
    private static final MethodHandle REGISTER = Downcalls.variadic(
            "syscall", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT), 1);

    private final String description;

    /** By system calls; {@code why} says why, for people, and may be empty. */
    SystemCalls(String why) {
        description = "system calls" + (why.isEmpty() ? "" : " (" + why + ")");
    }

    @Override
    public int setup(int entries, MemorySegment params) {
        ErrnoCapture errno = new ErrnoCapture();
        try {
            return (int) errno.result((long) SETUP.invokeExact(errno.memory(), SYS_IO_URING_SETUP, entries, params));
        } catch (Throwable t) {
            throw Downcalls.unexpected(t);
        }
    }

    @Override
    public int enter(
            ErrnoCapture errno,
            int ring,
            int toSubmit,
            int minComplete,
            int flags,
            MemorySegment argument,
            long argumentBytes) {
        try {
            return (int) errno.result((long) ENTER.invokeExact(
                    errno.memory(), SYS_IO_URING_ENTER, ring, toSubmit, minComplete, flags, argument, argumentBytes));
        } catch (Throwable t) {
            throw Downcalls.unexpected(t);
        }
    }

    @Override
    public int register(int ring, int opcode, MemorySegment argument, int count) {
        ErrnoCapture errno = new ErrnoCapture();
        try {
            return (int) errno.result((long)
                    REGISTER.invokeExact(errno.memory(), SYS_IO_URING_REGISTER, ring, opcode, argument, count));
        } catch (Throwable t) {
            throw Downcalls.unexpected(t);
        }
    }

    @Override
    public String description() {
        return description;
    }
}
