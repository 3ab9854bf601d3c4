package io.lss.cli.demo;

import java.util.ArrayDeque;

/** Keeps what one writer has published until the store says that it is stable, and tells both. Used by one thread. */
final class Acknowledgements {
    /** Looking at the watermark after each record would cost more than the record. */
    private static final int RECORDS_PER_MARK = 16;

    /** The state after a record. */
    private record Mark(long lsn, long records, long bytes) {}

    private final ControlPage page;
    private final int writer;
    private final ArrayDeque<Mark> marks = new ArrayDeque<>();
    private Mark last = new Mark(-1, 0, 0);

    Acknowledgements(ControlPage page, int writer) {
        this.page = page;
        this.writer = writer;
    }

    /** Called before a record is published. */
    void begin() {
        page.begin(writer, last.records + 1);
    }

    /** Called after it. */
    void published(long lsn, int bytes) {
        last = new Mark(lsn, last.records + 1, last.bytes + bytes);
        page.published(writer, last.records, last.bytes);
        if (last.records % RECORDS_PER_MARK == 0) {
            marks.add(last);
        }
    }

    /** Called with the store's watermark: all below it is stable. */
    void stableBelow(long watermark) {
        Mark reached = null;
        while (!marks.isEmpty() && marks.element().lsn < watermark) {
            reached = marks.remove();
        }
        if (reached != null) {
            tell(reached);
        }
    }

    /** Called after the store has acknowledged the last record. */
    void allStable() {
        marks.clear();
        tell(last);
    }

    private void tell(Mark mark) {
        page.stable(writer, mark.records, mark.bytes, mark.lsn);
    }

    long bytes() {
        return last.bytes;
    }

    long lastLsn() {
        return last.lsn;
    }
}
