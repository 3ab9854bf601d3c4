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
 * The records of a sound segment that a scan refuses, because where the log leaves the segment was on record in the next one's header
 * only, and that is damaged. They are those of the whole units at the segment's begin, without a gap. A unit behind the log's end can be
 * among them only if it was written after the log was found to end there: that is why a scan does not vouch for them, and why
 * whoever shows them has to say so.
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

    private RestOfSegment(StoreInspection store, long number) {
        this.store = store;
        this.number = number;
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
            return new RestOfSegment(store, 0);
        }
        long[] numbers = store.segments();
        int at = Arrays.binarySearch(numbers, damage.lsn() / size);
        int before = (at < 0 ? -at - 1 : at) - 1;
        boolean isLost = before >= 0 && LogEnds.of(store).of(numbers[before]) < 0;
        return new RestOfSegment(store, isLost ? numbers[before] : 0);
    }

    /** {@return the segment's number; 0 if there is none} */
    long number() {
        return number;
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
            Reader reader = new Reader(from, sink);
            new SegmentWalk(view, header).walk(reader);
            return reader.count;
        }
    }

    private static final class Reader implements SegmentVisitor {
        private final long from;
        private final Sink sink;
        private boolean over;
        private long count;

        Reader(long from, Sink sink) {
            this.from = from;
            this.sink = sink;
        }

        @Override
        public boolean unit(Unit unit) {
            over |= !unit.valid();
            return !over && unit.lsn() + unit.paddedLength() > from;
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
