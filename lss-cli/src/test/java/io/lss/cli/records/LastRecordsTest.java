package io.lss.cli.records;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.cli.live.RecordWalk;
import java.io.IOException;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class LastRecordsTest {
    private static final int SEGMENT = 1000;

    /** A log that counts what is read of it. */
    private static final class Counted implements RecordWalk {
        private final NavigableSet<Long> lsns = new TreeSet<>();
        private long from;
        private long current;
        private int reads;

        /** Whether its owner appends a record whenever one is read. */
        private boolean grows;

        @Override
        public void beginAt(long lsn) {
            from = lsn;
        }

        @Override
        public boolean next() {
            reads++;
            if (grows) {
                lsns.add(lsns.last() + 1);
            }
            Long next = lsns.ceiling(from);
            if (next == null) {
                return false;
            }
            current = next;
            from = next + 1;
            return true;
        }

        @Override
        public long lsn() {
            return current;
        }
    }

    private static Counted log(int segments, int recordsEach) {
        Counted log = new Counted();
        for (int segment = 1; segment <= segments; segment++) {
            for (int i = 1; i <= recordsEach; i++) {
                log.lsns.add((long) segment * SEGMENT + i);
            }
        }
        return log;
    }

    private static long[] begins(int segments) {
        long[] begins = new long[segments];
        for (int i = 0; i < segments; i++) {
            begins[i] = (i + 1L) * SEGMENT;
        }
        return begins;
    }

    private static long end(long[] begins) {
        return begins.length == 0 ? Long.MAX_VALUE : begins[begins.length - 1] + SEGMENT;
    }

    /** {@return the records that are shown} */
    private static NavigableSet<Long> last(Counted log, long[] segments, int wanted) throws IOException {
        long skipped = LastRecords.seek(log, segments, end(segments), wanted);
        NavigableSet<Long> shown = new TreeSet<>();
        while (log.next()) {
            if (log.lsn() > skipped) {
                shown.add(log.lsn());
            }
        }
        return shown;
    }

    @Test
    void theLastSoManyAreShownWhereverTheyBegin() throws IOException {
        for (int segments = 0; segments <= 4; segments++) {
            for (int each = 0; each <= 3; each++) {
                for (int wanted = 0; wanted <= 14; wanted++) {
                    NavigableSet<Long> all = new TreeSet<>(log(segments, each).lsns);
                    while (all.size() > wanted) {
                        all.removeFirst();
                    }
                    assertEquals(all, last(log(segments, each), begins(segments), wanted), segments + " segments, " + each + " each, " + wanted);
                }
            }
        }
    }

    @Test
    void segmentsWithoutARecordAreGoneOver() throws IOException {
        Counted log = log(1, 3);
        log.lsns.add(5L * SEGMENT + 7);
        assertEquals(new TreeSet<>(Set.of(1003L, 5007L)), last(log, begins(6), 2));
    }

    @Test
    void nothingIsReadTwiceOnTheWayBack() throws IOException {
        Counted log = log(100, 50);
        LastRecords.seek(log, begins(100), end(begins(100)), 5000);
        // Each record once, and in each segment the step that meets its end.
        assertTrue(log.reads <= 5000 + 100, () -> log.reads + " reads of 5000 records");
    }

    @Test
    void whatIsBeforeTheSegmentInWhichTheyBeginIsNotRead() throws IOException {
        Counted log = log(100, 50);
        LastRecords.seek(log, begins(100), end(begins(100)), 60);
        assertTrue(log.reads <= 2 * 51, () -> log.reads + " reads for 60 records of segments with 50");
    }

    @Test
    void anOwnerThatAppendsWhileTheyAreLookedForDoesNotKeepItFromEnding() throws IOException {
        Counted log = log(3, 2);
        log.grows = true;
        long skipped = LastRecords.seek(log, begins(3), end(begins(3)), 2);
        assertTrue(log.reads <= SEGMENT, () -> log.reads + " reads");
        assertTrue(skipped < end(begins(3)), () -> "skipped " + skipped);
    }
}
