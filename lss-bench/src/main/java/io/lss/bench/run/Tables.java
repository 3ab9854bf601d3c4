package io.lss.bench.run;

import java.io.PrintStream;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** Results as text. */
final class Tables {

    private Tables() {}

    static void print(Result result, PrintStream out) {
        out.println(result.id() + ": " + result.title() + "; medians (least - greatest) of " + result.rounds() + " rounds in turn");
        Set<Metric> metrics = new TreeSet<>();
        result.contenders().forEach(each -> metrics.addAll(each.figures().keySet()));
        metrics.remove(result.main());
        out.printf("  %-40s %28s", "", result.main().unit());
        metrics.forEach(metric -> out.printf(" %12s", metric.unit()));
        out.println();
        for (Result.Of each : result.contenders()) {
            if (!each.isWhole()) {
                out.printf("  %-40s FAILED: %s%n", each.name(), each.failure());
                continue;
            }
            out.printf("  %-40s %28s", each.name(), each.series(result.main()).text(result.main().format()));
            for (Metric metric : metrics) {
                String cell = each.figures().containsKey(metric)
                        ? String.format(Locale.ROOT, metric.format(), each.series(metric).median())
                        : "";
                out.printf(" %12s", cell);
            }
            out.println();
        }
        for (Result.Judged each : result.bars()) {
            out.println(
                    each.ratios().isEmpty()
                            ? "  " + each.bar().id() + ": " + each.bar().contender() + " against " + each.limit() + ": nothing measured: MISSED"
                            : each.bar().text(each.limit(), new Series(each.ratios().stream().mapToDouble(Double::doubleValue).toArray())));
        }
        out.println();
    }
}
