package io.lss.bench;

import java.util.List;
import java.util.Locale;

/**
 * What a contender has to reach: a ratio to the best of its limits.
 *
 * @param contender the one that is judged
 * @param limits those it is compared with; the better median counts
 * @param ratio the bar
 * @param moreIsBetter whether the ratio is to be reached, or not to be passed
 */
record Bar(String contender, List<String> limits, double ratio, boolean moreIsBetter) {

    /** {@return which of two medians is the better limit} */
    boolean isBetter(double one, double other) {
        return moreIsBetter ? one > other : one < other;
    }

    boolean isMet(double reached) {
        return moreIsBetter ? reached >= ratio : reached <= ratio;
    }

    String text(String limit, Series ratios) {
        return String.format(
                Locale.ROOT,
                "  %s / %s = %s   bar: %s %.2f: %s",
                contender,
                limit,
                ratios.text("%.2f"),
                moreIsBetter ? "at least" : "at most",
                ratio,
                isMet(ratios.median()) ? "met" : "MISSED");
    }
}
