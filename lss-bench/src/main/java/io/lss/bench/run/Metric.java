package io.lss.bench.run;

/** What is measured, its unit, and which way is better. */
public enum Metric {
    /** Payload appended, or read, a second. */
    MIB_PER_SECOND("MiB/s", "%,.0f", true),
    /** Operations a second: commits, reads. */
    PER_SECOND("/s", "%,.0f", true),
    /** The median latency. */
    P50_MICROS("p50, us", "%,.1f", false),
    /** The latency that one in a hundred exceeds. */
    P99_MICROS("p99, us", "%,.1f", false),
    /** The latency that one in a thousand exceeds. */
    P999_MICROS("p99.9, us", "%,.1f", false),
    /** The longest latency. */
    MAX_MICROS("max, us", "%,.0f", false),
    /** How long the whole took. */
    MILLIS("ms", "%,.1f", false),
    /** Time for one operation. */
    NANOS("ns", "%,.1f", false),
    /** Bytes written to the device for each byte of payload. */
    AMPLIFICATION("written/payload", "%.3f", false),
    /** Bytes that the kernel says this process has had written to disks, for each byte of payload; filling new files included. */
    KERNEL_WRITTEN("written/payload by the kernel", "%.3f", false),
    /** Bytes written beyond the payload, as a part of what is allowed: 24 bytes a record and 4 KiB a flush. */
    OVERHEAD("overhead/allowed", "%.2f", false),
    /** Memory of the whole process at the end, heap and ring included. */
    RESIDENT_MIB("resident MiB", "%,.0f", false),
    /** That memory as a part of the most that it was in the first five measurements. */
    GROWTH("memory/first", "%.2f", false),
    /** Bytes allocated on the heap, by all threads, for one operation. */
    ALLOCATED("B/op", "%.2f", false);

    private final String unit;
    private final String format;
    private final boolean moreIsBetter;

    Metric(String unit, String format, boolean moreIsBetter) {
        this.unit = unit;
        this.format = format;
        this.moreIsBetter = moreIsBetter;
    }

    /** {@return the unit, with what is measured where that is needed} */
    public String unit() {
        return unit;
    }

    /** {@return how one figure is printed, as for String.format} */
    public String format() {
        return format;
    }

    /** {@return whether the greater of two figures is the better one} */
    public boolean isMoreBetter() {
        return moreIsBetter;
    }
}
