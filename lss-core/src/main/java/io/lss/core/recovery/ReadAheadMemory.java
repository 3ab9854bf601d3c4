package io.lss.core.recovery;

import io.lss.spi.flush.Device;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The memory that cursors read ahead into: the device's own kind, because that is what it reads into fastest (huge pages), and no more than so many
 * buffers for a store, used again. Safe for many threads; asked once for a megabyte, not for a record.
 *
 * <p>Invariant: what was handed out and not given back is in {@code out}. Who drops a buffer says so.
 */
final class ReadAheadMemory {

    /** The length of a buffer, in bytes: a huge page. */
    static final int BYTES = 2 << 20;

    /** How many buffers there are at most; a cursor takes two. */
    private static final int MOST = 16;

    private final Device device;
    private final Deque<MemorySegment> free = new ArrayDeque<>(MOST);
    private int out;
    private boolean isRefused;

    ReadAheadMemory(Device device) {
        this.device = device;
    }

    /** {@return a buffer, or null if there is none to be had} */
    @Nullable MemorySegment take() {
        synchronized (this) {
            MemorySegment used = free.pollFirst();
            if (used == null && (isRefused || out >= MOST)) {
                return null;
            }
            out++;
            if (used != null) {
                return used;
            }
        }
        try {
            return device.allocate(BYTES);
        } catch (IOException | OutOfMemoryError e) {
            refused();
            return null;
        }
    }

    /** To ask again and again would keep the collector busy. */
    private synchronized void refused() {
        out--;
        isRefused = true;
    }

    /** Takes back a buffer that nobody looks at and no read is on its way to. */
    synchronized void giveBack(MemorySegment buffer) {
        out--;
        free.addFirst(buffer);
    }

    /** A buffer that was handed out will not be given back. */
    synchronized void dropped() {
        out--;
    }

    /** {@return how many buffers are handed out} */
    synchronized int out() {
        return out;
    }
}
