package io.lss.tck.program;

import io.lss.api.LogStructuredStore;
import io.lss.api.ReadOutcome;
import io.lss.api.RecordCursor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** All that a reader finds in a store. */
public final class StoreContent {

    /** A record as it was read. */
    public static final class Stored {
        private final long lsn;
        private final byte[] payload;

        Stored(long lsn, byte[] payload) {
            this.lsn = lsn;
            this.payload = payload;
        }

        public long lsn() {
            return lsn;
        }

        public byte[] payload() {
            return payload;
        }
    }

    /** How many of the last records are read by their LSN as well. */
    private static final int POINT_READS = 3;

    private final long beginLsn;
    private final long stableLsn;
    private final byte[] root;
    private final List<Stored> records;

    private StoreContent(long beginLsn, long stableLsn, byte[] root, List<Stored> records) {
        this.beginLsn = beginLsn;
        this.stableLsn = stableLsn;
        this.root = root;
        this.records = records;
    }

    /**
     * Reads everything.
     *
     * @param store the store
     * @param model whose payloads are taken for those that are equal, which saves memory
     * @throws ViolationException if two ways to read disagree
     */
    public static StoreContent of(LogStructuredStore store, LogModel model) throws IOException {
        List<Stored> records = new ArrayList<>();
        long begin = store.beginLsn();
        try (RecordCursor cursor = store.scan(begin)) {
            while (cursor.next()) {
                records.add(new Stored(cursor.lsn(), model.sameOrCopy(cursor.lsn(), cursor.payload())));
            }
        }
        for (Stored each : records.subList(Math.max(0, records.size() - POINT_READS), records.size())) {
            byte[] read = new byte[each.payload().length];
            ReadOutcome outcome = store.read(each.lsn(), MemorySegment.ofArray(read));
            if (!outcome.isRecord() || outcome.length() != read.length || !Arrays.equals(read, each.payload())) {
                throw new ViolationException("S9: a scan finds a record of " + read.length + " bytes at LSN " + each.lsn()
                        + ", a read finds " + outcome + " there, or other bytes");
            }
        }
        return new StoreContent(begin, store.stableLsn(), store.root(), records);
    }

    public long beginLsn() {
        return beginLsn;
    }

    public long stableLsn() {
        return stableLsn;
    }

    public byte[] root() {
        return root;
    }

    public List<Stored> records() {
        return records;
    }

    /** {@return how another reading of the same store differs; empty if it does not} */
    public String difference(StoreContent other) {
        if (beginLsn != other.beginLsn) {
            return "it begins at LSN " + other.beginLsn + " instead of " + beginLsn;
        }
        return Arrays.equals(root, other.root) ? differenceInRecords(other) : "its root is another";
    }

    /** {@return the same, if begin and root may be one or the other: for the records that neither lacks for its begin} */
    public String differenceInRecords(StoreContent other) {
        long from = Math.max(beginLsn, other.beginLsn);
        List<Stored> mine = records.stream().filter(each -> each.lsn() >= from).toList();
        List<Stored> others = other.records.stream().filter(each -> each.lsn() >= from).toList();
        for (int i = 0; i < Math.min(mine.size(), others.size()); i++) {
            Stored a = mine.get(i);
            Stored b = others.get(i);
            if (a.lsn() != b.lsn() || !Arrays.equals(a.payload(), b.payload())) {
                return "its record number " + i + " is at LSN " + b.lsn() + " instead of " + a.lsn() + ", or other bytes";
            }
        }
        return mine.size() == others.size() ? "" : "it has " + others.size() + " records instead of " + mine.size();
    }

    @Override
    public String toString() {
        return records.size() + " records from LSN " + beginLsn + " to " + stableLsn;
    }
}
