package io.lss.faults;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** One run of a layer: what is asked of it, and what came of it. Safe for many threads. */
public final class LayerRun {

    private final String layer;
    private final Request request;
    private final Path scratch;
    private final Map<String, Long> faults = new TreeMap<>();
    private final List<String> violations = new ArrayList<>();
    private final List<String> skipped = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private long crashPoints;

    LayerRun(String layer, Request request, Path scratch) {
        this.layer = layer;
        this.request = request;
        this.scratch = scratch;
    }

    /** {@return what was asked for} */
    public Request request() {
        return request;
    }

    /** {@return a directory on a real disk, of this run alone; deleted after it} */
    public Path scratch() {
        return scratch;
    }

    /**
     * {@return a source of randomness that gives the same for the same seed and name}
     *
     * @param name of the part of the layer that uses it
     */
    public SplittableRandom random(String name) {
        return new SplittableRandom(request.seed() * 1_000_003 + (layer + "/" + name).hashCode());
    }

    /**
     * {@return a number of times, as the request scales it; at least one}
     *
     * @param usual the number in a default run
     */
    public int times(int usual) {
        return Math.max(1, (int) Math.round(usual * request.scale()));
    }

    /** {@return whether to stop: the first violation is enough when a mutant is to be caught} */
    public synchronized boolean isOver() {
        return request.untilCaught() && !violations.isEmpty();
    }

    /**
     * Counts faults that were brought about.
     *
     * @param kind a word or two
     * @param count how many
     */
    public synchronized void faults(String kind, long count) {
        faults.merge(kind, count, Long::sum);
    }

    /**
     * Counts states that were recovered from and checked.
     *
     * @param count how many
     */
    public synchronized void crashPoints(long count) {
        crashPoints += count;
    }

    /**
     * Reports that something did not hold. Shown at once, and in the table.
     *
     * @param what was found; names the rule, the place and the seed
     */
    public synchronized void violation(String what) {
        violations.add(what);
        System.out.println("VIOLATION in " + layer + ": " + what + System.lineSeparator() + "  replay: " + request.replay(layer));
    }

    /**
     * Reports what cannot be done on this machine. Shown at once, and in the table.
     *
     * @param part of the layer
     * @param why what is missing, and how to get it
     */
    public synchronized void skip(String part, String why) {
        skipped.add(layer + "/" + part + ": " + why);
        System.out.println("SKIPPED " + layer + "/" + part + ": " + why);
    }

    /**
     * Says how far it is; a line of its own.
     *
     * @param text what to say
     */
    public void progress(String text) {
        System.out.println("[" + layer + "] " + text);
    }

    /**
     * Adds a figure to what is printed below the table.
     *
     * @param text a line
     */
    public synchronized void note(String text) {
        notes.add(text);
        progress(text);
    }

    /** A layer that found nothing to do, and did not say why, shows nothing. */
    synchronized void checkThatSomethingWasDone() {
        if (faults.values().stream().mapToLong(Long::longValue).sum() == 0
                && crashPoints == 0
                && violations.isEmpty()
                && skipped.isEmpty()) {
            violation("nothing was tried");
        }
    }

    synchronized Result result(long nanos) {
        return new Result(
                layer, new TreeMap<>(faults), crashPoints, List.copyOf(violations), List.copyOf(skipped), List.copyOf(notes),
                nanos);
    }

    /** What came of a layer. */
    record Result(
            String layer,
            Map<String, Long> faults,
            long crashPoints,
            List<String> violations,
            List<String> skipped,
            List<String> notes,
            long nanos) {

        long faultCount() {
            return faults.values().stream().mapToLong(Long::longValue).sum();
        }
    }
}
