package io.lss.uring.linux;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/**
 * Handles for functions of the C library, which every JVM on Linux has loaded already. Those whose errno
 * matters capture it: the JVM may call the C library itself between our call and the question for its errno.
 */
@SuppressWarnings("restricted") // native access is what this package is for
final class Downcalls {

    private static final Linker LINKER = Linker.nativeLinker();
    private static final SymbolLookup C = LINKER.defaultLookup();

    private Downcalls() {}

    /** {@return a handle whose first parameter is the memory for errno} */
    static MethodHandle plain(String name, FunctionDescriptor type) {
        return LINKER.downcallHandle(C.findOrThrow(name), type, ErrnoCapture.OPTION);
    }

    /** {@return the same for a variadic function, whose variadic parameters begin at {@code fixed}} */
    static MethodHandle variadic(String name, FunctionDescriptor type, int fixed) {
        return LINKER.downcallHandle(
                C.findOrThrow(name), type, Linker.Option.firstVariadicArg(fixed), ErrnoCapture.OPTION);
    }

    /** {@return a handle for a function whose errno nobody asks for} */
    static MethodHandle withoutErrno(String name, FunctionDescriptor type) {
        return withoutErrno(C.findOrThrow(name), type);
    }

    /** {@return a handle for a function that says -errno by itself} */
    static MethodHandle withoutErrno(MemorySegment function, FunctionDescriptor type) {
        return LINKER.downcallHandle(function, type);
    }

    /**
     * What came out of {@code invokeExact}. A mistake with memory (of a closed arena, of another thread), or an error of the JVM, is thrown on
     * as it is; it says what it is. A checked exception there cannot be.
     */
    static AssertionError unexpected(Throwable t) {
        switch (t) {
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new AssertionError("a native call threw", t);
        }
    }
}
