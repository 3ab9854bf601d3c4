package io.lss.cli.demo;

import io.lss.api.LogStructuredStore;
import io.lss.api.OpenMode;
import io.lss.api.RecordCursor;
import io.lss.api.RecoveryReport;
import io.lss.api.StoreCorruptException;
import io.lss.api.StoreStats;
import io.lss.cli.ExitCode;
import io.lss.cli.Explanation;
import io.lss.cli.demo.Verifier.Finding;
import io.lss.cli.text.Progress;
import io.lss.cli.text.Quantity;
import io.lss.cli.text.Screen;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/** The story of {@code lss demo}, from the first line of its report to the last. */
final class Demo {
    /** Where in the load the kill comes, at the earliest and at the latest. */
    private static final double EARLIEST_KILL = 0.25;

    private static final double LATEST_KILL = 0.6;
    private static final long LONGEST_DELAY_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private static final int RANDOM_READS = 8_192;

    /** What the store needs beside the records: headers, padding, segments made ahead. */
    private static final double SPACE_FACTOR = 1.1;

    private static final long SPARE_SPACE = 512 << 20;

    /** How fast commits fill a fast disk, in bytes per second: each flush writes a block at least. */
    private static final long COMMIT_SPACE = 150 * Quantity.MEGABYTE;

    /** The threads that commit: how many at a time, and of what kind. */
    private enum Committers {
        ALONE(1, "1 thread", false),
        FEW(8, "8 threads", false),
        MANY(64, "64 virtual threads", true);

        private final int count;
        private final String title;
        private final boolean virtual;

        Committers(int count, String title, boolean virtual) {
            this.count = count;
            this.title = title;
            this.virtual = virtual;
        }

        ThreadFactory threads() {
            return virtual ? Workers.virtual("committer") : Workers.platform("committer");
        }
    }

    private final Screen screen;
    private final DemoSettings settings;
    private final long started = System.nanoTime();

    Demo(Screen screen, DemoSettings settings) {
        this.screen = screen;
        this.settings = settings;
    }

    /** Runs it, and {@return the exit code} */
    int run() throws IOException {
        Corpus corpus =
                settings.directory() == null ? Corpus.ofJdk() : Corpus.of(settings.directory(), settings.bytes());
        if (corpus.files().isEmpty()) {
            throw new IOException("no data: "
                    + (settings.directory() == null ? "the Java run time" : settings.directory())
                    + " has no file that is not empty and can be read; give another directory");
        }
        try (Interruption interruption = Interruption.install()) {
            DemoPlace place = DemoPlace.create(settings.store());
            try {
                return run(corpus, place, interruption);
            } catch (IOException | RuntimeException e) {
                if (interruption.isRequested() || diedOfSignal(e)) {
                    return ExitCode.INTERRUPTED.code();
                }
                throw e;
            } finally {
                interruption.awaitEnded();
                delete(place);
            }
        }
    }

    /** Ctrl-C reaches the child too, and may reach it first. */
    private static boolean diedOfSignal(Exception e) {
        final int signalled = 128;
        return e instanceof LoaderFailedException failure && failure.exitCode() > signalled;
    }

    private void delete(DemoPlace place) {
        try {
            place.delete();
        } catch (IOException e) {
            screen.warn("could not delete what was made: " + Explanation.of(e));
        }
    }

    private int run(Corpus corpus, DemoPlace place, Interruption interruption) throws IOException {
        if (settings.keep()) {
            place.keepStore();
        }
        LoadPlan plan = new LoadPlan(
                corpus,
                new SplittableRandom().nextLong(),
                settings.seed(),
                settings.threads(),
                settings.bytes(),
                place.store().toUri(),
                settings.provider());
        checkSpace(place);
        try {
            introduce(plan, place);
            Killed killed = loadAndKill(plan, place, interruption);
            List<Claim> all = reopenAndFinish(plan, killed, interruption);
            verifyEverything(plan, all, interruption);
            return ExitCode.OK.code();
        } catch (StoreCorruptException e) {
            if (interruption.isRequested()) {
                throw e;
            }
            fail(place, corpus, Explanation.of(e), List.of());
            return ExitCode.VERIFICATION_FAILED.code();
        } catch (VerificationFailedException e) {
            fail(place, corpus, e.summary(), e.findings());
            return ExitCode.VERIFICATION_FAILED.code();
        }
    }

    private void checkSpace(DemoPlace place) throws IOException {
        long commitMillis = settings.commitTime().toMillis() * Committers.values().length;
        long needed =
                (long) (settings.bytes() * SPACE_FACTOR) + SPARE_SPACE + COMMIT_SPACE * commitMillis / 1_000;
        long free = place.freeBytes();
        if (free < needed) {
            throw new IOException("not enough space: this needs about " + Quantity.megabytes(needed)
                    + ", and there are " + Quantity.megabytes(free) + " at " + place.store()
                    + "; load less with --mb, or choose another place with --store");
        }
    }

    // ------------------------------------------------------------------------------------------------ the steps

    private void introduce(LoadPlan plan, DemoPlace place) throws IOException {
        // First, so that what refuses it says so instead of half a report.
        try (LogStructuredStore store = Stores.open(plan, OpenMode.CREATE_NEW)) {
            screen.line("LSS demo: load, kill, recover, verify");
            screen.line("");
            screen.row("data", describe(plan.corpus()));
            double rounds = (double) plan.bytes() / plan.corpus().bytes();
            screen.row("load", String.format(
                    Locale.ROOT,
                    "%s%s in records of 64 B to 64 KiB, by %s; seed %d",
                    Quantity.megabytes(plan.bytes()),
                    rounds > 1 ? String.format(Locale.ROOT, " (the data %.1f times)", rounds) : "",
                    Quantity.count(plan.loaders(), "thread"),
                    plan.seed()));
            screen.row("store", place.store() + (settings.keep() ? "" : " (deleted at the end)"));
            screen.row("provider", store.provider() + ": " + store.device());
            store.rejectedProviders().forEach((name, why) -> screen.row("", "not " + name + ": " + why));
            screen.row("durability", describeDurability(store));
        }
        // What was opened here has to be gone before another process opens it.
    }

    private String describe(Corpus corpus) {
        String what = settings.directory() == null
                ? "lib/modules and lib/src.zip of " + System.getProperty("java.home")
                : settings.directory().toString();
        what += ": " + Quantity.count(corpus.files().size(), "file") + ", " + Quantity.megabytes(corpus.bytes());
        return corpus.unreadable() == 0 ? what : what + "; " + corpus.unreadable() + " more cannot be read";
    }

    private static String describeDurability(LogStructuredStore store) {
        if (store.volatileMedium()) {
            return store.durability() + ", but the medium is memory: what is stable survives a kill, not a power loss";
        }
        return switch (store.durability()) {
            case SYNC -> "SYNC: what is stable survives power loss";
            case WRITTEN -> "WRITTEN: what is stable survives a kill, not a power loss";
        };
    }

    /**
     * What the child had done when it was killed.
     *
     * @param claims what each writer says
     * @param records how many records were published, in all
     * @param bytes their length
     */
    private record Killed(List<Claim> claims, long records, long bytes) {
        long acknowledged() {
            return claims.stream().mapToLong(Claim::acknowledged).sum();
        }
    }

    private Killed loadAndKill(LoadPlan plan, DemoPlace place, Interruption interruption) throws IOException {
        screen.heading("1  A child process loads and is killed while it writes");
        SplittableRandom random = new SplittableRandom(plan.seed());
        long enough = (long) (plan.bytes() * random.nextDouble(EARLIEST_KILL, LATEST_KILL));
        long delay = random.nextLong(LONGEST_DELAY_NANOS);
        plan.save(place.scratch());
        try (Victim victim = Victim.start(place.scratch(), plan.loaders())) {
            interruption.covers(victim.process());
            ControlPage page = victim.page();
            try (Progress _ = screen.progress("loading until killed", plan.bytes(), page::stableBytes)) {
                victim.killWhileWriting(enough, delay);
            }
            long age = victim.age();
            screen.row("killed", "process " + victim.process().pid() + ", " + howItEnded(victim.process()) + ", "
                    + Quantity.time(age) + " after its start");
            tell("published", page.publishedRecords(), page.publishedBytes(), "");
            tell("acknowledged", page.stableRecords(), page.stableBytes(), "as stable: must be there");
            tell(
                    "in flight",
                    page.publishedRecords() - page.stableRecords(),
                    page.publishedBytes() - page.stableBytes(),
                    "not acknowledged: may be lost");
            return new Killed(
                    IntStream.range(0, plan.loaders()).mapToObj(page::claim).toList(),
                    page.publishedRecords(),
                    page.publishedBytes());
        }
    }

    private static String howItEnded(Process process) {
        final int killed = 128 + 9;
        return process.exitValue() == killed ? "by SIGKILL" : "exit code " + process.exitValue();
    }

    private void tell(String label, long records, long bytes, String remark) {
        screen.row(
                label,
                String.format(Locale.ROOT, "%,11d records  %12s  %s", records, Quantity.megabytes(bytes), remark)
                        .stripTrailing());
    }

    private List<Claim> reopenAndFinish(LoadPlan plan, Killed killed, Interruption interruption)
            throws IOException, VerificationFailedException {
        screen.heading("2  The store is opened again");
        long opening = System.nanoTime();
        try (LogStructuredStore store = Stores.open(plan, OpenMode.OPEN_EXISTING)) {
            interruption.covers(store);
            tellRecovery(store.recovery(), System.nanoTime() - opening);
            Verdict verdict = scan(store, plan, killed.claims(), new Sample(0, 0));
            tell("found", verdict.records(), verdict.bytes(), "");
            // A record may have been recovered that the child had no time to count.
            tell(
                    "lost",
                    Math.max(0, killed.records() - verdict.records()),
                    Math.max(0, killed.bytes() - verdict.bytes()),
                    "published, but not acknowledged");
            require(verdict);
            screen.row("verified", "byte for byte: every acknowledged record, "
                    + Quantity.count(verdict.records() - killed.acknowledged())
                    + " of those in flight, and nothing else");

            screen.heading("3  The load is finished");
            BulkLoad bulk = finish(store, plan, verdict);
            tell("loaded", bulk.records(), bulk.bytes(), "in " + Quantity.time(bulk.nanos()));
            screen.row("bulk", Quantity.perSecond(bulk.records(), bulk.nanos()) + " records/s, "
                    + Quantity.bandwidth(bulk.bytes(), bulk.nanos()) + ", durable at the end; amplification "
                    + Quantity.ratio(bulk.amplification()));

            List<Claim> all = new ArrayList<>();
            bulk.perWriter().forEach(records -> all.add(Claim.allStable(records, -1)));
            if (!settings.commitTime().isZero()) {
                commit(store, plan, all);
            }
            StoreStats stats = store.stats();
            screen.row("in all", Quantity.count(stats.records()) + " records in " + Quantity.count(stats.flushes())
                    + " flushes, " + Quantity.count(stats.syncs()) + " syncs; amplification "
                    + Quantity.ratio(stats.writeAmplification()));
            return all;
        }
    }

    private void tellRecovery(RecoveryReport report, long openNanos) {
        screen.row("recovery", Quantity.time(report.took()) + " (the whole open: " + Quantity.time(openNanos) + "), "
                + Quantity.bytes(report.bytesScanned()) + " read, "
                + Quantity.count(report.segments(), "segment"));
        String end = report.end().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        screen.row("end of log", end + ": " + report.detail());
        screen.row("cut", report.bytesCut() == 0 ? "nothing" : Quantity.bytes(report.bytesCut())
                + " behind the end, never acknowledged");
    }

    private BulkLoad finish(LogStructuredStore store, LoadPlan plan, Verdict verdict) throws IOException {
        BulkLoad.Running load = new BulkLoad.Running();
        long before = verdict.bytes();
        try (Progress _ = screen.progress("finishing the load", plan.bytes(), () -> before + load.bytes())) {
            return load.run(store, plan, verdict.recovered());
        }
    }

    private void commit(LogStructuredStore store, LoadPlan plan, List<Claim> claims) throws IOException {
        screen.heading("4  Commits: append 256 bytes, wait until they are stable");
        screen.line(commitRow("", "commits/s", "p50 us", "p99 us", "p99.9 us", "max us", "amplification"));
        for (Committers committers : Committers.values()) {
            CommitMeasurement measured;
            long begin = System.nanoTime();
            try (Progress _ = screen.progress(
                    committers.title, settings.commitTime().toNanos(), () -> System.nanoTime() - begin)) {
                measured = CommitMeasurement.take(
                        store, plan, claims.size(), committers.count, committers.threads(), settings.commitTime());
            }
            Latencies times = measured.latencies();
            screen.line(commitRow(
                    committers.title,
                    Quantity.perSecond(times.count(), measured.nanos()),
                    Quantity.micros(times.quantile(500)),
                    Quantity.micros(times.quantile(990)),
                    Quantity.micros(times.quantile(999)),
                    Quantity.micros(times.max()),
                    Quantity.ratio(measured.amplification())));
            claims.addAll(measured.claims());
        }
    }

    private static String commitRow(
            String who, String rate, String p50, String p99, String p999, String max, String amplification) {
        return String.format(
                Locale.ROOT, "  %-19s %11s %9s %9s %9s %9s %13s", who, rate, p50, p99, p999, max, amplification);
    }

    private void verifyEverything(LoadPlan plan, List<Claim> claims, Interruption interruption)
            throws IOException, VerificationFailedException {
        screen.heading("5  Closed, opened again, everything verified");
        long opening = System.nanoTime();
        try (LogStructuredStore store = Stores.open(plan, OpenMode.OPEN_EXISTING)) {
            interruption.covers(store);
            tellRecovery(store.recovery(), System.nanoTime() - opening);
            Sample sample = new Sample(RANDOM_READS, plan.seed());
            long scanning = System.nanoTime();
            Verdict verdict = scan(store, plan, claims, sample);
            long nanos = System.nanoTime() - scanning;
            require(verdict);
            tell(
                    "scan",
                    verdict.records(),
                    verdict.bytes(),
                    "in " + Quantity.time(nanos) + ", " + Quantity.bandwidth(verdict.bytes(), nanos)
                            + ", compared byte for byte");
            RandomReads reads = RandomReads.measure(store, plan, sample.shuffled());
            if (!reads.findings().isEmpty()) {
                throw failed(reads.findings().size(), reads.findings());
            }
            Latencies single = reads.single();
            screen.row("random reads", String.format(
                    Locale.ROOT,
                    "%,11d records  one by one: p50 %s us, p99 %s us; by %d: %s records/s",
                    single.count(),
                    Quantity.micros(single.quantile(500)),
                    Quantity.micros(single.quantile(990)),
                    RandomReads.BATCH,
                    Quantity.perSecond(reads.batched(), reads.batchNanos())));
            screen.line("");
            screen.line("VERIFIED  " + Quantity.count(verdict.records()) + " records, "
                    + Quantity.megabytes(verdict.bytes()) + ", byte for byte; nothing acknowledged was lost");
            screen.line("          " + Quantity.time(System.nanoTime() - started) + " in all"
                    + (settings.keep() ? "; the store is kept at " + Path.of(plan.store()) : ""));
        }
    }

    // ------------------------------------------------------------------------------------------------ verification

    private Verdict scan(LogStructuredStore store, LoadPlan plan, List<Claim> claims, Sample sample)
            throws IOException {
        AtomicLong position = new AtomicLong();
        long begin = store.beginLsn();
        try (Verifier verifier = new Verifier(plan, claims);
                RecordCursor cursor = store.scan(begin);
                Progress _ = screen.progress("verifying", store.stableLsn() - begin, position::get)) {
            while (cursor.next()) {
                if (verifier.check(cursor.lsn(), cursor.payload())) {
                    sample.add(cursor.lsn(), RecordImage.cut(cursor.payload()));
                }
                position.setOpaque(cursor.lsn() - begin);
            }
            return verifier.finish();
        }
    }

    private static void require(Verdict verdict) throws VerificationFailedException {
        if (!verdict.isGood()) {
            throw failed(verdict.faults(), verdict.findings());
        }
    }

    private static VerificationFailedException failed(long faults, List<Finding> findings) {
        return new VerificationFailedException(
                faults, findings.stream().map(Finding::toString).toList());
    }

    private void fail(DemoPlace place, Corpus corpus, String what, List<String> findings) {
        place.keepStore();
        screen.line("");
        screen.line("FAILED  " + what);
        findings.forEach(finding -> screen.line("        " + finding));
        Path changed = corpus.changed();
        if (changed != null) {
            screen.line("        The file " + changed + " was changed meanwhile, which may be all there is to it:"
                    + " try again with files that stand still.");
        }
        screen.line("        The store is kept at " + place.store());
    }
}
