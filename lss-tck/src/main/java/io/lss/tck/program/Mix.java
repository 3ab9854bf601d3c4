package io.lss.tck.program;

/** Spreads bits (the finalizer of MurmurHash3). */
public final class Mix {

    private Mix() {}

    public static long of(long x) {
        long y = (x + 0x9e3779b97f4a7c15L ^ x >>> 33) * 0xff51afd7ed558ccdL;
        y = (y ^ y >>> 33) * 0xc4ceb9fe1a85ec53L;
        return y ^ y >>> 33;
    }

    /** {@return a hash of numbers that depends on their order} */
    public static long of(long first, long... more) {
        long hash = of(first);
        for (long each : more) {
            hash = of(hash * 31 + each);
        }
        return hash;
    }
}
