package io.lss.it;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lss.api.Durability;
import io.lss.api.LogStructuredStore;
import io.lss.api.OpenMode;
import io.lss.api.ReadOutcome;
import io.lss.api.RecordCursor;
import io.lss.api.Reservation;
import io.lss.api.StoreInterruptedException;
import io.lss.api.StoreLocationException;
import io.lss.api.StoreOptions;
import io.lss.api.WriteMode;
import io.lss.it.RealStore.Found;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A store in a real directory, through the portable provider. */
@Timeout(60)
class RealFilesTest {

    @TempDir
    private Path temp;

    private Path directory() {
        return temp.resolve("store");
    }

    @Test
    void theFirstExampleWorksWithDefaultOptions() throws Exception {
        long lsn;
        try (LogStructuredStore store = LogStructuredStore.open(directory())) {
            lsn = store.append("hello".getBytes(java.nio.charset.StandardCharsets.UTF_8));
            store.awaitStable(lsn);
            String best = RealStore.bestProvider(directory());
            assertEquals(best, store.provider());
            assertTrue(store.device().contains(best.equals("uring") ? "io_uring" : "FileChannel"), store.device());
        }
        try (LogStructuredStore store = LogStructuredStore.open(directory());
                RecordCursor records = store.scan(store.beginLsn())) {
            assertTrue(records.next());
            assertEquals(lsn, records.lsn());
            assertEquals("hello", new String(
                    records.payload().toArray(java.lang.foreign.ValueLayout.JAVA_BYTE), java.nio.charset.StandardCharsets.UTF_8));
            assertFalse(records.next());
        }
    }

    /** Many threads of both kinds, several sessions, in every mode and at every level. */
    @ParameterizedTest
    @CsvSource({
        "TAIL_LOCALIZED, SYNC, false, auto", "SERIALIZED, SYNC, false, off", "TAIL_LOCALIZED, WRITTEN, false, off",
        "SERIALIZED, WRITTEN, false, auto", "TAIL_LOCALIZED, SYNC, true, auto", "SERIALIZED, WRITTEN, true, off"
    })
    void s2_whatManyThreadsAppendComesBackInOrder(WriteMode mode, Durability durability, boolean callerDriven, String direct)
            throws Exception {
        StoreOptions options = RealStore.options()
                .writeMode(mode)
                .durability(durability)
                .callerDriven(callerDriven)
                .checked(durability == Durability.SYNC)
                .providerProperty("direct", direct)
                .providerProperty("preallocate", callerDriven ? "sparse" : "zero")
                .build();
        List<Found> all = new ArrayList<>();
        for (int session = 0; session < 3; session++) {
            int seed = session * 10;
            try (LogStructuredStore store = LogStructuredStore.open(directory(), options)) {
                assertEquals(all, RealStore.scan(store));
                List<Callable<List<Found>>> appenders = new ArrayList<>();
                for (int t = 0; t < 4; t++) {
                    int thread = t;
                    appenders.add(() -> {
                        List<Found> own = RealStore.appendMixed(store, 60, seed + thread);
                        store.awaitStable(own.getLast().lsn());
                        Reservation reservation = store.reserve(50);
                        byte[] payload = RealStore.payload(50, seed + thread);
                        reservation.payload().copyFrom(MemorySegment.ofArray(payload));
                        reservation.publish();
                        own.add(new Found(reservation.lsn(), payload));
                        RealStore.assertReads(store, own.getFirst());
                        return own;
                    });
                }
                try (ExecutorService threads =
                        session == 1 ? Executors.newVirtualThreadPerTaskExecutor() : Executors.newFixedThreadPool(4)) {
                    for (Future<List<Found>> own : threads.invokeAll(appenders)) {
                        all.addAll(own.get());
                    }
                }
                all.sort(Comparator.comparingLong(Found::lsn));
                store.sync();
                assertEquals(all, RealStore.scan(store));
                List<Found> shuffled = new ArrayList<>(all);
                Collections.shuffle(shuffled, new Random(session));
                for (Found found : shuffled) {
                    RealStore.assertReads(store, found);
                }
                readAll(store, shuffled);
            }
        }
    }

    private static void readAll(LogStructuredStore store, List<Found> expected) throws IOException {
        long[] lsns = expected.stream().mapToLong(Found::lsn).toArray();
        List<MemorySegment> dsts = expected.stream()
                .map(found -> MemorySegment.ofArray(new byte[found.payload().length]))
                .toList();
        List<ReadOutcome> outcomes = store.readAll(lsns, dsts);
        for (int i = 0; i < lsns.length; i++) {
            assertEquals(new ReadOutcome(ReadOutcome.Status.RECORD, expected.get(i).payload().length), outcomes.get(i));
            assertArrayEquals(expected.get(i).payload(), (byte[]) dsts.get(i).heapBase().orElseThrow());
        }
    }

    /** An interrupt closes a FileChannel for everyone, unless user threads never touch one. */
    @Test
    void s17_interruptsAtAnyPointHarmNothing() throws Exception {
        int threads = 4;
        int each = 400;
        try (LogStructuredStore store = RealStore.open(directory())) {
            CountDownLatch over = new CountDownLatch(threads);
            AtomicInteger met = new AtomicInteger();
            List<Thread> started = new ArrayList<>();
            List<List<Found>> lists = new ArrayList<>();
            List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
            for (int t = 0; t < threads; t++) {
                int thread = t;
                List<Found> own = new ArrayList<>();
                lists.add(own);
                started.add((t == 0 ? Thread.ofVirtual() : Thread.ofPlatform()).start(() -> {
                    try {
                        appendInterrupted(store, own, each, thread, met);
                    } catch (Throwable e) {
                        failures.add(e);
                    }
                    over.countDown();
                }));
            }
            while (over.getCount() > 0) {
                started.get(ThreadLocalRandom.current().nextInt(threads)).interrupt();
                Thread.yield();
            }
            assertEquals(List.of(), failures);
            List<Found> all = new ArrayList<>();
            lists.forEach(all::addAll);
            all.sort(Comparator.comparingLong(Found::lsn));
            store.sync();
            assertEquals(threads * each, all.size());
            assertEquals(all, RealStore.scan(store));
            assertTrue(met.get() > 0, "no interrupt has met a wait");
            Thread.currentThread().interrupt();
            RealStore.assertReads(store, all.getFirst());
            store.trimBefore(all.get(100).lsn());
            store.setRoot(new byte[] {1});
            assertTrue(Thread.interrupted());
        }
    }

    private static void appendInterrupted(LogStructuredStore store, List<Found> own, int each, int thread, AtomicInteger met)
            throws IOException {
        while (own.size() < each) {
            byte[] payload = RealStore.payload(1_500, thread * 10_000L + own.size());
            try {
                own.add(RealStore.append(store, payload));
                if (own.size() % 10 == 0) {
                    store.awaitStable(own.getLast().lsn());
                }
                if (own.size() % 7 == 0) {
                    RealStore.assertReads(store, own.get(own.size() / 2));
                }
            } catch (StoreInterruptedException e) {
                assertTrue(Thread.interrupted(), "the status is kept");
                met.incrementAndGet();
            }
        }
    }

    @Test
    void s13_trimsGiveTheDiskSpaceBack() throws Exception {
        StoreOptions options = RealStore.options().providerProperty("spares", "2").build();
        long most = 0;
        try (LogStructuredStore store = LogStructuredStore.open(directory(), options)) {
            for (int round = 0; round < 40; round++) {
                List<Found> all = RealStore.appendMixed(store, 100, round);
                store.sync();
                store.trimBefore(all.getFirst().lsn());
                assertEquals(all, RealStore.scan(store));
                most = Math.max(most, RealStore.bytesIn(directory()));
            }
            assertTrue(store.stats().segmentsDeleted() > 30);
            assertTrue(most < 12 * RealStore.SEGMENT, "at most " + most + " bytes");
            store.trimBefore(store.stableLsn());
        }
        try (LogStructuredStore store = LogStructuredStore.open(directory(), options)) {
            assertEquals(List.of(), RealStore.scan(store));
            assertTrue(RealStore.bytesIn(directory()) < 6 * RealStore.SEGMENT);
        }
    }

    @Test
    void aBackupOfALiveStoreOpensWithTheSameRecordsAtTheSameLsns() throws Exception {
        Path target = temp.resolve("backup");
        try (LogStructuredStore store = RealStore.open(directory())) {
            List<Found> all = new ArrayList<>(RealStore.appendMixed(store, 300, 1));
            store.setRoot(new byte[] {4, 2});
            store.sync();
            store.trimBefore(all.get(20).lsn());
            CountDownLatch over = new CountDownLatch(1);
            List<Found> during = new ArrayList<>();
            Thread appender = Thread.ofPlatform().start(() -> {
                try {
                    for (int i = 0; over.getCount() > 0; i++) {
                        during.add(RealStore.append(store, RealStore.payload(200, i)));
                    }
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            long promised = store.stableLsn();
            long end = store.backup(target.toUri());
            over.countDown();
            appender.join();
            all.addAll(during);
            assertTrue(end >= promised);
            try (LogStructuredStore copy = LogStructuredStore.open(
                    target, RealStore.options().openMode(OpenMode.OPEN_EXISTING).build())) {
                List<Found> expected = all.stream()
                        .filter(found -> found.lsn() >= all.get(20).lsn() && found.lsn() < end)
                        .toList();
                assertEquals(expected, RealStore.scan(copy));
                assertArrayEquals(new byte[] {4, 2}, copy.root());
                copy.awaitStable(copy.append(new byte[10]));
            }
            assertThrows(StoreLocationException.class, () -> store.backup(target.toUri()), "not empty any more");
            Path photos = Files.createDirectory(temp.resolve("photos"));
            Files.writeString(photos.resolve("x.jpg"), "x");
            assertThrows(StoreLocationException.class, () -> store.backup(photos.toUri()));
            store.sync();
            assertEquals(all.subList(20, all.size()), RealStore.scan(store));
        }
    }

    @Test
    void manyReopensLeakNeitherThreadsNorFiles() throws Exception {
        Path open = Path.of("/proc/self/fd");
        List<Found> all = new ArrayList<>();
        long files = 0;
        for (int i = 0; i < 40; i++) {
            try (LogStructuredStore store = RealStore.open(directory())) {
                all.add(RealStore.append(store, RealStore.payload(10, i)));
                RealStore.assertReads(store, all.getFirst());
            }
            if (i == 5 && Files.isDirectory(open)) {
                files = count(open);
            }
        }
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            assertFalse(thread.getName().startsWith("lss-store"), "left over: " + thread);
            assertFalse(thread.getName().contains(directory().toUri().toString()), "left over: " + thread);
        }
        if (Files.isDirectory(open)) {
            // Other parts of this JVM may open a file or two; 34 reopens would show.
            assertTrue(count(open) < files + 10, files + " files were open, now " + count(open));
        }
        try (LogStructuredStore store = RealStore.open(directory())) {
            assertEquals(41, store.recovery().session());
            assertEquals(all, RealStore.scan(store));
        }
    }

    private static long count(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.count();
        }
    }

    @Test
    void aMediumInMemoryIsReportedAsVolatile() throws Exception {
        Path memory = Path.of("/dev/shm");
        assumeTrue(Files.isWritable(memory), "SKIPPED: there is no /dev/shm");
        Path at = Files.createTempDirectory(memory, "lss-it");
        try (LogStructuredStore store = RealStore.open(at)) {
            assertTrue(store.volatileMedium());
            store.awaitStable(store.append(new byte[10]));
        }
        try (LogStructuredStore store = RealStore.open(directory())) {
            assertFalse(store.volatileMedium(), "unless the temporary directory is in memory too: " + store.device());
        }
        try (Stream<Path> files = Files.list(at)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(at);
    }

    @Test
    void s8_anAbandonedReservationIsGivenUpInRealTime() throws Exception {
        StoreOptions options =
                RealStore.options().reservationTimeout(Duration.ofMillis(20)).build();
        try (LogStructuredStore store = LogStructuredStore.open(directory(), options)) {
            Reservation abandoned = store.reserve(100);
            MemorySegment payload = abandoned.payload();
            Found next = RealStore.append(store, RealStore.payload(10, 1));
            store.awaitStable(next.lsn());
            payload.fill((byte) 1);
            assertThrows(IllegalStateException.class, abandoned::publish);
            assertEquals(List.of(next), RealStore.scan(store));
            assertEquals(1, store.stats().expiredReservations());
        }
    }
}
