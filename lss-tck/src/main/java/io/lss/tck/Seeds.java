package io.lss.tck;

import io.lss.tck.crash.Counterexample;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.LongFunction;

/**
 * Runs seeds on several threads, in order, until there is enough or a violation. System properties: {@code lss.tck.seed=S} runs that seed alone;
 * {@code lss.tck.from=S} begins there.
 */
final class Seeds {

    private static final int MOST_THREADS = 4;

    private Seeds() {}

    /** {@return the first seed} */
    static long first() {
        return Long.getLong("lss.tck.seed", Long.getLong("lss.tck.from", 1));
    }

    /**
     * Runs seeds.
     *
     * @param enough asked before each seed
     * @param run runs one; a violation ends all
     * @throws AssertionError for the first violation, with how to replay it
     */
    static void untilEnough(BooleanSupplier enough, LongFunction<Optional<Counterexample>> run) throws Exception {
        AtomicReference<Counterexample> found = new AtomicReference<>();
        try (var _ = new QuietLog()) {
            run(enough, run, found);
        }
        Counterexample counterexample = found.get();
        if (counterexample != null) {
            // The violation first: it begins with the rule that is broken.
            throw new AssertionError(counterexample.violation() + System.lineSeparator() + counterexample + System.lineSeparator()
                    + "  replay: -Dlss.tck.seed=" + counterexample.program().seed());
        }
    }

    private static void run(BooleanSupplier enough, LongFunction<Optional<Counterexample>> run, AtomicReference<Counterexample> found)
            throws Exception {
        if (Long.getLong("lss.tck.seed") != null) {
            run.apply(first()).ifPresent(found::set);
        } else {
            AtomicLong next = new AtomicLong(first());
            List<Work<Object>> all = new ArrayList<>();
            for (int i = 0; i < Math.clamp(Runtime.getRuntime().availableProcessors(), 1, MOST_THREADS); i++) {
                all.add(Work.start(() -> {
                    while (!enough.getAsBoolean() && found.get() == null) {
                        run.apply(next.getAndIncrement()).ifPresent(each -> found.compareAndSet(null, each));
                    }
                    return next;
                }));
            }
            for (Work<Object> each : all) {
                each.get();
            }
        }
    }
}
