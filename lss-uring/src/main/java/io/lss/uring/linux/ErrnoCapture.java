package io.lss.uring.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.VarHandle;

/** Memory into which a call leaves its errno. Used by one thread at a time; made once for calls that are frequent. */
public final class ErrnoCapture {

    static final Linker.Option OPTION = Linker.Option.captureCallState("errno");

    private static final StructLayout LAYOUT = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = LAYOUT.varHandle(PathElement.groupElement("errno"));

    private final MemorySegment memory = Arena.ofAuto().allocate(LAYOUT);

    /** Memory of its own, of the automatic arena. */
    public ErrnoCapture() {}

    MemorySegment memory() {
        return memory;
    }

    /** {@return the result of a C function, with -errno for -1} */
    long result(long value) {
        return value >= 0 ? value : -(int) ERRNO.get(memory, 0L);
    }
}
