package io.lss.cli.dump;

import io.lss.core.inspect.SegmentVisitor;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

/** Passes everything on, and notes how far the walk is, in bytes of the segments that are walked through, whatever their order. */
final class Position implements SegmentVisitor {

    private final SegmentVisitor next;
    private final AtomicLong done;
    private final long base;
    private final long before;

    /**
     * For one segment.
     *
     * @param next told what is met
     * @param done where it is noted
     * @param base the segment's first LSN
     * @param before how many bytes the segments before it have
     */
    Position(SegmentVisitor next, AtomicLong done, long base, long before) {
        this.next = next;
        this.done = done;
        this.base = base;
        this.before = before;
    }

    private void at(long lsn) {
        done.setOpaque(before + lsn - base);
    }

    @Override
    public boolean unit(Unit unit) throws IOException {
        at(unit.lsn());
        return next.unit(unit);
    }

    @Override
    public void frame(Frame frame) throws IOException {
        next.frame(frame);
    }

    @Override
    public void gap(Gap gap) throws IOException {
        at(gap.lsn());
        next.gap(gap);
    }
}
