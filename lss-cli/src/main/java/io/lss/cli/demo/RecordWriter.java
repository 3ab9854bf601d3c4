package io.lss.cli.demo;

import io.lss.api.LogStructuredStore;
import io.lss.api.Reservation;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Appends one writer's records, in order. Used by one thread. */
final class RecordWriter implements AutoCloseable {
    private final LogStructuredStore store;
    private final LoadPlan plan;
    private final RecordCutter cutter;
    private final SourceReader source;
    private final boolean endless;
    private @Nullable Reservation reuse;
    private @Nullable Cut ahead;

    /**
     * A writer that continues behind records that are in the store.
     *
     * @param store where to append
     * @param plan what
     * @param writer whose records
     * @param done how many of them are in the store
     */
    RecordWriter(LogStructuredStore store, LoadPlan plan, int writer, long done) {
        this.store = store;
        this.plan = plan;
        cutter = plan.cutter(writer);
        source = plan.reader(writer);
        endless = !plan.isLoader(writer);
        while (cutter.sequence() < done) {
            cutter.next();
        }
    }

    /** {@return whether the writer has appended its share} Those who only commit have none. */
    boolean isDone() {
        return !endless && ahead == null && cutter.bytes() >= plan.share();
    }

    /** Reads from its file what the next {@link #append} will append, and {@return how long that is} */
    int prepare() throws IOException {
        Cut cut = ahead;
        if (cut == null) {
            cut = cutter.next();
            source.load(cut);
            ahead = cut;
        }
        return cut.recordLength();
    }

    /** Appends the next record, and {@return its LSN} */
    long append() throws IOException {
        prepare();
        long lsn = write(RecordImage.PUBLISHED);
        ahead = null;
        return lsn;
    }

    /** Reserves and fills the next record, then aborts it; it is still the next one after that. */
    void abort() throws IOException {
        prepare();
        write(RecordImage.ABORTED);
    }

    private long write(int kind) throws IOException {
        Cut cut = Objects.requireNonNull(ahead);
        try (Reservation reservation = store.reserve(cut.recordLength(), reuse)) {
            reuse = reservation;
            long lsn = reservation.lsn();
            RecordImage.write(reservation.payload(), plan.run(), lsn, cut, kind, source);
            if (kind == RecordImage.PUBLISHED) {
                reservation.publish();
            }
            return lsn;
        }
    }

    /** {@return how many records are appended, those of before included} */
    long records() {
        return ahead == null ? cutter.sequence() : cutter.sequence() - 1;
    }

    @Override
    public void close() throws IOException {
        source.close();
    }
}
