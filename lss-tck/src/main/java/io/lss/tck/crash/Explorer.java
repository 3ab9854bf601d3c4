package io.lss.tck.crash;

import io.lss.api.Durability;
import io.lss.api.LogStructuredStore;
import io.lss.api.StoreOptions;
import io.lss.spi.store.StoreEngine;
import io.lss.tck.program.LogModel;
import io.lss.tck.program.Mix;
import io.lss.tck.program.Oracle;
import io.lss.tck.program.StoreContent;
import io.lss.tck.program.ViolationException;
import io.lss.tck.sim.Moment;
import io.lss.tck.sim.SimulatedMedium;
import io.lss.tck.sim.SimulatedProvider;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Takes the disks that a crash at one moment may leave, and recovers from each. For one run of a program, on one thread. */
final class Explorer {

    /** How deep crashes are nested: 1 is a crash of the program, 2 one in the recovery from it, 3 one in the recovery from that. */
    private static final int DEEPEST = 3;

    /** Among the first so many operations of a recovery, late writes land at one. */
    private static final int LANDING_SPREAD = 24;

    /**
     * How one came to a disk.
     *
     * @param text in words
     * @param depth how many crashes
     * @param powerCut whether power was lost since the model's store was open
     * @param whole whether the last crash was a power loss, so that nothing on the disk is uncertain
     */
    private record Trail(String text, int depth, boolean powerCut, boolean whole) {
        Trail and(String more) {
            return new Trail(text + more, depth, powerCut, whole);
        }
    }

    private final StoreEngine engine;
    private final CrashSweep.Intensity intensity;
    private final Tally tally;
    private final Watchdog watchdog;
    private final Consumer<SimulatedMedium> onImage;
    private final Set<Long> seen = new HashSet<>();
    private long seenVersion = -1;
    private @Nullable String violation;
    private @Nullable String way;

    Explorer(StoreEngine engine, CrashSweep.Intensity intensity, Tally tally, Watchdog watchdog, Consumer<SimulatedMedium> onImage) {
        this.engine = engine;
        this.intensity = intensity;
        this.tally = tally;
        this.watchdog = watchdog;
        this.onImage = onImage;
    }

    /** {@return the first violation found, or null} */
    @Nullable String violation() {
        return violation;
    }

    /** {@return how it came about, or null} */
    @Nullable String way() {
        return way;
    }

    // -------------------------------------------------------------------------------------------- moments

    /** Tries every kind of crash at a moment of a program. */
    void visit(ProgramRun run, Moment moment) {
        tally.moments.increment();
        String text = "step " + run.step() + ", device " + run.opens() + ", operation " + moment.ordinal() + " (" + moment.kind() + ")";
        long seed = Mix.of(run.program().seed(), run.opens(), moment.ordinal());
        visit(run.medium(), run.model(), run.options(), new Trail(text, 0, run.powerCut(), false), seed, intensity.randomDisks(), null);
    }

    /** Tries every kind of crash when a program has ended, or failed. */
    void visitEnd(ProgramRun run) {
        Trail trail = new Trail("at the end", 0, run.powerCut(), false);
        visit(run.medium(), run.model(), run.options(), trail, Mix.of(run.program().seed(), run.opens()), intensity.randomDisks(), null);
    }

    private void visit(
            SimulatedMedium medium,
            LogModel model,
            StoreOptions options,
            Trail trail,
            long seed,
            int randomDisks,
            @Nullable List<StoreContent> contents) {
        for (Cut cut : Cut.values()) {
            int times = cut == Cut.RANDOM ? randomDisks : 1;
            for (int i = 0; i < times && violation == null; i++) {
                long diskSeed = Mix.of(seed, cut.ordinal(), i);
                SimulatedMedium image = cut.of(medium, diskSeed);
                if (cut == Cut.KILL_LATE && image.lateWrites() == 0 || !isNew(image, cut, model)) {
                    continue;
                }
                String disk = trail.text() + ", " + cut + (cut == Cut.DROP_ALL || cut == Cut.KEEP_ALL ? "" : " with disk seed " + diskSeed);
                check(image, model, options, new Trail(disk, trail.depth() + 1, trail.powerCut() || cut.power(), cut.power()), diskSeed, contents);
            }
        }
    }

    /** {@return whether this disk was not tried with the present model} */
    private boolean isNew(SimulatedMedium image, Cut cut, LogModel model) {
        if (seenVersion != model.version()) {
            seen.clear();
            seenVersion = model.version();
        }
        return seen.add(cut.power() ? image.hash() : Mix.of(image.hash(), hashSeen(image), image.lateWrites()));
    }

    private static long hashSeen(SimulatedMedium image) {
        return image.crashKeepingAll().hash();
    }

    // -------------------------------------------------------------------------------------------- one disk

    private void check(
            SimulatedMedium image, LogModel model, StoreOptions options, Trail trail, long seed, @Nullable List<StoreContent> contents) {
        long hash = hashSeen(image);
        tally.image(hash, trail.depth() > 1);
        onImage.accept(image.crashKeepingAll());
        long[] randomness = SeededRandomness.seed(Mix.of(4, seed));
        watchdog.enter(image);
        Recovery recovery = new Recovery(image, model, options, trail, seed);
        try {
            StoreContent found = recovery.check();
            if (contents != null) {
                contents.add(found);
            }
        } catch (ViolationException e) {
            found(e.getMessage(), recovery.trail);
        } catch (IOException | RuntimeException | Error e) {
            found("opening or using what the crash left throws " + e, recovery.trail);
        } finally {
            recovery.end();
            watchdog.leave();
            SeededRandomness.restore(randomness);
        }
        if (watchdog.hasBarked()) {
            found("S5: the store hung", recovery.trail);
        }
    }

    /** Notes a violation, unless there is one already. */
    void found(@Nullable String what, String where) {
        if (violation == null) {
            violation = what == null ? "no message" : what;
            way = where;
        }
    }

    private void found(@Nullable String what, Trail trail) {
        found(what, trail.text());
    }

    /** The life of a store on one disk. */
    private final class Recovery {
        private final LogModel model;
        private final StoreOptions options;
        private final SplittableRandom random;
        private final URI at;
        private final boolean nests;
        private final long landAt;
        private final List<StoreContent> nested = new ArrayList<>();
        private final List<SimulatedMedium> media = new ArrayList<>();
        private SimulatedMedium medium;
        private Trail trail;
        private boolean opening = true;
        private @Nullable LogStructuredStore store;

        Recovery(SimulatedMedium image, LogModel model, StoreOptions options, Trail trail, long seed) {
            this.model = model;
            this.options = options;
            this.medium = image;
            this.random = new SplittableRandom(seed);
            this.at = SimulatedProvider.register(image);
            this.trail = trail;
            this.nests = trail.depth() < DEEPEST && random.nextInt(trail.depth() == 1 ? intensity.nestOneIn() : 4 * intensity.nestOneIn()) == 0;
            this.landAt = image.lateWrites() == 0 ? -1 : random.nextInt(LANDING_SPREAD);
            media.add(image);
            image.capacity(Long.MAX_VALUE);
        }

        /** {@return what was found} */
        StoreContent check() throws IOException {
            medium.settings(medium.settings().toBuilder().observer(this::observe).build());
            StoreContent found = open(model);
            opening = false;
            Oracle.check(model, found, model.survivesBelow(trail.powerCut()));
            if (trail.whole() && model.knowsBegin()) {
                checkSame(found);
            }
            goOn(found);
            return found;
        }

        /** Recovering a second time, from a crash in the first, gives the same. */
        private void checkSame(StoreContent found) {
            for (StoreContent each : nested) {
                // A root that was cut off in its write may be taken by the one and not by the other: nobody was told either.
                String difference = model.isInDoubt() ? found.differenceInRecords(each) : found.difference(each);
                if (!difference.isEmpty()) {
                    throw new ViolationException("S11: recovering twice gives another store than recovering once: " + difference);
                }
            }
        }

        private StoreContent open(LogModel known) throws IOException {
            tally.opens.increment();
            watchdog.touch();
            LogStructuredStore opened = engine.open(at, options);
            store = opened;
            return StoreContent.of(opened, known);
        }

        private void observe(Moment moment) {
            watchdog.touch(moment);
            if (!opening) {
                return;
            }
            if (moment.ordinal() == landAt) {
                medium.landLateWrites();
                trail = trail.and(", late writes land at operation " + landAt + " of the recovery");
            }
            if (nests && violation == null) {
                Trail inner = trail.and("; in the recovery, operation " + moment.ordinal() + " (" + moment.kind() + ")");
                visit(medium, model, options, inner, random.nextLong(), 1, nested);
            }
        }

        /** Appends to the recovered store, ends it in some way, and looks whether all is there. */
        private void goOn(StoreContent found) throws IOException {
            LogStructuredStore s = store;
            if (s == null || random.nextInt(intensity.goOnOneIn()) != 0) {
                return;
            }
            if (medium.landLateWrites() > 0) {
                trail = trail.and(", late writes land after the recovery");
            }
            LogModel next = LogModel.of(found);
            next.mayGiveUpReservations();
            if (options.durability() == Durability.SYNC) {
                next.acknowledgesWhenSynced();
            }
            for (int length : new int[] {1, 1 + random.nextInt(3_000), 1 + random.nextInt(s.maxRecordLength())}) {
                byte[] payload = new byte[length];
                random.nextBytes(payload);
                LogModel.Attempt attempt = next.attempt(List.of(payload));
                next.appended(attempt, s.append(payload));
            }
            if (random.nextBoolean()) {
                s.sync();
                next.acknowledge(s.stableLsn());
                if (!next.publishedFrom(next.acknowledged()).isEmpty()) {
                    throw new ViolationException("S5: records are not stable after a sync");
                }
            }
            boolean cutPower = endSomehow(s, next);
            StoreContent again = open(next);
            Oracle.check(next, again, next.survivesBelow(cutPower));
            s = store;
            if (s != null) {
                s.close();
            }
        }

        /** {@return whether power was cut} */
        private boolean endSomehow(LogStructuredStore s, LogModel next) throws IOException {
            Cut[] cuts = Cut.values();
            int how = random.nextInt(cuts.length + 1);
            if (how == cuts.length) {
                trail = trail.and("; recovered, appended, closed, and opened again");
                s.close();
                next.acknowledge(s.stableLsn());
                next.closed();
                return false;
            }
            long cutSeed = random.nextLong();
            trail = trail.and("; recovered, appended, " + cuts[how] + " with disk seed " + cutSeed + ", and opened again");
            next.acknowledge(s.stableLsn());
            SimulatedMedium left = cuts[how].of(medium, cutSeed);
            abandon();
            left.landLateWrites();
            medium = left;
            media.add(left);
            watchdog.leave();
            watchdog.enter(left);
            SimulatedProvider.replace(at, left);
            return cuts[how].power();
        }

        private void abandon() {
            LogStructuredStore left = store;
            store = null;
            if (left != null) {
                medium.powerOff();
                try {
                    left.close();
                } catch (IOException e) {
                    watchdog.touch(); // as it must: the device is gone
                }
            }
        }

        void end() {
            abandon();
            SimulatedProvider.unregister(at);
            for (SimulatedMedium each : media) {
                for (String broken : each.violations()) {
                    found(broken + "; so the engine broke its side of the SPI", trail);
                }
            }
        }
    }
}
