package io.lss.bench.report;

import io.lss.bench.run.Metric;
import io.lss.bench.run.Result;
import io.lss.bench.run.Series;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** One comparison with all its figures. */
final class ComparisonTable {

    private ComparisonTable() {}

    static void write(Html html, Result result) {
        html.raw("<details id=\"" + Html.anchor(result.id()) + "\"").raw(isWhole(result) ? "" : " open").raw("><summary>").text(result.title());
        result.bars().forEach(each -> html
                .raw(" <span class=\"mark " + each.verdict() + "\">").text(each.bar().id() + " " + BarTable.word(each.verdict())).raw("</span>"));
        if (!isWhole(result)) {
            html.raw(" <span class=\"mark MISSED\">failed</span>");
        }
        html.raw("</summary><p class=\"note\"><code>").text(result.id()).raw("</code>, " + result.rounds() + " rounds that count.</p>");
        figures(html, result);
        html.raw("<p class=\"note\">What was run:</p><dl class=\"flags\">");
        result.contenders().forEach(each -> html.element("dt", each.name()).raw("<dd><code>").text(each.flags()).raw("</code></dd>"));
        html.raw("</dl></details>");
    }

    private static boolean isWhole(Result result) {
        return result.contenders().stream().allMatch(Result.Of::isWhole);
    }

    private static void figures(Html html, Result result) {
        Set<Metric> all = new TreeSet<>();
        result.contenders().forEach(each -> all.addAll(each.figures().keySet()));
        all.remove(result.main());
        html.raw("<div class=\"wide\"><table><thead><tr><th>contender<th colspan=\"2\">").text(result.main().unit());
        all.forEach(metric -> html.raw("<th>").text(metric.unit()));
        html.raw("</tr></thead><tbody>");
        double greatest = result.contenders().stream()
                .filter(each -> has(each, result.main()))
                .mapToDouble(each -> each.series(result.main()).median())
                .max()
                .orElse(Double.NaN);
        for (Result.Of each : result.contenders()) {
            html.raw("<tr class=\"" + Contestants.role(each.name()) + "\">").element("th", each.name());
            if (!each.isWhole()) {
                html.raw("<td class=\"failure\" colspan=\"" + (all.size() + 2) + "\">FAILED: ").text(each.failure()).raw("</td></tr>");
                continue;
            }
            if (has(each, result.main()) && each.series(result.main()).median() / greatest <= 1) {
                double percent = 100 * each.series(result.main()).median() / greatest;
                html.raw("<td class=\"share\"><i style=\"width:" + Html.number(percent) + "%\"></i></td>");
            } else {
                html.raw("<td></td>");
            }
            spread(html, each, result.main());
            all.forEach(metric -> spread(html, each, metric));
            html.raw("</tr>");
        }
        html.raw("</tbody></table></div>");
    }

    private static boolean has(Result.Of each, Metric metric) {
        return each.isWhole() && !each.figures().getOrDefault(metric, List.of()).isEmpty();
    }

    private static void spread(Html html, Result.Of each, Metric metric) {
        if (!has(each, metric)) {
            html.cell("n", "");
            return;
        }
        Series series = each.series(metric);
        html.raw("<td class=\"n\">").text(String.format(Locale.ROOT, metric.format(), series.median())).raw("<small>");
        html.text(String.format(Locale.ROOT, metric.format() + " - " + metric.format(), series.least(), series.greatest())).raw("</small></td>");
    }
}
