package io.lss.tck.crash;

import io.lss.api.EndOfLog;
import io.lss.api.LogStructuredStore;
import io.lss.api.ReadOutcome;
import io.lss.api.RecordCursor;
import io.lss.api.StoreCorruptException;
import io.lss.spi.store.StoreEngine;
import io.lss.tck.program.LogModel;
import io.lss.tck.program.Mix;
import io.lss.tck.program.ViolationException;
import io.lss.tck.sim.Rot;
import io.lss.tck.sim.SimulatedFaults;
import io.lss.tck.sim.SimulatedMedium;
import io.lss.tck.sim.SimulatedProvider;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Damages, one after the other, every block and every root copy that a program has left, in several ways. What was recorded as
 * stable is there afterwards, or a {@link StoreCorruptException} says where it is not: from open, scan or read, whichever meets it.
 * Damage above it may cut the log. May be used by many threads, each with a program of its own.
 */
public final class RotSweep {

    /** Told of every damage that was reported, for more checks. */
    @FunctionalInterface
    public interface Reported {

        /**
         * Somebody reported a damage. Throws an {@link AssertionError} if that is not how it should be reported.
         *
         * @param program what made the store
         * @param segments the segments that were damaged; empty: only the root was
         * @param damage in words
         * @param report what was thrown
         */
        void reported(Program program, List<Long> segments, String damage, StoreCorruptException report);
    }

    /** A way to damage a medium. */
    private record Damage(String text, List<Long> segments, Consumer<Rot> action) {}

    private static final int BLOCK = 4096;

    /** How many records are read by their LSN, besides those that a scan has not reached. */
    private static final int POINT_READS = 4;

    private final StoreEngine engine;
    private final CrashSweep.Intensity intensity;
    private final Reported reported;
    private final LongAdder damages = new LongAdder();
    private final LongAdder byOpen = new LongAdder();
    private final LongAdder byReaders = new LongAdder();

    private RotSweep(StoreEngine engine, CrashSweep.Intensity intensity, Reported reported) {
        this.engine = engine;
        this.intensity = intensity;
        this.reported = reported;
        SeededRandomness.install();
    }

    /**
     * {@return a sweep}
     *
     * @param engine the engine
     * @param intensity how long nothing may happen
     * @param reported told of every damage that was reported
     */
    public static RotSweep of(StoreEngine engine, CrashSweep.Intensity intensity, Reported reported) {
        return new RotSweep(engine, intensity, reported);
    }

    /** {@return in words, how much was tried} */
    public String summary() {
        return damages.sum() + " damages, " + byOpen.sum() + " reported by open, " + byReaders.sum()
                + " by scan or read, the others harmless or above what was on record";
    }

    /**
     * Runs a program, ends it, and damages what it leaves.
     *
     * @param program the program, in which nothing else goes wrong
     * @param closed whether the store is closed at the end, so that all of it is on record; otherwise it is killed
     * @return the first violation
     */
    public Optional<Counterexample> run(Program program, boolean closed) {
        Watchdog watchdog = new Watchdog(intensity.hang().toNanos());
        try (ProgramRun run = new ProgramRun(engine, program, SimulatedFaults.none(), watchdog, (r, moment) -> {})) {
            try {
                if (closed) {
                    run.run();
                } else {
                    run.runWithoutClose();
                }
                SimulatedMedium left = closed ? run.medium().crashKeepingAll() : run.medium().kill(program.seed());
                long recorded = recorded(left, run);
                for (Damage each : all(left, program.seed())) {
                    Finding found = assess(left, each, run, closed ? Long.MAX_VALUE : recorded);
                    if (found != null) {
                        return Optional.of(new Counterexample(found.violation(), found.way(), program, program.length()));
                    }
                }
            } catch (ViolationException e) {
                return Optional.of(new Counterexample(String.valueOf(e.getMessage()), "in the program itself", program, program.length()));
            }
        } finally {
            SeededRandomness.restore(null);
        }
        return Optional.empty();
    }

    /** {@return the recorded stable LSN of what is left, as an open that finds no damage tells it} */
    private long recorded(SimulatedMedium left, ProgramRun run) {
        URI at = SimulatedProvider.register(copy(left));
        try (LogStructuredStore store = engine.open(at, run.options())) {
            return store.recovery().recordedStableLsn();
        } catch (IOException e) {
            throw new ViolationException("opening without damage throws " + e, e);
        } finally {
            SimulatedProvider.unregister(at);
        }
    }

    /** {@return a new medium with the same content; it remembers no number that was used} */
    private static SimulatedMedium copy(SimulatedMedium medium) {
        SimulatedMedium copy = SimulatedMedium.blank(medium.settings().toBuilder().faults(SimulatedFaults.none()).observer(moment -> {}).build());
        for (long segment : medium.segments()) {
            copy.rot().copySegment(medium, segment, segment);
        }
        for (int root = 0; root < 2; root++) {
            copy.rot().putRoot(root, medium.root(root).orElse(null));
        }
        return copy;
    }

    // -------------------------------------------------------------------------------------------- damages

    private static List<Damage> all(SimulatedMedium medium, long seed) {
        var random = new SplittableRandom(Mix.of(seed, 5));
        List<Damage> all = new ArrayList<>();
        long[] segments = medium.segments();
        for (long segment : segments) {
            int length = medium.segment(segment).length;
            for (int block = 0; block + BLOCK <= length; block += BLOCK) {
                long position = block;
                long inside = position + random.nextInt(random.nextBoolean() ? 128 : BLOCK);
                int bit = random.nextInt(8);
                long other = segments[random.nextInt(segments.length)];
                long otherLength = medium.segment(other).length;
                long otherBlock = otherLength < BLOCK ? 0 : random.nextLong(otherLength / BLOCK) * BLOCK;
                String place = " of segment " + segment;
                all.add(new Damage("flipped bit " + bit + " of byte " + inside + place, List.of(segment), rot -> rot.flipBit(segment, inside, bit)));
                all.add(new Damage("zeroed block " + position + place, List.of(segment), rot -> rot.zeroBlock(segment, position)));
                all.add(new Damage("lost block " + position + place, List.of(segment), rot -> rot.loseBlock(segment, position)));
                all.add(new Damage("cut at " + position + place, List.of(segment), rot -> rot.truncate(segment, position)));
                if (otherLength >= BLOCK) {
                    all.add(new Damage(
                            "block " + otherBlock + " of segment " + other + " in place of block " + position + place,
                            List.of(segment),
                            rot -> rot.duplicateBlock(other, otherBlock, segment, position)));
                    all.add(new Damage(
                            "swapped block " + position + place + " and block " + otherBlock + " of segment " + other,
                            List.of(segment, other),
                            rot -> rot.swapBlocks(segment, position, other, otherBlock)));
                }
            }
            all.add(new Damage("deleted segment " + segment, List.of(segment), rot -> rot.deleteSegment(segment)));
        }
        for (int copy = 0; copy < 2; copy++) {
            int damaged = copy;
            int length = rootLength(medium, copy);
            if (length == 0) {
                continue; // never written: an engine may write them in turn
            }
            for (int i = 0; i < 8; i++) {
                int position = random.nextInt(i < 4 ? Math.min(128, length) : length);
                all.add(new Damage("flipped a bit of byte " + position + " of root copy " + copy, List.of(), rot -> rot.flipRootBit(damaged, position, 3)));
            }
            all.add(new Damage("zeroed root copy " + copy, List.of(), rot -> rot.zeroRoot(damaged, 0, length)));
            all.add(new Damage("cut root copy " + copy, List.of(), rot -> rot.truncateRoot(damaged, Math.min(100, length / 2))));
            all.add(new Damage("lost root copy " + copy, List.of(), rot -> rot.putRoot(damaged, null)));
        }
        all.add(new Damage("swapped the root copies", List.of(), Rot::swapRoots));
        if (rootLength(medium, 0) > 0 && rootLength(medium, 1) > 0) {
            all.add(new Damage("flipped a bit of both root copies", List.of(), rot -> {
                rot.flipRootBit(0, Math.min(60, rootLength(medium, 0) - 1), 1);
                rot.flipRootBit(1, Math.min(90, rootLength(medium, 1) - 1), 1);
            }));
            all.add(new Damage("lost one root copy, zeroed the other", List.of(), rot -> {
                rot.zeroRoot(0, 0, rootLength(medium, 0));
                rot.putRoot(1, null);
            }));
        }
        all.add(new Damage("lost both root copies", List.of(), rot -> {
            rot.putRoot(0, null);
            rot.putRoot(1, null);
        }));
        return all;
    }

    /** {@return how long the image in a root copy is, in bytes, which is for the engine to say; 0 if there is none} */
    private static int rootLength(SimulatedMedium medium, int copy) {
        return medium.root(copy).map(image -> image.length).orElse(0);
    }

    // -------------------------------------------------------------------------------------------- what comes of it

    private @Nullable Finding assess(SimulatedMedium left, Damage damage, ProgramRun run, long recorded) {
        damages.increment();
        SimulatedMedium damaged = copy(left);
        damage.action().accept(damaged.rot());
        SeededRandomness.seed(Mix.of(6, damages.sum()));
        URI at = SimulatedProvider.register(damaged);
        LogStructuredStore store = null;
        try {
            store = engine.open(at, run.options());
            read(store, damage, run, recorded);
        } catch (StoreCorruptException e) {
            byOpen.increment();
            report(run, damage, e);
        } catch (ViolationException | AssertionError e) {
            return new Finding(String.valueOf(e.getMessage()), damage.text());
        } catch (IOException | RuntimeException | Error e) {
            return new Finding("opening or reading what is damaged throws " + e, damage.text());
        } finally {
            if (store != null) {
                damaged.powerOff();
                try {
                    store.close();
                } catch (IOException e) {
                    // As it must: the device is gone.
                    damages.add(0);
                }
            }
            SimulatedProvider.unregister(at);
        }
        List<String> broken = damaged.violations();
        return broken.isEmpty() ? null : new Finding(broken.getFirst() + "; so the engine broke its side of the SPI", damage.text());
    }

    private void report(ProgramRun run, Damage damage, StoreCorruptException report) {
        if (report.lsn() < 0 && !damage.segments().isEmpty()) {
            throw new ViolationException("S12: the damage is in a segment, reported is the root: " + report);
        }
        reported.reported(run.program(), damage.segments(), damage.text(), report);
    }

    private void read(LogStructuredStore store, Damage damage, ProgramRun run, long recorded) throws IOException {
        LogModel model = run.model();
        List<LogModel.Entry> expected = model.publishedFrom(store.beginLsn());
        int next = 0;
        boolean told = false;
        try (RecordCursor cursor = store.scan(store.beginLsn())) {
            while (cursor.next()) {
                if (next == expected.size()
                        || cursor.lsn() != expected.get(next).lsn()
                        || cursor.payload().mismatch(MemorySegment.ofArray(expected.get(next).payload())) >= 0) {
                    throw new ViolationException("S12: a scan finds a record at LSN " + cursor.lsn() + " where "
                            + (next == expected.size() ? "none" : "one at LSN " + expected.get(next).lsn()) + " should be");
                }
                next++;
            }
        } catch (StoreCorruptException e) {
            told = true;
            byReaders.increment();
            report(run, damage, e);
            if (next > 0 && e.lsn() <= expected.get(next - 1).lsn()) {
                throw new ViolationException("S12: a scan finds the record at LSN " + expected.get(next - 1).lsn() + " and then throws " + e);
            }
        }
        if (!told && next < expected.size() && expected.get(next).lsn() < recorded) {
            throw new ViolationException("S12: silently lost: the record at LSN " + expected.get(next).lsn() + ", on record as stable is everything below "
                    + recorded + "; " + store.recovery());
        }
        // Without both root copies, and with nothing ever on record, a store is not to be told from one whose creation was cut off.
        boolean forgotten = store.recovery().end() == EndOfLog.CREATED && damage.segments().isEmpty() && recorded <= store.beginLsn();
        if (!forgotten && !model.isRoot(store.root())) {
            throw new ViolationException("S14: the root is not what was set");
        }
        for (int i = 0; i < expected.size(); i++) {
            if (i >= next - POINT_READS && (i < next || told && expected.get(i).lsn() < Math.min(recorded, store.stableLsn()))) {
                readOne(store, damage, run, expected.get(i), i < next);
            }
        }
    }

    private void readOne(LogStructuredStore store, Damage damage, ProgramRun run, LogModel.Entry entry, boolean scanned) throws IOException {
        byte[] dst = new byte[entry.payload().length];
        try {
            ReadOutcome outcome = store.read(entry.lsn(), MemorySegment.ofArray(dst));
            if (!outcome.isRecord() || outcome.length() != dst.length || !Arrays.equals(dst, entry.payload())) {
                throw new ViolationException("S12: a read of the record at LSN " + entry.lsn() + " gives " + outcome + ", or other bytes");
            }
        } catch (StoreCorruptException e) {
            if (scanned) {
                throw new ViolationException("S12: a scan finds the record at LSN " + entry.lsn() + ", a read throws " + e, e);
            }
            report(run, damage, e);
        }
    }
}
