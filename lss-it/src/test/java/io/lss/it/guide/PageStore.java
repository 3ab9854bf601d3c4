package io.lss.it.guide;

import io.lss.api.LogStructuredStore;
import io.lss.api.ReadOutcome;
import io.lss.api.RecordCursor;
import io.lss.api.Reservation;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Pages of a fixed length, found through a mapping table from page number to LSN. A page is never overwritten: a new version goes to
 * the tail, and the table points at it. The LSN of a page is its version.
 */
final class PageStore {

    static final int PAGE = 4096;
    static final long NOWHERE = 0; // no record has LSN 0

    private static final int NUMBER = Long.BYTES; // a record is a page's number, then the page

    private final LogStructuredStore log;
    private final AtomicLongArray table;

    PageStore(LogStructuredStore log, int pages) throws IOException {
        this.log = log;
        this.table = new AtomicLongArray(pages);
        try (RecordCursor records = log.scan(log.beginLsn())) {
            while (records.next()) { // the last one of a page is the page
                table.set((int) records.payload().get(ValueLayout.JAVA_LONG_UNALIGNED, 0), records.lsn());
            }
        }
    }

    /** Replaces a version of a page, if that is still the one in the table. {@return whether it was} Not stable yet. */
    boolean replace(int page, long version, MemorySegment content) throws IOException {
        if (content.byteSize() != PAGE) { // from install to publish nothing may go wrong
            throw new IllegalArgumentException("a page has " + PAGE + " bytes, not " + content.byteSize());
        }
        try (Reservation record = log.reserve(NUMBER + PAGE)) {             // reserve: the LSN is known
            if (!table.compareAndSet(page, version, record.lsn())) {        // install
                return false; // close() aborts the reservation, scans skip it
            }
            record.payload().set(ValueLayout.JAVA_LONG_UNALIGNED, 0, page); // copy
            MemorySegment.copy(content, 0, record.payload(), NUMBER, PAGE);
            record.publish();                                               // publish: readers see it
            return true;
        }
    }

    /** Copies a page. {@return the version that was copied, or NOWHERE} */
    long read(int page, MemorySegment into) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment record = arena.allocate(NUMBER + PAGE);
            while (true) {
                long lsn = table.get(page);
                if (lsn == NOWHERE) {
                    return NOWHERE;
                }
                ReadOutcome outcome = log.read(lsn, record);
                switch (outcome.status()) {
                    case RECORD -> {
                        MemorySegment.copy(record, NUMBER, into, 0, PAGE);
                        return lsn;
                    }
                    case UNPUBLISHED, TRIMMED -> Thread.onSpinWait(); // its writer is copying, or it has moved: look again
                    case ABORTED -> throw new IllegalStateException("the writer of page " + page + " gave up at LSN " + lsn);
                }
            }
        }
    }

    /** Gives the space below an LSN that is stable back: moves the pages that are still there to the tail, then trims. */
    void clean(long below) throws IOException {
        if (below > log.stableLsn()) { // a writer could still install an LSN below it, behind our back
            throw new IllegalArgumentException("LSN " + below + " is not stable");
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment content = arena.allocate(PAGE);
            for (int page = 0; page < table.length(); page++) {
                boolean safe = false;
                while (!safe) {
                    long version = read(page, content); // waits for its writer, and throws if that gave up: then nothing is trimmed
                    safe = version == NOWHERE || version >= below
                            || replace(page, version, content); // fails if somebody has written the page since, at the tail
                }
            }
        }
        log.sync();            // first what was moved is stable,
        log.trimBefore(below); // then its old place is given up
    }
}
