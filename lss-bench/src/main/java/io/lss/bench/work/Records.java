package io.lss.bench.work;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** What the records consist of, and whether all came back. A stamp is {@code thread << 40 | sequence}. */
public final class Records implements Log.Reader {

    private static final int SEQUENCE_BITS = 40;
    private static final ValueLayout.OfLong STAMP = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final int recordBytes;
    private final long[] next;
    private long count;

    /**
     * Expects records of so many threads, each with sequence numbers without a gap; the first need not be 0, because a log may have been trimmed.
     */
    public Records(int recordBytes, int threads) {
        this.recordBytes = recordBytes;
        this.next = new long[threads];
        java.util.Arrays.fill(next, -1);
    }

    /** {@return the stamp of a record} */
    public static long stamp(int thread, long sequence) {
        return (long) thread << SEQUENCE_BITS | sequence;
    }

    /** Fills a record, but for its stamp. */
    public static void fill(MemorySegment record) {
        for (long i = 0; i < record.byteSize(); i++) {
            record.set(ValueLayout.JAVA_BYTE, i, (byte) (i * 31 + 7));
        }
    }

    /** {@return a filled record on the heap} */
    public static byte[] filled(int recordBytes) {
        byte[] record = new byte[recordBytes];
        fill(MemorySegment.ofArray(record));
        return record;
    }

    /** Puts a stamp at the beginning of a record, little-endian. */
    public static void put(MemorySegment record, long stamp) {
        record.set(STAMP, 0, stamp);
    }

    /** {@return the stamp at the beginning of a record, little-endian} */
    public static long stampOf(MemorySegment record) {
        return record.get(STAMP, 0);
    }

    @Override
    public void record(long stamp, int length, byte last) {
        int thread = (int) (stamp >>> SEQUENCE_BITS);
        long sequence = stamp & (1L << SEQUENCE_BITS) - 1;
        if (length != recordBytes || thread >= next.length || last != (byte) ((length - 1) * 31 + 7)) {
            throw new IllegalStateException("wrong data: a record of " + length + " bytes, thread " + thread + ", sequence " + sequence);
        }
        if (next[thread] >= 0 && next[thread] != sequence) {
            throw new IllegalStateException("wrong data: of thread " + thread + " comes " + sequence + " where " + next[thread] + " should");
        }
        next[thread] = sequence + 1;
        count++;
    }

    /**
     * Checks that each thread's last record is there.
     *
     * @param trimmed whether the log may have forgotten its older part, and so all of a thread that ended early
     * @param appended how many each thread has appended, ever
     * @return how many records there were
     */
    public long checkEnd(boolean trimmed, long... appended) {
        for (int thread = 0; thread < next.length; thread++) {
            boolean gone = next[thread] < 0 && (trimmed || appended[thread] == 0);
            if (!gone && next[thread] != appended[thread]) {
                throw new IllegalStateException("data lost: of thread " + thread + " the log has everything below " + next[thread]
                        + ", and " + appended[thread] + " were appended");
            }
        }
        return count;
    }
}
