package io.lss.uring;

/**
 * Whether one way is clearly faster than the default, from rounds in which both were run in turn. Pure but for what it has counted.
 *
 * <p>The rule: it wins a round if it takes less than three quarters of the default's time; it wins a series if it wins all rounds of that, or all but one
 * in eight; and it wins if it has won two series, the second some time after the first. A median of a few milliseconds on a
 * machine that does other things says now this and now that; so many rounds in a row do not come by chance.
 */
final class Duel {

    /** Of a series. */
    static final int ROUNDS = 16;

    private static final double CLEARLY_FASTER = 0.75;
    private static final int MAY_LOSE = ROUNDS / 8;

    private int rounds;
    private int lost;

    /** Begins a series. */
    void begin() {
        rounds = 0;
        lost = 0;
    }

    /** A round, in nanoseconds. */
    void round(long nanosOfDefault, long nanos) {
        rounds++;
        if (nanos >= nanosOfDefault * CLEARLY_FASTER) {
            lost++;
        }
    }

    /** {@return whether the series cannot be won any more, so that the default stays} */
    boolean isLost() {
        return lost > MAY_LOSE;
    }

    /** {@return whether the series was won} Not if there was no time for all of it. */
    boolean isWon() {
        return rounds == ROUNDS && !isLost();
    }
}
