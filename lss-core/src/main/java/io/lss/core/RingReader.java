package io.lss.core;

import io.lss.api.ReadOutcome;
import io.lss.core.format.FrameDescriptor;
import io.lss.core.format.FrameFault;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads records that are still in the ring's memory, at the same time as appends, flushes and reuse of the buffers.
 *
 * <p>A frame is taken only if its checksum is right and, afterwards, the buffer is still in the generation in which the LSN was
 * found. The checksum holds salt and LSN, so neither a frame that is being written nor one of an earlier generation passes.
 * (A publication happens after the whole frame was written. A reader that comes before it may see any part of the frame, and then
 * the checksum does not fit.)
 */
final class RingReader {

    private final FlushRing ring;
    private final Appenders appenders;

    RingReader(FlushRing ring, Appenders appenders) {
        this.ring = ring;
        this.appenders = appenders;
    }

    /**
     * Looks for the record in memory.
     *
     * @return what was found, or null if the LSN is in no buffer (any more)
     * @throws IllegalArgumentException if a buffer holds the LSN and no record begins there
     */
    @Nullable ReadOutcome read(long lsn, MemorySegment dst) {
        for (int i = 0; i < ring.size(); i++) {
            FlushBuffer b = ring.buffer(i);
            long stamp = b.stamp();
            if ((stamp & 1) != 0 || !holds(b, lsn)) {
                continue;
            }
            // Only the record's own buffer can answer. One that has begun another generation meanwhile was another's, or the record's
            // has been written since; then no buffer answers, and the device does.
            ReadOutcome outcome;
            try {
                outcome = readFrom(b, lsn, dst, stamp);
            } catch (RuntimeException e) {
                if (!b.isStill(stamp)) {
                    continue;
                }
                throw e;
            }
            if (b.isStill(stamp)) {
                return outcome;
            }
        }
        return null;
    }

    private boolean holds(FlushBuffer b, long lsn) {
        return lsn >= b.baseLsn && lsn < b.baseLsn + ring.padded(b.reservedEnd());
    }

    /** {@return the outcome, valid only if the stamp still is; null if a later generation was met} */
    private @Nullable ReadOutcome readFrom(FlushBuffer b, long lsn, MemorySegment dst, long stamp) {
        int offset = (int) (lsn - b.baseLsn);
        int end = b.reservedEnd();
        long salt = b.segment.salt();
        Appender appender = appenders.acquire();
        try {
            ByteBuffer view = appender.view(b);
            MemorySegment memory = b.memory;
            if (offset >= b.start && check(memory, offset, view, appender, salt, lsn, end)) {
                int length = FrameDescriptor.length(memory, offset);
                if (FrameDescriptor.kind(memory, offset) == FrameDescriptor.KIND_FILLER) {
                    return new ReadOutcome(ReadOutcome.Status.ABORTED, 0);
                }
                long copied = Math.min(length, dst.byteSize());
                MemorySegment.copy(memory, (long) offset + FrameDescriptor.HEADER_LENGTH, dst, 0, copied);
                return new ReadOutcome(ReadOutcome.Status.RECORD, length);
            }
            return explain(b, lsn, offset, end, memory, view, appender, salt, stamp);
        } finally {
            appenders.release(appender);
        }
    }

    private static boolean check(
            MemorySegment memory, int offset, ByteBuffer view, Appender appender, long salt, long lsn, int end) {
        // The limit may be stale and the length garbage while the buffer is being reused: the check bounds both by the limit.
        int limit = (int) Math.min(end, memory.byteSize());
        return FrameDescriptor.check(memory, offset, view, appender.checksums, salt, lsn, limit) == FrameFault.NONE;
    }

    /** No whole frame is at the LSN: walks the buffer to tell a reservation in progress from an LSN that is no record's. */
    private @Nullable ReadOutcome explain(
            FlushBuffer b,
            long lsn,
            int offset,
            int end,
            MemorySegment memory,
            ByteBuffer view,
            Appender appender,
            long salt,
            long stamp) {
        int at = b.start;
        while (at < offset && check(memory, at, view, appender, salt, b.baseLsn + at, end)) {
            at += FrameDescriptor.frameLength(FrameDescriptor.length(memory, at));
        }
        if (!b.isStill(stamp)) {
            return null;
        }
        if (at > offset || offset >= end || offset < b.start || lsn % FrameDescriptor.ALIGNMENT != 0) {
            throw new IllegalArgumentException("LSN " + lsn + " is no record's: it lies inside one, or in a header");
        }
        // Either this very reservation is not published yet, or one before it hides where frames begin.
        return new ReadOutcome(ReadOutcome.Status.UNPUBLISHED, 0);
    }
}
