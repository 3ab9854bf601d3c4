package io.lss.core;

import io.lss.spi.flush.Completion;
import io.lss.spi.flush.Segment;
import java.lang.foreign.MemorySegment;

/**
 * A segment that this session writes: its device handle, its place in the log, and what its header says.
 *
 * @param number its number
 * @param base the LSN of its first byte
 * @param size in bytes
 * @param salt goes into every tag
 * @param handle where to write
 */
record LogSegment(long number, long base, long size, long salt, Segment handle) {

    /** Stands where there is none yet. */
    static final LogSegment NONE = new LogSegment(0, 0, 0, 0, new Segment() {
        @Override
        public void write(MemorySegment src, long position, boolean durable, Completion completion) {
            throw new IllegalStateException("no segment");
        }

        @Override
        public void sync(Completion completion) {
            throw new IllegalStateException("no segment");
        }

        @Override
        public long read(MemorySegment dst, long position) {
            throw new IllegalStateException("no segment");
        }

        @Override
        public void finish(long end) {}

        @Override
        public void close() {}
    });

    /** {@return the LSN after its last byte} */
    long limit() {
        return base + size;
    }
}
