package io.lss.faults.soak;

import io.lss.api.Durability;
import io.lss.api.LogStructuredStore;
import io.lss.api.ReadOutcome;
import io.lss.api.RecordCursor;
import io.lss.api.Reservation;
import io.lss.api.StoreInterruptedException;
import io.lss.api.StoreOptions;
import io.lss.api.WriteMode;
import io.lss.faults.LayerRun;
import io.lss.faults.load.Moment.Operation;
import io.lss.faults.load.Setup;
import io.lss.faults.load.ViolationException;
import io.lss.faults.load.WatchedProvider;
import io.lss.faults.load.Watchers;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/** One store, opened, used, troubled, closed and looked at again and again. Of one thread, which starts the workers. */
final class SoakedStore {

    /** Nobody waits longer than this for anything but a device that is broken on purpose. */
    private static final long PATIENCE_MILLIS = 30_000;

    private static final long KEPT = 1 << 20;
    private static final int BATCH = 4;

    private final LayerRun run;
    private final String name;
    private final WriteMode mode;
    private final List<String> providers;
    private final SplittableRandom random;
    private final Path directory;
    private final Trouble trouble = new Trouble();
    private final Ledger ledger = new Ledger();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private volatile boolean stop;
    private long rootBegun;
    private long rootTold;
    private int session;
    private long records;

    SoakedStore(LayerRun run, int number, WriteMode mode, List<String> providers) {
        this.run = run;
        this.name = "soak" + number;
        this.mode = mode;
        this.providers = providers;
        this.random = run.random(name);
        this.directory = run.scratch().resolve(name);
        Watchers.name(name, trouble);
    }

    /** {@return how many records it has checked after reopening} */
    long records() {
        return records;
    }

    /** What happens to a store while it is used. */
    private enum Incident {
        NONE,
        WRITE_FAILS,
        SYNC_FAILS,
        ROOT_FAILS,
        FULL,
        SLOW,
        INTERRUPTS
    }

    /** Opens it, has it used while something happens to it, closes it, and looks at what is there then. */
    void session(Duration length) throws IOException, ViolationException, InterruptedException {
        String provider = providers.get(session++ % providers.size());
        Incident incident = Incident.values()[random.nextInt(Incident.values().length)];
        stop = false;
        trouble.none();
        try (LogStructuredStore store = LogStructuredStore.open(directory, options(provider))) {
            List<Worker> workers = workers(store);
            try {
                happen(incident, workers, length);
            } finally {
                stop = true;
                end(store, workers);
            }
        } catch (IOException e) {
            // The store has failed, or its close met the failure: it says so, and is closed all the same.
            if (trouble.happened() == 0) {
                throw e;
            }
        }
        boolean struck = trouble.happened() > 0;
        trouble.none();
        Throwable t = failure.get();
        if (t != null) {
            throw new ViolationException(name + " during " + incident + ": " + t);
        }
        boolean fails = incident.name().endsWith("_FAILS");
        run.faults(fails && !struck ? "none" : incident.name().toLowerCase(Locale.ROOT).replace('_', ' '), 1);
        look(provider);
    }

    private StoreOptions options(String provider) {
        StoreOptions options = Setup.of(provider, mode, Durability.SYNC, session).options();
        return options.toBuilder()
                .provider(WatchedProvider.NAME)
                .providerProperty(WatchedProvider.OF, provider)
                .providerProperty(WatchedProvider.BY, name)
                .build();
    }

    private List<Worker> workers(LogStructuredStore store) {
        List<Worker> workers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            SplittableRandom own = random.split();
            boolean waits = i < 2;
            workers.add(worker("append-" + i, i == 1, () -> append(store, own, waits)));
        }
        // Many who wait for little each: a waiter who is forgotten is seen.
        for (int i = 0; i < 8; i++) {
            SplittableRandom own = random.split();
            workers.add(worker("commit-" + i, i % 2 == 0, () -> commit(store, own)));
        }
        SplittableRandom reads = random.split();
        workers.add(worker("read", true, () -> read(store, reads)));
        workers.add(worker("scan", false, () -> scan(store)));
        workers.add(worker("tail", true, () -> tail(store)));
        workers.add(worker("trim", false, () -> trimAndSetRoot(store)));
        return workers;
    }

    private Worker worker(String what, boolean virtual, Worker.Step step) {
        return new Worker(name + "-" + what, virtual, step, () -> stop || failure.get() != null, failure);
    }

    // -------------------------------------------------------------------------------------------- what workers do

    private int length(LogStructuredStore store, SplittableRandom own) {
        return own.nextInt(12) == 0 ? 1 + own.nextInt(store.maxRecordLength()) : 1 + own.nextInt(400);
    }

    private void append(LogStructuredStore store, SplittableRandom own, boolean waits) throws IOException {
        long lsn = switch (own.nextInt(6)) {
            case 0 -> batch(store, own);
            case 1, 2 -> plain(store, Math.max(Ledger.SELF_TELLING, length(store, own)));
            default -> reserved(store, length(store, own), own.nextInt(9) == 0);
        };
        if (waits && own.nextInt(16) == 0 && lsn >= 0) {
            awaitStable(store, lsn);
        }
    }

    private void commit(LogStructuredStore store, SplittableRandom own) throws IOException {
        awaitStable(store, plain(store, Ledger.SELF_TELLING + own.nextInt(100)));
    }

    private void awaitStable(LogStructuredStore store, long lsn) throws IOException {
        store.awaitStable(lsn);
        ledger.acknowledged(lsn);
    }

    private long plain(LogStructuredStore store, int length) throws IOException {
        long number = ledger.nextNumber();
        ledger.appending(number, length);
        long lsn = store.append(Ledger.payload(number, length));
        ledger.published(lsn, number, length);
        return lsn;
    }

    private long reserved(LogStructuredStore store, int length, boolean abort) throws IOException {
        long number = ledger.nextNumber();
        try (Reservation reservation = store.reserve(length)) {
            long lsn = reservation.lsn();
            ledger.reserved(lsn, number, length);
            if (abort) {
                ledger.aborted(lsn);
                reservation.abort();
                return -1;
            }
            reservation.payload().copyFrom(MemorySegment.ofArray(Ledger.payload(number, length)));
            reservation.publish();
            ledger.published(lsn, number, length);
            return lsn;
        }
    }

    private long batch(LogStructuredStore store, SplittableRandom own) throws IOException {
        List<MemorySegment> payloads = new ArrayList<>();
        long[] numbers = new long[BATCH];
        for (int i = 0; i < BATCH; i++) {
            numbers[i] = ledger.nextNumber();
            int length = Ledger.SELF_TELLING + own.nextInt(200);
            ledger.appending(numbers[i], length);
            payloads.add(MemorySegment.ofArray(Ledger.payload(numbers[i], length)));
        }
        long[] lsns = store.appendBatch(payloads);
        for (int i = 0; i < BATCH; i++) {
            ledger.published(lsns[i], numbers[i], (int) payloads.get(i).byteSize());
        }
        return lsns[BATCH - 1];
    }

    private void read(LogStructuredStore store, SplittableRandom own) throws IOException, ViolationException {
        long begin = store.beginLsn();
        long tail = store.tailLsn();
        Long lsn = tail > begin ? ledger.near(own.nextLong(begin, tail)) : null;
        if (lsn == null || lsn >= tail) {
            LockSupport.parkNanos(100_000);
            return;
        }
        boolean published = ledger.isPublished(lsn);
        byte[] bytes = new byte[Math.max(1, ledger.length(lsn))];
        ReadOutcome outcome = store.read(lsn, MemorySegment.ofArray(bytes));
        if (outcome.isRecord() && outcome.length() == bytes.length) {
            check(store, lsn, bytes);
        } else if (published && outcome.status() != ReadOutcome.Status.TRIMMED && lsn >= store.beginLsn()) {
            throw new ViolationException("published, and read as " + outcome + ": LSN " + lsn);
        }
    }

    private void scan(LogStructuredStore store) throws IOException, ViolationException {
        long last = -1;
        try (RecordCursor cursor = store.scan(store.beginLsn())) {
            while (!stop && cursor.next()) {
                last = checkNext(store, cursor, last);
            }
        } catch (IllegalArgumentException | IllegalStateException e) {
            orTrimmed(store, last, e);
        }
    }

    /** A cursor may be overtaken by a trim, and says so. */
    private static void orTrimmed(LogStructuredStore store, long last, RuntimeException e) {
        if (store.beginLsn() <= last) {
            throw e;
        }
    }

    private void tail(LogStructuredStore store) throws IOException, ViolationException {
        long last = -1;
        try (RecordCursor cursor = store.tail(store.stableLsn())) {
            while (!stop) {
                if (cursor.next(Duration.ofMillis(50))) {
                    last = checkNext(store, cursor, last);
                }
            }
        } catch (IllegalArgumentException | IllegalStateException e) {
            orTrimmed(store, last, e);
        }
    }

    private long checkNext(LogStructuredStore store, RecordCursor cursor, long last) throws ViolationException {
        long lsn = cursor.lsn();
        if (lsn <= last) {
            throw new ViolationException("LSN " + lsn + " after LSN " + last);
        }
        check(store, lsn, cursor.payload().toArray(ValueLayout.JAVA_BYTE));
        return lsn;
    }

    /** The ledger forgets what is trimmed, after the begin has moved: then there is nothing to compare with. */
    private void check(LogStructuredStore store, long lsn, byte[] bytes) throws ViolationException {
        try {
            ledger.check(lsn, bytes);
        } catch (ViolationException e) {
            if (lsn >= store.beginLsn()) {
                throw e;
            }
        }
    }

    private void trimAndSetRoot(LogStructuredStore store) throws IOException {
        rootBegun++;
        store.setRoot(ByteBuffer.allocate(Long.BYTES).putLong(rootBegun).array());
        rootTold = rootBegun;
        long begin = store.stableLsn() - KEPT;
        if (begin > store.beginLsn()) {
            store.trimBefore(begin);
            ledger.trimmed(store.beginLsn());
        }
        LockSupport.parkNanos(5_000_000); // the pace of checkpoints
    }

    // -------------------------------------------------------------------------------------------- what happens

    private void happen(Incident incident, List<Worker> workers, Duration length) {
        long end = System.nanoTime() + length.toNanos();
        long middle = System.nanoTime() + length.toNanos() / 2;
        pass(middle);
        switch (incident) {
            case NONE -> {}
            case WRITE_FAILS -> trouble.fail(Operation.WRITE, 1 + random.nextInt(20));
            case SYNC_FAILS -> trouble.fail(Operation.SYNC, 1 + random.nextInt(10));
            case ROOT_FAILS -> trouble.fail(Operation.ROOT, 1 + random.nextInt(3));
            case FULL -> trouble.full(true);
            case SLOW -> trouble.slow(3_000_000);
            case INTERRUPTS -> {
                for (int i = 0; i < 200; i++) {
                    workers.get(random.nextInt(workers.size())).interrupt();
                    LockSupport.parkNanos(1_000_000); // spread over the time
                }
            }
        }
        LockSupport.parkNanos(Math.max(0, end - System.nanoTime()) / 2);
        trouble.full(false);
        trouble.slow(0);
        pass(end);
    }

    /** Lets time pass, unless something is found. */
    private void pass(long until) {
        for (long left = until - System.nanoTime(); left > 0 && failure.get() == null; left = until - System.nanoTime()) {
            LockSupport.parkNanos(Math.min(left, 10_000_000));
        }
    }

    /** Everybody ends their last step by themselves, while the store is open; a store that has failed tells them. */
    private void end(LogStructuredStore store, List<Worker> workers) throws InterruptedException, IOException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
        for (Worker worker : workers) {
            if (!worker.join(Math.max(1, (deadline - System.nanoTime()) / 1_000_000))) {
                failure.compareAndSet(
                        null,
                        new IllegalStateException("still waiting after " + PATIENCE_MILLIS / 1000 + " s: " + worker.whereabouts()
                                + "; " + store.stats()));
            }
        }
    }

    // -------------------------------------------------------------------------------------------- the look

    private void look(String provider) throws IOException, ViolationException {
        try (LogStructuredStore store = LogStructuredStore.open(directory, options(provider))) {
            ConcurrentSkipListMap<Long, byte[]> found = new ConcurrentSkipListMap<>();
            try (RecordCursor cursor = store.scan(store.beginLsn())) {
                while (cursor.next()) {
                    found.put(cursor.lsn(), cursor.payload().toArray(ValueLayout.JAVA_BYTE));
                }
            }
            ledger.settle(found, store.beginLsn());
            byte[] root = store.root();
            long rootFound = root.length == 0 ? 0 : ByteBuffer.wrap(root).getLong();
            if (rootFound < rootTold || rootFound > rootBegun) {
                throw new ViolationException("the root holds " + rootFound + ", not one of " + rootTold + " to " + rootBegun);
            }
            rootBegun = rootFound;
            rootTold = rootFound;
            records += found.size();
        } catch (StoreInterruptedException e) {
            throw new IllegalStateException(e);
        }
        run.crashPoints(1);
    }
}
