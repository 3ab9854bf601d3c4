package io.lss.cli.upkeep;

import io.lss.cli.Explanation;
import io.lss.cli.dump.LogEnds;
import io.lss.cli.frame.Reporting;
import io.lss.cli.text.JsonObject;
import io.lss.cli.text.Quantity;
import io.lss.core.format.FrameDescriptor;
import io.lss.core.format.SegmentHeader;
import io.lss.core.inspect.SegmentView;
import io.lss.core.inspect.SegmentVisitor;
import io.lss.core.inspect.SegmentWalk;
import io.lss.core.inspect.StoreInspection;
import java.io.IOException;
import java.net.URI;
import java.util.Arrays;
import java.util.NavigableSet;
import java.util.Optional;

/**
 * What damage costs, flush unit by flush unit. A unit's header says how many bytes of frames the unit has, not how many records; so those that are
 * whole are counted, and of the rest the bytes are told, and how many records they can have been at most.
 */
final class BadUnits {

    private final Reporting reporting;
    private final NavigableSet<Long> damaged;

    /**
     * Units with damage.
     *
     * @param reporting where to tell
     * @param damaged LSNs of damage
     */
    BadUnits(Reporting reporting, NavigableSet<Long> damaged) {
        this.reporting = reporting;
        this.damaged = damaged;
    }

    /** Reads the segments in which there is damage, of a store that is not open. That they cannot be read costs this account only. */
    void tell(URI location, Optional<String> provider) {
        if (damaged.isEmpty()) {
            return;
        }
        try (StoreInspection store = StoreInspection.open(location, provider)) {
            long size = store.segmentSize();
            long[] segments = store.segments();
            LogEnds ends = LogEnds.of(store);
            for (Long lsn = damaged.first(); lsn != null; lsn = damaged.ceiling((lsn / size + 1) * size)) {
                long number = lsn / size;
                if (Arrays.binarySearch(segments, number) >= 0) {
                    segment(store, number, ends.of(number));
                }
            }
        } catch (IOException e) {
            reporting.screen().warn("how many records of the damaged units are whole could not be counted: " + Explanation.of(e));
        }
    }

    /** {@code end} is where the log leaves the segment; -1 if that is not on record. */
    private void segment(StoreInspection store, long number, long end) throws IOException {
        try (SegmentView view = store.view(number, true)) {
            SegmentHeader header = view.header();
            if (header != null) {
                Counter counter = new Counter(header.base() + header.blockSize(), end < 0 ? Long.MAX_VALUE : end);
                new SegmentWalk(view, header).walk(counter);
                counter.end();
            }
        }
    }

    private boolean isDamaged(long from, long end) {
        Long first = damaged.ceiling(from);
        return first != null && first < end;
    }

    /** Damage is reported once for each stretch of units that are not whole, so what follows such a unit and is not whole either is told as well. */
    private final class Counter implements SegmentVisitor {
        private final long logEnd;
        private boolean inStretch;

        /** Behind what was met. */
        private long next;

        /** LSN of the unit that is being counted; -1: none is. */
        private long unit = -1;

        private long whole;
        private long other;
        private long most;

        Counter(long firstUnit, long logEnd) {
            this.next = firstUnit;
            this.logEnd = logEnd;
        }

        @Override
        public boolean unit(Unit found) {
            endUnit();
            next = found.lsn() + found.paddedLength();
            boolean isDamaged = found.lsn() < logEnd && isDamaged(found.lsn(), found.lsn() + found.paddedLength());
            inStretch = !found.valid() && found.lsn() < logEnd && (inStretch || isDamaged);
            if (!inStretch && !isDamaged) {
                return false;
            }
            unit = found.lsn();
            whole = 0;
            other = 0;
            most = 0;
            return true;
        }

        @Override
        public void frame(Frame frame) {
            if (!frame.valid()) {
                other += frame.length();
                most += Math.max(1, frame.length() / FrameDescriptor.MIN_LENGTH);
            } else if (frame.kind() == FrameDescriptor.KIND_RECORD) {
                whole++;
            }
        }

        @Override
        public void gap(Gap gap) {
            endUnit();
            next = gap.lsn() + gap.bytes();
            long bytes = Math.min(gap.lsn() + gap.bytes(), logEnd) - gap.lsn();
            boolean isOfLog = bytes > 0 && (logEnd < Long.MAX_VALUE || !gap.zero());
            inStretch = isDamaged(gap.lsn(), gap.lsn() + Math.max(0, bytes)) || inStretch && isOfLog;
            if (inStretch) {
                tellGap(gap.lsn(), bytes);
            }
        }

        /** Where a file was cut off there is nothing to be met of what it held. */
        void end() {
            endUnit();
            if (logEnd < Long.MAX_VALUE && next < logEnd && (inStretch || isDamaged(next, logEnd))) {
                tellGap(next, logEnd - next);
            }
        }

        private void endUnit() {
            if (unit >= 0) {
                tellUnit(unit, whole, other, most);
                unit = -1;
            }
        }
    }

    private void tellUnit(long lsn, long whole, long other, long most) {
        if (reporting.isJson()) {
            reporting.json(new JsonObject()
                    .put("unit", new JsonObject()
                            .put("lsn", lsn)
                            .put("wholeRecords", whole)
                            .put("otherBytes", other)
                            .put("otherRecordsAtMost", most)));
            return;
        }
        reporting.screen().line("  unit at LSN " + lsn + ": " + Quantity.count(whole, "record") + (whole == 1 ? " is" : " are") + " whole; "
                + (other == 0
                        ? "no record of it is lost"
                        : Quantity.count(other, "byte") + " of it are not, and were at most " + Quantity.count(most, "record")));
    }

    /** No header says which units were there, let alone which records. */
    private void tellGap(long lsn, long bytes) {
        if (reporting.isJson()) {
            reporting.json(new JsonObject()
                    .put("unit", new JsonObject()
                            .put("lsn", lsn)
                            .put("wholeRecords", null)
                            .put("otherBytes", bytes)
                            .put("otherRecordsAtMost", null)));
            return;
        }
        reporting.screen().line("  no unit header at LSN " + lsn + ": how many records are in these " + Quantity.count(bytes, "byte")
                + " is not known; 'lss salvage' keeps those that are whole");
    }
}
