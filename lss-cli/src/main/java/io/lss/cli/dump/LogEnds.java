package io.lss.cli.dump;

import io.lss.core.format.Root;
import io.lss.core.format.SegmentHeader;
import io.lss.core.inspect.SegmentView;
import io.lss.core.inspect.StoreInspection;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** Where the log leaves each segment, as far as the header of another one or the root has it on record. */
public final class LogEnds {

    private final Map<Long, Long> ends = new HashMap<>();

    private LogEnds() {}

    /**
     * {@return the ends that are on record}
     *
     * @param store which
     * @throws IOException if a segment cannot be opened
     */
    public static LogEnds of(StoreInspection store) throws IOException {
        LogEnds result = new LogEnds();
        for (long number : store.segments()) {
            try (SegmentView view = store.view(number, false)) {
                SegmentHeader header = view.header();
                if (header != null) {
                    result.ends.put(header.predecessor(), header.predecessorEnd());
                }
            }
        }
        Root root = store.root();
        if (root != null) {
            result.ends.put(root.predecessor(), root.predecessorEnd());
            if (root.closed() && root.stableLsn() > root.firstSegment() * root.segmentSize() + root.blockSize()) {
                result.ends.put((root.stableLsn() - 1) / root.segmentSize(), root.stableLsn());
            }
        }
        return result;
    }

    /**
     * {@return the LSN at which the log leaves a segment, exclusive; -1 if that is not on record}
     *
     * @param number of the segment
     */
    public long of(long number) {
        return ends.getOrDefault(number, -1L);
    }
}
