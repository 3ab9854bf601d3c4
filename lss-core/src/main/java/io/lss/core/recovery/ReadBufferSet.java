package io.lss.core.recovery;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Buffers for a batch of reads, in one piece of memory. Used by one batch at a time, again and again: memory that is had for each
 * batch is paid for with page faults, and with the collector's pauses when it runs short.
 */
final class ReadBufferSet {

    /** How many buffers there are. */
    static final int SIZE = 64;

    private final MemorySegment memory = Arena.ofAuto().allocate((long) SIZE * ReadBuffer.SMALL, ReadBuffer.ALIGNMENT);
    private final @Nullable ReadBuffer[] buffers = new ReadBuffer[SIZE];

    /** {@return one of them, as long as {@link ReadBuffer#SMALL} at first} */
    ReadBuffer get(int index) {
        ReadBuffer buffer = buffers[index];
        if (buffer == null) {
            buffer = new ReadBuffer(memory.asSlice((long) index * ReadBuffer.SMALL, ReadBuffer.SMALL));
            buffers[index] = buffer;
        }
        return buffer;
    }

    /** Lets go of what buffers have grown by: 64 long records are more than is worth keeping. */
    void shrink() {
        for (int i = 0; i < SIZE; i++) {
            ReadBuffer buffer = buffers[i];
            if (buffer != null && buffer.hasGrown()) {
                buffers[i] = null;
            }
        }
    }
}
