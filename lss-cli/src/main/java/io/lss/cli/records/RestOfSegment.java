package io.lss.cli.records;

import io.lss.api.StoreCorruptException;
import io.lss.cli.dump.LogEnds;
import io.lss.core.format.FrameDescriptor;
import io.lss.core.format.SegmentHeader;
import io.lss.core.inspect.SegmentView;
import io.lss.core.inspect.SegmentVisitor;
import io.lss.core.inspect.SegmentWalk;
import io.lss.core.inspect.StoreInspection;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The records of a sound segment that a scan refuses, because the next segment that there is has no valid header, and so does not say where the log leaves
 * this one. There are two cases.
 *
 * <ul>
 *   <li>A later segment says that the log goes on there, directly from this one. Then those between are not the log's: files that were put there. This
 *       segment's records are the log's up to the end that is on record, and a scan can begin anew behind the strays.
 *   <li>No other says it. Then there are the whole units at the segment's begin, without a gap. A unit behind the log's end can be among them only if it was
 *       written after the log was found to end there: that is why nothing vouches for their records, and why whoever shows them has to say so.
 * </ul>
 */
final class RestOfSegment {
    /** Is given the records. */
    interface Sink {
        /**
         * Takes a record.
         *
         * @return whether more are wanted
         */
        boolean take(long lsn, MemorySegment payload) throws IOException;
    }

    private final StoreInspection store;
    private final long number;
    private final long end;
    private final long next;
    private boolean whole;

    private RestOfSegment(StoreInspection store, long number, long end, long next) {
        this.store = store;
        this.number = number;
        this.end = end;
        this.next = next;
    }

    /**
     * {@return the segment before the damage; its number is 0 if the damage is no such header}
     *
     * @param store the store, closed by the one who opened it
     * @param damage what a scan ended with
     */
    static RestOfSegment before(StoreCorruptException damage, StoreInspection store) throws IOException {
        long size = store.segmentSize();
        if (size == 0 || damage.lsn() < 0 || damage.lsn() % size != 0) {
            return new RestOfSegment(store, 0, -1, 0);
        }
        long[] numbers = store.segments();
        int at = Arrays.binarySearch(numbers, damage.lsn() / size);
        int behind = at < 0 ? -at - 1 : at;
        if (behind == 0) {
            return new RestOfSegment(store, 0, -1, 0);
        }
        long before = numbers[behind - 1];
        long end = LogEnds.of(store).of(before);
        long next = end < 0 ? 0 : successor(store, numbers, behind, before);
        return new RestOfSegment(store, end < 0 || next > 0 ? before : 0, end, next);
    }

    /** {@return the number of the segment in which the log goes on from another; 0 if no header says so} */
    private static long successor(StoreInspection store, long[] numbers, int from, long predecessor) throws IOException {
        for (int i = from; i < numbers.length; i++) {
            try (SegmentView view = store.view(numbers[i], false)) {
                SegmentHeader header = view.header();
                if (header != null && header.predecessor() == predecessor) {
                    return numbers[i];
                }
            }
        }
        return 0;
    }

    /** {@return the segment's number; 0 if there is none} */
    long number() {
        return number;
    }

    /** {@return whether its end is on record, so that what {@link #records} gives out is the log's for certain} */
    boolean isVouchedFor() {
        return next > 0;
    }

    /** {@return the number of the segment in which the log goes on, if all records up to there have been given out; else 0} */
    long next() {
        return whole ? next : 0;
    }

    /**
     * Gives out the records.
     *
     * @param from the first is at or after this LSN
     * @param sink where to
     * @return how many there were
     */
    long records(long from, Sink sink) throws IOException {
        if (number == 0) {
            return 0;
        }
        try (SegmentView view = store.view(number, false)) {
            SegmentHeader header = view.header();
            if (header == null) {
                return 0;
            }
            Reader reader = new Reader(from, end < 0 ? Long.MAX_VALUE : end, sink);
            new SegmentWalk(view, header).walk(reader);
            whole = reader.reached == end;
            return reader.count;
        }
    }

    private static final class Reader implements SegmentVisitor {
        private final long from;
        private final long end;
        private final Sink sink;
        private boolean over;
        private long count;

        /** Where the last unit ends that was whole, like all before it. */
        private long reached;

        Reader(long from, long end, Sink sink) {
            this.from = from;
            this.end = end;
            this.sink = sink;
        }

        @Override
        public boolean unit(Unit unit) {
            over |= !unit.valid() || unit.lsn() >= end;
            if (!over) {
                reached = unit.lsn() + unit.paddedLength();
            }
            return !over && reached > from;
        }

        @Override
        public void frame(Frame frame) throws IOException {
            if (!over && frame.valid() && frame.kind() == FrameDescriptor.KIND_RECORD && frame.lsn() >= from) {
                count++;
                over = !sink.take(frame.lsn(), frame.payload());
            }
        }

        @Override
        public void gap(Gap gap) {
            over = true;
        }
    }
}
