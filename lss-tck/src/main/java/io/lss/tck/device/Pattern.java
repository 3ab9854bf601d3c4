package io.lss.tck.device;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Bytes that tell their position in a segment, so that one in the wrong place is seen. */
public final class Pattern {

    private Pattern() {}

    /**
     * {@return the memory, filled}
     *
     * @param memory what to fill
     * @param position of its first byte in the segment
     */
    public static MemorySegment fill(MemorySegment memory, long position) {
        for (long i = 0; i < memory.byteSize(); i++) {
            memory.set(ValueLayout.JAVA_BYTE, i, byteAt(position + i));
        }
        return memory;
    }

    /**
     * Asserts that memory holds what {@link #fill} put there.
     *
     * @param memory what to look at
     * @param position of its first byte in the segment
     */
    public static void assertIn(MemorySegment memory, long position) {
        for (long i = 0; i < memory.byteSize(); i++) {
            if (memory.get(ValueLayout.JAVA_BYTE, i) != byteAt(position + i)) {
                throw new AssertionError("wrong byte at position " + (position + i));
            }
        }
    }

    private static byte byteAt(long position) {
        return (byte) (position * 31 + (position >> 12) * 7 + 1);
    }
}
