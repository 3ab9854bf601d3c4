package io.lss.core.format;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Checks the frames of a unit whose header is valid: a unit is valid as a whole or not at all, so its frames are valid and cover
 * everything from its header to its {@code length} exactly.
 */
public final class UnitFrames {

    private UnitFrames() {}

    /**
     * What is in a unit.
     *
     * @param fault why the first invalid frame is not one; {@link FrameFault#NONE} if the unit is valid
     * @param faultLsn the LSN of that frame; the unit's end if it is valid
     * @param records how many records precede that
     */
    public record Content(FrameFault fault, long faultLsn, long records) {

        /** {@return whether the whole unit is valid} */
        public boolean valid() {
            return fault == FrameFault.NONE;
        }
    }

    /**
     * {@return what the frames of a unit are}
     *
     * @param memory the whole unit; its header is valid
     * @param offset of the unit
     * @param view the same memory, from the same start
     * @param checksums the thread's
     * @param salt of the segment
     */
    public static Content check(MemorySegment memory, long offset, ByteBuffer view, Checksums checksums, long salt) {
        long lsn = UnitDescriptor.lsn(memory, offset);
        int length = UnitDescriptor.length(memory, offset);
        long end = offset + length;
        long records = 0;
        long at = offset + UnitDescriptor.HEADER_LENGTH;
        while (at < end) {
            long frameLsn = lsn + (at - offset);
            FrameFault fault = FrameDescriptor.check(memory, at, view, checksums, salt, frameLsn, end);
            if (fault != FrameFault.NONE) {
                return new Content(fault, frameLsn, records);
            }
            records += FrameDescriptor.kind(memory, at) == FrameDescriptor.KIND_RECORD ? 1 : 0;
            at += FrameDescriptor.frameLength(FrameDescriptor.length(memory, at));
        }
        return new Content(FrameFault.NONE, lsn + length, records);
    }

    /**
     * {@return where the first byte is that is not zero though it should be: behind a payload, behind the frames, in a filler; or
     * null} Those bytes are in no checksum (but for fillers'), and only a verification looks at them.
     *
     * @param memory the whole unit, valid
     * @param offset of the unit
     */
    public static @Nullable Long strayLsn(MemorySegment memory, long offset) {
        long lsn = UnitDescriptor.lsn(memory, offset);
        long end = offset + UnitDescriptor.length(memory, offset);
        long at = offset + UnitDescriptor.HEADER_LENGTH;
        while (at < end) {
            int length = FrameDescriptor.length(memory, at);
            if (!FrameDescriptor.paddingIsZero(memory, at, length)) {
                return lsn + (at - offset);
            }
            if (FrameDescriptor.kind(memory, at) == FrameDescriptor.KIND_FILLER
                    && !isZero(memory, at + FrameDescriptor.HEADER_LENGTH, at + FrameDescriptor.frameLength(length))) {
                return lsn + (at - offset);
            }
            at += FrameDescriptor.frameLength(length);
        }
        return isZero(memory, end, offset + UnitDescriptor.paddedLength(memory, offset)) ? null : lsn + (end - offset);
    }

    private static boolean isZero(MemorySegment memory, long from, long to) {
        for (long i = from; i < to; i += Long.BYTES) {
            if (memory.get(Layouts.LONG, i) != 0) {
                return false;
            }
        }
        return true;
    }
}
