package io.lss.core.recovery;

import io.lss.api.StoreCorruptException;
import io.lss.core.format.Checksums;
import io.lss.core.format.SegmentHeader;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Walks from the record of stability, unit after unit, to where the log ends (tables STEP and END). */
final class RecoveryWalk {

    /** Where the log ends, and why. */
    record End(
            long number, long lsn, RecoveryTable.Decision decision, long records, long bytesCut, String detail) {}

    private final SegmentCensus census;
    private final StoreIdentity identity;
    private final long session;
    private final Consumer<RecoveryTable.Row> rows;
    private final ChunkReader chunks = new ChunkReader();
    private final Checksums checksums = new Checksums();
    private final UnitProbe probe = new UnitProbe(chunks, checksums);

    private long records;

    RecoveryWalk(SegmentCensus census, long session, Consumer<RecoveryTable.Row> rows) {
        this.census = census;
        this.identity = census.segments().identity();
        this.session = session;
        this.rows = rows;
    }

    /** {@return how many bytes were read} */
    long bytesRead() {
        return chunks.bytesRead();
    }

    /**
     * {@return where the log ends}
     *
     * @param startNumber the segment to begin in; it need not be there if all of it is trimmed
     * @param startLsn the LSN to begin at
     */
    End walk(long startNumber, long startLsn) throws IOException {
        long number = startNumber;
        long p = startLsn;
        for (; ; ) {
            SegmentHeader header = census.header(number);
            RecoveryTable.Successor successor = successor(number, p);
            boolean ends = successor == RecoveryTable.Successor.AT_P || successor == RecoveryTable.Successor.BELOW_P;
            RecoveryTable.Unit unit =
                    header == null || ends ? RecoveryTable.Unit.NONE : probe.probe(source(number), header, p - header.base());
            RecoveryTable.Row row = RecoveryTable.step(unit, successor);
            rows.accept(row);
            switch (row.decision()) {
                case TAKE_UNIT -> {
                    records += probe.records();
                    p += probe.paddedLength();
                }
                case NEXT_SEGMENT -> {
                    number++;
                    p = identity.firstUnit(number);
                    chunks.reset();
                }
                case LOOK_BEHIND -> {
                    boolean torn = unit == RecoveryTable.Unit.TORN;
                    return end(number, p, torn ? RecoveryTable.AtEnd.TORN : RecoveryTable.AtEnd.NONE);
                }
                default -> throw new StoreCorruptException(
                        p,
                        "the log reaches " + identity.place(p) + ", and segment " + (number + 1)
                                + " says that it left segment " + number + " before");
            }
        }
    }

    /** {@return where the log ends if F has no header} */
    End endBeforeSession(long firstNumber) throws IOException {
        return end(firstNumber, identity.firstUnit(firstNumber), RecoveryTable.AtEnd.NO_SEGMENT_HEADER);
    }

    private RecoveryTable.Successor successor(long number, long p) {
        @Nullable SegmentHeader next = census.header(number + 1);
        if (next == null) {
            return RecoveryTable.Successor.SILENT;
        }
        int order = Long.compare(next.predecessorEnd(), p);
        return order == 0
                ? RecoveryTable.Successor.AT_P
                : order > 0 ? RecoveryTable.Successor.ABOVE_P : RecoveryTable.Successor.BELOW_P;
    }

    private ChunkReader.Source source(long number) {
        LiveSegment segment = census.segments().containing(identity.base(number));
        if (segment == null) {
            throw new AssertionError("segment " + number + " has a header but is not listed");
        }
        return (dst, position) -> census.segments().read(segment, dst, position);
    }

    private End end(long number, long p, RecoveryTable.AtEnd atEnd) throws IOException {
        String fault =
                switch (atEnd) {
                    case TORN -> probe.fault() + " at LSN " + probe.faultLsn();
                    case NONE -> "no unit";
                    case NO_SEGMENT_HEADER -> "no segment header";
                };
        LookBehind look = new LookBehind(census, session, chunks, checksums);
        RecoveryTable.Row row = RecoveryTable.end(atEnd, look.look(number, p));
        rows.accept(row);
        String place = "segment " + number + ", position " + (p - identity.base(number)) + ": " + fault;
        String found = place + (look.detail().isEmpty() ? "; nothing behind it" : "; " + look.detail());
        if (row.decision() == RecoveryTable.Decision.CORRUPT) {
            throw new StoreCorruptException(p, found);
        }
        return new End(number, p, row.decision(), records, look.bytes(), found);
    }
}
