package io.lss.core.recovery;

import org.jspecify.annotations.Nullable;

/**
 * Buffers for a batch of reads, made when they are first needed. Used by one batch at a time, again and again: memory that is had for
 * each batch is paid for with page faults, and with the collector's pauses when it runs short.
 */
final class ReadBufferSet {

    /** How many buffers there are at most. */
    static final int SIZE = 64;

    private final @Nullable ReadBuffer[] buffers = new ReadBuffer[SIZE];

    /** {@return one of them, as long as {@link ReadBuffer#SMALL} at first} */
    ReadBuffer get(int index) {
        ReadBuffer buffer = buffers[index];
        if (buffer == null) {
            buffer = new ReadBuffer();
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
