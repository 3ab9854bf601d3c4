package io.lss.cli.demo;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a record, little-endian:
 *
 * <pre>
 *    0         8         16         24       32     36       40       44     48
 *    +---------+---------+----------+--------+------+--------+--------+------+----------
 *    | run     | lsn     | sequence | offset | file | length | writer | kind | bytes of the file ...
 *    +---------+---------+----------+--------+------+--------+--------+------+----------
 * </pre>
 *
 * <p>{@code run} is different in every run of the demo; the rest but {@code lsn} and {@code kind} is the {@link Cut}.
 * That a record knows its own LSN is what reserving it first makes possible.
 */
final class RecordImage {
    /** The length of what precedes the file's bytes. */
    static final int HEADER_BYTES = 48;

    /** The kind of every record that is published. */
    static final int PUBLISHED = 1;

    /** The kind of what is written into reservations that are then aborted. Nobody must ever read it. */
    static final int ABORTED = 2;

    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    static final int RUN = 0;
    static final int LSN = 8;
    static final int SEQUENCE = 16;
    static final int OFFSET = 24;
    static final int FILE = 32;
    static final int LENGTH = 36;
    static final int WRITER = 40;
    static final int KIND = 44;

    private RecordImage() {}

    /** Writes a record; the source has {@linkplain SourceReader#load loaded} its bytes. */
    static void write(MemorySegment dst, long run, long lsn, Cut cut, int kind, SourceReader source) {
        dst.set(LONG, RUN, run);
        dst.set(LONG, LSN, lsn);
        dst.set(LONG, SEQUENCE, cut.sequence());
        dst.set(LONG, OFFSET, cut.offset());
        dst.set(INT, FILE, cut.file());
        dst.set(INT, LENGTH, cut.length());
        dst.set(INT, WRITER, cut.writer());
        dst.set(INT, KIND, kind);
        source.copy(cut, dst, HEADER_BYTES);
    }

    static long run(MemorySegment record) {
        return record.get(LONG, RUN);
    }

    static long lsn(MemorySegment record) {
        return record.get(LONG, LSN);
    }

    static int writer(MemorySegment record) {
        return record.get(INT, WRITER);
    }

    static int kind(MemorySegment record) {
        return record.get(INT, KIND);
    }

    /**
     * {@return what is wrong with a record, or null if it is what was appended} The source has {@linkplain
     * SourceReader#load loaded} the bytes it should hold.
     */
    static @Nullable String difference(MemorySegment record, long lsn, Cut expected, SourceReader source) {
        if (record.byteSize() != expected.recordLength()) {
            return "is " + record.byteSize() + " bytes long, not " + expected.recordLength();
        }
        if (lsn(record) != lsn) {
            return "was appended at LSN " + lsn(record);
        }
        if (!cut(record).equals(expected)) {
            return "says that it is " + cut(record) + ", not " + expected;
        }
        long differs = source.mismatch(expected, record, HEADER_BYTES);
        return differs < 0 ? null : "differs in byte " + (HEADER_BYTES + differs);
    }

    /** {@return which bytes of which file the record says it holds} */
    static Cut cut(MemorySegment record) {
        return new Cut(
                writer(record),
                record.get(LONG, SEQUENCE),
                record.get(INT, FILE),
                record.get(LONG, OFFSET),
                record.get(INT, LENGTH));
    }
}
