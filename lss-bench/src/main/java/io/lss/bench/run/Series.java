package io.lss.bench.run;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Measurements of one kind, in the order in which they were taken. */
public final class Series {

    private final double[] values;

    /** At least one measurement. */
    public Series(double... values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("no measurement");
        }
        this.values = values.clone();
    }

    /** {@return all, in the order in which they were taken} */
    public List<Double> list() {
        return Arrays.stream(values).boxed().toList();
    }

    /** {@return the middle one; of two in the middle, their mean} */
    public double median() {
        double[] sorted = sorted();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** {@return the least} */
    public double least() {
        return sorted()[0];
    }

    /** {@return the greatest} */
    public double greatest() {
        return sorted()[values.length - 1];
    }

    private double[] sorted() {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted;
    }

    /** {@return this, round by round, divided by another} */
    public Series over(Series other) {
        if (other.values.length != values.length) {
            throw new IllegalArgumentException(values.length + " rounds against " + other.values.length);
        }
        double[] ratios = new double[values.length];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = values[i] / other.values[i];
        }
        return new Series(ratios);
    }

    /** {@return median, least and greatest, for people} */
    public String text(String format) {
        String all = format + "  (" + format + " - " + format + ")";
        return String.format(Locale.ROOT, all, median(), least(), greatest());
    }
}
