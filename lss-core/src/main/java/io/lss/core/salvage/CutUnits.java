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
            // Of a torn unit it is not known how many there were.
            records = records < 0 || !unit.fault().isEmpty() ? -1 : records + unit.records();
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

    /**
     * {@return what was written at or behind the end; null if nothing was}
     *
     * @param header of the segment
     * @param limit where the log left the segment, as the next one has it on record: so far it was written, whatever is left of it; -1 if nothing has
     */
    @Nullable Loss loss(SegmentHeader header, long limit) {
        if (from < 0 && limit <= end) {
            return null;
        }
        if (limit > to) {
            records = -1;
            to = limit;
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
