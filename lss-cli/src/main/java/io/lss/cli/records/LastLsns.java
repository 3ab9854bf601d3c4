package io.lss.cli.records;

/** The last so many of a sequence of ascending LSNs: only how many there were, and the highest that is not among them, is kept. */
final class LastLsns {
    /** The most that can be wanted. */
    static final int MOST = 1_000_000;

    private final long[] ring;
    private long count;
    private long skipped = -1;

    /**
     * None yet.
     *
     * @param wanted how many, up to {@link #MOST}
     */
    LastLsns(int wanted) {
        ring = new long[wanted];
    }

    void add(long lsn) {
        if (ring.length == 0) {
            skipped = lsn;
        } else {
            int at = (int) (count % ring.length);
            if (count >= ring.length) {
                skipped = ring[at];
            }
            ring[at] = lsn;
        }
        count++;
    }

    /** {@return whether there were as many as are wanted} */
    boolean isFull() {
        return count >= ring.length;
    }

    /** {@return how many there were, if not {@link #isFull}} */
    int count() {
        return (int) count;
    }

    /** {@return the highest LSN that is not among the last; -1 if there is none} */
    long skipped() {
        return skipped;
    }
}
