package io.lss.spike.uring;

import io.lss.spi.flush.Completion;
import java.lang.foreign.MemorySegment;

/** A write or sync that was asked for and has not completed. Holds the source memory reachable. */
final class Request {

    final UringSegment segment;
    final Completion completion;

    /** Null for a sync. */
    final MemorySegment src;

    final long position;
    final long length;
    final boolean durable;

    /** How much of a write the kernel has taken: a short write goes on from here. */
    long done;

    /** Results that moved nothing, since the last that did. */
    int idle;

    Request(UringSegment segment, MemorySegment src, long position, boolean durable, Completion completion) {
        this.segment = segment;
        this.src = src;
        this.position = position;
        this.length = src == null ? 0 : src.byteSize();
        this.durable = durable;
        this.completion = completion;
    }

    boolean isSync() {
        return src == null;
    }

    @Override
    public String toString() {
        return (isSync() ? "sync" : durable ? "durable write" : "write") + " file=" + segment.file()
                + (isSync() ? "" : " position=" + position + " length=" + length + " done=" + done);
    }
}
