package io.lss.core.salvage;

import io.lss.core.format.SegmentHeader;
import io.lss.core.inspect.SegmentVisitor;
import org.jspecify.annotations.Nullable;

/** Collects the units of a segment that begin at or behind the place where the log ends. */
final class CutUnits implements SegmentVisitor {

    private final long end;
    private long from = -1;
    private long to;
    private long records;
    private String fault = "no unit header";

    CutUnits(long end) {
        this.end = end;
    }

    @Override
    public boolean unit(Unit unit) {
        if (unit.lsn() >= end) {
            if (unit.lsn() == end) {
                fault = unit.fault();
            }
            from = from < 0 ? unit.lsn() : from;
            to = unit.lsn() + unit.paddedLength();
            records += unit.records();
        }
        return false;
    }

    @Override
    public void frame(Frame frame) {}

    @Override
    public void gap(Gap gap) {
        if (gap.lsn() <= end && end < gap.lsn() + gap.bytes()) {
            fault = gap.fault();
        }
    }

    /** {@return what was written at or behind the end; null if nothing was} */
    @Nullable Loss loss(SegmentHeader header) {
        if (from < 0) {
            return null;
        }
        return new Loss(
                end,
                to,
                header.number(),
                end - header.base(),
                records,
                false,
                (fault.isEmpty() ? "behind the end of the log" : fault)
                        + "; nothing recorded that it was stable, so it is cut as opening the store would cut it");
    }
}
