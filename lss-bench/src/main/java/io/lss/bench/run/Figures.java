package io.lss.bench.run;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.HdrHistogram.AbstractHistogram;

/**
 * What one measurement gave.
 *
 * @param values by metric, in that metric's unit
 */
public record Figures(Map<Metric, Double> values) {

    /** Copies the map. */
    public Figures {
        values = Map.copyOf(values);
    }

    /** {@return one figure} */
    public static Figures of(Metric metric, double value) {
        return new Figures(Map.of(metric, value));
    }

    /** {@return these and one more} */
    public Figures with(Metric metric, double value) {
        Map<Metric, Double> more = new EnumMap<>(Metric.class);
        more.putAll(values);
        more.put(metric, value);
        return new Figures(more);
    }

    /** {@return these and the percentiles of a histogram of nanoseconds} */
    public Figures withLatencies(AbstractHistogram nanos) {
        return with(Metric.P50_MICROS, nanos.getValueAtPercentile(50) / 1e3)
                .with(Metric.P99_MICROS, nanos.getValueAtPercentile(99) / 1e3)
                .with(Metric.P999_MICROS, nanos.getValueAtPercentile(99.9) / 1e3)
                .with(Metric.MAX_MICROS, nanos.getMaxValue() / 1e3);
    }

    /** {@return the figure of a metric that must be there} */
    public double get(Metric metric) {
        return Objects.requireNonNull(values.get(metric), () -> metric + " was not measured, only " + values);
    }

    /** {@return as one line that {@link #parse} reads} */
    public String line() {
        StringBuilder line = new StringBuilder();
        values.forEach((metric, value) -> line.append(metric.name()).append('=').append(value).append(' '));
        return line.toString().strip();
    }

    /** {@return what {@link #line} wrote} */
    public static Figures parse(String line) {
        Map<Metric, Double> values = new EnumMap<>(Metric.class);
        for (String each : line.strip().split(" ", -1)) {
            int at = each.indexOf('=');
            values.put(Metric.valueOf(each.substring(0, at)), Double.valueOf(each.substring(at + 1)));
        }
        return new Figures(values);
    }
}
