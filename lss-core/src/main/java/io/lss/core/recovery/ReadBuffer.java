package io.lss.core.recovery;

import io.lss.core.format.Checksums;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** Aligned memory to read into, with what is needed to check it. Used by one thread at a time. */
final class ReadBuffer {

    /** What a buffer has at first, in bytes. */
    static final int SMALL = 64 << 10;

    /** Larger ones are not kept, in bytes. */
    private static final int LARGE = 2 << 20;

    private static final int ALIGNMENT = 4096;

    final Checksums checksums = new Checksums();
    private MemorySegment memory;
    private ByteBuffer view;

    ReadBuffer() {
        memory = Arena.ofAuto().allocate(SMALL, ALIGNMENT);
        view = memory.asByteBuffer();
    }

    /** Makes it at least as long as that; its content is lost. */
    void grow(long bytes) {
        if (bytes > memory.byteSize()) {
            long size = bytes > LARGE ? (bytes + ALIGNMENT - 1) & -ALIGNMENT : Long.highestOneBit(bytes - 1) << 1;
            memory = Arena.ofAuto().allocate(size, ALIGNMENT);
            view = memory.asByteBuffer();
        }
    }

    boolean hasGrown() {
        return memory.byteSize() > SMALL;
    }

    boolean isLarge() {
        return memory.byteSize() > LARGE;
    }

    MemorySegment memory() {
        return memory;
    }

    ByteBuffer view() {
        return view;
    }
}
