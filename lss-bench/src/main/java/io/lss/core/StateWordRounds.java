package io.lss.core;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs {@link StateWordBenchmark} in interleaved rounds, because the machine's speed drifts: what is compared is always two forks
 * of the same round. Prints, for each number of threads, the median time of a record, all threads together, its least and
 * greatest, and the median of the ratios to fetch-and-add.
 */
public final class StateWordRounds {

    private static final List<String> WORDS = List.of("fetch-and-add", "fetch-and-add-blind", "one-line", "cas", "cas-pausing", "lock", "synchronized");
    private static final int[] THREADS = {1, 2, 4};

    private StateWordRounds() {}

    /** Arguments: the number of rounds (7), and which ways to compare, the first being what the others are compared to (all). */
    public static void main(String[] args) throws RunnerException {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 7;
        List<String> words = args.length > 1 ? List.of(args).subList(1, args.length) : WORDS;
        Map<String, List<Double>> nanos = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            for (String copy : List.of("false", "true")) {
                for (int threads : THREADS) {
                    for (int i = 0; i < words.size(); i++) {
                        // Another one begins in each round.
                        String word = words.get((i + round) % words.size());
                        nanos.computeIfAbsent(key(copy, threads, word), k -> new ArrayList<>()).add(run(copy, threads, word));
                    }
                }
            }
            System.err.println("round " + (round + 1) + " of " + rounds);
        }
        for (String copy : List.of("false", "true")) {
            System.out.printf("%n64 bytes %s, ns per record, all threads together: median (least - greatest), ratio to fetch-and-add%n",
                    copy.equals("true") ? "reserved, written, published" : "reserved, published");
            for (int threads : THREADS) {
                for (String word : words) {
                    List<Double> own = nanos.getOrDefault(key(copy, threads, word), List.of());
                    List<Double> base = nanos.getOrDefault(key(copy, threads, words.getFirst()), List.of());
                    List<Double> ratios = new ArrayList<>();
                    for (int i = 0; i < own.size(); i++) {
                        ratios.add(own.get(i) / base.get(i));
                    }
                    System.out.printf(
                            "%d threads  %-20s %6.1f (%.1f - %.1f)  %5.2f%n",
                            threads, word, median(own), Collections.min(own), Collections.max(own), median(ratios));
                }
            }
        }
    }

    private static String key(String copy, int threads, String word) {
        return copy + " " + threads + " " + word;
    }

    private static double run(String copy, int threads, String word) throws RunnerException {
        var options = new OptionsBuilder()
                .include(StateWordBenchmark.class.getName())
                .param("word", word)
                .param("copy", copy)
                .threads(threads)
                .forks(1)
                .shouldFailOnError(true)
                .jvmArgsAppend("--sun-misc-unsafe-memory-access=allow")
                .verbosity(VerboseMode.SILENT)
                .build();
        double perMicrosecond = new Runner(options).runSingle().getPrimaryResult().getScore();
        return 1_000 / perMicrosecond;
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }
}
