package io.lss.core.crash;

import static org.junit.jupiter.api.Assertions.fail;

import io.lss.tck.crash.Counterexample;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.LongFunction;

/**
 * Runs seeds in parallel, in order, until there is enough or a violation.
 *
 * <p>System properties: {@code lss.crash.seed=S} runs that seed alone; {@code lss.crash.from=S} begins there.
 */
final class Sweeps {

    private static final int MOST_THREADS = 4;

    private Sweeps() {}

    /** {@return the first seed} */
    static long firstSeed() {
        return Long.getLong("lss.crash.from", 1);
    }

    /**
     * Runs seeds.
     *
     * @param enough asked before each seed
     * @param minutes how long all of it may take; a store that hangs in a way the watchdog cannot end shows here
     * @param run runs one; a violation ends all, and fails the test
     */
    static void untilEnough(BooleanSupplier enough, long minutes, LongFunction<Optional<Counterexample>> run) {
        QuietLog.quiet();
        Long only = Long.getLong("lss.crash.seed");
        if (only != null) {
            run.apply(only).ifPresent(Sweeps::violated);
            return;
        }
        AtomicLong next = new AtomicLong(firstSeed());
        AtomicReference<Counterexample> found = new AtomicReference<>();
        int threads = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, MOST_THREADS);
        ExecutorService pool = Executors.newFixedThreadPool(threads, Thread.ofPlatform().daemon().name("lss-crash-", 0).factory());
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            all.add(pool.submit(() -> {
                while (!enough.getAsBoolean() && found.get() == null) {
                    run.apply(next.getAndIncrement()).ifPresent(each -> found.compareAndSet(null, each));
                }
            }));
        }
        pool.shutdown();
        awaitAll(all, minutes);
        Counterexample counterexample = found.get();
        if (counterexample != null) {
            violated(counterexample);
        }
    }

    private static void awaitAll(List<Future<?>> all, long minutes) {
        try {
            for (Future<?> each : all) {
                each.get(minutes, TimeUnit.MINUTES);
            }
        } catch (TimeoutException e) {
            StringBuilder stacks = new StringBuilder("still running after " + minutes + " minutes:");
            Thread.getAllStackTraces().forEach((thread, stack) -> {
                if (thread.getName().startsWith("lss-crash-")) {
                    stacks.append(System.lineSeparator()).append(thread.getName()).append(": ").append(List.of(stack));
                }
            });
            throw new AssertionError(stacks.toString(), e);
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static void violated(Counterexample counterexample) {
        fail(counterexample + System.lineSeparator() + "  replay: -Dlss.crash.seed=" + counterexample.program().seed());
    }
}
