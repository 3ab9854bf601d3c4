package io.lss.uring.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.List;

/**
 * io_uring by liburing 2.3 or newer: its functions for the bare system calls, which say -errno by themselves.
 *
 * <p>The rest of liburing is inline functions in its header, for C alone; what they do stands in {@link Ring}.
 */
final class Liburing implements RingCalls {

    private static final String SETUP = "io_uring_setup";
    private static final String ENTER = "io_uring_enter2";
    private static final String REGISTER = "io_uring_register";

    /** All came with 2.3. */
    static final List<String> SYMBOLS = List.of(SETUP, ENTER, REGISTER);

    private final String name;
    private final MethodHandle setup;
    private final MethodHandle enter;
    private final MethodHandle register;

    /** Binds; the library has {@link #SYMBOLS}, and is never unloaded. */
    Liburing(String name, SymbolLookup library) {
        this.name = name;
        this.setup = Downcalls.withoutErrno(
                library.findOrThrow(SETUP), FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
        this.enter = Downcalls.withoutErrno(
                library.findOrThrow(ENTER),
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_LONG));
        this.register = Downcalls.withoutErrno(
                library.findOrThrow(REGISTER),
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    }

    @Override
    public int setup(int entries, MemorySegment params) {
        try {
            return (int) setup.invokeExact(entries, params);
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
            return (int) enter.invokeExact(ring, toSubmit, minComplete, flags, argument, argumentBytes);
        } catch (Throwable t) {
            throw Downcalls.unexpected(t);
        }
    }

    @Override
    public int register(int ring, int opcode, MemorySegment argument, int count) {
        try {
            return (int) register.invokeExact(ring, opcode, argument, count);
        } catch (Throwable t) {
            throw Downcalls.unexpected(t);
        }
    }

    @Override
    public String description() {
        return name;
    }
}
