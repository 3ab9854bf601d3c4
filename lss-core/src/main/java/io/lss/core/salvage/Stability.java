package io.lss.core.salvage;

import io.lss.core.format.SegmentHeader;
import io.lss.core.inspect.SegmentView;
import io.lss.core.inspect.SegmentVisitor;
import io.lss.core.inspect.SegmentWalk;
import io.lss.core.inspect.StoreInspection;
import java.io.IOException;
import java.util.List;

/**
 * R of a session whose end nobody has on record: the highest stable LSN that its segment headers and units recorded when they were issued, damaged units
 * with a good header among them. A unit that ends farther ahead of a place of its segment than the in-flight window proves that place stable too.
 */
final class Stability {

    private Stability() {}

    /** {@return R, as the session's segments tell it; 0 if they do not} */
    static long of(StoreInspection store, List<LogPart> session) throws IOException {
        long[] highest = {0};
        for (LogPart part : session) {
            SegmentHeader header = part.header();
            if (header == null) {
                continue;
            }
            highest[0] = Math.max(highest[0], header.stableLsn());
            try (SegmentView view = store.view(part.number(), false)) {
                new SegmentWalk(view, header).walk(new SegmentVisitor() {
                    @Override
                    public boolean unit(Unit unit) {
                        long atLeast = (unit.lsn() + unit.paddedLength() - header.window()) & -header.blockSize();
                        boolean inSegment = atLeast > header.base();
                        highest[0] = Math.max(highest[0], Math.max(unit.stableLsn(), inSegment ? atLeast : 0));
                        return false;
                    }

                    @Override
                    public void frame(Frame frame) {}

                    @Override
                    public void gap(Gap gap) {}
                });
            }
        }
        return highest[0];
    }
}
