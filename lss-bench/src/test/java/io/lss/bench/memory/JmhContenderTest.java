package io.lss.bench.memory;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.bench.run.Figures;
import io.lss.bench.run.Metric;
import org.junit.jupiter.api.Test;

/** That JMH finds the benchmark and gives both figures. */
class JmhContenderTest {

    @Test
    void anAppendIntoMemoryIsMeasured() throws Exception {
        Figures figures = new JmhContender("append", "append", 64, 1).measure();
        assertTrue(figures.get(Metric.NANOS) > 0 && figures.get(Metric.ALLOCATED) >= 0, figures.toString());
    }
}
