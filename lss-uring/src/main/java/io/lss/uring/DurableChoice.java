package io.lss.uring;

/**
 * How writes are made durable, for each case.
 *
 * @param lone a small write that is alone: a commit
 * @param batch small writes together
 * @param large large writes
 * @param origin where the choice comes from, for people
 */
record DurableChoice(Durable lone, Durable batch, Durable large, String origin) {

    /**
     * Up to this length, in bytes, a write costs about the same as one of a block, since what is paid for is the flush of the
     * device. What is longer is worth having in flight beside others, which a synchronous call prevents.
     */
    static final long SMALL_BYTES = 256 << 10;

    /** What is done unless a measurement says better: see docs/decisions/who-issues-and-reaps.md. */
    static final DurableChoice DEFAULT =
            new DurableChoice(Durable.PWRITEV2, Durable.FDATASYNC, Durable.FDATASYNC, "default");

    /** {@return the choice of a user who wants one way for all} */
    static DurableChoice only(Durable way) {
        // A call that returns when it is done has no batches.
        Durable together = way == Durable.PWRITEV2 ? Durable.FDATASYNC : way;
        return new DurableChoice(way, together, together, "set");
    }

    /** {@return how a write is made durable} */
    Durable of(long length, boolean isAlone) {
        if (length > SMALL_BYTES) {
            return large;
        }
        return isAlone ? lone : batch;
    }

    /** {@return the choice, for people} */
    String description() {
        return "durable: lone " + lone.word() + ", batch " + batch.word() + ", large " + large.word() + " (" + origin + ")";
    }
}
