package io.lss.faults.system;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Forbids this thread, and those it starts, the calls of io_uring, as the profile of a container does: seccomp(2), classic
 * BPF.
 */
@SuppressWarnings("restricted") // a call of the C library
final class ForbiddenRings {

    private static final int PR_SET_NO_NEW_PRIVS = 38;
    private static final int PR_SET_SECCOMP = 22;
    private static final long SECCOMP_MODE_FILTER = 2;
    private static final int RET_ALLOW = 0x7fff0000;
    private static final int RET_ERRNO = 0x00050000;

    private static final short LOAD = 0x20; // BPF_LD | BPF_W | BPF_ABS
    private static final short IF_AT_LEAST = 0x35; // BPF_JMP | BPF_JGE | BPF_K
    private static final short RETURN = 0x06; // BPF_RET | BPF_K
    private static final int FIRST_CALL = 425;
    private static final int BEHIND_LAST_CALL = 428;
    private static final int INSTRUCTIONS = 5;

    private ForbiddenRings() {}

    /** From now on they fail with {@code errno}. */
    static void forbid(int errno) throws Throwable {
        Linker linker = Linker.nativeLinker();
        MethodHandle prctl = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("prctl"),
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG),
                Linker.Option.firstVariadicArg(1));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment filter = arena.allocate(INSTRUCTIONS * 8L, 8);
            instruction(filter, 0, LOAD, 0, 0, 0); // the number of the call
            instruction(filter, 1, IF_AT_LEAST, 0, 2, FIRST_CALL);
            instruction(filter, 2, IF_AT_LEAST, 1, 0, BEHIND_LAST_CALL);
            instruction(filter, 3, RETURN, 0, 0, RET_ERRNO | errno);
            instruction(filter, 4, RETURN, 0, 0, RET_ALLOW);
            MemorySegment program = arena.allocate(16, 8);
            program.set(JAVA_SHORT, 0, (short) INSTRUCTIONS);
            program.set(ADDRESS, 8, filter);
            check((int) prctl.invokeExact(PR_SET_NO_NEW_PRIVS, 1L, MemorySegment.NULL, 0L, 0L));
            check((int) prctl.invokeExact(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, program, 0L, 0L));
        }
    }

    private static void instruction(MemorySegment filter, int index, short code, int ifTrue, int ifFalse, int value) {
        long at = index * 8L;
        filter.set(JAVA_SHORT, at, code);
        filter.set(JAVA_BYTE, at + 2, (byte) ifTrue);
        filter.set(JAVA_BYTE, at + 3, (byte) ifFalse);
        filter.set(JAVA_INT, at + 4, value);
    }

    private static void check(int result) {
        if (result != 0) {
            throw new IllegalStateException("prctl failed");
        }
    }
}
