package io.lss.core.salvage;

import io.lss.core.format.SegmentHeader;
import io.lss.core.inspect.SegmentView;
import io.lss.core.inspect.SegmentVisitor;
import io.lss.core.inspect.SegmentWalk;
import io.lss.core.inspect.StoreInspection;
import java.io.IOException;
import java.util.List;
import java.util.TreeMap;

/**
 * What a session recorded of stability: the stable LSNs in its segment headers and units, damaged units with a good header among
 * them. A unit that ends
 * farther ahead of a place of its segment than the in-flight window proves that place stable too.
 *
 * <p>The highest is R, where nobody has on record where the session ended; the highest within a segment says how far the log went in it, at least.
 */
final class Stability {

    /** Number of a segment to the highest stable LSN recorded in it, exclusive as all of them. */
    private final TreeMap<Long, Long> reach = new TreeMap<>();

    private Stability() {}

    /** {@return nothing: everything that is asked of it is on record elsewhere} */
    static Stability none() {
        return new Stability();
    }

    /** {@return what the segments of a session tell} Reads all of them. */
    static Stability of(StoreInspection store, List<LogPart> session) throws IOException {
        Stability result = new Stability();
        for (LogPart part : session) {
            SegmentHeader header = part.header();
            if (header == null) {
                continue;
            }
            result.add(header, header.stableLsn());
            try (SegmentView view = store.view(part.number(), false)) {
                new SegmentWalk(view, header).walk(new SegmentVisitor() {
                    @Override
                    public boolean unit(Unit unit) {
                        long atLeast = (unit.lsn() + unit.paddedLength() - header.window()) & -header.blockSize();
                        result.add(header, unit.stableLsn());
                        if (atLeast > header.base()) {
                            result.add(header, atLeast);
                        }
                        return false;
                    }

                    @Override
                    public void frame(Frame frame) {}

                    @Override
                    public void gap(Gap gap) {}
                });
            }
        }
        return result;
    }

    private void add(SegmentHeader header, long stable) {
        reach.merge(Math.max(0, stable - 1) / header.segmentSize(), stable, Math::max);
    }

    /** {@return the highest stable LSN; 0 if there is none} */
    long highest() {
        return reach.isEmpty() ? 0 : reach.lastEntry().getValue();
    }

    /** {@return the highest stable LSN in a segment: the log went on in it to there, at least; 0 if there is none} */
    long reach(long number) {
        return reach.getOrDefault(number, 0L);
    }
}
