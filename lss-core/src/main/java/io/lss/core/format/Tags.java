package io.lss.core.format;

/** Mixes a segment's salt and an LSN into the tags that bind a unit and a frame to their one place in one segment. */
public final class Tags {

    private Tags() {}

    /**
     * {@return the 64-bit finalizer of MurmurHash3} A bijection: different inputs have different tags.
     *
     * @param x salt XOR LSN
     */
    public static long mix(long x) {
        long h = x;
        h ^= h >>> 33;
        h *= 0xff51afd7ed558ccdL;
        h ^= h >>> 33;
        h *= 0xc4ceb9fe1a85ec53L;
        h ^= h >>> 33;
        return h;
    }
}
