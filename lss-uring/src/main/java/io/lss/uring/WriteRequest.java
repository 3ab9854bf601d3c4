package io.lss.uring;

import io.lss.spi.flush.Completion;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** A write. It keeps its source memory reachable. */
final class WriteRequest extends Request {

    final Operation operation;
    final MemorySegment src;
    final long position;
    final long length;
    final boolean durable;

    /** How it is made durable; null until it is first handed to the kernel, and for a write that need not be durable. */
    @Nullable Durable way;

    /** How many bytes the kernel has written: a short write goes on from here. A multiple of the block size, or the length. */
    long done;

    WriteRequest(UringSegment segment, MemorySegment src, long position, boolean durable, Completion completion) {
        this.src = src;
        this.position = position;
        this.length = src.byteSize();
        this.durable = durable;
        this.operation = new Operation(segment, completion, length);
    }

    @Override
    UringSegment segment() {
        return operation.segment;
    }

    @Override
    String operation() {
        return "write";
    }

    @Override
    String where() {
        return "file=" + segment().file() + " position=" + position + " length=" + length + " done=" + done;
    }
}
