package io.lss.bench.run;

import java.util.List;
import java.util.Map;

/**
 * What came of a comparison; as it stands in the JSON file.
 *
 * @param group to which it belongs, such as {@code commit}
 * @param id unique
 * @param title for people
 * @param main the metric that is shown first
 * @param axis where it stands among others of its group, for charts: such as {@code rec=256}, {@code thr=4}
 * @param rounds how many count
 * @param contenders in their order
 * @param bars in their order
 */
public record Result(
        String group, String id, String title, Metric main, Map<String, String> axis, int rounds, List<Of> contenders, List<Judged> bars) {

    /** One contender: its name, what was run, and each metric's figures, round by round; or why it could not take part. */
    public record Of(String name, String flags, Map<Metric, List<Double>> figures, String failure) {

        /** {@return the figures of a metric} */
        public Series series(Metric metric) {
            return new Series(figures.getOrDefault(metric, List.of()).stream().mapToDouble(Double::doubleValue).toArray());
        }

        /** {@return whether it took part to the end} */
        public boolean isWhole() {
            return failure.isEmpty();
        }
    }

    /** A bar, what it was compared with, the ratios round by round, what of them is judged (their median, or the worst), and how that stands to it. */
    public record Judged(Bar bar, String limit, List<Double> ratios, double median, Bar.Verdict verdict) {}

    /** {@return whether no bar is missed by more than its noise} */
    public boolean isMet() {
        return bars.stream().noneMatch(each -> each.verdict() == Bar.Verdict.MISSED);
    }
}
