package io.lss.tck.crash;

import io.lss.api.Durability;
import io.lss.api.LogStructuredStore;
import io.lss.api.StoreCorruptException;
import io.lss.api.StoreFailedException;
import io.lss.api.StoreFullException;
import io.lss.api.StoreOptions;
import io.lss.api.WriteMode;
import io.lss.spi.store.StoreEngine;
import io.lss.tck.program.CheckedStore;
import io.lss.tck.program.LogModel;
import io.lss.tck.program.Mix;
import io.lss.tck.program.StoreCall;
import io.lss.tck.program.ViolationException;
import io.lss.tck.sim.Moment;
import io.lss.tck.sim.SimulatedDevice;
import io.lss.tck.sim.SimulatedFaults;
import io.lss.tck.sim.SimulatedMedium;
import io.lss.tck.sim.SimulatedProvider;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * One execution of a program on the simulated medium: faults, crashes and the time of the device. What concerns the calls
 * and their answers is {@link CheckedStore}'s business. Whatever the store must not do is a {@link ViolationException}.
 */
final class ProgramRun implements AutoCloseable {

    /** Told of every operation of every device of the run, in the middle of it. */
    @FunctionalInterface
    interface Visitor {

        /**
         * Looks at a moment.
         *
         * @param run the run, for {@link #model} and {@link #medium}
         * @param moment the operation
         */
        void visit(ProgramRun run, Moment moment);
    }

    /** Longest jump of virtual time between two polls. */
    private static final long TIME_SLICE = 5_000_000;

    private final StoreEngine engine;
    private final Program program;
    private final Visitor visitor;
    private final Watchdog watchdog;
    private final SimulatedFaults faults;
    private final CheckedStore calls;
    private final URI at;

    private SimulatedMedium medium;
    private StoreOptions options;
    private final List<String> violations = new ArrayList<>();
    private boolean powerCut;
    private boolean abandoned;
    private boolean struck;
    private int opens;
    private int step;

    /**
     * A run that has not begun.
     *
     * @param faults what goes wrong on every device; none: then every failure is a violation
     */
    ProgramRun(StoreEngine engine, Program program, SimulatedFaults faults, Watchdog watchdog, Visitor visitor) {
        this.engine = engine;
        this.program = program;
        this.faults = faults;
        this.watchdog = watchdog;
        this.visitor = visitor;
        this.calls = new CheckedStore(new SplittableRandom(Mix.of(program.seed(), 2)), true);
        this.options = program.options();
        this.medium = SimulatedMedium.blank(program.device());
        this.at = SimulatedProvider.register(medium);
    }

    // -------------------------------------------------------------------------------------------- queries

    LogModel model() {
        return calls.model();
    }

    SimulatedMedium medium() {
        return medium;
    }

    Program program() {
        return program;
    }

    /** {@return the options that the store was opened with last} */
    StoreOptions options() {
        return options;
    }

    /** {@return whether power was cut since the store was last known to be open} */
    boolean powerCut() {
        return powerCut;
    }

    /** A sync may have failed: what was written and not synced may be gone, as after a power cut. */
    void syncMayHaveFailed() {
        powerCut = true;
    }

    /** {@return how often a device was opened} */
    int opens() {
        return opens;
    }

    /** {@return the number of the running step, from 1; 0 while the store is opened first} */
    int step() {
        return step;
    }

    /** {@return whether a fault made a call fail} */
    boolean hasFailed() {
        return struck;
    }

    /** {@return how the engine broke its side of the SPI} */
    List<String> spiViolations() {
        List<String> all = new ArrayList<>(violations);
        all.addAll(medium.violations());
        return all;
    }

    // -------------------------------------------------------------------------------------------- the run

    /** Runs the whole program; at the end the store is closed. */
    void run() {
        watchdog.enter(medium);
        try {
            if (guarded(() -> open(medium))) {
                for (Step next : program.steps()) {
                    step++;
                    watchdog.touch();
                    if (!guarded(() -> run(next))) {
                        break;
                    }
                    calls.checkWatermarks();
                }
            }
            step++;
            guarded(() -> calls.close(struck));
        } finally {
            watchdog.leave();
        }
        if (watchdog.hasBarked()) {
            throw new ViolationException("S5: the store hung in step " + step);
        }
    }

    /** Runs the program, and stops before the close. */
    void runWithoutClose() {
        watchdog.enter(medium);
        try {
            guarded(() -> open(medium));
            for (Step next : program.steps()) {
                step++;
                watchdog.touch();
                guarded(() -> run(next));
            }
        } finally {
            watchdog.leave();
        }
    }

    /** Something that may fail because of a fault, and only because of one. */
    @FunctionalInterface
    private interface Action {
        void run() throws IOException;
    }

    /** {@return whether the program can go on} */
    private boolean guarded(Action action) {
        try {
            action.run();
            calls.acknowledge();
            return true;
        } catch (StoreFailedException e) {
            checkInjected(e);
            calls.checkFailed(e, this::checkInjected);
            return false;
        } catch (IOException e) {
            checkInjected(e);
            return calls.isOpen();
        } catch (ViolationException e) {
            throw e;
        } catch (RuntimeException | Error e) {
            throw watchdog.hasBarked()
                    ? new ViolationException("S5: the store hung", e)
                    : new ViolationException("threw " + e, e);
        }
    }

    /** An exception is right only if the device gave the cause. */
    private void checkInjected(IOException failure) {
        if (watchdog.hasBarked()) {
            throw new ViolationException("S5: the store hung", failure);
        }
        if (failure instanceof StoreFullException && !faults.faults().isEmpty()) {
            return;
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (String.valueOf(cause.getMessage()).contains("simulated, at operation") && !(cause instanceof StoreCorruptException)) {
                struck = true;
                return;
            }
        }
        throw new ViolationException("failed although the device did not: " + failure, failure);
    }

    // -------------------------------------------------------------------------------------------- open and close

    private void open(SimulatedMedium next) throws IOException {
        if (next != medium) {
            violations.addAll(medium.violations());
            watchdog.leave();
            watchdog.enter(next);
        }
        next.capacity(Long.MAX_VALUE);
        next.settings(next.settings().toBuilder().faults(faults).observer(moment -> observe(next, moment)).build());
        medium = next;
        SimulatedProvider.replace(at, next);
        opens++;
        abandoned = false;
        SeededRandomness.seed(Mix.of(3, opens));
        calls.opened(engine.open(at, options), options, powerCut);
        powerCut = false;
    }

    private void observe(SimulatedMedium of, Moment moment) {
        if (abandoned || of != medium) {
            return;
        }
        watchdog.touch(moment);
        calls.acknowledge();
        visitor.visit(this, moment);
    }

    /** Leaves store and medium as they are, as a dead process does. */
    private void abandon() {
        abandoned = true;
        LogStructuredStore left = calls.abandon();
        if (left != null) {
            medium.powerOff();
            try {
                left.close();
            } catch (IOException e) {
                // As it must: the device is gone.
                watchdog.touch();
            }
        }
    }

    @Override
    public void close() {
        abandon();
        SimulatedProvider.unregister(at);
    }

    private void reopenOptions(long seed) {
        var random = new SplittableRandom(seed);
        options = program.options().toBuilder()
                .buffers(2 + random.nextInt(3))
                .writeMode(random.nextBoolean() ? WriteMode.SERIALIZED : WriteMode.TAIL_LOCALIZED)
                .durability(random.nextInt(4) == 0 ? other(program.options().durability()) : program.options().durability())
                .build();
    }

    private static Durability other(Durability one) {
        return one == Durability.SYNC ? Durability.WRITTEN : Durability.SYNC;
    }

    // -------------------------------------------------------------------------------------------- steps

    private void run(Step next) throws IOException {
        switch (next) {
            case Step.Call(StoreCall call) -> calls.run(call);
            case Step.PassTime(long micros) -> passTime(micros * 1_000);
            case Step.Reopen(long seed) -> {
                calls.close(struck);
                reopenOptions(seed);
                open(medium);
                calls.checkOpenedAfterClose();
            }
            case Step.Crash(Cut cut, long seed) -> crash(cut, seed);
            case Step.LandLateWrites() -> medium.landLateWrites();
            case Step.DiskFull(int segments) -> {
                long used = medium.segments().length * program.options().newSegmentSize();
                medium.capacity(used + segments * program.options().newSegmentSize());
            }
            case Step.DiskFree() -> medium.capacity(Long.MAX_VALUE);
        }
    }

    private void passTime(long nanos) throws IOException {
        SimulatedDevice device = medium.device().orElseThrow();
        long end = device.elapsedNanos() + nanos;
        for (long left = nanos; left > 0; left = end - device.elapsedNanos()) {
            int completed = device.drive(Math.min(left, TIME_SLICE));
            if (completed < 0) {
                throw new IllegalStateException("drive returned " + completed);
            }
            calls.store().poll();
        }
    }

    private void crash(Cut cut, long seed) throws IOException {
        SimulatedMedium left = cut.of(medium, seed);
        abandon();
        powerCut |= cut.power();
        reopenOptions(seed);
        open(left);
    }
}
