package io.lss.core.recovery;

import io.lss.api.ReadOutcome;
import io.lss.api.StoreClosedException;
import io.lss.api.StoreCorruptException;
import io.lss.core.format.FrameDescriptor;
import io.lss.core.format.FrameFault;
import io.lss.core.format.SegmentHeader;
import io.lss.core.format.UnitDescriptor;
import io.lss.spi.flush.ReadRequest;
import io.lss.spi.flush.Segment;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads records from the device by LSN. For LSNs below the written watermark; what is above is in the ring.
 *
 * <p>One read of a few blocks finds most records; a longer one takes a second. A record is checked whole before any of it is
 * handed out. Safe for many threads, which share nothing but a pool of buffers.
 */
public final class StoredLogReader {

    private static final int BLOCK = 4096;

    /** How many reads of a batch are with the device at once. */
    private static final int BATCH = ReadBufferSet.SIZE;

    private static final int KEPT_BUFFERS = 64;
    private static final int KEPT_SETS = 4;

    private final LogSegments segments;
    private final ReadBuffers<ReadBuffer> buffers = new ReadBuffers<>(KEPT_BUFFERS, ReadBuffer::new);
    private final ReadBuffers<ReadBufferSet> sets = new ReadBuffers<>(KEPT_SETS, ReadBufferSet::new);
    private final UnreadableLsn unreadable;

    /**
     * A reader.
     *
     * @param segments the log
     */
    public StoredLogReader(LogSegments segments) {
        this.segments = segments;
        this.unreadable = new UnreadableLsn(segments);
    }

    /**
     * Reads a record.
     *
     * @param lsn below the written watermark
     * @param dst takes the record, or as much of its begin as fits
     * @return {@code RECORD}, {@code ABORTED} or {@code TRIMMED}
     * @throws IllegalArgumentException if no record starts at that LSN
     * @throws StoreCorruptException if the bytes there are damaged
     * @throws IOException if the medium fails
     */
    public ReadOutcome read(long lsn, MemorySegment dst) throws IOException {
        LiveSegment segment = segmentOf(lsn);
        if (segment == null) {
            return gone(lsn);
        }
        ReadBuffer buffer = buffers.take();
        try {
            SegmentHeader header = headerOf(segment, lsn);
            long start = chunkStart(lsn - segment.base());
            MemorySegment chunk = buffer.memory().asSlice(0, chunkLength(header, lsn - segment.base(), dst));
            return examine(segment, header, lsn, dst, buffer, segments.read(segment, chunk, start));
        } catch (SegmentRemovedException e) {
            return gone(lsn);
        } finally {
            if (!buffer.isLarge()) {
                buffers.giveBack(buffer);
            }
        }
    }

    /**
     * Reads several records, at the device's queue depth where it has one.
     *
     * @param lsns below the written watermark
     * @param dsts one for each
     * @return one outcome for each, in order
     * @throws IOException as {@link #read} says, for the first in order that fails
     */
    public List<ReadOutcome> readAll(long[] lsns, List<MemorySegment> dsts) throws IOException {
        List<ReadOutcome> outcomes = new ArrayList<>(lsns.length);
        for (int from = 0; from < lsns.length; from += BATCH) {
            readBatch(lsns, dsts, from, Math.min(lsns.length, from + BATCH), outcomes);
        }
        return outcomes;
    }

    // ------------------------------------------------------------------------------------------- batch

    /**
     * A read of a batch: what it needs, and what it holds until the batch has ended. Its record is checked as soon as the device says that the bytes
     * are there, perhaps while it still reads others; all else follows in order when the batch has ended.
     */
    private static final class Pending implements Runnable {

        private final LiveSegment segment;
        private final SegmentHeader header;
        private final ReadBuffer buffer;
        private final ReadRequest request;
        private final long lsn;
        private boolean isChecked;

        Pending(LiveSegment segment, SegmentHeader header, Segment handle, long lsn, MemorySegment dst, ReadBuffer buffer) {
            long position = lsn - segment.base();
            MemorySegment chunk = buffer.memory().asSlice(0, chunkLength(header, position, dst));
            this.segment = segment;
            this.header = header;
            this.buffer = buffer;
            this.lsn = lsn;
            this.request = new ReadRequest(handle, chunk, chunkStart(position), this);
        }

        /** The bytes are there, or the read has failed, which is told later. What is not whole here may only be longer than what was read. */
        @Override
        public void run() {
            try {
                long position = lsn - segment.base();
                long offset = position - request.position();
                long end = Math.min(request.bytes(), offset + UnitProbe.room(header, position));
                isChecked = FrameDescriptor.check(buffer.memory(), offset, buffer.view(), buffer.checksums, header.salt(), lsn, end)
                        == FrameFault.NONE;
            } catch (IOException e) {
                isChecked = false;
            }
        }
    }

    private void readBatch(long[] lsns, List<MemorySegment> dsts, int from, int to, List<ReadOutcome> outcomes)
            throws IOException {
        @Nullable Pending[] pending = new Pending[to - from];
        ReadBufferSet set = sets.take();
        try {
            List<ReadRequest> requests = new ArrayList<>(to - from);
            Exception failure = null;
            int prepared = 0;
            for (int i = from; i < to && failure == null; i++) {
                try {
                    Pending next = prepare(lsns[i], dsts.get(i), set.get(i - from));
                    pending[prepared++] = next;
                    if (next != null) {
                        requests.add(next.request);
                    }
                } catch (IOException | RuntimeException e) {
                    // An earlier one may fail yet, and comes first.
                    failure = e;
                }
            }
            segments.device().readAll(requests);
            for (int i = 0; i < prepared; i++) {
                Pending each = pending[i];
                outcomes.add(each == null ? gone(lsns[from + i]) : finish(each, dsts.get(from + i)));
            }
            switch (failure) {
                case IOException e -> throw e;
                case RuntimeException e -> throw e;
                case null, default -> {}
            }
        } finally {
            for (Pending each : pending) {
                if (each != null) {
                    segments.release(each.segment);
                }
            }
            set.shrink();
            sets.giveBack(set);
        }
    }

    private @Nullable Pending prepare(long lsn, MemorySegment dst, ReadBuffer buffer) throws IOException {
        LiveSegment segment = segmentOf(lsn);
        if (segment == null) {
            return null;
        }
        SegmentHeader header;
        try {
            header = headerOf(segment, lsn);
        } catch (SegmentRemovedException e) {
            return null;
        }
        Segment handle = segments.acquire(segment);
        if (handle == null) {
            return null;
        }
        return new Pending(segment, header, handle, lsn, dst, buffer);
    }

    private ReadOutcome finish(Pending each, MemorySegment dst) throws IOException {
        try {
            return each.isChecked
                    ? deliver(each.segment, each.lsn, dst, each.buffer, each.request.position())
                    : examine(each.segment, each.header, each.lsn, dst, each.buffer, each.request.bytes());
        } catch (SegmentRemovedException e) {
            return gone(each.lsn);
        }
    }

    // ------------------------------------------------------------------------------------------- one record

    private @Nullable LiveSegment segmentOf(long lsn) {
        if (lsn <= 0 || lsn % FrameDescriptor.ALIGNMENT != 0) {
            throw UnreadableLsn.noRecord(lsn, "LSNs are positive multiples of " + FrameDescriptor.ALIGNMENT);
        }
        return segments.containing(lsn);
    }

    private SegmentHeader headerOf(LiveSegment segment, long lsn) throws IOException {
        SegmentHeader header = segments.header(segment);
        if (header == null) {
            throw new SegmentRemovedException(segment.number());
        }
        if (lsn - segment.base() < header.blockSize() + (long) UnitDescriptor.HEADER_LENGTH) {
            throw UnreadableLsn.noRecord(lsn, "it is in the header of segment " + segment.number());
        }
        return header;
    }

    private static long chunkStart(long position) {
        return position & -BLOCK;
    }

    /** {@return how much to read at first: what the caller seems to expect, in whole blocks, but no more than a buffer has} */
    private static long chunkLength(SegmentHeader header, long position, MemorySegment dst) {
        long lead = position - chunkStart(position);
        long expected = Math.min(ReadBuffer.SMALL, lead + FrameDescriptor.HEADER_LENGTH + dst.byteSize());
        long wholeBlocks = (expected + BLOCK - 1) & -BLOCK;
        return Math.min(wholeBlocks, header.segmentSize() - chunkStart(position));
    }

    /** Looks at what the first read of a record has brought into the buffer; reads the rest if it is longer. */
    private ReadOutcome examine(
            LiveSegment segment, SegmentHeader header, long lsn, MemorySegment dst, ReadBuffer buffer, long got)
            throws IOException {
        long position = lsn - segment.base();
        long start = chunkStart(position);
        long offset = position - start;
        if (got - offset < FrameDescriptor.HEADER_LENGTH) {
            throw unreadable.explain(segment, header, lsn, FrameFault.CUT_SHORT);
        }
        FrameFault fault = FrameDescriptor.checkHeader(buffer.memory(), offset, header.salt(), lsn);
        long filled = got;
        if (fault == FrameFault.NONE) {
            int length = FrameDescriptor.length(buffer.memory(), offset);
            long end = offset + FrameDescriptor.frameLength(length);
            if (FrameDescriptor.frameLength(length) > UnitProbe.room(header, position)) {
                fault = FrameFault.CUT_SHORT;
            } else {
                if (end > filled) {
                    buffer.grow(end);
                    filled = segments.read(segment, buffer.memory().asSlice(0, end), start);
                }
                fault = FrameDescriptor.check(
                        buffer.memory(), offset, buffer.view(), buffer.checksums, header.salt(), lsn, Math.min(filled, end));
            }
        }
        if (fault != FrameFault.NONE) {
            throw unreadable.explain(segment, header, lsn, fault);
        }
        return deliver(segment, lsn, dst, buffer, start);
    }

    /** Hands out what was found whole; {@code start} is where in the segment the buffer begins. */
    private ReadOutcome deliver(LiveSegment segment, long lsn, MemorySegment dst, ReadBuffer buffer, long start) throws IOException {
        checkNotCut(segment, lsn);
        long offset = lsn - segment.base() - start;
        if (FrameDescriptor.kind(buffer.memory(), offset) != FrameDescriptor.KIND_RECORD) {
            return new ReadOutcome(ReadOutcome.Status.ABORTED, 0);
        }
        int length = FrameDescriptor.length(buffer.memory(), offset);
        MemorySegment.copy(
                buffer.memory(), offset + FrameDescriptor.HEADER_LENGTH, dst, 0, Math.min(length, dst.byteSize()));
        return new ReadOutcome(ReadOutcome.Status.RECORD, length);
    }

    /**
     * A whole frame may still be void: recovery cuts units behind a hole and leaves their bytes where they are, and a dead owner's write may
     * arrive late. Where the log leaves a segment is on record in the next one; if that cannot be read, the frame is believed.
     */
    private void checkNotCut(LiveSegment segment, long lsn) throws IOException {
        long end = segment.knownEnd();
        if (end == LiveSegment.OPEN_END) {
            try {
                end = segments.end(segment);
            } catch (StoreCorruptException damagedElsewhere) {
                return;
            }
        }
        if (end != LiveSegment.OPEN_END && lsn >= end) {
            throw UnreadableLsn.leaves(lsn, segment, end);
        }
    }

    /** {@return what to say of an LSN in no segment of the log} */
    private ReadOutcome gone(long lsn) throws StoreClosedException {
        if (segments.isClosed()) {
            throw new StoreClosedException("the store is closed; open it again to read");
        }
        LiveSegment first = segments.first();
        if (first != null && lsn >= first.base()) {
            throw UnreadableLsn.noRecord(lsn, "the log has nothing in " + segments.identity().place(lsn));
        }
        return new ReadOutcome(ReadOutcome.Status.TRIMMED, 0);
    }
}
