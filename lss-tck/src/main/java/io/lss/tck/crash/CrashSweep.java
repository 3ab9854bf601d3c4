package io.lss.tck.crash;

import io.lss.spi.store.StoreEngine;
import io.lss.tck.program.ViolationException;
import io.lss.tck.sim.SimulatedFaults;
import io.lss.tck.sim.SimulatedMedium;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Crashes an engine at every operation of the device, in programs and in recoveries. May be used by many threads, each with a
 * program of its own; the counts are of all of them.
 */
public final class CrashSweep {

    /**
     * How much is tried at each moment.
     *
     * @param randomDisks how many disks are drawn, beside the extremes; at least 0
     * @param nestOneIn in one of how many recoveries a crash is tried at every operation; at least 1
     * @param goOnOneIn in one of how many recovered stores one appends and recovers again; at least 1
     * @param hang how long nothing may happen before it is called hung
     * @param shrinking how long one tries to make a program shorter that shows a violation
     */
    public record Intensity(int randomDisks, int nestOneIn, int goOnOneIn, Duration hang, Duration shrinking) {

        /** What is usual. */
        public static final Intensity USUAL = new Intensity(3, 24, 2, Duration.ofSeconds(30), Duration.ofSeconds(20));

        /** Checks the ranges. */
        public Intensity {
            if (randomDisks < 0 || nestOneIn < 1 || goOnOneIn < 1) {
                throw new IllegalArgumentException("randomDisks " + randomDisks + ", nestOneIn " + nestOneIn + ", goOnOneIn " + goOnOneIn);
            }
        }
    }

    private final StoreEngine engine;
    private final Intensity intensity;
    private final Consumer<SimulatedMedium> onImage;
    private final Tally tally = new Tally();

    private CrashSweep(StoreEngine engine, Intensity intensity, Consumer<SimulatedMedium> onImage) {
        this.engine = engine;
        this.intensity = intensity;
        this.onImage = onImage;
        SeededRandomness.install();
    }

    /**
     * {@return a sweep}
     *
     * @param engine the engine
     * @param intensity how much to try
     * @param onImage told of every disk that is recovered from, before it is: it gets a copy, and may open it
     */
    public static CrashSweep of(StoreEngine engine, Intensity intensity, Consumer<SimulatedMedium> onImage) {
        return new CrashSweep(engine, intensity, onImage);
    }

    /** {@return what was tried so far} */
    public CrashReport report() {
        return tally.report();
    }

    /**
     * Runs a program and crashes it everywhere.
     *
     * @param program the program
     * @return the first violation, with the program made short
     */
    public Optional<Counterexample> run(Program program) {
        Finding found = once(program);
        return Optional.ofNullable(found).map(first -> Shrinking.shrink(program, first, intensity, this::once));
    }

    private @Nullable Finding once(Program program) {
        tally.programs.increment();
        Watchdog watchdog = new Watchdog(intensity.hang().toNanos());
        Explorer explorer = new Explorer(engine, intensity, tally, watchdog, onImage);
        try (ProgramRun run = new ProgramRun(engine, program, SimulatedFaults.none(), watchdog, (r, moment) -> {
            if (explorer.violation() == null) {
                explorer.visit(r, moment);
            }
        })) {
            try {
                run.run();
                explorer.visitEnd(run);
            } catch (ViolationException e) {
                explorer.found(String.valueOf(e.getMessage()), "step " + run.step() + " of the program itself");
            }
            for (String broken : run.spiViolations()) {
                explorer.found(broken + "; so the engine broke its side of the SPI", "step " + run.step() + " of the program itself, or before");
            }
        } finally {
            SeededRandomness.restore(null);
        }
        return Finding.of(explorer.violation(), explorer.way());
    }
}
