package io.lss.bench.run;

import java.util.List;
import java.util.Locale;

/**
 * What a contender has to reach: a ratio to the best of its limits, in one metric.
 *
 * @param id the number under which the bars are listed (docs/BENCHMARKS.md)
 * @param contender the one that is judged
 * @param metric in which
 * @param limits those it is compared with; the better median counts. None: the figure itself is judged
 * @param ratio to be reached, or, where less is better, not to be exceeded
 * @param noise by so much of the ratio it may be missed: what two runs of the same differ by
 * @param every whether each round is judged, not their median
 */
public record Bar(String id, String contender, Metric metric, List<String> limits, double ratio, double noise, boolean every) {

    /** By how much ratios within one run were seen to differ from run to run. */
    public static final double USUAL_NOISE = 0.05;

    /** A bar with the usual noise. */
    public Bar(String id, String contender, Metric metric, List<String> limits, double ratio) {
        this(id, contender, metric, limits, ratio, USUAL_NOISE, false);
    }

    /** A bar with a noise of its own. */
    public Bar(String id, String contender, Metric metric, List<String> limits, double ratio, double noise) {
        this(id, contender, metric, limits, ratio, noise, false);
    }

    /** A bar for a figure by itself, which each round has to meet. */
    public static Bar always(String id, String contender, Metric metric, double value) {
        return new Bar(id, contender, metric, List.of(), value, USUAL_NOISE, true);
    }

    /** {@return what is judged of several figures} */
    double judged(Series values) {
        if (!every) {
            return values.median();
        }
        return metric.isMoreBetter() ? values.least() : values.greatest();
    }

    /** A bar for a figure by itself. */
    public static Bar absolute(String id, String contender, Metric metric, double value) {
        return new Bar(id, contender, metric, List.of(), value, USUAL_NOISE);
    }

    /** How a ratio stands to the bar. */
    public enum Verdict {
        /** Reached. */
        MET,
        /** Missed by no more than the noise. */
        WITHIN_NOISE,
        /** Missed. */
        MISSED
    }

    /** {@return which of two medians is the better limit} */
    boolean isBetter(double one, double other) {
        return metric.isMoreBetter() ? one > other : one < other;
    }

    /** {@return how a ratio stands to it} */
    public Verdict judge(double reached) {
        double missing = metric.isMoreBetter() ? ratio - reached : reached - ratio;
        if (missing <= 0) {
            return Verdict.MET;
        }
        return missing <= noise * ratio ? Verdict.WITHIN_NOISE : Verdict.MISSED;
    }

    /** {@return a line for people} */
    String text(String limit, Series ratios) {
        return String.format(
                Locale.ROOT,
                "  %s: %s%s, %s = %s   bar: at %s %.2f (noise %.0f %%): %s",
                id,
                contender,
                limit.isEmpty() ? "" : " / " + limit,
                metric.unit(),
                ratios.text("%.2f"),
                metric.isMoreBetter() ? "least" : "most",
                ratio,
                noise * 100,
                judge(judged(ratios)));
    }
}
