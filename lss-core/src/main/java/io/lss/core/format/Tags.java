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

    /**
     * {@return what was mixed} The inverse of {@link #mix}: the factors are the inverses of its factors modulo 2^64, and each shift by 33 bits
     * undoes itself.
     *
     * @param tag a tag of 64 bits
     */
    public static long unmix(long tag) {
        long h = tag;
        h ^= h >>> 33;
        h *= 0x9cb4b2f8129337dbL;
        h ^= h >>> 33;
        h *= 0x4f74430c22a54005L;
        h ^= h >>> 33;
        return h;
    }
}
