package io.lss.tck.crash;

import io.lss.api.Durability;
import io.lss.api.EndOfLog;
import io.lss.api.LogStructuredStore;
import io.lss.api.ReadOutcome;
import io.lss.api.RecordCursor;
import io.lss.api.Reservation;
import io.lss.api.StoreCorruptException;
import io.lss.api.StoreFailedException;
import io.lss.api.StoreFullException;
import io.lss.api.StoreOptions;
import io.lss.api.WriteMode;
import io.lss.spi.store.StoreEngine;
import io.lss.tck.sim.Moment;
import io.lss.tck.sim.SimulatedDevice;
import io.lss.tck.sim.SimulatedFaults;
import io.lss.tck.sim.SimulatedMedium;
import io.lss.tck.sim.SimulatedProvider;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One execution of a program: calls the store, keeps the model, checks every answer. Whatever the store must not do is a
 * {@link ViolationException}.
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

    /** How many of the latest records a wait chooses from. */
    private static final int LATEST = 4;

    /** Longest jump of virtual time between two polls. */
    private static final long TIME_SLICE = 5_000_000;

    private final StoreEngine engine;
    private final Program program;
    private final Visitor visitor;
    private final Watchdog watchdog;
    private final SimulatedFaults faults;
    private final SplittableRandom payloads;
    private final URI at;

    private SimulatedMedium medium;
    private StoreOptions options;
    private @Nullable LogStructuredStore store;
    private LogModel model = LogModel.empty();
    private final List<Open> open = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();
    private boolean powerCut;
    private boolean abandoned;
    private boolean struck;
    private int opens;
    private int step;
    private long stable;
    private long written;
    private long tail;

    /** An open reservation. */
    private record Open(Reservation reservation, LogModel.Entry entry) {}

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
        this.payloads = new SplittableRandom(Mix.of(program.seed(), 2));
        this.options = program.options();
        this.medium = SimulatedMedium.blank(program.device());
        this.at = SimulatedProvider.register(medium);
    }

    // -------------------------------------------------------------------------------------------- queries

    LogModel model() {
        return model;
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
                    checkWatermarks();
                }
            }
            step++;
            guarded(this::closeNormally);
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
            acknowledge();
            return true;
        } catch (StoreFailedException e) {
            checkInjected(e);
            checkFailed(e);
            return false;
        } catch (IOException e) {
            checkInjected(e);
            return store != null;
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

    /** A failed store moves no watermark and takes no append, but it can be read. */
    private void checkFailed(StoreFailedException failure) {
        LogStructuredStore failed = store;
        if (failed == null) {
            return;
        }
        acknowledge();
        long stableThen = failed.stableLsn();
        long writtenThen = failed.writtenLsn();
        if (failure.stableLsn() > stableThen) {
            throw new ViolationException("S6: the failure says stable up to " + failure.stableLsn() + ", the store " + stableThen);
        }
        mustFail("append", () -> failed.append(new byte[] {1}));
        mustFail("sync or wait", () -> {
            failed.sync();
            for (LogModel.Entry each : model.publishedFrom(stableThen)) {
                failed.awaitStable(each.lsn());
            }
            throw new StoreFailedException("nothing was left to wait for", 0, null);
        });
        for (LogModel.Entry each : model.publishedFrom(model.begin())) {
            try {
                if (each.lsn() < stableThen) {
                    read(failed, each);
                }
            } catch (IOException e) {
                checkInjected(e);
            }
        }
        if (failed.stableLsn() != stableThen || failed.writtenLsn() != writtenThen) {
            throw new ViolationException("S6: a watermark of a failed store moved");
        }
    }

    private static void mustFail(String what, Action action) {
        try {
            action.run();
        } catch (StoreFailedException e) {
            return;
        } catch (IOException e) {
            throw new ViolationException("S6: " + what + " on a failed store throws " + e, e);
        }
        throw new ViolationException("S6: " + what + " succeeds on a failed store");
    }

    private LogStructuredStore store() {
        LogStructuredStore s = store;
        if (s == null) {
            throw new IllegalStateException("no store is open");
        }
        return s;
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
        LogStructuredStore opened = engine.open(at, options);
        store = opened;
        StoreContent found = StoreContent.of(opened, model);
        Oracle.check(model, found, model.survivesBelow(powerCut));
        model = LogModel.after(model, found);
        if (options.durability() == Durability.SYNC) {
            model.acknowledgesWhenSynced();
        }
        powerCut = false;
        if (!options.reservationTimeout().isZero()) {
            model.mayGiveUpReservations();
        }
        stable = 0;
        written = 0;
        tail = 0;
        checkWatermarks();
    }

    private void observe(SimulatedMedium of, Moment moment) {
        if (abandoned || of != medium) {
            return;
        }
        watchdog.touch(moment);
        acknowledge();
        visitor.visit(this, moment);
    }

    /** What anybody could know now. */
    private void acknowledge() {
        LogStructuredStore s = store;
        if (s != null) {
            model.acknowledge(s.stableLsn());
        }
    }

    private void closeNormally() throws IOException {
        LogStructuredStore closing = store;
        if (closing == null) {
            return;
        }
        model.mayGiveUpReservations();
        try {
            closing.close();
            acknowledge();
            for (LogModel.Entry each : model.publishedFrom(model.acknowledged())) {
                throw new ViolationException("S19: after a close the record at LSN " + each.lsn() + " is not stable");
            }
            model.closed();
        } finally {
            acknowledge();
            store = null;
            endAfterClose();
        }
    }

    /** Publishing after the close must not make a record. */
    private void endAfterClose() {
        for (Open each : open) {
            try {
                each.reservation().publish();
            } catch (IllegalStateException e) {
                model.become(each.entry(), LogModel.State.ABORTED);
                continue;
            }
            if (!struck) {
                throw new ViolationException("S8: a reservation open at the close, LSN " + each.entry().lsn() + ", could be published after it");
            }
        }
        open.clear();
    }

    /** Leaves store and medium as they are, as a dead process does. */
    private void abandon() {
        abandoned = true;
        LogStructuredStore left = store;
        store = null;
        open.clear();
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
            case Step.Append(int length) -> append(payload(length));
            case Step.Batch(List<Integer> lengths) -> batch(fitting(lengths));
            case Step.Reserve(int length) -> reserve(List.of(payload(length)));
            case Step.ReserveAll(List<Integer> lengths) -> reserve(fitting(lengths));
            case Step.End(int choice, Step.Ending how) -> {
                if (!open.isEmpty()) {
                    end(open.remove(choice % open.size()), how);
                }
            }
            case Step.Flush() -> store().flush();
            case Step.Poll(int times) -> {
                for (int i = 0; i < times; i++) {
                    store().poll();
                }
            }
            case Step.Sync() -> sync();
            case Step.Await(int choice) -> await(choice);
            case Step.Read(int choice) -> read(choice);
            case Step.ReadAll() -> readAll();
            case Step.Scan() -> scan();
            case Step.Trim(int choice) -> trim(choice);
            case Step.SetRoot(int length) -> setRoot(length);
            case Step.PassTime(long micros) -> passTime(micros * 1_000);
            case Step.Reopen(long seed) -> {
                closeNormally();
                reopenOptions(seed);
                open(medium);
                if (store().recovery().end() != EndOfLog.CLEAN) {
                    throw new ViolationException("S19: after a close the store opens with " + store().recovery());
                }
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

    private byte[] payload(int length) {
        byte[] bytes = new byte[Math.min(length, store().maxRecordLength())];
        payloads.nextBytes(bytes);
        return bytes;
    }

    /** {@return payloads that fit one buffer together} */
    private List<byte[]> fitting(List<Integer> lengths) {
        List<byte[]> fitting = new ArrayList<>();
        int room = store().maxRecordLength();
        for (int length : lengths) {
            byte[] bytes = payload(Math.min(length, Math.max(1, room / lengths.size() - 64)));
            fitting.add(bytes);
        }
        return fitting;
    }

    private void append(byte[] payload) throws IOException {
        if (!open.isEmpty()) {
            // An append that waits could wait for this thread's own reservations.
            Optional<Reservation> claimed;
            try {
                claimed = store().tryReserve(payload.length);
            } catch (StoreFullException e) {
                return;
            }
            if (claimed.isPresent()) {
                Open mine = opened(claimed.get(), payload);
                end(mine, Step.Ending.PUBLISH);
                return;
            }
            endAll();
        }
        LogModel.Attempt attempt = model.attempt(List.of(payload));
        try {
            long lsn =
                    switch (payload.length % 3) {
                        case 0 -> store().append(payload);
                        case 1 -> store().append(MemorySegment.ofArray(payload));
                        default -> store().append(ByteBuffer.wrap(payload));
                    };
            model.appended(attempt, lsn);
        } catch (StoreFullException e) {
            model.refused(attempt);
            readLatest();
        }
    }

    private void batch(List<byte[]> batch) throws IOException {
        if (!open.isEmpty()) {
            endAll();
        }
        LogModel.Attempt attempt = model.attempt(batch);
        try {
            model.appended(attempt, store().appendBatch(batch.stream().map(MemorySegment::ofArray).toList()));
        } catch (StoreFullException e) {
            model.refused(attempt);
            readLatest();
        }
    }

    private void reserve(List<byte[]> wanted) throws IOException {
        int[] lengths = wanted.stream().mapToInt(each -> each.length).toArray();
        try {
            List<Reservation> claimed;
            if (!open.isEmpty()) {
                Optional<List<Reservation>> some = store().tryReserveAll(lengths);
                if (some.isEmpty()) {
                    return;
                }
                claimed = some.get();
            } else {
                claimed = lengths.length == 1 ? List.of(store().reserve(lengths[0])) : store().reserveAll(lengths);
            }
            for (int i = 0; i < lengths.length; i++) {
                open.add(opened(claimed.get(i), wanted.get(i)));
            }
        } catch (StoreFullException e) {
            readLatest();
        }
    }

    private Open opened(Reservation reservation, byte[] payload) {
        reservation.payload().copyFrom(MemorySegment.ofArray(payload));
        return new Open(reservation, model.reserved(reservation.lsn(), payload));
    }

    private void endAll() {
        while (!open.isEmpty()) {
            end(open.removeLast(), Step.Ending.PUBLISH);
        }
    }

    private void end(Open one, Step.Ending how) {
        try {
            switch (how) {
                case PUBLISH -> {
                    model.become(one.entry(), LogModel.State.PUBLISHING);
                    one.reservation().publish();
                    model.become(one.entry(), LogModel.State.PUBLISHED);
                }
                case ABORT -> {
                    one.reservation().abort();
                    model.become(one.entry(), LogModel.State.ABORTED);
                }
                case CLOSE -> {
                    one.reservation().close();
                    model.become(one.entry(), LogModel.State.ABORTED);
                }
            }
        } catch (IllegalStateException e) {
            if (!model.mayGiveUp()) {
                throw new ViolationException("S8: " + how + " of an open reservation throws " + e, e);
            }
            model.become(one.entry(), LogModel.State.ABORTED);
        }
    }

    /** {@return whether a wait could be one for ever, for this thread's own reservation} */
    private boolean mayNotWait() {
        return !open.isEmpty() && options.reservationTimeout().isZero();
    }

    private void sync() throws IOException {
        if (mayNotWait()) {
            store().poll();
            return;
        }
        store().sync();
        acknowledge();
        for (LogModel.Entry each : model.publishedFrom(model.acknowledged())) {
            throw new ViolationException("S5: after a sync the record at LSN " + each.lsn() + " is not stable");
        }
    }

    private void await(int choice) throws IOException {
        List<LogModel.Entry> published = model.publishedFrom(model.begin());
        if (mayNotWait() || published.isEmpty()) {
            store().poll();
            return;
        }
        LogModel.Entry chosen = published.get(published.size() - 1 - choice % Math.min(LATEST, published.size()));
        boolean already = store().awaitStable(chosen.lsn(), Duration.ZERO);
        if (already != store().stableLsn() > chosen.lsn()) {
            throw new ViolationException("S5: a wait without time for LSN " + chosen.lsn() + " says " + already);
        }
        store().awaitStable(chosen.lsn());
        if (store().stableLsn() <= chosen.lsn()) {
            throw new ViolationException("S5: after a wait for it, LSN " + chosen.lsn() + " is not stable");
        }
    }

    // -------------------------------------------------------------------------------------------- reads

    private void readLatest() throws IOException {
        List<LogModel.Entry> published = model.publishedFrom(model.begin());
        if (!published.isEmpty()) {
            read(store(), published.getLast());
        }
    }

    private void read(int choice) throws IOException {
        List<LogModel.Entry> all = List.copyOf(model.entries().values());
        if (!all.isEmpty()) {
            read(store(), all.get(choice % all.size()));
        }
    }

    private void read(LogStructuredStore from, LogModel.Entry entry) throws IOException {
        byte[] dst = new byte[entry.payload().length];
        checkRead(entry, from.read(entry.lsn(), MemorySegment.ofArray(dst)), dst);
    }

    private void checkRead(LogModel.Entry entry, ReadOutcome outcome, byte[] dst) {
        boolean right =
                switch (outcome.status()) {
                    case RECORD -> entry.state() == LogModel.State.PUBLISHED
                            && outcome.length() == dst.length
                            && Arrays.equals(dst, entry.payload());
                    case UNPUBLISHED -> entry.state() == LogModel.State.OPEN;
                    case ABORTED -> entry.state() == LogModel.State.ABORTED
                            || entry.state() == LogModel.State.OPEN && model.mayGiveUp();
                    case TRIMMED -> model.mayBeTrimmed(entry.lsn());
                };
        if (!right) {
            throw new ViolationException("S9: a read of LSN " + entry.lsn() + ", which is " + entry.state() + " with "
                    + entry.payload().length + " bytes, gives " + outcome + ", or other bytes; the log begins at LSN " + model.begin());
        }
    }

    private void readAll() throws IOException {
        List<LogModel.Entry> all = List.copyOf(model.entries().values());
        List<byte[]> dsts = all.stream().map(each -> new byte[each.payload().length]).toList();
        List<ReadOutcome> outcomes = store().readAll(
                all.stream().mapToLong(LogModel.Entry::lsn).toArray(), dsts.stream().map(MemorySegment::ofArray).toList());
        for (int i = 0; i < all.size(); i++) {
            checkRead(all.get(i), outcomes.get(i), dsts.get(i));
        }
    }

    /** A scan finds exactly what was published below the stable watermark. */
    private void scan() throws IOException {
        long stableNow = store().stableLsn();
        long begin = store().beginLsn();
        List<LogModel.Entry> expected = model.publishedFrom(begin).stream().filter(each -> each.lsn() < stableNow).toList();
        try (RecordCursor cursor = store().scan(begin)) {
            for (LogModel.Entry each : expected) {
                if (!cursor.next() || cursor.lsn() != each.lsn() || cursor.payload().mismatch(MemorySegment.ofArray(each.payload())) >= 0) {
                    throw new ViolationException("S2: a scan does not find the record at LSN " + each.lsn());
                }
            }
            if (cursor.next()) {
                throw new ViolationException("S2: a scan finds a record at LSN " + cursor.lsn() + " beyond what is stable, or that nobody published");
            }
        }
    }

    // -------------------------------------------------------------------------------------------- trim, root, time, crash

    private void trim(int choice) throws IOException {
        long stableNow = store().stableLsn();
        List<LogModel.Entry> candidates =
                model.entries().headMap(stableNow).values().stream().filter(each -> each.lsn() > model.begin()).toList();
        long lsn = candidates.isEmpty() || choice % 5 == 0 ? stableNow : candidates.get(choice % candidates.size()).lsn();
        model.beginAttempt(lsn);
        store().trimBefore(lsn);
        long begin = store().beginLsn();
        if (begin < lsn || !model.isBegin(begin)) {
            throw new ViolationException("S13: trimmed to LSN " + lsn + ", the log begins at LSN " + begin);
        }
        model.beginSet(begin);
    }

    private void setRoot(int length) throws IOException {
        byte[] next = new byte[length];
        payloads.nextBytes(next);
        model.rootAttempt(next);
        store().setRoot(next);
        model.rootSet(next);
        if (!Arrays.equals(store().root(), next)) {
            throw new ViolationException("S14: the root is not what was set");
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
            store().poll();
        }
    }

    private void crash(Cut cut, long seed) throws IOException {
        SimulatedMedium left = cut.of(medium, seed);
        abandon();
        powerCut |= cut.power();
        reopenOptions(seed);
        open(left);
    }

    private void checkWatermarks() {
        LogStructuredStore s = store;
        if (s == null) {
            return;
        }
        long begin = s.beginLsn();
        if (!model.isBegin(begin)) {
            throw new ViolationException("S13: the log begins at LSN " + begin + "; known is: " + model);
        }
        long stableNow = s.stableLsn();
        long writtenNow = s.writtenLsn();
        long tailNow = s.tailLsn();
        if (begin > stableNow || stableNow > writtenNow || writtenNow > tailNow || stableNow < stable || writtenNow < written || tailNow < tail) {
            throw new ViolationException("S3: begin " + begin + ", stable " + stableNow + " (was " + stable + "), written " + writtenNow
                    + " (was " + written + "), tail " + tailNow + " (was " + tail + ")");
        }
        stable = stableNow;
        written = writtenNow;
        tail = tailNow;
    }
}
