package io.lss.faults.load;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Records whose bytes follow from run, thread and number, so that nobody has to be told what was written. */
public final class Payloads {

    private static final int HEADER = 12;
    private static final int MOST_USUAL = 200;
    private static final int MOST = 6_000;
    private static final int LONG_EVERY = 60;

    private Payloads() {}

    /**
     * {@return a record, byte for byte}
     *
     * @param run of the load
     * @param thread of the run
     * @param number of the record, from 1
     */
    public static byte[] of(int run, int thread, int number) {
        SplittableRandom random = new SplittableRandom(((long) run << 32) + thread * 1_000_003L + number);
        byte[] bytes = new byte[HEADER + random.nextInt(number % LONG_EVERY == 0 ? MOST : MOST_USUAL)];
        random.nextBytes(bytes);
        ByteBuffer.wrap(bytes).putInt(run).putInt(thread).putInt(number);
        return bytes;
    }

    /** {@return whose record it is} */
    static Entry entry(long lsn, byte[] bytes) throws ViolationException {
        if (bytes.length < HEADER) {
            throw new ViolationException("nobody published a record of " + bytes.length + " bytes, as at LSN " + lsn);
        }
        ByteBuffer header = ByteBuffer.wrap(bytes);
        Entry entry = new Entry(lsn, header.getInt(), header.getInt(), header.getInt());
        if (!Arrays.equals(bytes, of(entry.run(), entry.thread(), entry.number()))) {
            throw new ViolationException("not what was published: " + entry);
        }
        return entry;
    }
}
