package io.lss.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonTest {

    private final List<String> order = new ArrayList<>();
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    /** Gives the numbers in turn. */
    private Contender contender(String name, double... figures) {
        return new Contender() {
            private int next;

            @Override
            public String name() {
                return name;
            }

            @Override
            public double measure() {
                order.add(name);
                return figures[next++];
            }
        };
    }

    private boolean run(List<Contender> contenders, Bar... bars) throws Exception {
        return new Comparison("title", "MiB/s", "%.1f", contenders, List.of(bars))
                .run(
                        3,
                        new PrintStream(printed, true, StandardCharsets.UTF_8),
                        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
    }

    @Test
    void contendersTakeTurnsAndAlsoInBeginningAndTheFirstRoundDoesNotCount() throws Exception {
        assertTrue(run(List.of(contender("a", 900, 10, 20, 60), contender("b", 1, 10, 10, 10)), new Bar("a", List.of("b"), 2, true)));
        assertEquals(List.of("a", "b", "b", "a", "a", "b", "b", "a"), order);
        String text = printed.toString(StandardCharsets.UTF_8);
        assertTrue(text.contains("20.0  (10.0 - 60.0)"), text);
        assertTrue(text.contains("a / b = 2.00  (1.00 - 6.00)   bar: at least 2.00: met"), text);
    }

    @Test
    void theRatioIsTheMedianOfTheRoundsRatiosAndNotTheRatioOfTheMedians() {
        Series one = new Series(1, 2, 9);
        Series other = new Series(10, 1, 3);
        assertEquals(2, one.over(other).median());
        assertEquals(0.1, one.over(other).least());
        assertEquals(3, one.over(other).greatest());
        assertEquals(2.5, new Series(4, 1).median());
    }

    @Test
    void theBetterOfSeveralLimitsCountsAndAMissedBarIsReported() throws Exception {
        boolean met = run(
                List.of(contender("us", 0, 12, 12, 12), contender("slow", 0, 20, 20, 20), contender("fast", 0, 9, 9, 9)),
                new Bar("us", List.of("slow", "fast"), 1.2, false));
        assertFalse(met);
        String text = printed.toString(StandardCharsets.UTF_8);
        assertTrue(text.contains("us / fast = 1.33  (1.33 - 1.33)   bar: at most 1.20: MISSED"), text);
    }
}
