package io.lss.uring;

/** How far a short transfer got, in whole blocks. Pure. */
final class Remainder {

    private Remainder() {}

    /**
     * {@return from which byte of a write to go on} Direct writes go in whole blocks: one of which only a part was written goes once more.
     *
     * @param before where the transfer began, a multiple of the block size
     * @param transferred how many bytes it moved
     * @param length of the whole write
     * @param blockSize a power of two
     */
    static long after(long before, long transferred, long length, int blockSize) {
        long done = before + transferred;
        return done >= length ? length : done & -blockSize;
    }
}
