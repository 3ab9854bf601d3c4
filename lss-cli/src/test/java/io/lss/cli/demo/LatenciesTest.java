package io.lss.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class LatenciesTest {
    @Test
    void percentilesAreExactOverAllThreads() {
        Latencies odd = new Latencies();
        Latencies even = new Latencies();
        for (int i = 10_000; i >= 1; i--) {
            (i % 2 == 0 ? even : odd).add(i);
        }
        Latencies all = Latencies.together(List.of(odd, even));
        assertEquals(10_000, all.count());
        assertEquals(5_000, all.quantile(500));
        assertEquals(9_900, all.quantile(990));
        assertEquals(9_990, all.quantile(999));
        assertEquals(10_000, all.max());
        assertEquals(1, all.quantile(0));
    }

    @Test
    void withoutTimesEveryPercentileIsZero() {
        assertEquals(0, Latencies.together(List.of(new Latencies())).max());
    }
}
