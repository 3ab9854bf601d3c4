package io.lss.cli.demo;

import java.util.Arrays;
import java.util.Collection;

/** Times that something took, all of them kept: percentiles are exact. Used by one thread. */
final class Latencies {
    private static final int INITIAL_CAPACITY = 1024;

    private long[] nanos = new long[INITIAL_CAPACITY];
    private int count;

    /** {@return the times of several threads together} */
    static Latencies together(Collection<Latencies> parts) {
        Latencies all = new Latencies();
        all.count = parts.stream().mapToInt(Latencies::count).sum();
        all.nanos = parts.stream().flatMapToLong(p -> Arrays.stream(p.nanos, 0, p.count)).toArray();
        Arrays.sort(all.nanos);
        return all;
    }

    void add(long time) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, count * 2);
        }
        nanos[count++] = time;
    }

    int count() {
        return count;
    }

    /**
     * {@return a time that the given share of all did not exceed, in nanoseconds; 0 if there is none} Only of {@link
     * #together} ones.
     *
     * @param perMille the share, from 0 to 1000
     */
    long quantile(int perMille) {
        if (count == 0) {
            return 0;
        }
        int rank = (int) Math.ceilDiv((long) count * perMille, 1000L);
        return nanos[Math.max(rank, 1) - 1];
    }

    long max() {
        return quantile(1000);
    }
}
