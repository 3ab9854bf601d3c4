package io.lss.bench.work;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * What every contender of a comparison does.
 *
 * @param kind of work
 * @param recordBytes payload of a record, in bytes
 * @param mebibytes payload in all, in MiB; of bulk
 * @param threads how many append
 * @param virtual whether they are virtual ones
 * @param steady whether one log is used for all measurements and, if it can, uses space again; otherwise everything is made anew
 * @param time how long commits are made; zero for bulk
 * @param ratePerSecond at which commits arrive, whether or not the ones before have ended; 0: each thread begins one when the one before has ended
 */
public record Work(Kind kind, int recordBytes, int mebibytes, int threads, boolean virtual, boolean steady, Duration time, int ratePerSecond) {

    /** The kinds of work that all logs can do. */
    public enum Kind {
        /** Append as fast as it goes; durable at the end. */
        BULK,
        /** Each thread appends a record and waits until it is durable. */
        COMMIT
    }

    /** {@return appends, durable at the end} */
    public static Work bulk(int recordBytes, int mebibytes, int threads, boolean steady) {
        return new Work(Kind.BULK, recordBytes, mebibytes, threads, false, steady, Duration.ZERO, 0);
    }

    /** {@return commits, one after the other by each thread} */
    public static Work commit(int recordBytes, int threads, boolean virtual, Duration time) {
        return new Work(Kind.COMMIT, recordBytes, 0, threads, virtual, false, time, 0);
    }

    /** {@return the same at another rate} */
    public Work at(int newRatePerSecond) {
        return new Work(kind, recordBytes, mebibytes, threads, virtual, steady, time, newRatePerSecond);
    }

    /** {@return how many records each thread appends in bulk} */
    public long recordsPerThread() {
        return ((long) mebibytes << 20) / recordBytes / threads;
    }

    /** {@return as words that {@link #parse} reads} */
    public String line() {
        return "kind=" + kind + " rec=" + recordBytes + " mib=" + mebibytes + " thr=" + threads + " virtual=" + virtual + " steady=" + steady
                + " ms=" + time.toMillis() + " rate=" + ratePerSecond;
    }

    /** {@return what {@link #line} wrote} */
    public static Work parse(String line) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String each : line.strip().split(" ", -1)) {
            int at = each.indexOf('=');
            values.put(each.substring(0, at), each.substring(at + 1));
        }
        return new Work(
                Kind.valueOf(value(values, "kind")),
                Integer.parseInt(value(values, "rec")),
                Integer.parseInt(value(values, "mib")),
                Integer.parseInt(value(values, "thr")),
                Boolean.parseBoolean(value(values, "virtual")),
                Boolean.parseBoolean(value(values, "steady")),
                Duration.ofMillis(Long.parseLong(value(values, "ms"))),
                Integer.parseInt(value(values, "rate")));
    }

    private static String value(Map<String, String> values, String name) {
        return Objects.requireNonNull(values.get(name), name);
    }
}
