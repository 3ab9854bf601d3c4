package io.lss.uring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.Durability;
import io.lss.localfiles.crew.Crew;
import io.lss.spi.flush.Completion;
import io.lss.spi.flush.DeviceOptions;
import io.lss.spi.flush.ReadRequest;
import io.lss.spi.flush.Segment;
import io.lss.tck.device.Outcome;
import io.lss.tck.device.Pattern;
import io.lss.uring.linux.Errno;
import io.lss.uring.linux.ErrnoCapture;
import io.lss.uring.linux.RingCalls;
import io.lss.uring.linux.RingLibrary;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Batches whose ring, or whose memory, fails in the middle. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BatchReadsTest {

    private static final int BLOCK = 4096;
    private static final int LENGTH = 8 << 20;

    @TempDir
    Path directory;

    private UringDevice device;
    private UringSegment segment;
    private Crew readers;

    @BeforeEach
    void open() throws IOException {
        var options = new DeviceOptions(
                true, false, Durability.SYNC, 1 << 20, 8, Map.of("durable", "pwritev2", "preallocate", "fallocate"));
        device = UringDevice.open(directory, options, Settings.of(options));
        segment = (UringSegment) device.create(1, LENGTH);
        MemorySegment memory = device.allocate(LENGTH);
        for (int at = 0; at < LENGTH; at += 1 << 20) {
            Outcome.write(device, segment, Pattern.fill(memory.asSlice(at, 1 << 20), at), at, false).await();
        }
        readers = new Crew("test-read", 4);
    }

    @AfterEach
    void close() throws IOException {
        device.close();
        readers.close();
    }

    /** The kernel's calls, with something in their way. */
    private static class Disturbed implements RingCalls {
        private final RingCalls kernel;

        Disturbed() throws IOException {
            kernel = RingLibrary.of(RingLibrary.NONE);
        }

        @Override
        public int setup(int entries, MemorySegment params) {
            return kernel.setup(entries, params);
        }

        @Override
        public int enter(
                ErrnoCapture errno, int ring, int toSubmit, int minComplete, int flags, MemorySegment argument, long argumentBytes) {
            return kernel.enter(errno, ring, toSubmit, minComplete, flags, argument, argumentBytes);
        }

        @Override
        public int register(int ring, int opcode, MemorySegment argument, int count) {
            return kernel.register(ring, opcode, argument, count);
        }

        @Override
        public String description() {
            return kernel.description();
        }
    }

    private BatchReads batches(RingCalls calls) {
        return new BatchReads(calls, BLOCK, device.reads(), readers);
    }

    private static MemorySegment aligned() {
        return Arena.ofAuto().allocate(BLOCK, BLOCK);
    }

    private List<ReadRequest> requests(int count) {
        List<ReadRequest> requests = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long position = (long) i * BLOCK;
            requests.add(
                    i % 2 == 0
                            ? new ReadRequest(segment, aligned(), position)
                            : new ReadRequest(segment, Arena.ofAuto().allocate(80), position + 80));
        }
        return requests;
    }

    private static void assertRead(List<ReadRequest> requests) throws IOException {
        for (ReadRequest request : requests) {
            assertEquals(request.dst().byteSize(), request.bytes());
            Pattern.assertIn(request.dst(), request.position());
        }
    }

    private enum Trouble {
        REFUSED_BEFORE,
        REFUSED_AFTERWARDS,
        NO_MEMORY_BEFORE,
        NO_MEMORY_AFTERWARDS,
        EXCEPTION_AFTERWARDS;

        boolean isAfterwards() {
            return name().endsWith("AFTERWARDS");
        }

        int end() {
            if (name().startsWith("REFUSED")) {
                return -Errno.EBADF;
            }
            if (name().startsWith("NO_MEMORY")) {
                throw new OutOfMemoryError("from the test");
            }
            throw new IllegalStateException("from the test");
        }
    }

    private static Stream<Arguments> troubles() {
        return IntStream.of(1, BatchRing.DEPTH / BatchRing.PIECE)
                .boxed()
                .flatMap(call -> Arrays.stream(Trouble.values()).map(trouble -> Arguments.of(call, trouble)));
    }

    /** From some call on the ring is of no use any more, having handed over half of what it was given; that call says so, or the next. */
    @ParameterizedTest
    @MethodSource("troubles")
    void f2_aRingThatFailsCostsNoReadItsResultAndNoneStaysInFlight(int failing, Trouble trouble) throws Exception {
        AtomicInteger calls = new AtomicInteger();
        AtomicInteger taken = new AtomicInteger();
        BatchReads batches = batches(new Disturbed() {
            @Override
            public int enter(
                    ErrnoCapture errno, int ring, int toSubmit, int minComplete, int flags, MemorySegment argument, long argumentBytes) {
                int call = calls.incrementAndGet();
                if (call > failing) {
                    return trouble.end();
                }
                // At last half of it, and no wait: the rest stays in the queue.
                int offered = call == failing ? toSubmit / 2 : toSubmit;
                int count = super.enter(errno, ring, offered, 0, flags, argument, argumentBytes);
                taken.addAndGet(count);
                return call == failing && trouble.isAfterwards() ? trouble.end() : count;
            }
        });
        List<ReadRequest> requests = requests(100);
        batches.readAll(requests);
        assertEquals((failing - 1) * BatchRing.PIECE + BatchRing.PIECE / 2, taken.get());
        assertRead(requests);
        batches.close();
    }

    @Test
    void f2_aDestinationThatIsGoneFailsItsOwnReadAndTheRingIsUsedAgain() throws Exception {
        AtomicInteger rings = new AtomicInteger();
        BatchReads batches = batches(new Disturbed() {
            @Override
            public int setup(int entries, MemorySegment params) {
                rings.incrementAndGet();
                return super.setup(entries, params);
            }
        });
        for (int i = 0; i < 10; i++) {
            List<ReadRequest> requests = requests(40);
            List<ReadRequest> lost = new ArrayList<>();
            try (Arena arena = Arena.ofShared()) {
                lost.add(new ReadRequest(segment, arena.allocate(100), 5));
                lost.add(new ReadRequest(segment, arena.allocate(BLOCK, BLOCK), BLOCK));
            }
            List<ReadRequest> all = new ArrayList<>(requests);
            all.addAll(20, lost);
            batches.readAll(all);
            assertRead(requests);
            lost.forEach(request -> assertThrows(IOException.class, request::bytes));
        }
        assertEquals(1, rings.get());
        batches.close();
    }

    /** Between the filling in and the call, so that a straight read would be into memory that is another's already. */
    @Test
    void f2_theKernelNeverWritesToMemoryThatTheCallerCanGiveBackMeanwhile() throws Exception {
        Arena arena = Arena.ofShared();
        List<ReadRequest> lost = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            lost.add(new ReadRequest(segment, arena.allocate(BLOCK, BLOCK), (long) i * BLOCK));
        }
        BatchReads batches = batches(new Disturbed() {
            @Override
            public int enter(
                    ErrnoCapture errno, int ring, int toSubmit, int minComplete, int flags, MemorySegment argument, long argumentBytes) {
                if (arena.scope().isAlive()) {
                    arena.close();
                }
                return super.enter(errno, ring, toSubmit, minComplete, flags, argument, argumentBytes);
            }
        });
        batches.readAll(lost);
        for (ReadRequest request : lost) {
            IOException failure = assertThrows(IOException.class, request::bytes);
            assertTrue(String.valueOf(failure.getMessage()).contains("losed"), failure.getMessage());
        }
        batches.close();
    }

    /** A segment of nobody, whose reads end in an error. */
    private record Broken() implements Segment {
        @Override
        public void write(MemorySegment src, long position, boolean durable, Completion completion) {}

        @Override
        public void sync(Completion completion) {}

        @Override
        public long read(MemorySegment dst, long position) {
            throw new OutOfMemoryError("from the test");
        }

        @Override
        public void finish(long end) {}

        @Override
        public void close() {}
    }

    @Test
    void f2_anErrorInOneReadLeavesNoOtherUndoneAndNoSegmentInUse() throws Exception {
        BatchReads batches = batches(new Disturbed());
        List<ReadRequest> requests = requests(10);
        ReadRequest broken = new ReadRequest(new Broken(), aligned(), 0);
        List<ReadRequest> all = new ArrayList<>(requests);
        all.add(5, broken);
        batches.readAll(all);
        assertRead(requests);
        IOException failure = assertThrows(IOException.class, broken::bytes);
        assertTrue(String.valueOf(failure.getMessage()).contains("from the test"), failure.getMessage());
        segment.close(); // returns, since nobody is inside
        batches.close();
    }

    @Test
    void whereNoRingCouldBeHadABatchSomeTimeLaterTriesAgain() throws Exception {
        AtomicInteger rings = new AtomicInteger();
        BatchReads batches = batches(new Disturbed() {
            @Override
            public int setup(int entries, MemorySegment params) {
                return rings.incrementAndGet() <= 2 ? -Errno.EMFILE : super.setup(entries, params);
            }
        });
        for (int i = 0; i < 1000; i++) {
            List<ReadRequest> requests = requests(4);
            batches.readAll(requests);
            assertRead(requests);
        }
        assertEquals(3, rings.get(), "tried in vain twice, and not at every batch");
        batches.close();
    }

    /** Four rings die while eight batches wait for one, and no more can be had. */
    @Test
    void f2_allWhoWaitForARingGoOnWhenThereIsNoneLeft() throws Exception {
        List<Thread> threads = new ArrayList<>();
        CountDownLatch allWait = new CountDownLatch(1);
        AtomicInteger rings = new AtomicInteger();
        BatchReads batches = batches(new Disturbed() {
            @Override
            public int setup(int entries, MemorySegment params) {
                return rings.incrementAndGet() > 4 ? -Errno.EMFILE : super.setup(entries, params);
            }

            @Override
            public int enter(
                    ErrnoCapture errno, int ring, int toSubmit, int minComplete, int flags, MemorySegment argument, long argumentBytes) {
                while (allWait.getCount() > 0) {
                    if (threads.stream().filter(thread -> thread.getState() == Thread.State.WAITING).count() == 8) {
                        allWait.countDown();
                    }
                }
                return -Errno.EBADF;
            }
        });
        List<List<ReadRequest>> all = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            List<ReadRequest> requests = requests(4);
            all.add(requests);
            threads.add(Thread.ofPlatform().daemon().unstarted(() -> batches.readAll(requests)));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        for (List<ReadRequest> requests : all) {
            assertRead(requests);
        }
        assertFalse(rings.get() < 4);
        batches.close();
    }
}
