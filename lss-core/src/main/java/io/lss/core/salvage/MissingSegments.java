package io.lss.core.salvage;

import io.lss.core.format.Root;
import io.lss.core.format.SegmentHeader;
import io.lss.core.recovery.StoreIdentity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Segments of the log that are not there: those that a header or the root names, and those between two segments of one session, whose numbers follow each
 * other. A number that is missing between two sessions, and that nobody names, may never have been used.
 */
final class MissingSegments {

    private final LogPlan plan;
    private final StoreIdentity identity;
    private final TreeMap<Long, Loss> losses = new TreeMap<>();

    MissingSegments(LogPlan plan) {
        this.plan = plan;
        this.identity = plan.identity();
        for (List<LogPart> session : plan.sessions()) {
            gaps(session);
        }
        if (plan.root() != null) {
            head(plan.root());
        }
        for (LogPart part : plan.parts().values()) {
            SegmentHeader header = part.header();
            if (header != null && part.named()) {
                named(header.predecessor(), header.predecessorEnd(), "segment " + part.number() + " names it as its predecessor");
            }
        }
        Root root = plan.root();
        if (root != null) {
            named(root.predecessor(), root.predecessorEnd(), "the root names it as the end of the log before the last session");
            tail(plan.lastRecorded());
        }
    }

    private void gaps(List<LogPart> session) {
        for (int i = 1; i < session.size(); i++) {
            LogPart before = session.get(i - 1);
            LogPart part = session.get(i);
            for (long number = before.number() + 1; number < part.number() && areOfOne(before, part); number++) {
                lost(
                        number,
                        identity.base(number + 1),
                        "segments " + before.number() + " and " + part.number() + " are of one session");
            }
        }
    }

    /** {@return whether two neighbours are known to be of one session, in which numbers follow each other} */
    private boolean areOfOne(LogPart before, LogPart part) {
        Root root = plan.root();
        return before.header() != null && part.header() != null || root != null && before.number() >= root.firstSegment();
    }

    /** The segment in which the log begins; it need not be there if the log begins at its very end. */
    private void head(Root root) {
        long number = identity.number(root.beginLsn());
        Map.Entry<Long, LogPart> next = plan.parts().ceilingEntry(number);
        long entry = plan.lastRecorded();
        if (next != null && next.getKey() >= root.firstSegment()) {
            entry = root.predecessorEnd();
        } else if (next != null) {
            SegmentHeader header = next.getValue().header();
            entry = header != null && next.getValue().named() ? header.predecessorEnd() : 0;
        }
        if (root.beginLsn() < entry) {
            lost(number, identity.base(number + 1), "the log begins in it");
        }
    }

    private void tail(long end) {
        long last = identity.number(Math.max(0, end - 1));
        Map.Entry<Long, LogPart> there = plan.parts().lastEntry();
        Root root = plan.root();
        long first = root != null && last >= root.firstSegment() ? root.firstSegment() : last;
        for (long number = Math.max(first, there == null ? 1 : there.getKey() + 1); number < last; number++) {
            lost(number, identity.base(number + 1), "the root has a later one on record");
        }
        named(last, end, "the root has on record that the log was stable up to LSN " + end);
    }

    private void named(long number, long end, String why) {
        if (number >= 1 && end > identity.firstUnit(number)) {
            losses.remove(number);
            lost(number, end, why);
        }
    }

    private void lost(long number, long end, String why) {
        if (!plan.parts().containsKey(number) && end > plan.begin()) {
            losses.put(
                    number,
                    new Loss(
                            identity.firstUnit(number),
                            end,
                            number,
                            identity.blockSize(),
                            -1,
                            true,
                            "segment " + number + " is missing; " + why));
        }
    }

    /** {@return the losses below a number that were not returned before, ascending} */
    List<Loss> upTo(long number) {
        Map<Long, Loss> below = losses.headMap(number, false);
        List<Loss> result = new ArrayList<>(below.values());
        below.clear();
        return result;
    }
}
