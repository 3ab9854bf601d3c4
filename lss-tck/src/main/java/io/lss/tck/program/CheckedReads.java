package io.lss.tck.program;

import io.lss.api.LogStructuredStore;
import io.lss.api.ReadOutcome;
import io.lss.api.RecordCursor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/** Reads from a store, each checked against the model. */
final class CheckedReads {

    private CheckedReads() {}

    /** Reads one. */
    static void read(LogStructuredStore store, LogModel model, LogModel.Entry entry) throws IOException {
        byte[] dst = new byte[entry.payload().length];
        check(model, entry, store.read(entry.lsn(), MemorySegment.ofArray(dst)), dst);
    }

    /** Reads all that was ever reserved. */
    static void readAll(LogStructuredStore store, LogModel model) throws IOException {
        List<LogModel.Entry> all = List.copyOf(model.entries().values());
        List<byte[]> dsts = all.stream().map(each -> new byte[each.payload().length]).toList();
        List<ReadOutcome> outcomes = store.readAll(
                all.stream().mapToLong(LogModel.Entry::lsn).toArray(), dsts.stream().map(MemorySegment::ofArray).toList());
        for (int i = 0; i < all.size(); i++) {
            check(model, all.get(i), outcomes.get(i), dsts.get(i));
        }
    }

    private static void check(LogModel model, LogModel.Entry entry, ReadOutcome outcome, byte[] dst) {
        boolean right =
                switch (outcome.status()) {
                    case RECORD -> entry.state() == LogModel.State.PUBLISHED
                            && outcome.length() == dst.length
                            && Arrays.equals(dst, entry.payload());
                    case UNPUBLISHED -> entry.state() == LogModel.State.OPEN;
                    case ABORTED -> entry.state() == LogModel.State.ABORTED
                            || entry.state() == LogModel.State.OPEN && model.mayGiveUp();
                    case TRIMMED -> model.mayBeTrimmed(entry.lsn());
                };
        if (!right) {
            throw new ViolationException("S9: a read of LSN " + entry.lsn() + ", which is " + entry.state() + " with "
                    + entry.payload().length + " bytes, gives " + outcome + ", or other bytes; the log begins at LSN " + model.begin());
        }
    }

    /**
     * A scan finds exactly what was published below the stable watermark. That may move while the scan is made: then the scan may end
     * anywhere between where it was and where it is.
     */
    static void scan(LogStructuredStore store, LogModel model) throws IOException {
        long stableBefore = store.stableLsn();
        long begin = store.beginLsn();
        try (RecordCursor cursor = store.scan(begin)) {
            long stableAfter = store.stableLsn();
            List<LogModel.Entry> expected = model.publishedFrom(begin).stream().filter(each -> each.lsn() < stableAfter).toList();
            for (LogModel.Entry each : expected) {
                if (!cursor.next()) {
                    if (each.lsn() < stableBefore) {
                        throw new ViolationException("S2: a scan does not find the record at LSN " + each.lsn()
                                + "; the log was stable up to LSN " + stableBefore);
                    }
                    return;
                }
                if (cursor.lsn() != each.lsn()) {
                    throw new ViolationException("S2: a scan finds a record at LSN " + cursor.lsn() + " where that at LSN " + each.lsn()
                            + " is the next");
                }
                if (cursor.payload().mismatch(MemorySegment.ofArray(each.payload())) >= 0) {
                    throw new ViolationException("S9: a scan finds " + cursor.payload().byteSize() + " bytes at LSN " + each.lsn()
                            + " that differ from the " + each.payload().length + " published");
                }
            }
            if (cursor.next()) {
                throw new ViolationException("S2: a scan finds a record at LSN " + cursor.lsn() + " beyond what is stable, or that nobody published");
            }
        }
    }
}
