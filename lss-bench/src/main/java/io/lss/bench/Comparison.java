package io.lss.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Contenders that do the same work in turn: A, B, C, then B, C, A ... The first round warms up and does not count. */
final class Comparison {

    private final String title;
    private final String unit;
    private final String format;
    private final List<Contender> contenders;
    private final List<Bar> bars;

    /**
     * A comparison.
     *
     * @param format of one figure, as for String.format
     */
    Comparison(String title, String unit, String format, List<Contender> contenders, List<Bar> bars) {
        this.title = title;
        this.unit = unit;
        this.format = format;
        this.contenders = List.copyOf(contenders);
        this.bars = List.copyOf(bars);
    }

    /** Measures and prints. {@return whether every bar is met} */
    boolean run(int rounds, PrintStream out, PrintStream progress) throws IOException, InterruptedException {
        Map<String, List<Double>> figures = new LinkedHashMap<>();
        for (int round = 0; round <= rounds; round++) {
            for (int i = 0; i < contenders.size(); i++) {
                // Each round begins with another, so that nobody always comes after the same one: what that left behind (a disk that is still
                // discarding, caches) is part of what is measured.
                Contender contender = contenders.get((i + round) % contenders.size());
                progress.printf("\r\u001b[K%s: round %d of %d: %s", title, round, rounds, contender.name());
                progress.flush();
                double figure = contender.measure();
                if (round > 0) {
                    figures.computeIfAbsent(contender.name(), _ -> new ArrayList<>()).add(figure);
                }
            }
        }
        progress.print("\r\u001b[K");
        Map<String, Series> results = new LinkedHashMap<>();
        figures.forEach((name, values) ->
                results.put(name, new Series(values.stream().mapToDouble(Double::doubleValue).toArray())));
        out.println(title + ", " + unit + ", median (least - greatest) of " + rounds + " rounds");
        contenders.forEach(c -> out.printf("  %-34s %s%n", c.name(), of(c.name(), results).text(format)));
        boolean met = true;
        for (Bar bar : bars) {
            met &= judge(bar, results, out);
        }
        out.println();
        return met;
    }

    private static Series of(String contender, Map<String, Series> results) {
        return Objects.requireNonNull(results.get(contender), contender);
    }

    private static boolean judge(Bar bar, Map<String, Series> results, PrintStream out) {
        Series judged = of(bar.contender(), results);
        String best = bar.limits().getFirst();
        for (String limit : bar.limits()) {
            if (bar.isBetter(of(limit, results).median(), of(best, results).median())) {
                best = limit;
            }
        }
        Series ratios = judged.over(of(best, results));
        out.println(bar.text(best, ratios));
        return bar.isMet(ratios.median());
    }
}
