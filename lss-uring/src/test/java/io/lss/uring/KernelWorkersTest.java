package io.lss.uring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.Durability;
import io.lss.spi.flush.Device;
import io.lss.spi.flush.DeviceOptions;
import io.lss.spi.flush.Segment;
import io.lss.tck.device.Outcome;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Writes are issued by the thread that submits, not by a worker of the kernel ({@code iou-wrk-...}, a thread of this process). A worker stays
 * for some seconds after its last work, so looking afterwards is enough.
 */
class KernelWorkersTest {

    private static final int BUFFER = 1 << 20;

    @TempDir
    Path directory;

    private static long workers() throws IOException {
        long count = 0;
        try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
            for (Path task : tasks.toList()) {
                try {
                    count += Files.readString(task.resolve("comm")).startsWith("iou-wrk") ? 1 : 0;
                } catch (NoSuchFileException e) {
                    // Has ended.
                }
            }
        }
        return count;
    }

    private Device open() throws IOException {
        var options = new DeviceOptions(true, false, Durability.WRITTEN, BUFFER, 8, Map.of());
        return new UringDeviceProvider().open(directory.toUri(), options);
    }

    /** On a thread of its own: workers are a thread's, and other tests' may still be there. */
    private static long addedBy(Work work) throws Exception {
        long[] added = new long[1];
        Throwable[] thrown = new Throwable[1];
        Thread thread = Thread.ofPlatform().start(() -> {
            try {
                long before = workers();
                work.run();
                added[0] = workers() - before;
            } catch (Throwable t) {
                thrown[0] = t;
            }
        });
        thread.join();
        if (thrown[0] != null) {
            throw new AssertionError(thrown[0]);
        }
        return added[0];
    }

    private interface Work {
        void run() throws Exception;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void largeWritesUnderLoadNeedNoWorker(boolean registered) throws Exception {
        Assumptions.assumeFalse(
                Files.getFileStore(directory).type().equals("xfs"),
                "SKIPPED: " + directory + " is on xfs, where the kernel puts writes off to a worker; needs ext4");
        long added = addedBy(() -> {
            try (Device device = open()) {
                MemorySegment memory = device.allocate(8L * BUFFER + (registered ? 0 : BUFFER));
                Segment segment = device.create(1, 64L * BUFFER);
                List<Outcome> outcomes = new ArrayList<>();
                for (int i = 0; i < 64; i++) {
                    outcomes.add(Outcome.write(
                            device, segment, memory.asSlice((long) (i % 8) * BUFFER, BUFFER), (long) i * BUFFER, false));
                    if (i % 8 == 7) {
                        for (Outcome outcome : outcomes) {
                            assertEquals(BUFFER, outcome.await());
                        }
                        outcomes.clear();
                    }
                }
            }
        });
        assertTrue(added <= 0, added + " kernel workers");
    }

    @Test
    void aSyncThroughTheRingNeedsOneSoThatTheTestSeesThem() throws Exception {
        long added = addedBy(() -> {
            try (Device device = open()) {
                Segment segment = device.create(1, BUFFER);
                Outcome.write(device, segment, device.allocate(BUFFER), 0, false).await();
                for (int i = 0; i < 10; i++) {
                    Outcome.sync(device, segment).await();
                }
                assertTrue(workers() > 0, "an fdatasync is done by a worker");
            }
        });
        assertTrue(added >= 0);
    }
}
