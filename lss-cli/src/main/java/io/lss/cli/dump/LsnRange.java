package io.lss.cli.dump;

import io.lss.core.format.FrameDescriptor;
import io.lss.core.inspect.SegmentVisitor;
import java.io.IOException;

/** Passes on what lies, or reaches, into a range of LSNs. */
final class LsnRange implements SegmentVisitor {

    private final SegmentVisitor next;
    private final boolean frames;
    private final long from;
    private final long to;

    /** Passes units, gaps, and if wanted frames, that overlap {@code from} (inclusive) to {@code to} (exclusive). */
    LsnRange(SegmentVisitor next, boolean frames, long from, long to) {
        this.next = next;
        this.frames = frames;
        this.from = from;
        this.to = to;
    }

    private boolean overlaps(long lsn, long length) {
        return lsn < to && lsn + length > from;
    }

    @Override
    public boolean unit(Unit unit) throws IOException {
        return overlaps(unit.lsn(), unit.paddedLength()) && next.unit(unit) && frames;
    }

    @Override
    public void frame(Frame frame) throws IOException {
        long header = frame.kind() == 0 ? 0 : FrameDescriptor.HEADER_LENGTH;
        if (overlaps(frame.lsn(), header + frame.length())) {
            next.frame(frame);
        }
    }

    @Override
    public void gap(Gap gap) throws IOException {
        if (overlaps(gap.lsn(), gap.bytes())) {
            next.gap(gap);
        }
    }
}
