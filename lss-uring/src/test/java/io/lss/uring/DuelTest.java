package io.lss.uring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When another way counts as faster than the default. */
class DuelTest {

    private static final long USUAL = 1_000_000;

    private final Duel duel = new Duel();

    private boolean wins(int rounds, int lost, double factor) {
        duel.begin();
        for (int i = 0; i < rounds; i++) {
            duel.round(USUAL, i < lost ? USUAL : (long) (USUAL * factor));
        }
        return duel.isWon();
    }

    @ParameterizedTest
    @CsvSource({"16, 0, 0.7, true", "16, 2, 0.7, true", "16, 3, 0.7, false", "16, 0, 0.75, false", "15, 0, 0.1, false", "0, 0, 0.1, false"})
    void nearlyEveryRoundHasToBeWonByAQuarter(int rounds, int lost, double factor, boolean won) {
        assertEquals(won, wins(rounds, lost, factor));
    }

    @Test
    void aSeriesThatCannotBeWonAnyMoreIsOverAtOnce() {
        duel.begin();
        for (int i = 0; i < 3; i++) {
            assertFalse(duel.isLost());
            duel.round(USUAL, USUAL);
        }
        assertTrue(duel.isLost());
        duel.begin();
        assertFalse(duel.isLost());
    }

    /** Two ways that are equally fast, each time off by a factor of up to three either way, as on a machine that does other things. */
    @Test
    void noiseAloneNeverWinsTwice() {
        Random random = new Random(7);
        int wins = 0;
        for (int i = 0; i < 10_000; i++) {
            boolean won = true;
            for (int series = 0; series < 2 && won; series++) {
                duel.begin();
                for (int round = 0; round < Duel.ROUNDS; round++) {
                    duel.round(noisy(random), noisy(random));
                }
                won = duel.isWon();
            }
            wins += won ? 1 : 0;
        }
        assertEquals(0, wins);
    }

    private static long noisy(Random random) {
        return (long) (USUAL * Math.pow(3, 2 * random.nextDouble() - 1));
    }
}
