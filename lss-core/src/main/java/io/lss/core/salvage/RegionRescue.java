package io.lss.core.salvage;

import io.lss.core.format.FrameDescriptor;
import io.lss.core.format.FrameFault;
import io.lss.core.format.SegmentHeader;
import io.lss.core.format.UnitDescriptor;
import io.lss.core.inspect.FrameSearch;
import io.lss.core.inspect.SegmentView;
import io.lss.core.recovery.ChunkReader;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * What is left of a damaged stretch of whole blocks that begins where a unit began: its good frames, the places of bad ones whose length can be trusted,
 * and what is lost between them.
 *
 * <p>A length is trusted if the frame's tag is right and another frame's tag, or the end of the unit, is exactly behind it. What lies between a good frame and the
 * next unit's header was padding, and not a loss, if it is zero and the next block begins with what is left of such a header, with a good
 * frame behind that.
 */
final class RegionRescue {

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** A lost stretch of the segment. */
    record Hole(long from, long to, long records, String reason) {}

    /** Something made good. */
    record Fix(long position, String what) {}

    private final SegmentView view;
    private final SegmentHeader header;
    private final FrameSearch frames;
    private final ChunkReader chunks = new ChunkReader(64 << 10);

    /** How many bytes of the segment are stored; -1 until it is asked. */
    private long stored = -1;

    final List<Piece> pieces = new ArrayList<>();
    final List<Hole> holes = new ArrayList<>();
    final List<Fix> fixes = new ArrayList<>();

    RegionRescue(SegmentView view, SegmentHeader header, FrameSearch frames) {
        this.view = view;
        this.header = header;
        this.frames = frames;
    }

    /** Rescues a unit whose header is good: it is known where its frames end. */
    void unit(long from, int length) throws IOException {
        clear();
        frames(from + UnitDescriptor.HEADER_LENGTH, from + length, true);
    }

    /** Rescues blocks among which no unit header is good; {@code fault} says what is wrong with the first of them. */
    void blocks(long from, long to, String fault) throws IOException {
        clear();
        long first = from + UnitDescriptor.HEADER_LENGTH;
        if (frames.look(first, to) == FrameFault.NONE) {
            fixes.add(new Fix(from, reason(from, first, fault) + "; its frames are good"));
            frames(first, to, false);
        } else {
            long next = frames.next(first, to);
            long end = next == FrameSearch.NONE ? to : next;
            holes.add(new Hole(from, withoutHeader(from, end), -1, reason(from, end, fault)));
            if (next != FrameSearch.NONE) {
                frames(next, to, false);
            }
        }
    }

    private void clear() {
        pieces.clear();
        holes.clear();
        fixes.clear();
    }

    private void frames(long from, long to, boolean exactEnd) throws IOException {
        long at = from;
        while (at < to) {
            FrameFault fault = frames.look(at, to);
            if (fault == FrameFault.NONE) {
                pieces.add(new Piece(at, frames.length(), true));
                at += frames.frameLength();
            } else {
                at = behind(at, to, exactEnd, fault);
            }
        }
    }

    /** {@return where to go on behind what is no good frame} */
    private long behind(long at, long to, boolean exactEnd, FrameFault fault) throws IOException {
        if (!exactEnd && at > 0) {
            long boundary = roundUp(at);
            if (isZero(at, boundary)) {
                if (boundary == to) {
                    return to;
                }
                long first = boundary + UnitDescriptor.HEADER_LENGTH;
                if (wasUnitHeader(boundary) && frames.look(first, to) == FrameFault.NONE) {
                    fixes.add(new Fix(boundary, reason(boundary, first, "unit header damaged") + "; its frames are good"));
                    return first;
                }
            }
        }
        if (frames.lookAtHeader(at, to) == FrameFault.NONE) {
            int length = frames.length();
            long records = frames.kind() == FrameDescriptor.KIND_RECORD ? 1 : 0;
            long end = at + frames.frameLength();
            if (exactEnd && end == to || frames.lookAtHeader(end, to) == FrameFault.NONE || endsUnit(end, to, exactEnd)) {
                pieces.add(new Piece(at, length, false));
                if (records > 0) {
                    holes.add(new Hole(at, end, records, reason(at, end, fault.text())));
                } else {
                    fixes.add(new Fix(at, reason(at, end, fault.text()) + "; it was a filler, no record"));
                }
                return end;
            }
        }
        long next = frames.next(at + FrameDescriptor.ALIGNMENT, to);
        long end = next == FrameSearch.NONE ? to : next;
        holes.add(new Hole(at, withoutHeader(at, end), -1, reason(at, end, fault.text())));
        return end;
    }

    /** {@return whether what a bad frame's length says is the end of its unit: only zeros to the next block, and a unit there} */
    private boolean endsUnit(long end, long to, boolean exactEnd) throws IOException {
        if (exactEnd || end > to) {
            return false;
        }
        long boundary = roundUp(end);
        return boundary <= to && isZero(end, boundary) && (boundary == to || wasUnitHeader(boundary));
    }

    /** {@return the end of a hole, less what is left of the header of the unit behind it} */
    private long withoutHeader(long from, long end) throws IOException {
        long boundary = end - UnitDescriptor.HEADER_LENGTH;
        return boundary > from && boundary % header.blockSize() == 0 && wasUnitHeader(boundary) ? boundary : end;
    }

    /** {@return whether a field of a unit header is left that no other bytes have: magic, tag or LSN} */
    private boolean wasUnitHeader(long position) throws IOException {
        if (!chunks.ensure(view.source(), position, UnitDescriptor.HEADER_LENGTH, header.segmentSize())) {
            return false;
        }
        int at = chunks.offset(position);
        long lsn = header.base() + position;
        return UnitDescriptor.hasMagic(chunks.memory(), at)
                || UnitDescriptor.lsn(chunks.memory(), at) == lsn
                || (UnitDescriptor.salt(chunks.memory(), at) ^ UnitDescriptor.lsn(chunks.memory(), at)) == (header.salt() ^ lsn);
    }

    private boolean isZero(long from, long to) throws IOException {
        if (from == to) {
            return true;
        }
        if (view.unreadable(from, to) != null
                || !chunks.ensure(view.source(), from, (int) (to - from), header.segmentSize())) {
            return false;
        }
        MemorySegment bytes = chunks.memory().asSlice(chunks.offset(from), to - from);
        for (long at = 0; at < bytes.byteSize(); at += Long.BYTES) {
            if (bytes.get(LONG, at) != 0) {
                return false;
            }
        }
        return true;
    }

    private long roundUp(long position) {
        return position + header.blockSize() - 1 & -header.blockSize();
    }

    private String reason(long from, long to, String fault) throws IOException {
        String refused = view.unreadable(from, to);
        if (refused != null) {
            return refused;
        }
        if (stored < 0) {
            stored = view.stored(header.segmentSize());
        }
        return stored < to ? "the segment ends early, at position " + stored : fault;
    }
}
