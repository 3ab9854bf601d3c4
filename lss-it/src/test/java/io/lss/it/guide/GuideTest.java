package io.lss.it.guide;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.LogStructuredStore;
import io.lss.api.OpenMode;
import io.lss.api.RecordCursor;
import io.lss.api.Reservation;
import io.lss.api.StoreException;
import io.lss.api.StoreFullException;
import io.lss.api.StoreOptions;
import io.lss.tck.sim.SimulatedMedium;
import io.lss.tck.sim.SimulatedProvider;
import io.lss.tck.sim.SimulatedSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The examples of docs/GUIDE.md do what the guide says. That the guide shows these classes is DocumentsTest's to check. */
@Timeout(120)
class GuideTest {

    @TempDir
    private Path temp;

    private static StoreOptions small() {
        return StoreOptions.builder().bufferSize(64 << 10).segmentSize(256 << 10).build();
    }

    private static List<String> scan(LogStructuredStore log) throws IOException {
        List<String> found = new ArrayList<>();
        try (RecordCursor records = log.scan(log.beginLsn())) {
            while (records.next()) {
                found.add(new String(records.payload().toArray(ValueLayout.JAVA_BYTE), UTF_8));
            }
        }
        return found;
    }

    @Test
    void theFirstMinute() throws Exception {
        Path directory = temp.resolve("data");
        try (var log = LogStructuredStore.open(directory)) { // created if missing, recovered if not
            var map = new DurableMap(log);
            map.put("colour", "blue");                       // on disk when it returns
        }
        try (var log = LogStructuredStore.open(directory)) {
            assertEquals("blue", new DurableMap(log).get("colour"));
        }
    }

    @Test
    void aMapIsThereAgainAfterItWasClosed() throws Exception {
        try (LogStructuredStore log = LogStructuredStore.open(temp.resolve("map"), small());
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            DurableMap map = new DurableMap(log);
            List<Future<?>> puts = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                int n = i;
                puts.add(threads.submit(() -> {
                    map.put("key" + n % 50, "a=" + n);
                    return null;
                }));
            }
            for (Future<?> put : puts) {
                put.get();
            }
            map.put("key0", "last");
            assertTrue(log.stableLsn() > log.beginLsn());
            assertEquals("last", map.get("key0"));
            List<String> before = IntStream.range(0, 50).mapToObj(i -> map.get("key" + i)).toList();
            // As it is at this moment, without any goodbye: what a crash would leave.
            log.backup(temp.resolve("copy").toUri());
            try (LogStructuredStore copy = LogStructuredStore.open(temp.resolve("copy"), small())) {
                DurableMap again = new DurableMap(copy);
                assertEquals(before, IntStream.range(0, 50).mapToObj(i -> again.get("key" + i)).toList());
                assertNull(again.get("key50"));
            }
        }
    }

    private static MemorySegment page(int number, int version) {
        byte[] bytes = new byte[PageStore.PAGE];
        new SplittableRandom(number * 1_000_003L + version).nextBytes(bytes);
        return MemorySegment.ofArray(bytes);
    }

    private static void assertPage(PageStore pages, int number, int version) throws IOException {
        byte[] found = new byte[PageStore.PAGE];
        assertTrue(pages.read(number, MemorySegment.ofArray(found)) != PageStore.NOWHERE, "page " + number);
        assertArrayEquals(page(number, version).toArray(ValueLayout.JAVA_BYTE), found, "page " + number);
    }

    @Test
    void pagesAreReplacedMovedAndFoundAgain() throws Exception {
        Path directory = temp.resolve("pages");
        MemorySegment scratch = MemorySegment.ofArray(new byte[PageStore.PAGE]);
        try (LogStructuredStore log = LogStructuredStore.open(directory, small())) {
            PageStore pages = new PageStore(log, 64);
            assertEquals(PageStore.NOWHERE, pages.read(63, scratch));
            assertTrue(pages.replace(63, PageStore.NOWHERE, page(63, 1)));
            assertFalse(pages.replace(63, PageStore.NOWHERE, page(63, 2)), "somebody else has written it");
            assertThrows(IllegalArgumentException.class, () -> pages.replace(1, PageStore.NOWHERE, scratch.asSlice(1)));
            for (int version = 1; version <= 20; version++) {
                for (int number = 0; number < 16; number++) {
                    assertTrue(pages.replace(number, pages.read(number, scratch), page(number, version)));
                }
            }
            long below = log.tailLsn() - 5 * PageStore.PAGE;
            if (below > log.stableLsn()) {
                assertThrows(IllegalArgumentException.class, () -> pages.clean(below));
            }
            log.sync();
            long before = log.beginLsn();
            pages.clean(below);
            assertEquals(below, log.beginLsn());
            assertTrue(before < below);
            assertTrue(log.stats().segmentsDeleted() > 0);
            assertPage(pages, 63, 1);
        }
        try (LogStructuredStore log = LogStructuredStore.open(directory, small())) {
            PageStore pages = new PageStore(log, 64);
            for (int number = 0; number < 16; number++) {
                assertPage(pages, number, 20);
            }
            assertPage(pages, 63, 1);
            assertEquals(PageStore.NOWHERE, pages.read(40, scratch));
        }
    }

    /** The store, but for writers that give up between install and publish. */
    private static LogStructuredStore givingUp(LogStructuredStore log) {
        ClassLoader loader = GuideTest.class.getClassLoader();
        return (LogStructuredStore) Proxy.newProxyInstance(loader, new Class<?>[] {LogStructuredStore.class}, (_, method, arguments) -> {
            if (!method.getName().equals("reserve")) {
                return method.invoke(log, arguments);
            }
            Reservation record = log.reserve((int) arguments[0]);
            return Proxy.newProxyInstance(loader, new Class<?>[] {Reservation.class}, (_, called, values) -> {
                if (called.getName().equals("publish")) {
                    record.close();
                    throw new IllegalStateException("given up");
                }
                return called.invoke(record, values);
            });
        });
    }

    @Test
    void aPageWhoseWriterGaveUpKeepsTheVersionBefore() throws Exception {
        Path directory = temp.resolve("pages");
        try (LogStructuredStore log = LogStructuredStore.open(directory, small())) {
            assertTrue(new PageStore(log, 4).replace(2, PageStore.NOWHERE, page(2, 1)));
            log.sync();
            long before = log.beginLsn();
            PageStore pages = new PageStore(givingUp(log), 4);
            long version = pages.read(2, MemorySegment.ofArray(new byte[PageStore.PAGE]));
            assertThrows(IllegalStateException.class, () -> pages.replace(2, version, page(2, 2)));
            assertThrows(IllegalStateException.class, () -> pages.clean(log.stableLsn()));
            assertEquals(before, log.beginLsn(), "nothing is trimmed");
        }
        try (LogStructuredStore log = LogStructuredStore.open(directory, small())) {
            assertPage(new PageStore(log, 4), 2, 1);
        }
    }

    @Test
    void writersReadersAndTheCleanerOfPagesDoNotHurtEachOther() throws Exception {
        try (LogStructuredStore log = LogStructuredStore.open(temp.resolve("pages"), small());
                ExecutorService threads = Executors.newCachedThreadPool()) {
            PageStore pages = new PageStore(log, 8);
            List<Future<Long>> counters = new ArrayList<>();
            for (int t = 0; t < 3; t++) {
                counters.add(threads.submit(() -> {
                    MemorySegment content = MemorySegment.ofArray(new byte[PageStore.PAGE]);
                    for (int i = 0; i < 400; i++) {
                        int number = i % 8;
                        boolean counted = false;
                        while (!counted) { // a counter in a page: none of its increments may be lost
                            long version = pages.read(number, content);
                            long count = version == PageStore.NOWHERE ? 0 : content.get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
                            content.set(ValueLayout.JAVA_LONG_UNALIGNED, 0, count + 1);
                            counted = pages.replace(number, version, content);
                        }
                    }
                    return 400L;
                }));
            }
            while (!counters.stream().allMatch(Future::isDone)) {
                log.sync();
                pages.clean(log.stableLsn());
            }
            long expected = 0;
            for (Future<Long> counter : counters) {
                expected += counter.get();
            }
            long sum = 0;
            MemorySegment content = MemorySegment.ofArray(new byte[PageStore.PAGE]);
            for (int number = 0; number < 8; number++) {
                assertTrue(pages.read(number, content) != PageStore.NOWHERE);
                sum += content.get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
            }
            assertEquals(expected, sum);
        }
    }

    @Test
    void aQueueGoesOnWhereItsConsumerWas() throws Exception {
        Path directory = temp.resolve("queue");
        List<String> taken = new ArrayList<>();
        try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
            Future<?> consumer;
            try (LogStructuredStore log = LogStructuredStore.open(directory, small())) {
                WorkQueue queue = new WorkQueue(log);
                for (int i = 0; i < 50; i++) {
                    queue.offer(("early " + i).getBytes(UTF_8));
                }
                CountDownLatch all = new CountDownLatch(100);
                consumer = threads.submit(() -> {
                    queue.consume(work -> {
                        taken.add(new String(work.toArray(ValueLayout.JAVA_BYTE), UTF_8));
                        all.countDown();
                    });
                    return null;
                });
                long last = 0;
                for (int i = 0; i < 50; i++) {
                    last = queue.offer(("late " + i).getBytes(UTF_8));
                }
                assertTrue(all.await(60, TimeUnit.SECONDS));
                while (log.beginLsn() <= last) { // until the consumer, idle now, has said where it is
                    Thread.onSpinWait();
                }
            }
            consumer.get(60, TimeUnit.SECONDS); // ended because the store was closed
        }
        assertEquals(100, taken.size());
        assertEquals("early 0", taken.getFirst());
        assertEquals("late 49", taken.getLast());
        try (LogStructuredStore log = LogStructuredStore.open(directory, small())) {
            assertEquals(List.of(), scan(log), "nothing comes twice");
            new WorkQueue(log).offer("next".getBytes(UTF_8));
            assertEquals(List.of("next"), scan(log));
        }
    }

    @Test
    void commitsShareFlushes() throws Exception {
        List<byte[]> transactions = IntStream.range(0, 2000).mapToObj(i -> ("transaction " + i).getBytes(UTF_8)).toList();
        try (LogStructuredStore log = LogStructuredStore.open(temp.resolve("commits"), small())) {
            long flushes = GroupCommit.commitAll(log, transactions);
            assertTrue(flushes > 0 && flushes < 2000, flushes + " flushes");
            assertEquals(2000, scan(log).size(), "a scan ends at what is stable: all are");
            GroupCommit.commitAsync(log, transactions).get(60, TimeUnit.SECONDS);
            assertEquals(4000, scan(log).size());
            GroupCommit.commitTogether(log, transactions.subList(0, 10));
            assertEquals(4010, scan(log).size());
        }
    }

    @Test
    void eachErrorHasANextStep() throws Exception {
        Path directory = temp.resolve("errors");
        LogStructuredStore log = LogStructuredStore.open(directory, small().toBuilder().linger(Duration.ZERO).build());
        assertEquals(Errors.Next.ASK, next(() -> LogStructuredStore.open(directory)), "locked");
        Thread.currentThread().interrupt();
        long lsn = log.append(new byte[1]);
        assertEquals(Errors.Next.STOP, next(() -> log.awaitStable(lsn)), "interrupted");
        assertTrue(Thread.interrupted());
        log.awaitStable(lsn);
        log.close();
        assertEquals(Errors.Next.STOP, next(() -> log.append(new byte[1])), "closed");
        StoreOptions missing = StoreOptions.builder().openMode(OpenMode.OPEN_EXISTING).build();
        assertEquals(Errors.Next.ASK, next(() -> LogStructuredStore.open(temp.resolve("none"), missing)), "no such place");
        StoreOptions unknown = StoreOptions.builder().provider("nobody").build();
        assertEquals(Errors.Next.ASK, next(() -> LogStructuredStore.open(directory, unknown)), "no such provider");
        Path root = directory.resolve("root-0");
        byte[] image = Files.readAllBytes(root);
        Files.write(root, new byte[image.length]);
        Files.write(directory.resolve("root-1"), new byte[image.length]);
        assertEquals(Errors.Next.ASK, next(() -> LogStructuredStore.open(directory)), "corrupt");
    }

    @Test
    void aFullDiskIsWaitedOutOrReported() throws Exception {
        SimulatedMedium medium = SimulatedMedium.blank(SimulatedSettings.builder().build());
        URI at = SimulatedProvider.register(medium);
        try (LogStructuredStore log = LogStructuredStore.open(at, small())) {
            medium.capacity(4 * (256 << 10));
            byte[] record = new byte[1000];
            long last = log.append(record);
            for (boolean full = false; !full; ) {
                try {
                    last = log.append(record);
                } catch (StoreFullException e) {
                    full = true;
                }
            }
            log.sync();
            long begin = log.beginLsn();
            assertThrows(StoreFullException.class, () -> Errors.appendOrTrim(log, record, begin, Duration.ZERO));
            assertTrue(Errors.appendOrTrim(log, record, last, Duration.ofSeconds(60)) > last);
            assertEquals(last, log.beginLsn());
        } finally {
            SimulatedProvider.unregister(at);
        }
    }

    @Test
    void aStoreCanBeLookedAt() throws Exception {
        Observed.withBean(temp.resolve("data"));
        assertEquals(100, Observed.withMeters(temp.resolve("data"), new SimpleMeterRegistry()));
    }

    private interface Call {
        void run() throws IOException;
    }

    private static Errors.Next next(Call call) {
        return Errors.next(assertThrows(StoreException.class, call::run));
    }
}
