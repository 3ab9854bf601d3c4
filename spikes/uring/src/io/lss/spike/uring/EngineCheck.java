package io.lss.spike.uring;

import io.lss.api.Durability;
import io.lss.api.LogStructuredStore;
import io.lss.api.ReadOutcome;
import io.lss.api.RecordCursor;
import io.lss.api.Reservation;
import io.lss.api.StoreException;
import io.lss.api.StoreOptions;
import io.lss.api.WriteMode;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** The engine as it is, on the spike's device: what a user does, each case checked by a scan, across providers. */
final class EngineCheck {

    private static final java.util.logging.Logger LOGGER = java.util.logging.Logger.getLogger("io.lss");

    private final Path base;
    private final String[] providers;
    private int stores;

    private EngineCheck(Path base, String... providers) {
        this.base = base;
        this.providers = providers;
    }

    interface Case {
        void run() throws Exception;
    }

    public static void main(String[] args) throws Exception {
        LOGGER.setLevel(java.util.logging.Level.SEVERE);
        EngineCheck check = new EngineCheck(Path.of(args[0]), "uring-spike", "filechannel");
        check.run("append, await, scan, read, reopen, by either provider in turn", check::acrossProviders);
        check.run("a lone committer", () -> check.committers(1, false));
        check.run("8 platform threads", () -> check.committers(8, false));
        check.run("64 platform threads", () -> check.committers(64, false));
        check.run("200 virtual threads", () -> check.committers(200, true));
        check.run("threads that commit once and end", check::shortLived);
        check.run("caller-driven", check::callerDriven);
        check.run("serialized, written only, checked", check::modes);
        check.run("abandoned reservation", check::abandoned);
        check.run("interrupted callers", check::interrupts);
        check.run("trim, recycling, application root, backup", check::trimAndBackup);
        check.run("tail follows", check::tail);
        check.run("a failed write fails the store, close returns", check::failure);
        System.out.println("engine on the spike: ok");
    }

    private void run(String name, Case c) throws Exception {
        long t0 = System.nanoTime();
        Thread watchdog = Thread.ofPlatform().daemon().start(() -> {
            try {
                Thread.sleep(120_000);
                System.err.println("HANGS: " + name);
                Thread.getAllStackTraces().forEach((t, s) -> {
                    System.err.println(t);
                    for (StackTraceElement e : s) {
                        System.err.println("    " + e);
                    }
                });
                Runtime.getRuntime().halt(3);
            } catch (InterruptedException e) {
                // The case has ended.
            }
        });
        c.run();
        watchdog.interrupt();
        System.out.println("  " + name + ": ok, " + (System.nanoTime() - t0) / 1_000_000 + " ms");
    }

    private Path fresh() {
        return base.resolve("engine-" + stores++ + "-" + System.nanoTime());
    }

    private static LogStructuredStore open(Path at, String provider, UnaryOperator<StoreOptions.Builder> more) throws IOException {
        LogStructuredStore store = LogStructuredStore.open(
                at, more.apply(StoreOptions.builder().provider(provider)).build());
        require(store.provider().equals(provider), "provider " + store.provider());
        return store;
    }

    static LogStructuredStore open(Path at, String provider) throws IOException {
        return open(at, provider, o -> o);
    }

    static void require(boolean condition, String what) {
        if (!condition) {
            throw new AssertionError(what);
        }
    }

    static byte[] record(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    static void scan(LogStructuredStore store, Map<Long, byte[]> expected) throws IOException {
        int found = 0;
        try (RecordCursor cursor = store.scan(store.beginLsn())) {
            while (cursor.next()) {
                byte[] want = expected.get(cursor.lsn());
                require(want != null, "a record nobody appended, at LSN " + cursor.lsn());
                require(cursor.payload().mismatch(MemorySegment.ofArray(want)) < 0, "content at LSN " + cursor.lsn());
                found++;
            }
        }
        require(found == expected.size(), found + " records of " + expected.size());
    }

    private void acrossProviders() throws Exception {
        Path at = fresh();
        TreeMap<Long, byte[]> all = new TreeMap<>();
        Random random = new Random(1);
        for (int session = 0; session < 6; session++) {
            try (LogStructuredStore store = open(at, providers[session % providers.length])) {
                scan(store, all);
                for (int i = 0; i < 400; i++) {
                    int length = i % 50 == 0 ? store.maxRecordLength() : 1 + random.nextInt(1 << random.nextInt(17));
                    byte[] payload = record(random.nextLong(), length);
                    long lsn = store.append(payload);
                    all.put(lsn, payload);
                    if (i % 37 == 0) {
                        store.awaitStable(lsn);
                    }
                }
                store.sync();
                scan(store, all);
                readBack(store, all);
            }
        }
    }

    private static void readBack(LogStructuredStore store, TreeMap<Long, byte[]> all) throws IOException {
        List<Long> lsns = new ArrayList<>(all.keySet());
        List<MemorySegment> dsts = new ArrayList<>();
        for (long lsn : lsns) {
            dsts.add(MemorySegment.ofArray(new byte[all.get(lsn).length]));
        }
        List<ReadOutcome> outcomes = store.readAll(lsns.stream().mapToLong(Long::longValue).toArray(), dsts);
        for (int i = 0; i < lsns.size(); i++) {
            byte[] want = all.get(lsns.get(i));
            require(outcomes.get(i).isRecord() && outcomes.get(i).length() == want.length, "outcome at " + lsns.get(i));
            require(dsts.get(i).mismatch(MemorySegment.ofArray(want)) < 0, "batch content at " + lsns.get(i));
            if (i % 20 == 0) {
                MemorySegment one = MemorySegment.ofArray(new byte[want.length]);
                require(store.read(lsns.get(i), one).isRecord() && one.mismatch(MemorySegment.ofArray(want)) < 0, "read");
            }
        }
    }

    private void committers(int threads, boolean virtual) throws Exception {
        Path at = fresh();
        ConcurrentSkipListMap<Long, byte[]> all = new ConcurrentSkipListMap<>();
        AtomicInteger failed = new AtomicInteger();
        try (LogStructuredStore store = open(at, providers[0], o -> o.segmentSize(8 << 20).bufferSize(256 << 10))) {
            List<Thread> running = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                int number = t;
                Runnable work = () -> {
                    try {
                        Random random = new Random(number);
                        for (int i = 0; i < 6000 / threads + 10; i++) {
                            byte[] payload = record(random.nextLong(), 1 + random.nextInt(i % 100 == 0 ? 60_000 : 600));
                            long lsn = store.append(payload);
                            all.put(lsn, payload);
                            store.awaitStable(lsn);
                            require(store.stableLsn() > lsn, "stable");
                        }
                    } catch (Throwable e) {
                        e.printStackTrace();
                        failed.incrementAndGet();
                    }
                };
                running.add(virtual ? Thread.ofVirtual().start(work) : Thread.ofPlatform().start(work));
            }
            for (Thread t : running) {
                t.join();
            }
            require(failed.get() == 0, failed + " threads failed");
            scan(store, all);
        }
        try (LogStructuredStore store = open(at, providers[1])) {
            scan(store, all);
        }
    }

    private void shortLived() throws Exception {
        Path at = fresh();
        ConcurrentSkipListMap<Long, byte[]> all = new ConcurrentSkipListMap<>();
        AtomicInteger failed = new AtomicInteger();
        try (LogStructuredStore store = open(at, providers[0])) {
            for (int round = 0; round < 500; round++) {
                List<Thread> running = new ArrayList<>();
                for (int i = 0; i < 1 + round % 3; i++) {
                    long seed = round * 10L + i;
                    running.add(Thread.ofPlatform().start(() -> {
                        try {
                            byte[] payload = record(seed, 300);
                            long lsn = store.append(payload);
                            all.put(lsn, payload);
                            if (seed % 4 != 0) {
                                store.awaitStable(lsn);
                            }
                        } catch (IOException e) {
                            e.printStackTrace();
                            failed.incrementAndGet();
                        }
                    }));
                }
                for (Thread t : running) {
                    t.join();
                }
            }
            store.sync();
            require(failed.get() == 0, "failed");
            scan(store, all);
        }
    }

    private void callerDriven() throws Exception {
        Path at = fresh();
        Map<Long, byte[]> all = new HashMap<>();
        try (LogStructuredStore store = open(at, providers[0], o -> o.callerDriven(true).segmentSize(4 << 20).bufferSize(64 << 10))) {
            for (int i = 0; i < 5000; i++) {
                byte[] payload = record(i, 1 + i % 5000);
                long lsn = store.append(payload);
                all.put(lsn, payload);
                if (i % 10 == 0) {
                    store.awaitStable(lsn);
                }
                if (i % 7 == 0) {
                    store.poll();
                }
            }
            store.sync();
            scan(store, all);
        }
    }

    private void modes() throws Exception {
        Path at = fresh();
        Map<Long, byte[]> all = new HashMap<>();
        int session = 0;
        for (Durability durability : Durability.values()) {
            for (WriteMode mode : WriteMode.values()) {
                UnaryOperator<StoreOptions.Builder> options =
                        o -> o.durability(durability).writeMode(mode).checked(true).bufferSize(64 << 10);
                try (LogStructuredStore store = open(at, providers[session++ % 3 == 2 ? 1 : 0], options)) {
                    for (int i = 0; i < 2000; i++) {
                        byte[] payload = record(i, 1 + i);
                        all.put(store.append(payload), payload);
                    }
                    store.sync();
                    scan(store, all);
                }
            }
        }
    }

    private void abandoned() throws Exception {
        Path at = fresh();
        Map<Long, byte[]> all = new HashMap<>();
        try (LogStructuredStore store = open(at, providers[0], o -> o.reservationTimeout(Duration.ofMillis(100)))) {
            Reservation left = store.reserve(1000);
            byte[] payload = record(1, 500);
            long lsn = store.append(payload);
            all.put(lsn, payload);
            require(!store.awaitStable(lsn, Duration.ofMillis(20)), "stable too early");
            store.awaitStable(lsn);
            try {
                left.publish();
                throw new AssertionError("an expired reservation was published");
            } catch (IllegalStateException e) {
                // As it should be.
            }
            scan(store, all);
        }
        try (LogStructuredStore store = open(at, providers[1])) {
            scan(store, all);
        }
    }

    private void interrupts() throws Exception {
        Path at = fresh();
        ConcurrentSkipListMap<Long, byte[]> all = new ConcurrentSkipListMap<>();
        try (LogStructuredStore store = open(at, providers[0])) {
            AtomicInteger failed = new AtomicInteger();
            List<Thread> running = new ArrayList<>();
            for (int t = 0; t < 6; t++) {
                int number = t;
                running.add((t % 2 == 0 ? Thread.ofPlatform() : Thread.ofVirtual()).start(() -> {
                    try {
                        for (int i = 0; i < 1500; i++) {
                            byte[] payload = record(number * 10_000L + i, 200);
                            try {
                                long lsn = store.append(payload);
                                all.put(lsn, payload);
                                if (number == 5) {
                                    store.setRoot(new byte[] {(byte) i});
                                } else {
                                    store.awaitStable(lsn);
                                }
                                store.read(lsn, MemorySegment.ofArray(new byte[200]));
                            } catch (io.lss.api.StoreInterruptedException e) {
                                Thread.interrupted();
                            }
                        }
                    } catch (Throwable e) {
                        e.printStackTrace();
                        failed.incrementAndGet();
                    }
                }));
            }
            Random random = new Random(3);
            while (running.stream().anyMatch(Thread::isAlive)) {
                running.get(random.nextInt(running.size())).interrupt();
                TimeUnit.MICROSECONDS.sleep(300);
            }
            require(failed.get() == 0, "failed");
            store.sync();
            scan(store, all);
        }
    }

    private void trimAndBackup() throws Exception {
        Path at = fresh();
        TreeMap<Long, byte[]> all = new TreeMap<>();
        Path copy = fresh();
        try (LogStructuredStore store = open(at, providers[0], o -> o.segmentSize(1 << 20).bufferSize(64 << 10))) {
            for (int round = 0; round < 20; round++) {
                long lsn = 0;
                for (int i = 0; i < 300; i++) {
                    byte[] payload = record(round * 1000L + i, 5000);
                    lsn = store.append(payload);
                    all.put(lsn, payload);
                }
                store.awaitStable(lsn);
                long keep = all.lowerKey(lsn - 2_000_000 < 0 ? 8192 : lsn - 2_000_000) == null
                        ? all.firstKey()
                        : all.lowerKey(lsn - 2_000_000);
                store.trimBefore(keep);
                all.headMap(keep).clear();
                store.setRoot(("round " + round).getBytes());
            }
            scan(store, all);
            require(Arrays.equals(store.root(), "round 19".getBytes()), "root");
            store.backup(copy.toUri());
        }
        try (LogStructuredStore store = open(copy, providers[1], o -> o.bufferSize(64 << 10))) {
            scan(store, all);
        }
    }

    private void tail() throws Exception {
        Path at = fresh();
        try (LogStructuredStore store = open(at, providers[0])) {
            AtomicInteger seen = new AtomicInteger();
            Thread follower = Thread.ofVirtual().start(() -> {
                try (RecordCursor cursor = store.tail(store.beginLsn())) {
                    while (seen.get() < 2000 && cursor.next()) {
                        require(cursor.payload().byteSize() == 1 + seen.get() % 700, "order");
                        seen.incrementAndGet();
                    }
                } catch (IOException e) {
                    e.printStackTrace();
                }
            });
            for (int i = 0; i < 2000; i++) {
                store.append(new byte[1 + i % 700]);
                if (i % 100 == 0) {
                    Thread.sleep(1);
                }
            }
            store.flush();
            follower.join(20_000);
            require(seen.get() == 2000, "the follower saw " + seen);
        }
    }

    private void failure() throws Exception {
        Path at = fresh();
        Map<Long, byte[]> all = new HashMap<>();
        LogStructuredStore store = open(at, providers[0]);
        byte[] payload = record(9, 900);
        long lsn = store.append(payload);
        all.put(lsn, payload);
        store.awaitStable(lsn);
        UringDevice.resultFilter = r -> -Libc.EIO;
        try {
            store.awaitStable(store.append(new byte[100]));
            throw new AssertionError("a failed write was acknowledged");
        } catch (StoreException e) {
            require(String.valueOf(e.getCause()).contains("errno=5"), "cause " + e);
        }
        UringDevice.resultFilter = r -> r;
        try {
            store.close();
            throw new AssertionError("close of a failed store said nothing");
        } catch (StoreException e) {
            // As it should be.
        }
        try (LogStructuredStore again = open(at, providers[1])) {
            byte[] back = new byte[900];
            require(again.read(lsn, MemorySegment.ofArray(back)).isRecord() && Arrays.equals(back, payload), "read after failure");
        }
    }
}
