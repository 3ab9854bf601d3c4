package io.lss.tck.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.StoreLocationException;
import io.lss.api.StoreLockedException;
import io.lss.spi.flush.Device;
import io.lss.spi.flush.ReadRequest;
import io.lss.spi.flush.Segment;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every device on local files has to do. */
public abstract class LocalDeviceContract extends LocalContract {

    /** For subclasses. */
    protected LocalDeviceContract() {}

    @Test
    void f8_readsSeeEveryCompletedWriteAtAnyPositionAndLength() throws Exception {
        try (Device device = open()) {
            Segment segment = device.create(1, SEGMENT);
            MemorySegment memory = device.allocate(2L * BUFFER);
            Outcome.write(device, segment, Pattern.fill(memory.asSlice(0, BUFFER), 0), 0, true).await();
            Outcome.write(device, segment, Pattern.fill(memory.asSlice(BUFFER, BUFFER), BUFFER), BUFFER, false).await();
            for (int[] range : new int[][] {{0, 1}, {1, 4095}, {4095, 2}, {4096, 4096}, {5, 100_000}, {0, 2 * BUFFER}}) {
                MemorySegment dst = Arena.ofAuto().allocate(range[1]);
                assertEquals(range[1], segment.read(dst, range[0]));
                Pattern.assertIn(dst, range[0]);
            }
            segment.close();
        }
    }

    @Test
    void f8_readsGoIntoAnyKindOfMemory() throws Exception {
        try (Device device = open();
                Arena confined = Arena.ofConfined();
                Arena shared = Arena.ofShared()) {
            int length = (1 << 20) + 4096; // more than one piece
            Segment segment = device.create(1, 2 * SEGMENT);
            for (int at = 0; at < 2 * SEGMENT; at += BUFFER) {
                Outcome.write(device, segment, Pattern.fill(device.allocate(BUFFER), at), at, true).await();
            }
            for (MemorySegment dst : List.of(
                    MemorySegment.ofArray(new byte[length]),
                    MemorySegment.ofArray(new long[length / 8]),
                    confined.allocate(length),
                    shared.allocate(length, 4096),
                    device.allocate(length),
                    shared.allocate(length + 1).asSlice(1))) {
                assertEquals(length, segment.read(dst, 4097));
                Pattern.assertIn(dst, 4097);
                dst.fill((byte) 0);
                assertEquals(length, segment.read(dst, 8192));
                Pattern.assertIn(dst, 8192);
            }
            assertThrows(IllegalArgumentException.class, () -> segment.read(confined.allocate(8).asReadOnly(), 0));
            assertThrows(IllegalArgumentException.class, () -> segment.read(confined.allocate(8), -1));
        }
    }

    @Test
    void f8_aReadIsShortOnlyAtTheEndOfTheFile() throws Exception {
        try (Device device = open()) {
            Segment segment = device.create(1, SEGMENT);
            Outcome.write(device, segment, Pattern.fill(device.allocate(BUFFER), 0), 0, true).await();
            segment.finish(BUFFER);
            assertEquals(BUFFER, Files.size(segmentFile(1)));
            MemorySegment dst = device.allocate(2L * BUFFER);
            assertEquals(BUFFER, segment.read(dst, 0));
            assertEquals(10, segment.read(dst, BUFFER - 10));
            assertEquals(0, segment.read(dst, BUFFER));
            assertEquals(0, segment.read(dst, 10 * SEGMENT));
            assertEquals(0, segment.read(dst.asSlice(0, 0), 0));
        }
    }

    @Test
    void f8_aBatchOfReadsCompletesEachOfThem() throws Exception {
        try (Device device = open();
                Arena confined = Arena.ofConfined()) {
            Segment one = device.create(1, SEGMENT);
            Segment two = device.create(2, SEGMENT);
            Outcome.write(device, one, Pattern.fill(device.allocate(BUFFER), 0), 0, true).await();
            Outcome.write(device, two, Pattern.fill(device.allocate(BUFFER), 0), 0, true).await();
            Segment gone = device.create(3, SEGMENT);
            gone.close();
            List<ReadRequest> batch = new ArrayList<>();
            AtomicIntegerArray told = new AtomicIntegerArray(100);
            for (int i = 0; i < 100; i++) {
                int number = i;
                MemorySegment dst = i % 10 == 0 ? confined.allocate(100) : MemorySegment.ofArray(new byte[100]);
                batch.add(new ReadRequest(i % 2 == 0 ? one : two, dst, i * 77L, () -> told.incrementAndGet(number)));
            }
            ReadRequest failing = new ReadRequest(gone, MemorySegment.ofArray(new byte[1]), 0);
            ReadRequest misuse = new ReadRequest(one, MemorySegment.ofArray(new byte[1]), -5);
            batch.add(50, failing);
            batch.add(misuse);
            device.readAll(batch);
            for (ReadRequest request : batch) {
                if (request == failing || request == misuse) {
                    assertThrows(IOException.class, request::bytes);
                } else {
                    assertEquals(100, request.bytes());
                    Pattern.assertIn(request.dst(), request.position());
                }
            }
            for (int i = 0; i < told.length(); i++) {
                assertEquals(1, told.get(i), "how often what follows read " + i + " was run");
            }
            device.readAll(List.of());
        }
    }

    @Test
    void f3_whatWasWrittenIsThereForTheNextOwner() throws Exception {
        try (Device device = open()) {
            Segment segment = device.create(7, SEGMENT);
            assertEquals(BUFFER, Outcome.write(device, segment, Pattern.fill(device.allocate(BUFFER), 0), 0, false).await());
            Outcome.sync(device, segment).await();
            device.writeRoot(0, new byte[] {1, 2, 3});
        }
        try (Device device = open()) {
            assertArrayEquals(new long[] {7}, device.segments());
            assertArrayEquals(new byte[] {1, 2, 3}, device.readRoot(0).orElseThrow());
            assertTrue(device.readRoot(1).isEmpty());
            Segment segment = device.open(7);
            MemorySegment dst = device.allocate(BUFFER);
            assertEquals(BUFFER, segment.read(dst, 0));
            Pattern.assertIn(dst, 0);
            Outcome.sync(device, segment).await();
            assertThrows(IllegalStateException.class, () -> segment.write(dst, 0, true, Outcome.on(device)));
            segment.close();
            segment.close();
        }
    }

    @Test
    void aNewSegmentHasItsFullLengthAndReadsAsZeros() throws Exception {
        try (Device device = open()) {
            Segment segment = device.create(1, 10 * SEGMENT);
            assertEquals(10 * SEGMENT, Files.size(segmentFile(1)));
            MemorySegment dst = device.allocate(10 * SEGMENT);
            dst.fill((byte) 1);
            assertEquals(10 * SEGMENT, segment.read(dst, 0));
            assertEquals(-1, dst.mismatch(device.allocate(10 * SEGMENT)));
            // In units of 512 bytes. Written zeros take space, holes do not.
            long allocated = 512 * allocatedUnits(segmentFile(1));
            assertTrue(allocated >= 10 * SEGMENT, "allocated: " + allocated);
        }
    }

    private static long allocatedUnits(Path file) throws Exception {
        Process stat = new ProcessBuilder("stat", "-c", "%b", file.toString()).start();
        return Long.parseLong(stat.inputReader().readLine().strip());
    }

    @Test
    void f10_aDeletedSegmentsSpaceIsReusedAndItsOldContentDoesNoHarm() throws Exception {
        try (Device device = open()) {
            Segment segment = device.create(1, SEGMENT);
            Outcome.write(device, segment, Pattern.fill(device.allocate(BUFFER), 0), 0, true).await();
            segment.finish(SEGMENT);
            segment.close();
            Object inode = Files.getAttribute(segmentFile(1), "unix:ino");
            device.delete(1);
            assertArrayEquals(new long[] {}, device.segments());
            Segment fresh = device.create(2, SEGMENT);
            assertEquals(inode, Files.getAttribute(segmentFile(2), "unix:ino"));
            Outcome.write(device, fresh, Pattern.fill(device.allocate(BUFFER), 0), 0, true).await();
            fresh.finish(BUFFER); // shorter: given back, so not reused
            fresh.close();
            device.delete(2);
            assertFalse(Files.exists(directory.resolve("spare-0000000000000002.lss")));
        }
    }

    @Test
    void prepare_isAHintThatChangesNothingButHowLongCreateTakes() throws Exception {
        Device device = open();
        try (device) {
            device.prepare(1, SEGMENT);
            Segment segment = device.create(1, SEGMENT);
            Outcome.write(device, segment, Pattern.fill(device.allocate(BUFFER), 0), 0, true).await();
            device.prepare(2, SEGMENT);
            device.prepare(2, SEGMENT);
            device.create(2, 2 * SEGMENT).close(); // not as it was said
            device.prepare(3, SEGMENT); // and never created
            assertArrayEquals(new long[] {1, 2}, device.segments());
            assertEquals(2 * SEGMENT, Files.size(segmentFile(2)));
        }
        device.prepare(4, SEGMENT);
        assertEquals(
                List.of("seg-0000000000000001.lss", "seg-0000000000000002.lss"),
                names(directory).stream().filter(name -> name.startsWith("seg-")).toList());
    }

    @Test
    void aSegmentThatIsNotThereIsNamed() throws Exception {
        try (Device device = open()) {
            var failure = assertThrows(NoSuchFileException.class, () -> device.open(42));
            assertTrue(String.valueOf(failure.getMessage()).contains("segment 42"), failure.getMessage());
        }
    }

    @Test
    void aWriteThatBreaksTheRulesIsRefusedAndNotStarted() throws Exception {
        try (Device device = open()) {
            int block = device.traits().blockSize();
            Segment segment = device.create(1, SEGMENT);
            MemorySegment memory = device.allocate(BUFFER);
            Outcome never = Outcome.on(device);
            assertThrows(IllegalArgumentException.class, () -> segment.write(memory, 1, true, never));
            assertThrows(IllegalArgumentException.class, () -> segment.write(memory, -block, true, never));
            assertThrows(IllegalArgumentException.class, () -> segment.write(memory.asSlice(0, 1), 0, true, never));
            assertThrows(IllegalArgumentException.class, () -> segment.write(memory.asSlice(0, 0), 0, true, never));
            assertThrows(IllegalArgumentException.class, () -> segment.write(memory, SEGMENT, true, never));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> segment.write(MemorySegment.ofArray(new byte[block]), 0, true, never));
            assertThrows(IllegalArgumentException.class, () -> device.create(2, 0));
            assertFalse(never.isDone());
        }
    }

    @Test
    void memoryIsZeroedAndAligned() throws Exception {
        try (Device device = open()) {
            MemorySegment large = device.allocate(4L << 20);
            assertEquals(0, large.address() % (2 << 20));
            assertEquals(-1, large.mismatch(device.allocate(4L << 20)));
            assertEquals(0, device.allocate(4096).address() % device.traits().memoryAlignment());
        }
    }

    @Test
    void memoryThatIsNotThereIsAFailureThatNamesTheLimit() throws Exception {
        try (Device device = open()) {
            var failure = assertThrows(IOException.class, () -> device.allocate(1L << 46));
            assertTrue(String.valueOf(failure.getMessage()).contains("limit="), failure.getMessage());
        }
    }

    @Test
    void f12_closeCompletesWhatIsInFlight() throws Exception {
        Device device = open();
        Segment segment = device.create(1, 16 * SEGMENT);
        MemorySegment memory = device.allocate(BUFFER);
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < 256; i++) {
            outcomes.add(Outcome.write(device, segment, memory, (long) i * BUFFER, false));
            outcomes.add(Outcome.sync(device, segment));
        }
        device.close();
        for (Outcome outcome : outcomes) {
            assertTrue(outcome.isDone());
            outcome.await();
        }
    }

    @Test
    void f12_afterCloseEverythingFailsAndASecondCloseDoesNothing() throws Exception {
        Device device = open();
        Segment segment = device.create(1, SEGMENT);
        MemorySegment memory = device.allocate(BUFFER);
        device.close();
        device.close();
        Outcome write = Outcome.write(device, segment, memory, 0, true);
        Outcome sync = Outcome.sync(device, segment);
        assertTrue(write.isDone() && sync.isDone());
        var failure = assertThrows(IOException.class, write::await);
        assertTrue(String.valueOf(failure.getMessage()).contains("closed"), failure.getMessage());
        assertThrows(IOException.class, sync::await);
        assertThrows(IOException.class, () -> segment.read(memory, 0));
        assertThrows(IOException.class, () -> segment.finish(0));
        assertThrows(IOException.class, () -> device.create(2, SEGMENT));
        assertThrows(IOException.class, () -> device.open(1));
        assertThrows(IOException.class, () -> device.delete(1));
        assertThrows(IOException.class, device::segments);
        assertThrows(IOException.class, () -> device.readRoot(0));
        assertThrows(IOException.class, () -> device.writeRoot(0, new byte[1]));
        ReadRequest request = new ReadRequest(segment, memory, 0);
        device.readAll(List.of(request));
        assertThrows(IOException.class, request::bytes);
        segment.close();
        device.wakeup();
        assertEquals(0, device.drive(1));
        try (Device next = open()) {
            assertArrayEquals(new long[] {1}, next.segments());
        }
    }

    @Test
    void f12_aCompletionThatClosesTheDeviceIsToldSoInsteadOfHanging() throws Exception {
        try (Device device = open()) {
            Segment segment = device.create(1, SEGMENT);
            CompletableFuture<Throwable> thrown = new CompletableFuture<>();
            segment.sync((bytes, failure) ->
                    thrown.complete(assertThrows(IllegalStateException.class, device::close)));
            Outcome.sync(device, segment).await(); // drives, where that is needed
            assertTrue(thrown.get() instanceof IllegalStateException);
        }
    }

    @Test
    void f12_aCompletionThatThrowsStopsNothing() throws Exception {
        try (Device device = open()) {
            Segment segment = device.create(1, SEGMENT);
            long tester = Thread.currentThread().threadId();
            for (int i = 0; i < 3; i++) {
                segment.sync((bytes, failure) -> {
                    if (Thread.currentThread().threadId() != tester) {
                        Thread.currentThread().setUncaughtExceptionHandler((thread, t) -> {}); // not printed
                    }
                    throw new OutOfMemoryError("pretended");
                });
                Outcome.sync(device, segment).await();
            }
        }
    }

    @Test
    void f7_aSecondDeviceIsRefusedAndTheRefusalLeavesNoThread() throws Exception {
        try (Device _ = open()) {
            assertThrows(StoreLockedException.class, this::open);
        }
        assertNoThreads();
    }

    @Test
    void noThreadAndNoOpenFileStaysOverManyOpens() throws Exception {
        for (int i = 0; i < 20; i++) {
            try (Device device = open()) {
                Segment kept = device.create(i, SEGMENT);
                Outcome.write(device, kept, device.allocate(4096), 0, true).await();
                kept.read(device.allocate(4096), 0);
                Segment closed = device.open(i);
                closed.close();
                assertThrows(NoSuchFileException.class, () -> device.open(1000));
            }
        }
        assertNoThreads();
        assertEquals(List.of(), openFiles());
    }

    private void assertNoThreads() {
        String prefix = "lss-" + directory.getFileName() + "-";
        assertEquals(
                List.of(),
                Thread.getAllStackTraces().keySet().stream()
                        .map(Thread::getName)
                        .filter(name -> name.startsWith(prefix))
                        .toList());
    }

    private List<Path> openFiles() throws IOException {
        Path descriptors = Path.of("/proc/self/fd");
        if (!Files.isDirectory(descriptors)) {
            return List.of();
        }
        try (Stream<Path> links = Files.list(descriptors)) {
            return links.flatMap(LocalDeviceContract::target)
                    .filter(target -> target.startsWith(directory))
                    .toList();
        }
    }

    private static Stream<Path> target(Path link) {
        try {
            return Stream.of(Files.readSymbolicLink(link));
        } catch (IOException e) {
            return Stream.empty();
        }
    }

    @Test
    void theLocationIsCheckedAndNamed() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        var failure = assertThrows(StoreLocationException.class, () -> openAt(file));
        assertTrue(String.valueOf(failure.getMessage()).contains(file.toString()), failure.getMessage());
        assertNoThreads();
    }

    @Test
    @Timeout(60)
    void wakeupEndsTheWaitOfTheOneThatDrivesOrElseTheNext() throws Exception {
        try (Device device = open()) {
            device.wakeup();
            assertEquals(0, device.drive(Long.MAX_VALUE));
            assertEquals(0, device.drive(0));
            assertEquals(0, device.drive(1000));
            int rounds = 2000;
            AtomicInteger driven = new AtomicInteger();
            Thread driver = Thread.ofPlatform().start(() -> {
                for (int i = 0; i < rounds; i++) {
                    device.drive(Long.MAX_VALUE);
                    driven.incrementAndGet();
                }
            });
            for (int i = 0; i < rounds; i++) {
                device.wakeup();
                while (driven.get() <= i) {
                    Thread.onSpinWait(); // a wakeup that was lost shows as the end of the test's time
                }
            }
            driver.join();
        }
    }

    @Test
    @Timeout(60)
    void wakeupReachesWhoDrivesAfterAThreadThatHasEnded() throws Exception {
        try (Device device = open()) {
            for (int i = 0; i < 50; i++) {
                Thread first = Thread.ofPlatform().start(() -> device.drive(100_000));
                first.join();
                Thread second = Thread.ofPlatform().start(() -> device.drive(Long.MAX_VALUE));
                device.wakeup();
                second.join();
            }
        }
    }

    @Test
    void f2_operationsOfThreadsThatEndAfterwardsCompleteOnceAndTruly() throws Exception {
        try (Device device = open()) {
            Segment segment = device.create(1, SEGMENT);
            for (int i = 0; i < SEGMENT / BUFFER; i++) {
                long position = (long) i * BUFFER;
                MemorySegment src = Pattern.fill(device.allocate(BUFFER), position);
                CompletableFuture<Long> written = new CompletableFuture<>();
                boolean durable = i % 2 == 0;
                Thread producer = Thread.ofPlatform().start(() -> {
                    try {
                        written.complete(Outcome.write(device, segment, src, position, durable).await());
                    } catch (IOException e) {
                        written.completeExceptionally(e);
                    }
                });
                producer.join();
                assertEquals(BUFFER, written.get());
            }
            MemorySegment dst = Arena.ofAuto().allocate(SEGMENT);
            assertEquals(SEGMENT, segment.read(dst, 0));
            Pattern.assertIn(dst, 0);
        }
    }

    @Test
    void f2_moreOperationsThanAnyQueueHoldsAllComplete() throws Exception {
        try (Device device = open()) {
            int count = 1000;
            Segment segment = device.create(1, count * 4096L);
            MemorySegment memory = Pattern.fill(device.allocate(count * 4096L), 0);
            List<Outcome> outcomes = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                outcomes.add(Outcome.write(device, segment, memory.asSlice(i * 4096L, 4096), i * 4096L, i % 3 == 0));
                if (i % 100 == 99) {
                    outcomes.add(Outcome.sync(device, segment));
                }
            }
            for (Outcome outcome : outcomes) {
                outcome.await();
            }
            MemorySegment dst = Arena.ofAuto().allocate(count * 4096L);
            assertEquals(count * 4096L, segment.read(dst, 0));
            Pattern.assertIn(dst, 0);
        }
    }

    @Test
    @Timeout(120)
    void f12_closeUnderLoadReturnsAndEveryOperationHasCompleted() throws Exception {
        for (int round = 0; round < 10; round++) {
            Device device = openAt(directory.resolve("round-" + round));
            Segment segment = device.create(1, 64 * BUFFER);
            MemorySegment memory = device.allocate(BUFFER);
            AtomicInteger begun = new AtomicInteger();
            AtomicInteger completed = new AtomicInteger();
            AtomicInteger reads = new AtomicInteger();
            Thread writer = Thread.ofPlatform().start(() -> {
                for (int i = 0; i < 64; i++) {
                    begun.incrementAndGet();
                    segment.write(memory, (long) i * BUFFER, i % 5 == 0, (n, why) -> completed.incrementAndGet());
                    device.submit();
                    device.drive(i % 4 == 0 ? 1_000_000 : 0);
                }
            });
            Thread reader = Thread.ofPlatform().start(() -> {
                try {
                    while (true) {
                        segment.read(MemorySegment.ofArray(new byte[100]), 0);
                        reads.incrementAndGet();
                    }
                } catch (IOException closed) {
                    assertTrue(String.valueOf(closed.getMessage()).contains("closed"), closed.toString());
                }
            });
            while (begun.get() < round * 7 || reads.get() == 0) {
                Thread.onSpinWait();
            }
            device.close();
            int atClose = completed.get();
            writer.join();
            reader.join();
            assertEquals(64, completed.get(), atClose + " at close");
        }
    }
}
