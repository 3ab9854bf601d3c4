package io.lss.faults.kill;

import io.lss.api.Durability;
import io.lss.api.LogStructuredStore;
import io.lss.api.StoreException;
import io.lss.api.WriteMode;
import io.lss.faults.LayerRun;
import io.lss.faults.load.Account;
import io.lss.faults.load.Claims;
import io.lss.faults.load.Entry;
import io.lss.faults.load.Load;
import io.lss.faults.load.LoadProcess;
import io.lss.faults.load.LoadProcess.Order;
import io.lss.faults.load.Moment;
import io.lss.faults.load.Moment.Operation;
import io.lss.faults.load.Moment.Phase;
import io.lss.faults.load.Oracle;
import io.lss.faults.load.Run;
import io.lss.faults.load.Setup;
import io.lss.faults.load.ViolationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** One store and the processes that die of it. Some kills follow each other without anybody looking in between. */
final class KilledStore {

    /** Which moments are chosen, and how late they may come, counted in such operations. */
    private static final List<Chosen> CHOSEN = List.of(
            new Chosen(Operation.WRITE, 60),
            new Chosen(Operation.SYNC, 30),
            new Chosen(Operation.CREATE, 6),
            new Chosen(Operation.FINISH, 4),
            new Chosen(Operation.DELETE, 4),
            new Chosen(Operation.ROOT, 40),
            new Chosen(Operation.ANY, 25));

    /** A store that is trimmed to two segments, with spares and the ring's worth of files, needs far less. */
    private static final long MOST_BYTES = 4 << 20;

    private static final int WAITING = 2;
    private static final long UNREACHED_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long HANG_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final int ENOUGH_TO_JUDGE = 20;

    private record Chosen(Operation operation, int latest) {}

    private final LayerRun run;
    private final String provider;
    private final WriteMode mode;
    private final List<String> providers;
    private final SplittableRandom random;
    private final Path place;
    private final Path store;
    private final Oracle oracle = new Oracle();

    /** Processes that have not been told what to do: to start one takes longer than a run. */
    private final Deque<LoadProcess> waiting = new ArrayDeque<>();

    private final List<Run> unseen = new ArrayList<>();
    private long largest;
    private int looks;
    private int unreached;

    KilledStore(LayerRun run, String provider, WriteMode mode, List<String> providers) throws IOException {
        this.run = run;
        this.provider = provider;
        this.mode = mode;
        this.providers = providers;
        this.random = run.random(provider + mode);
        this.place = Files.createDirectory(run.scratch().resolve(provider + "-" + mode.name().toLowerCase(Locale.ROOT)));
        this.store = place.resolve("store");
    }

    void liveThrough(int kills) throws Exception {
        long largestEarly = 0;
        try {
            for (int kill = 1; kill <= kills && !run.isOver(); kill++) {
                runAndKill(kill);
                if (kill == kills || random.nextInt(3) > 0) {
                    look(kill);
                }
                if (kill == kills / 4) {
                    largestEarly = largest;
                }
                if (kill % 100 == 0) {
                    run.progress(this + ": " + kill + " kills, " + oracle.acknowledged() + " acknowledged records asked for");
                }
            }
            if (kills >= ENOUGH_TO_JUDGE && unreached > kills / 2) {
                run.violation(this + ": " + unreached + " of " + kills + " did not die at the moment that was chosen");
            }
            if (largest > MOST_BYTES) {
                run.violation(this + " has grown to " + largest + " bytes");
            }
        } catch (ViolationException | StoreException e) {
            run.violation(this + " with seed " + run.request().seed() + ": " + e);
        } finally {
            waiting.forEach(LoadProcess::close);
        }
        run.note(String.format(
                "%s: %,d acknowledged records were there, %d looks, at most %d KiB (%d KiB in the first quarter),"
                        + " %d chosen moments not reached",
                this, oracle.acknowledged(), looks, largest >> 10, largestEarly >> 10, unreached));
    }

    private Moment moment() {
        if (random.nextInt(5) == 0) {
            return Moment.NEVER;
        }
        Chosen chosen = CHOSEN.get(random.nextInt(CHOSEN.size()));
        Phase phase = Phase.values()[random.nextInt(Phase.values().length)];
        return new Moment(chosen.operation(), phase, 1 + random.nextInt(chosen.latest()));
    }

    private void runAndKill(int number) throws Exception {
        Path shared = place.resolve("account");
        Account account = Account.create(shared);
        while (waiting.size() < WAITING) {
            waiting.add(LoadProcess.start());
        }
        Durability durability = number % 4 < 3 ? Durability.SYNC : Durability.WRITTEN;
        Moment moment = moment();
        try (LoadProcess process = waiting.remove()) {
            Setup setup = Setup.of(provider, mode, durability, number).dyingAt(moment);
            process.begin(new Order(setup, store, shared, number));
            if (moment.equals(Moment.NEVER)) {
                killSomeTime(process);
            } else if (process.awaitOpen() && !awaitMoment(process, account)) {
                unreached++; // there were fewer such operations
                moment = Moment.NEVER;
            }
            if (!process.isAlive() && process.hasFailed()) {
                throw new ViolationException("run " + number + " ended by itself, see its stack trace; " + setup.text());
            }
        }
        run.faults(kind(moment, account), 1);
        unseen.add(new Run(number, account));
    }

    /** {@return whether the process died at its moment} Gives up some time after it has seen an acknowledgement, not before. */
    private boolean awaitMoment(LoadProcess process, Account account) throws InterruptedException, ViolationException {
        long hang = System.nanoTime() + HANG_NANOS;
        while (!process.awaitEnd(UNREACHED_NANOS)) {
            long stable = 0;
            for (int thread = 0; thread < Load.THREADS; thread++) {
                stable += account.get(Claims.stable(thread));
            }
            if (stable > 0) {
                return false;
            }
            if (System.nanoTime() > hang) {
                throw new ViolationException("a hang: the store is open, and nothing was acknowledged in a minute");
            }
        }
        return true;
    }

    /** One in five dies while it opens, most of these. */
    private void killSomeTime(LoadProcess process) throws IOException {
        if (random.nextInt(5) > 0) {
            process.awaitOpen();
            LockSupport.parkNanos(random.nextLong(50_000_000));
        } else {
            LockSupport.parkNanos(random.nextLong(40_000_000));
        }
    }

    private static String kind(Moment moment, Account account) {
        if (account.get(Claims.OPENED) == 0) {
            return "in recovery";
        }
        return moment.equals(Moment.NEVER)
                ? "at random"
                : (moment.phase() + " " + moment.operation()).toLowerCase(Locale.ROOT);
    }

    private void look(int kill) throws IOException, ViolationException {
        String with = providers.get(random.nextInt(providers.size()));
        Setup setup = Setup.of(with, mode, Durability.SYNC, kill + 1);
        List<Entry> first;
        try (LogStructuredStore opened = LogStructuredStore.open(store, setup.options())) {
            oracle.look(opened, unseen);
            first = oracle.known();
        }
        unseen.clear();
        looks++;
        run.crashPoints(1);
        if (looks % 4 == 0) {
            try (LogStructuredStore again = LogStructuredStore.open(store, setup.options())) {
                if (!Oracle.scan(again).equals(first)) {
                    throw new ViolationException("opened twice, it is not the same");
                }
            }
        }
        largest = Math.max(largest, bytes());
    }

    private long bytes() throws IOException {
        long sum = 0;
        try (Stream<Path> files = Files.list(store)) {
            for (Path file : files.toList()) {
                sum += Files.size(file);
            }
        }
        return sum;
    }

    @Override
    public String toString() {
        return provider + "/" + mode;
    }
}
