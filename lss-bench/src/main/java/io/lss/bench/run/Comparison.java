package io.lss.bench.run;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Contenders that do the same work in turn: A, B, C, then B, A, C, then C, A, B ... The first round warms up and does not count. */
public final class Comparison {

    private final String group;
    private final String title;
    private final Metric main;
    private final Map<String, String> axis;
    private final List<Contender> contenders;
    private final List<Bar> bars;

    /**
     * A comparison.
     *
     * @param group to which it belongs, such as {@code commit}
     * @param title for people
     * @param main the metric that is shown first
     * @param axis where it stands among others of its group
     */
    public Comparison(String group, String title, Metric main, Map<String, String> axis, List<Contender> contenders, List<Bar> bars) {
        this.group = group;
        this.title = title;
        this.main = main;
        this.axis = new LinkedHashMap<>(axis);
        this.contenders = List.copyOf(contenders);
        this.bars = List.copyOf(bars);
    }

    /** {@return the group} */
    public String group() {
        return group;
    }

    /** {@return the name under which it can be asked for} */
    public String id() {
        StringBuilder id = new StringBuilder(group);
        axis.forEach((name, value) -> id.append('-').append(name).append(value));
        return id.toString();
    }

    /** {@return for people} */
    public String title() {
        return title;
    }

    /** {@return whether anything is to be reached} */
    public boolean hasBars() {
        return !bars.isEmpty();
    }

    private static final class Taken {
        final Contender contender;
        final Map<Metric, List<Double>> figures = new EnumMap<>(Metric.class);
        String failure = "";

        Taken(Contender contender) {
            this.contender = contender;
        }
    }

    /** Measures, prints, and removes what the contenders left on the disk. One that fails is left out from then on, and the reason is in the result. */
    public Result run(int rounds, PrintStream out, PrintStream progress) throws IOException, InterruptedException {
        List<Taken> all = contenders.stream().map(Taken::new).toList();
        try {
            for (int round = 0; round <= rounds; round++) {
                for (int i = 0; i < all.size(); i++) {
                    // Each round begins with another, and every second goes backwards, so that nobody always comes after the same one: what that
                    // left behind (a disk that is still discarding, caches) is part of what is measured.
                    Taken next = all.get(Math.floorMod(round % 2 == 0 ? round + i : round - i, all.size()));
                    if (next.failure.isEmpty()) {
                        progress.printf("\r\u001b[K%s: round %d of %d: %s", title, round, rounds, next.contender.name());
                        progress.flush();
                        measure(next, round > 0);
                    }
                }
            }
        } finally {
            progress.print("\r\u001b[K");
            for (Taken each : all) {
                close(each);
            }
        }
        Result result = new Result(
                group,
                id(),
                title,
                main,
                axis,
                rounds,
                all.stream().map(each -> new Result.Of(each.contender.name(), each.contender.flags(), each.figures, each.failure)).toList(),
                new ArrayList<>());
        for (Bar bar : bars) {
            result.bars().add(judge(bar, result));
        }
        Tables.print(result, out);
        return result;
    }

    private static void measure(Taken next, boolean counts) throws InterruptedException {
        try {
            Figures figures = next.contender.measure();
            if (counts) {
                figures.values().forEach((metric, value) -> next.figures.computeIfAbsent(metric, _ -> new ArrayList<>()).add(value));
            }
        } catch (IOException | RuntimeException e) {
            next.failure = String.valueOf(e);
        }
    }

    private static void close(Taken each) {
        try {
            each.contender.close();
        } catch (IOException | RuntimeException e) {
            // Its last data was wrong, perhaps: then its figures count for nothing.
            each.failure = each.failure.isEmpty() ? String.valueOf(e) : each.failure;
        }
    }

    private static Result.Judged judge(Bar bar, Result result) {
        Result.Of judged = of(bar.contender(), result);
        Result.Of best = null;
        for (String name : bar.limits()) {
            Result.Of limit = of(name, result);
            if (limit.isWhole()
                    && (best == null || bar.isBetter(limit.series(bar.metric()).median(), best.series(bar.metric()).median()))) {
                best = limit;
            }
        }
        if (bar.limits().isEmpty() && judged.isWhole()) {
            Series values = judged.series(bar.metric());
            return new Result.Judged(bar, "", values.list(), bar.judged(values), bar.judge(bar.judged(values)));
        }
        if (best == null || !judged.isWhole()) {
            // Nothing was shown, so nothing is met.
            return new Result.Judged(bar, String.join(", ", bar.limits()), List.of(), Double.NaN, Bar.Verdict.MISSED);
        }
        Series ratios = judged.series(bar.metric()).over(best.series(bar.metric()));
        return new Result.Judged(bar, best.name(), ratios.list(), bar.judged(ratios), bar.judge(bar.judged(ratios)));
    }

    private static Result.Of of(String name, Result result) {
        return result.contenders().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no contender is called " + name + " in " + result.id()));
    }
}
