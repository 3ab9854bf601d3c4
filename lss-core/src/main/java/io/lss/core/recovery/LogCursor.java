package io.lss.core.recovery;

import io.lss.api.RecordCursor;
import io.lss.api.StoreCorruptException;
import io.lss.core.format.Checksums;
import io.lss.core.format.FrameDescriptor;
import io.lss.core.format.FrameFault;
import io.lss.core.format.SegmentHeader;
import io.lss.core.format.UnitDescriptor;
import io.lss.core.format.UnitFault;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Walks over the stored records in LSN order: units of a segment, frames of a unit, then the next segment. Every frame is checked
 * before it is handed out.
 *
 * <p>Nothing at or above the bound is read, ever: a scan's bound is fixed, a tail's is the stable watermark, which it waits for.
 * Bytes below the bound are complete, so whatever is wrong with them is damage.
 *
 * <p>States: {@code unitEnd == 0}: at a unit's first byte, or at the end of a segment; otherwise inside a unit, at a frame or at
 * the end of the frames.
 */
public final class LogCursor implements RecordCursor {

    private static final long FOREVER = Long.MAX_VALUE;

    private final LogSegments segments;
    private final LongSupplier bound;
    private final LongSupplier begin;
    private final @Nullable TailWait waiter;
    private final OpenCheck open;
    private final ChunkReader chunks;
    private final Checksums checksums = new Checksums();

    /** The first record to be handed out is at or after this. */
    private final long from;

    private @Nullable LiveSegment segment;
    private @Nullable SegmentHeader header;

    /** Of the segment that was read last. */
    private @Nullable StoredBytes source;

    /** The next byte to look at. */
    private long lsn;

    /** Inside a unit: the end of its frames, and of its padding. */
    private long framesEnd;

    private long unitEnd;

    private long lastBound;

    // The current record.
    private long recordLsn = -1;
    private int recordOffset;
    private int recordLength;

    private boolean closed;

    private LogCursor(
            LogSegments segments,
            long from,
            LongSupplier bound,
            LongSupplier begin,
            @Nullable TailWait waiter,
            OpenCheck open) {
        this.segments = segments;
        this.chunks = ChunkReader.ahead(segments);
        this.from = from;
        this.lsn = from;
        this.bound = bound;
        this.begin = begin;
        this.waiter = waiter;
        this.open = open;
    }

    /**
     * {@return a cursor that ends at an LSN}
     *
     * @param segments the log
     * @param from where to begin
     * @param end where to end, exclusive: a stable watermark
     * @param begin the begin of the log
     * @param open asked before each step
     */
    public static LogCursor scan(LogSegments segments, long from, long end, LongSupplier begin, OpenCheck open) {
        return new LogCursor(segments, from, () -> end, begin, null, open);
    }

    /**
     * {@return a cursor that follows the log}
     *
     * @param segments the log
     * @param from where to begin
     * @param stable the stable watermark
     * @param begin the begin of the log
     * @param waiter waits for more
     * @param open asked before each step
     */
    public static LogCursor tail(
            LogSegments segments, long from, LongSupplier stable, LongSupplier begin, TailWait waiter, OpenCheck open) {
        return new LogCursor(segments, from, stable, begin, waiter, open);
    }

    // ------------------------------------------------------------------------------------------- RecordCursor

    @Override
    public boolean next() throws IOException {
        return next(FOREVER);
    }

    @Override
    public boolean next(Duration wait) throws IOException {
        long nanos;
        try {
            nanos = wait.toNanos();
        } catch (ArithmeticException e) {
            nanos = wait.isNegative() ? 0 : FOREVER;
        }
        return next(nanos);
    }

    @Override
    public long lsn() {
        checkRecord();
        return recordLsn;
    }

    @Override
    public MemorySegment payload() {
        checkRecord();
        return chunks.memory().asSlice(recordOffset, recordLength).asReadOnly();
    }

    private void checkRecord() {
        if (recordLsn < 0) {
            throw new IllegalStateException(closed ? "the cursor is closed" : "the cursor is at no record: call next() first");
        }
    }

    @Override
    public void close() {
        closed = true;
        recordLsn = -1;
        chunks.close();
    }

    // ------------------------------------------------------------------------------------------- steps

    private boolean next(long nanos) throws IOException {
        if (closed) {
            throw new IllegalStateException("the cursor is closed");
        }
        recordLsn = -1;
        long began = nanos == FOREVER ? 0 : segments.device().nanoTime();
        for (; ; ) {
            open.check();
            try {
                if (advance()) {
                    return true;
                }
            } catch (SegmentRemovedException e) {
                open.check();
                throw trimmed(e);
            }
            chunks.rest();
            if (waiter == null) {
                return false;
            }
            long left = nanos == FOREVER ? FOREVER : nanos - (segments.device().nanoTime() - began);
            // Above what was the bound in vain: a watermark may stand in the unused space between two segments.
            if (!waiter.awaitStable(Math.max(lsn, lastBound), left) && nanos != FOREVER) {
                return false;
            }
        }
    }

    /** {@return whether a record was found below the bound} */
    private boolean advance() throws IOException {
        for (; ; ) {
            // The bound before all else: what is below it is complete, and a roll that preceded it is in the chain.
            long limit = bound.getAsLong();
            lastBound = limit;
            if (unitEnd != 0) {
                if (frame(limit)) {
                    return true;
                }
            } else if (!unit(limit)) {
                return false;
            }
        }
    }

    // ------------------------------------------------------------------------------------------- segments and units

    /** Enters the next unit. {@return whether there is one below the bound} */
    private boolean unit(long limit) throws IOException {
        if (lsn >= limit) {
            return false;
        }
        LiveSegment in = segment;
        if (in == null) {
            return enterFrom(limit);
        }
        if (lsn == segments.end(in)) {
            LiveSegment next = segments.after(in.number());
            if (next == null) {
                throw new StoreCorruptException(
                        lsn, "the log leaves segment " + in.number() + " at position " + (lsn - in.base()) + " for none");
            }
            return enter(next, limit);
        }
        SegmentHeader h = headerOf(in);
        if (!loadUnit(in, h, limit)) {
            throw unreadable(lsn, fault(in, h, limit).text());
        }
        return true;
    }

    /** Goes to the first unit of a segment. {@return whether that is below the bound} */
    private boolean enter(LiveSegment next, long limit) throws IOException {
        SegmentHeader h = headerOf(next);
        LiveSegment left = segment;
        if (left != null && h.predecessor() != left.number() && begin.getAsLong() > lsn) {
            // What lay between was trimmed while the cursor stood here.
            throw trimmed(null);
        }
        long first = next.base() + h.blockSize();
        if (first >= limit) {
            return false;
        }
        segment = next;
        header = h;
        lsn = first;
        chunks.reset();
        return true;
    }

    /** Finds the unit in which {@code from} lies, or the first one after it. {@return whether there is one below the bound} */
    private boolean enterFrom(long limit) throws IOException {
        LiveSegment at = segments.atOrAfter(segments.identity().number(from));
        if (at == null) {
            // Beyond the last segment: nothing can be stable there.
            return false;
        }
        SegmentHeader h = headerOf(at);
        long position = from - at.base();
        if (position < 0 && begin.getAsLong() > from) {
            // Its segment was trimmed before the cursor was moved first.
            throw trimmed(null);
        }
        if (position <= h.blockSize()) {
            return enter(at, limit);
        }
        long end = segments.end(at);
        segment = at;
        header = h;
        chunks.reset();
        if (end != LiveSegment.OPEN_END && from >= end) {
            lsn = end;
            return true;
        }
        long unit = new UnitLocator().locate((dst, p) -> segments.read(at, dst, p), h, position);
        lsn = at.base() + (unit == UnitLocator.NONE ? position & -h.blockSize() : unit);
        if (unit == UnitLocator.NONE || !loadUnit(at, h, limit) || from >= unitEnd) {
            long bad = unit == UnitLocator.NONE ? lsn : Math.max(lsn, unitEnd);
            throw unreadable(bad, "no unit header");
        }
        return true;
    }

    private SegmentHeader headerOf(LiveSegment of) throws IOException {
        SegmentHeader known = of == segment ? header : null;
        SegmentHeader h = known != null ? known : segments.header(of);
        if (h == null) {
            throw new SegmentRemovedException(of.number());
        }
        return h;
    }

    /** Reads the header of the unit at {@code lsn} and goes to its first frame. {@return whether there is one} */
    private boolean loadUnit(LiveSegment in, SegmentHeader h, long limit) throws IOException {
        if (fault(in, h, limit) != UnitFault.NONE) {
            return false;
        }
        int at = chunks.offset(lsn - in.base());
        long end = segments.end(in);
        if (end != LiveSegment.OPEN_END && lsn + UnitDescriptor.paddedLength(chunks.memory(), at) > end) {
            throw unreadable(lsn, "unit reaches beyond LSN " + end + ", where the log leaves its segment,");
        }
        framesEnd = lsn + UnitDescriptor.length(chunks.memory(), at);
        unitEnd = lsn + UnitDescriptor.paddedLength(chunks.memory(), at);
        lsn += UnitDescriptor.HEADER_LENGTH;
        return true;
    }

    private UnitFault fault(LiveSegment in, SegmentHeader h, long limit) throws IOException {
        long position = lsn - in.base();
        if (!ensure(in, position, UnitDescriptor.HEADER_LENGTH, limit)) {
            return UnitFault.MAGIC;
        }
        return UnitDescriptor.check(
                chunks.memory(),
                chunks.offset(position),
                chunks.view(),
                checksums,
                h.salt(),
                lsn,
                h.session(),
                h.blockSize(),
                UnitProbe.room(h, position));
    }

    // ------------------------------------------------------------------------------------------- frames

    /** Goes over the next frame. {@return whether it is a record to be handed out} */
    private boolean frame(long limit) throws IOException {
        LiveSegment in = segment;
        SegmentHeader h = header;
        if (in == null || h == null) {
            throw new AssertionError("in a unit of no segment");
        }
        if (lsn >= framesEnd) {
            lsn = unitEnd;
            unitEnd = 0;
            return false;
        }
        long position = lsn - in.base();
        FrameFault fault = FrameFault.CUT_SHORT;
        int length = 0;
        if (framesEnd - lsn >= FrameDescriptor.MIN_LENGTH && ensure(in, position, FrameDescriptor.HEADER_LENGTH, limit)) {
            fault = FrameDescriptor.checkHeader(chunks.memory(), chunks.offset(position), h.salt(), lsn);
            length = FrameDescriptor.length(chunks.memory(), chunks.offset(position));
        }
        if (fault == FrameFault.NONE) {
            int frame = FrameDescriptor.frameLength(length);
            fault = frame <= framesEnd - lsn && ensure(in, position, frame, limit)
                    ? FrameDescriptor.check(
                            chunks.memory(),
                            chunks.offset(position),
                            chunks.view(),
                            checksums,
                            h.salt(),
                            lsn,
                            chunks.offset(position) + (long) frame)
                    : FrameFault.CUT_SHORT;
        }
        if (fault != FrameFault.NONE) {
            throw unreadable(lsn, fault.text());
        }
        int offset = chunks.offset(position);
        long at = lsn;
        lsn += FrameDescriptor.frameLength(length);
        if (at < from || FrameDescriptor.kind(chunks.memory(), offset) != FrameDescriptor.KIND_RECORD) {
            return false;
        }
        if (at < begin.getAsLong()) {
            lsn = at;
            throw trimmed(null);
        }
        recordLsn = at;
        recordOffset = offset + FrameDescriptor.HEADER_LENGTH;
        recordLength = length;
        return true;
    }

    /** Brings bytes below the bound into memory. */
    private boolean ensure(LiveSegment in, long position, int length, long limit) throws IOException {
        long end = Math.min(limit - in.base(), segments.identity().segmentSize());
        if (in.knownEnd() != LiveSegment.OPEN_END) {
            end = Math.min(end, in.knownEnd() - in.base());
        }
        return chunks.ensure(sourceOf(in), position, length, end);
    }

    private ChunkReader.Source sourceOf(LiveSegment in) {
        StoredBytes known = source;
        if (known == null || known.in() != in) {
            known = new StoredBytes(segments, in);
            source = known;
        }
        return known;
    }

    // ------------------------------------------------------------------------------------------- failures

    private IllegalStateException trimmed(@Nullable SegmentRemovedException cause) {
        IllegalStateException e = new IllegalStateException("the log was trimmed beyond the cursor's place, LSN " + lsn
                + "; it begins at LSN " + begin.getAsLong() + " now: open a new cursor there");
        if (cause != null) {
            e.initCause(cause);
        }
        return e;
    }

    /** {@return the damage at an LSN} If the log was trimmed there meanwhile, it is none; the cursor may begin inside a unit. */
    private StoreCorruptException unreadable(long at, String reason) {
        if (begin.getAsLong() > Math.max(at, from)) {
            throw trimmed(null);
        }
        long number = segments.identity().number(at);
        return new StoreCorruptException(
                at, reason + " in segment " + number + ", position " + (at - segments.identity().base(number)));
    }

    @Override
    public String toString() {
        return (waiter == null ? "scan" : "tail") + " at LSN " + lsn + (segment == null ? "" : " in segment " + segment);
    }
}
