package io.lss.bench.report;

import io.lss.bench.run.Metric;
import io.lss.bench.run.Result;
import io.lss.bench.run.Series;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The charts of a group of comparisons: its main metric along each of its axes that has several places, one chart for each place on the other axes;
 * and where latencies were measured, their percentiles.
 */
final class Charts {

    private static final List<Metric> PERCENTILES = List.of(Metric.P50_MICROS, Metric.P99_MICROS, Metric.P999_MICROS);

    /** So many places on an axis are joined by lines; fewer are bars. */
    private static final int LINE = 3;

    private static final long KIBI = 1024;

    private final Contestants contestants;
    private final List<Chart> charts = new ArrayList<>();

    private Charts(Contestants contestants) {
        this.contestants = contestants;
    }

    /** {@return the charts of comparisons of one group} */
    static List<Chart> of(List<Result> group, Contestants contestants) {
        Charts all = new Charts(contestants);
        Set<String> axes = new LinkedHashSet<>();
        group.forEach(each -> axes.addAll(each.axis().keySet()));
        for (String axis : axes) {
            all.along(axis, group);
        }
        if (all.charts.isEmpty()) {
            group.forEach(all::alone);
        }
        for (Result each : group) {
            all.percentiles(each);
        }
        return all.charts;
    }

    private void along(String axis, List<Result> group) {
        Map<Map<String, String>, List<Result>> byRest = new LinkedHashMap<>();
        for (Result each : group) {
            Map<String, String> rest = new LinkedHashMap<>(each.axis());
            if (rest.remove(axis) != null) {
                byRest.computeIfAbsent(rest, _ -> new ArrayList<>()).add(each);
            }
        }
        byRest.forEach((rest, results) -> {
            if (results.size() > 1) {
                StringBuilder title = new StringBuilder(unit(results.getFirst().main())).append(" by ").append(axisName(axis));
                rest.forEach((name, value) -> title.append(", ").append(place(name, value)));
                add(title.toString(), axis, results);
            }
        });
    }

    private void alone(Result result) {
        add(result.title(), "", List.of(result));
    }

    private void add(String title, String axis, List<Result> results) {
        Metric main = results.getFirst().main();
        List<String> labels = new ArrayList<>();
        boolean areNumbers = true;
        for (Result each : results) {
            String value = each.axis().getOrDefault(axis, "");
            labels.add(axis.equals("rec") ? bytes(value) : value);
            areNumbers &= value.chars().allMatch(Character::isDigit);
        }
        Set<String> names = new LinkedHashSet<>();
        results.forEach(each -> each.contenders().forEach(one -> names.add(one.name())));
        List<Chart.Series> series = new ArrayList<>();
        for (String name : names) {
            Column column = new Column();
            results.forEach(each -> column.add(find(each, name), main));
            column.addTo(series, name, contestants);
        }
        boolean isLine = areNumbers && labels.size() >= LINE;
        charts.add(new Chart(title, isLine, axisName(axis), unit(main), !main.isMoreBetter(), labels, series));
    }

    private void percentiles(Result result) {
        Set<Metric> there = new TreeSet<>();
        result.contenders().forEach(each -> there.addAll(each.figures().keySet()));
        List<Metric> shown = PERCENTILES.stream().filter(there::contains).toList();
        if (shown.size() < 2 || result.contenders().stream().filter(each -> each.figures().containsKey(shown.getFirst())).count() < 2) {
            return;
        }
        List<Chart.Series> series = new ArrayList<>();
        for (Result.Of each : result.contenders()) {
            Column column = new Column();
            shown.forEach(metric -> column.add(each, metric));
            column.addTo(series, each.name(), contestants);
        }
        List<String> labels = shown.stream().map(metric -> metric.unit().replace(", us", "")).toList();
        charts.add(new Chart("Latency: " + result.title(), true, "percentile", "us", true, labels, series));
    }

    private static Result.@Nullable Of find(Result result, String name) {
        return result.contenders().stream().filter(each -> each.name().equals(name)).findFirst().orElse(null);
    }

    private static String unit(Metric metric) {
        return metric.unit().startsWith("/") ? "operations" + metric.unit() : metric.unit();
    }

    /** {@return an axis for people} */
    static String axisName(String axis) {
        return switch (axis) {
            case "rec" -> "record size";
            case "thr" -> "threads";
            default -> axis;
        };
    }

    private static String place(String axis, String value) {
        return switch (axis) {
            case "rec" -> "records of " + bytes(value);
            case "thr" -> value.equals("1") ? "1 thread" : value + " threads";
            default -> axis + " " + value;
        };
    }

    private static String bytes(String value) {
        if (!value.matches("[0-9]{1,18}")) {
            return value;
        }
        long bytes = Long.parseLong(value);
        if (bytes % (KIBI * KIBI) == 0) {
            return bytes / (KIBI * KIBI) + " MiB";
        }
        return bytes % KIBI == 0 ? bytes / KIBI + " KiB" : bytes + " B";
    }

    /** The figures of one contender along a chart. */
    private static final class Column {
        private final List<@Nullable Double> medians = new ArrayList<>();
        private final List<@Nullable Double> least = new ArrayList<>();
        private final List<@Nullable Double> greatest = new ArrayList<>();

        void add(Result.@Nullable Of one, Metric metric) {
            Series series =
                    one != null && one.isWhole() && !one.figures().getOrDefault(metric, List.of()).isEmpty() ? one.series(metric) : null;
            medians.add(series == null ? null : finite(series.median()));
            least.add(series == null ? null : finite(series.least()));
            greatest.add(series == null ? null : finite(series.greatest()));
        }

        private static @Nullable Double finite(double value) {
            return Double.isFinite(value) ? value : null;
        }

        /** Adds it unless there is nothing in it. */
        void addTo(List<Chart.Series> all, String name, Contestants contestants) {
            if (medians.stream().anyMatch(each -> each != null)) {
                all.add(new Chart.Series(name, contestants.number(name), Contestants.role(name), medians, least, greatest));
            }
        }
    }
}
