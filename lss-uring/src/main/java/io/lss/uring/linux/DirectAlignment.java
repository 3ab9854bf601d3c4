package io.lss.uring.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * What O_DIRECT asks for on a file, as the file system says by STATX_DIOALIGN (statx(2), Linux 6.1). Opening is no answer: some file
 * systems take the flag and then go through the page cache all the same.
 *
 * @param memory addresses are multiples of this, in bytes
 * @param offset positions and lengths are multiples of this, in bytes
 */
public record DirectAlignment(int memory, int offset) {

    /** The part of {@code struct statx} that is used; the kernel may write 256 bytes. */
    static final StructLayout STATX = MemoryLayout.structLayout(
                    JAVA_INT.withName("stx_mask"),
                    MemoryLayout.paddingLayout(148),
                    JAVA_INT.withName("stx_dio_mem_align"),
                    JAVA_INT.withName("stx_dio_offset_align"),
                    MemoryLayout.paddingLayout(96))
            .withName("statx");

    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int STATX_DIOALIGN = 0x2000;

    private static final VarHandle MASK = STATX.varHandle(PathElement.groupElement("stx_mask"));
    private static final VarHandle MEMORY = STATX.varHandle(PathElement.groupElement("stx_dio_mem_align"));
    private static final VarHandle OFFSET = STATX.varHandle(PathElement.groupElement("stx_dio_offset_align"));

    private static final MethodHandle CALL =
            Downcalls.plain("statx", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS));

    /**
     * {@return what the file system says; null if O_DIRECT is not honoured on this file, or the kernel does not know}
     *
     * @param fd an open file
     * @throws SystemCallException if statx fails
     */
    public static @Nullable DirectAlignment of(int fd) throws SystemCallException {
        ErrnoCapture errno = new ErrnoCapture();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment statx = arena.allocate(STATX);
            int done = (int) errno.result((int) CALL.invokeExact(
                    errno.memory(), fd, arena.allocateFrom(""), AT_EMPTY_PATH, STATX_DIOALIGN, statx));
            SystemCallException.check(done, "statx", "descriptor=" + fd);
            int memory = (int) MEMORY.get(statx, 0L);
            int offset = (int) OFFSET.get(statx, 0L);
            boolean known = ((int) MASK.get(statx, 0L) & STATX_DIOALIGN) != 0;
            return known && memory > 0 && offset > 0 ? new DirectAlignment(memory, offset) : null;
        } catch (SystemCallException e) {
            throw e;
        } catch (Throwable t) {
            throw Downcalls.unexpected(t);
        }
    }
}
