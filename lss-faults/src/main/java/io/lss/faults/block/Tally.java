package io.lss.faults.block;

import java.util.Map;
import java.util.TreeMap;

/** Counts for each combination of file system, provider and mode. Safe for many threads. */
final class Tally {

    private static final class Line {
        private int recordings;
        private int kills;
        private int requests;
        private int points;
        private int caught;
        private long acknowledged;
    }

    private final Map<String, Line> lines = new TreeMap<>();

    synchronized void recorded(Plan plan, int requests) {
        Line line = line(plan);
        line.recordings++;
        line.kills += plan.killed() ? 1 : 0;
        line.requests += requests;
    }

    synchronized void point(Plan plan, long acknowledged, boolean caught) {
        Line line = line(plan);
        line.points++;
        line.acknowledged += acknowledged;
        line.caught += caught ? 1 : 0;
    }

    private Line line(Plan plan) {
        return lines.computeIfAbsent(plan.combination(), combination -> new Line());
    }

    /** {@return a line of a table for each combination} */
    synchronized Iterable<String> table() {
        return lines.entrySet().stream()
                .map(entry -> {
                    Line line = entry.getValue();
                    return String.format(
                            "%-36s %5d points, %d violations; %d recordings (%d with a kill) of %,d requests,"
                                    + " %,d acknowledged records asked for",
                            entry.getKey(), line.points, line.caught, line.recordings, line.kills, line.requests,
                            line.acknowledged);
                })
                .toList();
    }
}
