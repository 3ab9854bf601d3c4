package io.lss.bench.report;

import io.lss.bench.run.Bar;
import io.lss.bench.run.Result;
import io.lss.bench.run.Series;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** The bars: what was to be reached, and what was. */
final class BarTable {

    /** Width of a drawn ratio; its bar stands in the middle. */
    private static final int WIDTH = 180;

    private BarTable() {}

    /** {@return how many bars stand so} */
    static long count(List<Result> results, Bar.Verdict verdict) {
        return results.stream().flatMap(each -> each.bars().stream()).filter(each -> each.verdict() == verdict).count();
    }

    static void write(Html html, List<Result> results) {
        if (results.stream().allMatch(each -> each.bars().isEmpty())) {
            html.raw("<p>Nothing was to be reached in what was run.</p>");
            return;
        }
        html.raw("<div class=\"wide\"><table class=\"bars\"><thead><tr><th>bar<th>comparison<th>ratio<th class=\"n\">median"
                + "<th class=\"n\">least - greatest<th class=\"n\">to be reached"
                + "<th>verdict<th class=\"drawn\">bar in the middle</tr></thead><tbody>");
        record Row(Result result, Result.Judged judged) {}
        results.stream()
                .flatMap(result -> result.bars().stream().map(judged -> new Row(result, judged)))
                .sorted(Comparator.comparing(row -> row.judged().bar().id()))
                .forEach(row -> row(html, row.result(), row.judged()));
        html.raw("</tbody></table></div>");
    }

    private static void row(Html html, Result result, Result.Judged judged) {
        Bar bar = judged.bar();
        html.raw("<tr class=\"" + judged.verdict() + "\">");
        html.element("td", bar.id());
        html.raw("<td><a href=\"#" + Html.anchor(result.id()) + "\">").text(result.title()).raw("</a></td>");
        html.element("td", bar.contender() + " / " + judged.limit() + ", " + bar.metric().unit());
        boolean isMeasured = Double.isFinite(judged.median()) && !judged.ratios().isEmpty();
        if (isMeasured) {
            Series ratios = new Series(judged.ratios().stream().mapToDouble(Double::doubleValue).toArray());
            html.cell("n", two(judged.median())).cell("n", two(ratios.least()) + " - " + two(ratios.greatest()));
        } else {
            html.raw("<td class=\"n\" colspan=\"2\">nothing measured</td>");
        }
        html.cell("n", (bar.metric().isMoreBetter() ? "at least " : "at most ") + two(bar.ratio()));
        html.raw("<td><span class=\"verdict\">").text(word(judged.verdict())).raw("</span></td><td class=\"drawn\">");
        if (isMeasured) {
            draw(html, judged);
        }
        html.raw("</td></tr>");
    }

    /** {@return a verdict for people} */
    static String word(Bar.Verdict verdict) {
        return verdict.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static String two(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    /** A line from the least ratio to the greatest, the median on it, on a scale from 0 to twice the bar. The good side is shaded. */
    private static void draw(Html html, Result.Judged judged) {
        Bar bar = judged.bar();
        double least = judged.ratios().stream().mapToDouble(Double::doubleValue).min().orElse(0);
        double greatest = judged.ratios().stream().mapToDouble(Double::doubleValue).max().orElse(0);
        int middle = WIDTH / 2;
        int good = bar.metric().isMoreBetter() ? middle : 0;
        html.raw("<svg width=\"" + WIDTH + "\" height=\"16\" viewBox=\"0 0 " + WIDTH + " 16\" aria-hidden=\"true\">")
                .raw("<rect class=\"good\" x=\"" + good + "\" width=\"" + middle + "\" height=\"16\"/>")
                .raw("<path class=\"at\" d=\"M" + middle + " 0v16\"/>")
                .raw("<path class=\"range\" d=\"M" + place(least, bar) + " 8H" + place(greatest, bar) + "\"/>")
                .raw("<circle cx=\"" + place(judged.median(), bar) + "\" cy=\"8\" r=\"4\"/></svg>");
    }

    private static String place(double ratio, Bar bar) {
        return Html.number(Math.clamp(Double.isFinite(ratio) ? ratio / bar.ratio() * WIDTH / 2 : WIDTH, 5, WIDTH - 5));
    }
}
