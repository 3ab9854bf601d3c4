package io.lss.core.recovery;

import io.lss.api.StoreCorruptException;
import io.lss.core.format.Checksums;
import io.lss.core.format.FrameDescriptor;
import io.lss.core.format.FrameFault;
import io.lss.core.format.SegmentHeader;
import io.lss.core.format.UnitDescriptor;
import java.io.IOException;

/**
 * Tells why there is no valid frame at an LSN below the written watermark: either no record starts there, which is the caller's
 * mistake, or what is there is damaged.
 */
final class UnreadableLsn {

    private final LogSegments segments;

    UnreadableLsn(LogSegments segments) {
        this.segments = segments;
    }

    /** {@return the caller's mistake} */
    static IllegalArgumentException noRecord(long lsn, String why) {
        return new IllegalArgumentException("no record starts at LSN " + lsn + ": " + why);
    }

    /** {@return the caller's mistake: behind the end of the log in a segment} */
    static IllegalArgumentException leaves(long lsn, LiveSegment segment, long end) {
        return noRecord(lsn, "the log leaves segment " + segment.number() + " at LSN " + end);
    }

    /**
     * {@return the damage}
     *
     * @throws IllegalArgumentException if no record starts there
     * @throws SegmentRemovedException if the segment was trimmed meanwhile
     */
    StoreCorruptException explain(LiveSegment segment, SegmentHeader header, long lsn, FrameFault fault) throws IOException {
        long end = segments.end(segment);
        if (end != LiveSegment.OPEN_END && lsn >= end) {
            throw leaves(lsn, segment, end);
        }
        ChunkReader.Source source = (dst, position) -> segments.read(segment, dst, position);
        long position = lsn - segment.base();
        long unit = new UnitLocator().locate(source, header, position);
        if (unit == UnitLocator.NONE) {
            return damaged(segment, lsn, fault.text() + ", and no header of its unit before it");
        }
        ChunkReader chunks = new ChunkReader();
        chunks.ensure(source, unit, UnitDescriptor.HEADER_LENGTH, header.segmentSize());
        int length = UnitDescriptor.length(chunks.memory(), chunks.offset(unit));
        int padded = UnitDescriptor.paddedLength(chunks.memory(), chunks.offset(unit));
        if (position < unit + UnitDescriptor.HEADER_LENGTH) {
            throw noRecord(lsn, "it is in the header of the flush unit at LSN " + (segment.base() + unit));
        }
        if (position >= unit + padded) {
            return damaged(segment, segment.base() + unit + padded, "no unit header");
        }
        if (position >= unit + length) {
            throw noRecord(lsn, "it is in the padding of the flush unit at LSN " + (segment.base() + unit));
        }
        chunks.ensure(source, unit, length, header.segmentSize());
        return frame(segment, header, chunks, unit, length, lsn, fault);
    }

    /** Walks over the frames of a unit up to the LSN. */
    private static StoreCorruptException frame(
            LiveSegment segment, SegmentHeader header, ChunkReader chunks, long unit, int length, long lsn, FrameFault fault) {
        Checksums checksums = new Checksums();
        long position = lsn - segment.base();
        long limit = chunks.offset(unit) + Math.min(length, chunks.available(unit));
        long before = unit;
        long at = unit + UnitDescriptor.HEADER_LENGTH;
        while (at < position) {
            FrameFault earlier = FrameDescriptor.check(
                    chunks.memory(), chunks.offset(at), chunks.view(), checksums, header.salt(), segment.base() + at, limit);
            if (earlier != FrameFault.NONE) {
                return damaged(segment, segment.base() + at, earlier.text());
            }
            before = at;
            at += FrameDescriptor.frameLength(FrameDescriptor.length(chunks.memory(), chunks.offset(at)));
        }
        if (at > position) {
            throw noRecord(lsn, "it is inside the record at LSN " + (segment.base() + before));
        }
        return damaged(segment, lsn, fault.text());
    }

    /** {@return the damage, with its place} */
    static StoreCorruptException damaged(LiveSegment segment, long lsn, String reason) {
        return new StoreCorruptException(
                lsn, reason + " in segment " + segment.number() + ", position " + (lsn - segment.base()));
    }
}
