package io.lss.bench;

import java.util.Arrays;
import java.util.Locale;

/** Measurements of one kind, in the order in which they were taken. */
final class Series {

    private final double[] values;

    Series(double... values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("no measurement");
        }
        this.values = values.clone();
    }

    /** {@return the middle one; of two in the middle, their mean} */
    double median() {
        double[] sorted = sorted();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    double least() {
        return sorted()[0];
    }

    double greatest() {
        return sorted()[values.length - 1];
    }

    private double[] sorted() {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted;
    }

    /** {@return this, round by round, divided by another} */
    Series over(Series other) {
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
    String text(String format) {
        String all = format + "  (" + format + " - " + format + ")";
        return String.format(Locale.ROOT, all, median(), least(), greatest());
    }
}
