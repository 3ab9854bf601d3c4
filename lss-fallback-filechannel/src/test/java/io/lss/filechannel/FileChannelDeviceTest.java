package io.lss.filechannel;

import static io.lss.filechannel.Devices.BUFFER;
import static io.lss.filechannel.Devices.SEGMENT;
import static io.lss.filechannel.Devices.assertPattern;
import static io.lss.filechannel.Devices.pattern;
import static io.lss.filechannel.Devices.sync;
import static io.lss.filechannel.Devices.write;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.StoreLocationException;
import io.lss.api.StoreLockedException;
import io.lss.filechannel.Devices.Outcome;
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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileChannelDeviceTest {

    @TempDir
    Path directory;

    private Device open(String... properties) throws IOException {
        return Devices.open(directory, properties);
    }

    private Path segmentFile(int number) {
        return directory.resolve("seg-000000000000000" + number + ".lss");
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "off"})
    void f8_readsSeeEveryCompletedWriteAtAnyPositionAndLength(String direct) throws Exception {
        try (Device device = open("direct", direct)) {
            Segment segment = device.create(1, SEGMENT);
            MemorySegment memory = device.allocate(2L * BUFFER);
            write(segment, pattern(memory.asSlice(0, BUFFER), 0), 0, true).await();
            write(segment, pattern(memory.asSlice(BUFFER, BUFFER), BUFFER), BUFFER, false).await();
            for (int[] range : new int[][] {{0, 1}, {1, 4095}, {4095, 2}, {4096, 4096}, {5, 100_000}, {0, 2 * BUFFER}}) {
                MemorySegment dst = Arena.ofAuto().allocate(range[1]);
                assertEquals(range[1], segment.read(dst, range[0]));
                assertPattern(dst, range[0]);
            }
            segment.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "off"})
    void f8_readsGoIntoAnyKindOfMemory(String direct) throws Exception {
        try (Device device = open("direct", direct);
                Arena confined = Arena.ofConfined();
                Arena shared = Arena.ofShared()) {
            int length = (1 << 20) + 4096; // more than one piece
            Segment segment = device.create(1, 2 * SEGMENT);
            for (int at = 0; at < 2 * SEGMENT; at += BUFFER) {
                write(segment, pattern(device.allocate(BUFFER), at), at, true).await();
            }
            for (MemorySegment dst : List.of(
                    MemorySegment.ofArray(new byte[length]),
                    MemorySegment.ofArray(new long[length / 8]),
                    confined.allocate(length),
                    shared.allocate(length, 4096),
                    device.allocate(length),
                    shared.allocate(length + 1).asSlice(1))) {
                assertEquals(length, segment.read(dst, 4097));
                assertPattern(dst, 4097);
                dst.fill((byte) 0);
                assertEquals(length, segment.read(dst, 8192));
                assertPattern(dst, 8192);
            }
            assertThrows(IllegalArgumentException.class, () -> segment.read(confined.allocate(8).asReadOnly(), 0));
            assertThrows(IllegalArgumentException.class, () -> segment.read(confined.allocate(8), -1));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "off"})
    void f8_aReadIsShortOnlyAtTheEndOfTheFile(String direct) throws Exception {
        try (Device device = open("direct", direct)) {
            Segment segment = device.create(1, SEGMENT);
            write(segment, pattern(device.allocate(BUFFER), 0), 0, true).await();
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
            write(one, pattern(device.allocate(BUFFER), 0), 0, true).await();
            write(two, pattern(device.allocate(BUFFER), 0), 0, true).await();
            Segment gone = device.create(3, SEGMENT);
            gone.close();
            List<ReadRequest> batch = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                MemorySegment dst = i % 10 == 0 ? confined.allocate(100) : MemorySegment.ofArray(new byte[100]);
                batch.add(new ReadRequest(i % 2 == 0 ? one : two, dst, i * 77));
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
                    assertPattern(request.dst(), request.position());
                }
            }
            device.readAll(List.of());
        }
    }

    @Test
    void f3_whatWasWrittenIsThereForTheNextOwner() throws Exception {
        try (Device device = open()) {
            Segment segment = device.create(7, SEGMENT);
            assertEquals(BUFFER, write(segment, pattern(device.allocate(BUFFER), 0), 0, false).await());
            sync(segment).await();
            device.writeRoot(0, new byte[] {1, 2, 3});
        }
        try (Device device = open()) {
            assertArrayEquals(new long[] {7}, device.segments());
            assertArrayEquals(new byte[] {1, 2, 3}, device.readRoot(0).orElseThrow());
            assertTrue(device.readRoot(1).isEmpty());
            Segment segment = device.open(7);
            MemorySegment dst = device.allocate(BUFFER);
            assertEquals(BUFFER, segment.read(dst, 0));
            assertPattern(dst, 0);
            sync(segment).await();
            assertThrows(IllegalStateException.class, () -> segment.write(dst, 0, true, new Outcome()));
            segment.close();
            segment.close();
        }
    }

    @Test
    void s20_aStoreWrittenDirectIsReadThroughThePageCacheAndTheOtherWayRound() throws Exception {
        for (String[] modes : new String[][] {{"auto", "off"}, {"off", "auto"}}) {
            try (Device device = open("direct", modes[0])) {
                Segment segment = device.create(1, SEGMENT);
                write(segment, pattern(device.allocate(BUFFER), 0), 0, false).await(); // not even synced
            }
            try (Device device = open("direct", modes[1])) {
                MemorySegment dst = device.allocate(BUFFER);
                assertEquals(BUFFER, device.open(1).read(dst, 0));
                assertPattern(dst, 0);
                device.delete(1);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"zero", "sparse"})
    void aNewSegmentHasItsFullLengthAndReadsAsZeros(String preallocate) throws Exception {
        try (Device device = open("preallocate", preallocate)) {
            Segment segment = device.create(1, 10 * SEGMENT);
            assertEquals(10 * SEGMENT, Files.size(segmentFile(1)));
            MemorySegment dst = device.allocate(10 * SEGMENT);
            dst.fill((byte) 1);
            assertEquals(10 * SEGMENT, segment.read(dst, 0));
            assertEquals(-1, dst.mismatch(device.allocate(10 * SEGMENT)));
            // In units of 512 bytes. Written zeros take space, holes do not.
            long allocated = 512 * allocatedUnits(segmentFile(1));
            assertEquals(preallocate.equals("zero"), allocated >= 10 * SEGMENT, "allocated: " + allocated);
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
            write(segment, pattern(device.allocate(BUFFER), 0), 0, true).await();
            segment.finish(SEGMENT);
            segment.close();
            Object inode = Files.getAttribute(segmentFile(1), "unix:ino");
            device.delete(1);
            assertArrayEquals(new long[] {}, device.segments());
            Segment fresh = device.create(2, SEGMENT);
            assertEquals(inode, Files.getAttribute(segmentFile(2), "unix:ino"));
            write(fresh, pattern(device.allocate(BUFFER), 0), 0, true).await();
            fresh.finish(BUFFER); // shorter: given back, so not reused
            fresh.close();
            device.delete(2);
            assertFalse(Files.exists(directory.resolve("spare-0000000000000002.lss")));
        }
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
            Outcome never = new Outcome();
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
            assertTrue(String.valueOf(failure.getMessage()).contains("MaxDirectMemorySize"), failure.getMessage());
        }
    }

    @Test
    void f12_closeCompletesWhatIsInFlight() throws Exception {
        Device device = open();
        Segment segment = device.create(1, 16 * SEGMENT);
        MemorySegment memory = device.allocate(BUFFER);
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < 256; i++) {
            outcomes.add(write(segment, memory, (long) i * BUFFER, false));
            outcomes.add(sync(segment));
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
        Outcome write = write(segment, memory, 0, true);
        Outcome sync = sync(segment);
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
            var thrown = new java.util.concurrent.CompletableFuture<Throwable>();
            segment.sync((bytes, failure) ->
                    thrown.complete(assertThrows(IllegalStateException.class, device::close)));
            assertTrue(thrown.get() instanceof IllegalStateException);
        }
    }

    @Test
    void f12_aCompletionThatThrowsStopsNothing() throws Exception {
        try (Device device = open("writers", "1")) {
            Segment segment = device.create(1, SEGMENT);
            for (int i = 0; i < 10; i++) {
                segment.sync((bytes, failure) -> {
                    Thread.currentThread().setUncaughtExceptionHandler((thread, t) -> {}); // not printed
                    throw new OutOfMemoryError("pretended");
                });
                sync(segment).await();
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
                write(kept, device.allocate(4096), 0, true).await();
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
            return links.flatMap(FileChannelDeviceTest::target)
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
    void durableWritesGoThroughAFileOpenedForThem() throws Exception {
        Path descriptors = Path.of("/proc/self/fd");
        org.junit.jupiter.api.Assumptions.assumeTrue(Files.isDirectory(descriptors), "SKIPPED: no /proc/self/fd");
        int writeOnly = 1;
        int dsync = 010000;
        try (Device device = open()) {
            device.create(1, SEGMENT);
            List<Integer> flags = new ArrayList<>();
            try (Stream<Path> links = Files.list(descriptors)) {
                for (Path link : links.toList()) {
                    if (target(link).anyMatch(segmentFile(1)::equals)) {
                        String info = Files.readString(Path.of("/proc/self/fdinfo", link.getFileName().toString()));
                        flags.add(Integer.parseInt(
                                info.replaceAll("(?s).*flags:\\s*([0-7]+).*", "$1"), 8));
                    }
                }
            }
            assertEquals(2, flags.size());
            assertEquals(1, flags.stream().filter(f -> (f & writeOnly) != 0 && (f & dsync) != 0).count(), "" + flags);
            boolean direct = device.traits().description().contains("O_DIRECT");
            assertEquals(direct ? 2 : 0, flags.stream().filter(f -> (f & 040000) != 0).count(), "" + flags);
        }
    }

    @Test
    void theLocationIsCheckedAndNamed() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        var failure = assertThrows(StoreLocationException.class, () -> Devices.open(file));
        assertTrue(String.valueOf(failure.getMessage()).contains(file.toString()), failure.getMessage());
        assertNoThreads();
    }

    @Test
    void wakeupEndsTheWaitOfTheOneThatDrivesOrElseTheNext() throws Exception {
        try (Device device = open()) {
            device.wakeup();
            assertEquals(0, device.drive(Long.MAX_VALUE));
            assertEquals(0, device.drive(0));
            assertEquals(0, device.drive(1000));
            Thread driver = Thread.ofPlatform().start(() -> device.drive(Long.MAX_VALUE));
            while (driver.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
            device.wakeup();
            driver.join();
            Thread interrupted = Thread.ofVirtual().start(() -> device.drive(Long.MAX_VALUE));
            interrupted.interrupt();
            interrupted.join();
        }
    }
}
