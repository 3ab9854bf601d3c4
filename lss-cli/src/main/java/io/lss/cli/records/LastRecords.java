package io.lss.cli.records;

import io.lss.cli.live.RecordWalk;
import java.io.IOException;

/**
 * Finds where the last so many records of a log begin, going back from its end segment by segment. No segment is read twice, so what is read is
 * what holds those records, and the rest of the segment in which they begin. The end does not move while it is looked for: an owner that
 * appends faster than this reads cannot keep it from coming to one.
 */
final class LastRecords {
    private LastRecords() {}

    /**
     * Puts a walk before the last records.
     *
     * @param log the walk
     * @param segments LSNs at which segments begin, ascending
     * @param logEnd where the last of them ends at most: what is at or above it is not looked at
     * @param wanted how many records, up to {@link LastLsns#MOST}
     * @return the LSN up to which the records that are met are not of the last, inclusive; -1 if all are
     */
    static long seek(RecordWalk log, long[] segments, long logEnd, int wanted) throws IOException {
        long end = logEnd;
        int left = wanted;
        for (int i = segments.length - 1; i >= 0; i--) {
            LastLsns lsns = new LastLsns(left);
            log.beginAt(segments[i]);
            while (log.next() && log.lsn() < end) {
                lsns.add(log.lsn());
            }
            if (lsns.isFull() || i == 0) {
                log.beginAt(segments[i]);
                return lsns.skipped();
            }
            left -= lsns.count();
            end = segments[i];
        }
        return -1;
    }
}
