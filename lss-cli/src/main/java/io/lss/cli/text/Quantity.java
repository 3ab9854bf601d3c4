package io.lss.cli.text;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Numbers with their units, alike in every place and language. */
public final class Quantity {
    /** Bytes of a megabyte, decimal as disks are sold. */
    public static final long MEGABYTE = 1_000_000;

    private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final double NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);
    private static final double NANOS_PER_MICRO = TimeUnit.MICROSECONDS.toNanos(1);

    private Quantity() {}

    /**
     * {@return a whole number, grouped}
     *
     * @param number which
     */
    public static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /**
     * {@return a number of things, with their name in singular or plural}
     *
     * @param number how many
     * @param one the name of one of them, whose plural takes an s
     */
    public static String count(long number, String one) {
        return count(number) + " " + one + (number == 1 ? "" : "s");
    }

    /**
     * {@return a length in the unit that suits it}
     *
     * @param bytes the length
     */
    public static String bytes(long bytes) {
        if (bytes < 1_000) {
            return bytes + " B";
        }
        return bytes < MEGABYTE
                ? String.format(Locale.ROOT, "%,.1f KB", bytes / 1e3)
                : String.format(Locale.ROOT, "%,.1f MB", bytes / 1e6);
    }

    /**
     * {@return a length in megabytes}
     *
     * @param bytes the length
     */
    public static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%,.1f MB", bytes / 1e6);
    }

    /**
     * {@return how many per second, grouped, without a unit}
     *
     * @param number how many
     * @param nanos in what time, in nanoseconds
     */
    public static String perSecond(long number, long nanos) {
        return String.format(Locale.ROOT, "%,.0f", number / (Math.max(1, nanos) / NANOS_PER_SECOND));
    }

    /**
     * {@return a bandwidth}
     *
     * @param bytes how much
     * @param nanos in what time, in nanoseconds
     */
    public static String bandwidth(long bytes, long nanos) {
        return String.format(Locale.ROOT, "%,.0f MB/s", bytes / 1e6 / (Math.max(1, nanos) / NANOS_PER_SECOND));
    }

    /**
     * {@return a time in the unit that suits it}
     *
     * @param nanos the time in nanoseconds
     */
    public static String time(long nanos) {
        if (nanos < NANOS_PER_MILLI) {
            return micros(nanos) + " us";
        }
        return nanos < NANOS_PER_SECOND
                ? String.format(Locale.ROOT, "%.1f ms", nanos / NANOS_PER_MILLI)
                : String.format(Locale.ROOT, "%.2f s", nanos / NANOS_PER_SECOND);
    }

    /**
     * {@return a time in the unit that suits it}
     *
     * @param time which
     */
    public static String time(Duration time) {
        return time(time.toNanos());
    }

    /**
     * {@return a time in whole microseconds, grouped, without a unit}
     *
     * @param nanos the time in nanoseconds
     */
    public static String micros(long nanos) {
        return String.format(Locale.ROOT, "%,.0f", nanos / NANOS_PER_MICRO);
    }

    /**
     * {@return a ratio, to two decimals}
     *
     * @param ratio which
     */
    public static String ratio(double ratio) {
        return String.format(Locale.ROOT, "%,.2f", ratio);
    }
}
