package io.lss.core;

import io.lss.core.format.FrameDescriptor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Appends whole records: reserve, copy, write the frame, publish. Allocates nothing but what a batch asks for. If the source cannot
 * be copied, fillers take the place of what was reserved.
 */
final class Appends {

    private final FlushRing ring;
    private final Appenders appenders;
    private final int bufferSize;
    private final int maxRecordLength;

    Appends(FlushRing ring, Appenders appenders, int bufferSize, int maxRecordLength) {
        this.ring = ring;
        this.appenders = appenders;
        this.bufferSize = bufferSize;
        this.maxRecordLength = maxRecordLength;
    }

    int maxRecordLength() {
        return maxRecordLength;
    }

    long append(byte[] payload) throws IOException {
        int length = payload.length;
        int frame = frameLength(length);
        Appender appender = appenders.acquire();
        try {
            FlushBuffer b = reserveWaiting(frame, appender);
            int offset = appender.offset;
            long lsn = b.baseLsn + offset;
            try {
                FrameDescriptor.begin(b.memory, offset, b.segment.salt(), lsn, length);
                appender.view(b).put(offset + FrameDescriptor.HEADER_LENGTH, payload, 0, length);
            } catch (Throwable t) {
                abandon(b, appender, offset, length, frame);
                throw t;
            }
            return publishRecord(b, appender, offset, length, frame, lsn);
        } finally {
            appenders.release(appender);
        }
    }

    long append(MemorySegment payload) throws IOException {
        int frame = frameLength(payload.byteSize());
        int length = (int) payload.byteSize();
        Appender appender = appenders.acquire();
        try {
            FlushBuffer b = reserveWaiting(frame, appender);
            int offset = appender.offset;
            long lsn = b.baseLsn + offset;
            try {
                // Now, because a first view takes memory, and behind the copy nothing may fail any more.
                var _ = appender.view(b);
                FrameDescriptor.begin(b.memory, offset, b.segment.salt(), lsn, length);
                MemorySegment.copy(payload, 0, b.memory, (long) offset + FrameDescriptor.HEADER_LENGTH, length);
            } catch (Throwable t) {
                abandon(b, appender, offset, length, frame);
                throw t;
            }
            return publishRecord(b, appender, offset, length, frame, lsn);
        } finally {
            appenders.release(appender);
        }
    }

    long append(ByteBuffer payload) throws IOException {
        int length = payload.remaining();
        int frame = frameLength(length);
        int position = payload.position();
        Appender appender = appenders.acquire();
        try {
            FlushBuffer b = reserveWaiting(frame, appender);
            int offset = appender.offset;
            long lsn = b.baseLsn + offset;
            try {
                FrameDescriptor.begin(b.memory, offset, b.segment.salt(), lsn, length);
                appender.view(b).put(offset + FrameDescriptor.HEADER_LENGTH, payload, position, length);
            } catch (Throwable t) {
                abandon(b, appender, offset, length, frame);
                throw t;
            }
            publishRecord(b, appender, offset, length, frame, lsn);
            payload.position(position + length);
            return lsn;
        } finally {
            appenders.release(appender);
        }
    }

    private long publishRecord(FlushBuffer b, Appender appender, int offset, int length, int frame, long lsn) {
        FrameDescriptor.end(b.memory, offset, appender.view(b), appender.checksums, length);
        appender.counts.add(1, length);
        ring.publish(b, frame);
        return lsn;
    }

    /** The source could not be copied (its arena was closed, its file shrank): a filler takes the record's place. */
    void abandon(FlushBuffer b, Appender appender, int offset, int length, int frame) {
        try {
            writeFrame(b, appender, offset, length, FrameDescriptor.KIND_FILLER);
            ring.publish(b, frame);
        } catch (RuntimeException | Error e) {
            // Not even that. Nobody could end this reservation any more, so the store must not wait for it.
            ring.failed(e);
            throw e;
        }
    }

    long[] appendBatch(List<MemorySegment> payloads) throws IOException {
        // The caller's list is read once: what it says later, or another thread does to it, cannot harm the buffer.
        MemorySegment[] sources = payloads.toArray(new MemorySegment[0]);
        int[] lengths = new int[sources.length];
        long total = 0;
        long bytes = 0;
        for (int i = 0; i < sources.length; i++) {
            total += frameLength(sources[i].byteSize());
            lengths[i] = (int) sources[i].byteSize();
            bytes += lengths[i];
        }
        checkTogether(sources.length, total);
        long[] lsns = new long[sources.length];
        Appender appender = appenders.acquire();
        try {
            FlushBuffer b = reserveWaiting((int) total, appender);
            int first = appender.offset;
            // Unless all are copied, none of the batch becomes a record.
            int kind = FrameDescriptor.KIND_FILLER;
            try {
                int at = first;
                for (int i = 0; i < sources.length; i++) {
                    MemorySegment.copy(sources[i], 0, b.memory, (long) at + FrameDescriptor.HEADER_LENGTH, lengths[i]);
                    at += FrameDescriptor.frameLength(lengths[i]);
                }
                kind = FrameDescriptor.KIND_RECORD;
            } finally {
                publishBatch(b, appender, first, lengths, kind, lsns, total);
            }
            appender.counts.add(sources.length, bytes);
            return lsns;
        } finally {
            appenders.release(appender);
        }
    }

    private void publishBatch(
            FlushBuffer b, Appender appender, int first, int[] lengths, int kind, long[] lsns, long total) {
        try {
            int at = first;
            for (int i = 0; i < lengths.length; i++) {
                lsns[i] = b.baseLsn + at;
                writeFrame(b, appender, at, lengths[i], kind);
                at += FrameDescriptor.frameLength(lengths[i]);
            }
            ring.publish(b, total);
        } catch (RuntimeException | Error e) {
            ring.failed(e);
            throw e;
        }
    }

    // -------------------------------------------------------------------------------- what reservations need too

    /** {@return the bytes that a record of a length takes in a buffer} Refuses lengths that no record can have. */
    int frameLength(long length) {
        if (length < 1) {
            throw new IllegalArgumentException("a record of " + length + " bytes; records have 1 to " + maxRecordLength + " bytes");
        }
        if (length > maxRecordLength) {
            throw new IllegalArgumentException("a record of " + length + " bytes; records have 1 to " + maxRecordLength
                    + " bytes with flush buffers of " + bufferSize + ": use larger buffers, or several records");
        }
        return FrameDescriptor.frameLength((int) length);
    }

    /** Refuses records that do not go into one buffer together. */
    void checkTogether(int count, long frames) {
        if (count == 0) {
            throw new IllegalArgumentException("no records");
        }
        long most = FrameDescriptor.frameLength(maxRecordLength);
        if (frames > most) {
            throw new IllegalArgumentException(count + " records with " + frames + " bytes of frames together exceed a flush buffer, "
                    + "which takes " + most + ": use larger buffers, or fewer records at once");
        }
    }

    /** Reserves, waiting for space if need be; the offset is left in the appender. */
    FlushBuffer reserveWaiting(int bytes, Appender appender) throws IOException {
        FlushBuffer b = ring.reserve(bytes, appender, true);
        if (b == null) {
            throw new AssertionError("a reservation that may wait was refused");
        }
        return b;
    }

    /** Writes a frame around the payload that is in the buffer, or a filler over it. */
    static void writeFrame(FlushBuffer b, Appender appender, int offset, int length, int kind) {
        long salt = b.segment.salt();
        long lsn = b.baseLsn + offset;
        ByteBuffer view = appender.view(b);
        if (kind == FrameDescriptor.KIND_RECORD) {
            FrameDescriptor.write(b.memory, offset, view, appender.checksums, salt, lsn, kind, length);
        } else {
            FrameDescriptor.writeFiller(b.memory, offset, view, appender.checksums, salt, lsn, length);
        }
    }
}
