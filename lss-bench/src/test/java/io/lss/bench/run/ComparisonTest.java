package io.lss.bench.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ComparisonTest {

    private final List<String> order = new ArrayList<>();
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    /** Gives the numbers in turn, and fails when there is none left. */
    private Contender contender(String name, Metric metric, double... figures) {
        return new Contender() {
            private int next;

            @Override
            public String name() {
                return name;
            }

            @Override
            public String flags() {
                return "";
            }

            @Override
            public Figures measure() throws IOException {
                order.add(name);
                if (next == figures.length) {
                    throw new IOException("no more");
                }
                return Figures.of(metric, figures[next++]);
            }
        };
    }

    private Result run(Metric metric, List<Contender> contenders, Bar... bars) throws Exception {
        return new Comparison("group", "title", metric, Map.of("thr", "1"), contenders, List.of(bars))
                .run(
                        3,
                        new PrintStream(printed, true, StandardCharsets.UTF_8),
                        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
    }

    @Test
    void contendersTakeTurnsAndAlsoInBeginningAndTheFirstRoundDoesNotCount() throws Exception {
        Metric metric = Metric.MIB_PER_SECOND;
        Result result = run(
                metric,
                List.of(contender("a", metric, 900, 10, 20, 60), contender("b", metric, 1, 10, 10, 10)),
                new Bar("X", "a", metric, List.of("b"), 2));
        assertTrue(result.isMet());
        assertEquals(List.of("a", "b", "b", "a", "a", "b", "b", "a"), order);
        assertEquals("group-thr1", result.id());
        String text = printed.toString(StandardCharsets.UTF_8);
        assertTrue(text.contains("20  (10 - 60)"), text);
        assertTrue(text.contains("a / b, MiB/s = 2.00  (1.00 - 6.00)   bar: at least 2.00"), text);
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
        Metric metric = Metric.P50_MICROS;
        Result result = run(
                metric,
                List.of(
                        contender("us", metric, 0, 12, 12, 12),
                        contender("slow", metric, 0, 20, 20, 20),
                        contender("fast", metric, 0, 9, 9, 9)),
                new Bar("X", "us", metric, List.of("slow", "fast"), 1.2));
        assertFalse(result.isMet());
        String text = printed.toString(StandardCharsets.UTF_8);
        assertTrue(text.contains("us / fast, p50, us = 1.33  (1.33 - 1.33)   bar: at most 1.20 (noise 5 %): MISSED"), text);
    }

    @Test
    void aBarMayBeMissedByItsNoiseAndNoMore() {
        Bar more = new Bar("X", "us", Metric.PER_SECOND, List.of("them"), 0.9, 0.1);
        assertEquals(Bar.Verdict.MET, more.judge(0.9));
        assertEquals(Bar.Verdict.WITHIN_NOISE, more.judge(0.82));
        assertEquals(Bar.Verdict.MISSED, more.judge(0.8));
        Bar less = new Bar("X", "us", Metric.NANOS, List.of("them"), 2, 0.1);
        assertEquals(Bar.Verdict.MET, less.judge(2));
        assertEquals(Bar.Verdict.WITHIN_NOISE, less.judge(2.1));
        assertEquals(Bar.Verdict.MISSED, less.judge(2.3));
    }

    @Test
    void whoFailsIsLeftOutAndItsBarIsMissedWithoutARatio() throws Exception {
        Metric metric = Metric.PER_SECOND;
        Result result = run(
                metric,
                List.of(contender("us", metric, 1, 1), contender("them", metric, 1, 1, 1, 1)),
                new Bar("X", "us", metric, List.of("them"), 0.1));
        assertFalse(result.isMet());
        assertTrue(result.contenders().getFirst().failure().contains("no more"), result.toString());
        assertEquals(3, order.stream().filter("us"::equals).count());
        assertTrue(printed.toString(StandardCharsets.UTF_8).contains("nothing measured: MISSED"));
    }

    @Test
    void figuresAndTheirLine() {
        Figures figures = Figures.of(Metric.PER_SECOND, 1.5).with(Metric.P50_MICROS, 2);
        assertEquals(figures, Figures.parse(figures.line()));
    }
}
