package io.lss.uring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.lss.api.Durability;
import io.lss.spi.flush.DeviceOptions;
import io.lss.spi.flush.ReadRequest;
import io.lss.spi.flush.Segment;
import io.lss.tck.device.Outcome;
import io.lss.tck.device.Pattern;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Reads have ways of their own: a queue of writes that nobody drives, fuller than the ring takes, holds none of them up. */
@Timeout(60)
class ReadsBesideWritesTest {

    private static final int BLOCK = 4096;

    /** More than the ring takes and than may be in flight. */
    private static final int WRITES = 300;

    @TempDir
    Path directory;

    @Test
    void noReadWaitsBehindAFullWriteQueue() throws Exception {
        var options = new DeviceOptions(true, false, Durability.SYNC, 1 << 20, 4, Map.of());
        AtomicInteger written = new AtomicInteger();
        AtomicReference<IOException> failed = new AtomicReference<>();
        try (UringDevice device = UringDevice.open(directory, options, Settings.of(options));
                Arena arena = Arena.ofShared()) {
            Segment segment = device.create(1, (long) (WRITES + 1) * BLOCK);
            MemorySegment memory = device.allocate(2L << 20);
            Outcome.write(device, segment, Pattern.fill(memory.asSlice(0, BLOCK), 0), 0, true).await();
            for (int i = 1; i <= WRITES; i++) {
                long position = (long) i * BLOCK;
                segment.write(Pattern.fill(memory.asSlice(position, BLOCK), position), position, true, (bytes, failure) -> {
                    written.incrementAndGet();
                    failed.compareAndSet(null, failure);
                });
            }
            device.submit();
            assertNotEquals(WRITES, written.get(), "the writes are done already, so nothing was behind them");

            MemorySegment there = Pattern.fill(arena.allocate(BLOCK, BLOCK), 0);
            MemorySegment one = arena.allocate(BLOCK, BLOCK);
            assertEquals(BLOCK, segment.read(one, 0));
            assertEquals(-1, one.mismatch(there));

            MemorySegment other = arena.allocate(BLOCK, BLOCK);
            List<ReadRequest> batch = List.of(
                    new ReadRequest(segment, other, 0), new ReadRequest(segment, arena.allocate(BLOCK, BLOCK), 0));
            device.readAll(batch);
            assertEquals(BLOCK, batch.getFirst().bytes());
            assertEquals(BLOCK, batch.getLast().bytes());
            assertEquals(-1, other.mismatch(there));

            while (written.get() < WRITES) {
                device.drive(1_000_000);
            }
            assertNull(failed.get());
        }
    }

    /** Who writes through a registered file spares the kernel a reference at each request. */
    @Test
    void aSegmentThatIsWrittenHasAPlaceInTheTableOfFilesUntilItIsFinished() throws Exception {
        var options = new DeviceOptions(true, false, Durability.SYNC, 1 << 20, 4, Map.of());
        try (UringDevice device = UringDevice.open(directory, options, Settings.of(options))) {
            UringSegment first = (UringSegment) device.create(1, 1 << 20);
            UringSegment second = (UringSegment) device.create(2, 1 << 20);
            assertNotEquals(FilePlaces.NONE, first.place());
            assertNotEquals(FilePlaces.NONE, second.place());
            assertNotEquals(first.place(), second.place());
            int free = first.place();
            first.finish(1 << 20);
            assertEquals(FilePlaces.NONE, first.place());
            assertEquals(free, ((UringSegment) device.create(3, 1 << 20)).place());
        }
    }
}
