package io.lss.tck.reference;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** A flush buffer: what becomes one unit. Guarded by the store's lock, but for its memory while it is in flight. */
final class Buffer {

    final MemorySegment memory;
    final LogSegment segment;

    /** Where the unit goes, in its segment. */
    final long position;

    final List<Frame> frames = new ArrayList<>();
    final long openedAt;

    /** The next free offset. */
    int used = Format.UNIT_HEADER;

    /** How many of the frames are open. */
    int open;

    boolean sealed;
    long sealedAt;

    /** For a defect: goes to the device although frames are open. */
    boolean writersIgnored;

    /** Has gone to the device, and is kept until it is stable. */
    boolean issued;

    /** For a defect: never goes to the device. */
    boolean forgotten;

    Buffer(MemorySegment memory, LogSegment segment, long position, long openedAt) {
        this.memory = memory;
        this.segment = segment;
        this.position = position;
        this.openedAt = openedAt;
    }

    long lsn() {
        return segment.base() + position;
    }

    /** {@return whether it can go to the device} */
    boolean isReady() {
        return sealed && (open == 0 || writersIgnored) && !issued && !forgotten;
    }

    /** {@return the length of the unit in bytes: whole blocks} */
    int length(int blockSize) {
        return (used + blockSize - 1) / blockSize * blockSize;
    }
}
