package io.lss.core;

import io.lss.core.format.FrameDescriptor;
import io.lss.core.format.FrameFault;
import io.lss.core.format.SegmentHeader;
import io.lss.core.format.SegmentHeaderDescriptor;
import io.lss.core.format.UnitDescriptor;
import io.lss.core.recovery.StoreIdentity;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Makes a flush unit of a sealed buffer whose last byte is published: what stands before the frames. One thread at a time. */
final class UnitWriter {

    private final Appender scratch;
    private final StoreIdentity identity;
    private final long session;
    private final long windowBytes;

    UnitWriter(Appender scratch, StoreIdentity identity, long session, long windowBytes) {
        this.scratch = scratch;
        this.identity = identity;
        this.session = session;
        this.windowBytes = windowBytes;
    }

    /**
     * Writes the header of a segment into its first buffer.
     *
     * @param stableLsn what is put on record as stable: synced, in any case
     */
    void writeHeader(FlushBuffer first, long predecessorNumber, long predecessorEnd, long stableLsn) {
        LogSegment segment = first.segment;
        SegmentHeaderDescriptor.write(
                first.memory,
                0,
                new SegmentHeader(
                        identity.blockSize(),
                        segment.number(),
                        segment.size(),
                        identity.uuidHigh(),
                        identity.uuidLow(),
                        session,
                        predecessorNumber,
                        predecessorEnd,
                        segment.salt(),
                        windowBytes,
                        stableLsn));
    }

    /**
     * Writes the header of a unit, and zeros behind it.
     *
     * @param length of the buffer's content with its padding
     * @param stableLsn what is put on record as stable: synced, in any case
     */
    void write(FlushBuffer b, int length, long stableLsn) {
        UnitDescriptor.write(
                b.memory,
                b.unitOffset,
                scratch.view(b),
                scratch.checksums,
                b.segment.salt(),
                b.baseLsn + b.unitOffset,
                stableLsn,
                session,
                b.end - b.unitOffset,
                length - b.unitOffset);
    }

    /** {@return which record was changed after it was published, and how that shows; null if none was} */
    @Nullable String damage(FlushBuffer b) {
        ByteBuffer view = scratch.view(b);
        for (int at = b.start; at < b.end; ) {
            long lsn = b.baseLsn + at;
            FrameFault fault = FrameDescriptor.check(b.memory, at, view, scratch.checksums, b.segment.salt(), lsn, b.end);
            if (fault != FrameFault.NONE) {
                return "LSN " + lsn + " (" + fault + ")";
            }
            at += FrameDescriptor.frameLength(FrameDescriptor.length(b.memory, at));
        }
        return null;
    }
}
