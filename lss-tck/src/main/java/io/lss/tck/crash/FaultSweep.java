package io.lss.tck.crash;

import io.lss.spi.store.StoreEngine;
import io.lss.tck.program.ViolationException;
import io.lss.tck.sim.Fault;
import io.lss.tck.sim.OperationKind;
import io.lss.tck.sim.SimulatedFaults;
import io.lss.tck.sim.SimulatedMedium;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Lets the first operation of a device fail, then the second, and so on, until a program ends without having met its fault. A store
 * that was hit fails for good, with the failure as its cause, moves no watermark, can be read, and closes; what it leaves passes the
 * oracle of a crash. May be used by many threads, each with a program of its own.
 */
public final class FaultSweep {

    /** What goes wrong at the n-th operation. */
    public enum Kind {
        /** EIO, once; the next operation works again. */
        ONCE(n -> SimulatedFaults.none().failAt(n)),
        /** EIO, and from then on always: the medium is gone. */
        FOR_GOOD(n -> SimulatedFaults.none().and(new Fault(null, n, SimulatedFaults.ALWAYS, Fault.Effect.FAIL, 0))),
        /** Two writes in a row: the one that is first in the log fails last. */
        TWO_WRITES(n -> SimulatedFaults.none()
                .fail(OperationKind.WRITE, n, 2)
                .slow(OperationKind.WRITE, n, 1, 5_000_000)),
        /** ENOSPC from a write into a segment that was created, or from a sync, once. */
        NO_SPACE(n -> SimulatedFaults.none()
                .noSpace(OperationKind.WRITE, n, 1)
                .noSpace(OperationKind.SYNC, n, 1)),
        /** No space for a segment, once. Not a failure: what needs it is refused, and works the next time. */
        NO_SEGMENT(n -> SimulatedFaults.none().noSpace(OperationKind.CREATE, n, 1));

        @SuppressWarnings("ImmutableEnumChecker") // never changes
        private final LongFunction<SimulatedFaults> plan;

        Kind(LongFunction<SimulatedFaults> plan) {
            this.plan = plan;
        }

        SimulatedFaults at(long n) {
            return plan.apply(n);
        }
    }

    private final StoreEngine engine;
    private final CrashSweep.Intensity intensity;
    private final Consumer<SimulatedMedium> onImage;
    private final Tally tally = new Tally();
    private final LongAdder runs = new LongAdder();
    private final LongAdder failures = new LongAdder();

    private FaultSweep(StoreEngine engine, CrashSweep.Intensity intensity, Consumer<SimulatedMedium> onImage) {
        this.engine = engine;
        this.intensity = intensity;
        this.onImage = onImage;
        SeededRandomness.install();
    }

    /**
     * {@return a sweep}
     *
     * @param engine the engine
     * @param intensity how much to try with what a failure leaves
     * @param onImage told of every disk that is recovered from, before it is: it gets a copy, and may open it
     */
    public static FaultSweep of(StoreEngine engine, CrashSweep.Intensity intensity, Consumer<SimulatedMedium> onImage) {
        return new FaultSweep(engine, intensity, onImage);
    }

    /** {@return in words, how much was tried} */
    public String summary() {
        return runs.sum() + " runs with a fault, " + failures.sum() + " of them made a call fail; afterwards " + tally.report();
    }

    /** {@return how many runs met their fault in a call that failed} */
    public long failures() {
        return failures.sum();
    }

    /**
     * Runs a program again and again, with a fault at every operation in turn.
     *
     * @param program the program
     * @param kind which fault
     * @return the first violation, with the program made short
     */
    public Optional<Counterexample> run(Program program, Kind kind) {
        boolean[] met = {true};
        for (long n = 1; met[0]; n++) {
            long nth = n;
            Finding found = once(program, kind, nth, met);
            if (found != null) {
                return Optional.of(Shrinking.shrink(program, found, intensity, p -> once(p, kind, nth, met)));
            }
        }
        return Optional.empty();
    }

    /** Runs once; says whether any device of the run came as far as the fault. */
    private @Nullable Finding once(Program program, Kind kind, long nth, boolean[] met) {
        runs.increment();
        tally.programs.increment();
        String fault = kind + " at operation " + nth + ", ";
        Watchdog watchdog = new Watchdog(intensity.hang().toNanos());
        Explorer explorer = new Explorer(engine, intensity, tally, watchdog, onImage);
        long[] most = {0};
        try (ProgramRun run = new ProgramRun(engine, program, kind.at(nth), watchdog, (r, moment) -> {
            long count =
                    switch (kind) {
                        case ONCE, FOR_GOOD -> moment.ordinal();
                        case TWO_WRITES -> moment.kind() == OperationKind.WRITE ? countOf(moment.kind(), r) : 0;
                        case NO_SPACE -> moment.kind() == OperationKind.WRITE || moment.kind() == OperationKind.SYNC
                                ? countOf(moment.kind(), r)
                                : 0;
                        case NO_SEGMENT -> moment.kind() == OperationKind.CREATE ? countOf(moment.kind(), r) : 0;
                    };
            most[0] = Math.max(most[0], count);
            if (count >= nth && (moment.kind() == OperationKind.SYNC || moment.kind() == OperationKind.COMPLETE)) {
                r.syncMayHaveFailed();
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
            if (run.hasFailed()) {
                failures.increment();
            }
        } finally {
            SeededRandomness.restore(null);
        }
        met[0] = most[0] >= nth;
        return Finding.of(explorer.violation(), fault + explorer.way());
    }

    private static long countOf(OperationKind kind, ProgramRun run) {
        return run.medium().device().map(device -> device.operations(kind)).orElse(0L);
    }
}
