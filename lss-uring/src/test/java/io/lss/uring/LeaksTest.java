package io.lss.uring;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.Durability;
import io.lss.spi.flush.Device;
import io.lss.spi.flush.DeviceOptions;
import io.lss.spi.flush.ReadRequest;
import io.lss.spi.flush.Segment;
import io.lss.tck.device.Outcome;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a thousand devices leave behind in the process: nothing. */
class LeaksTest {

    private static final int CYCLES = 1000;

    /** What the JVM itself may add meanwhile: threads, their stacks, code. */
    private static final long SLACK = 40;

    /** What the heap may have grown by, in bytes. One flush buffer of each cycle would be 2,000 MiB. */
    private static final long MEMORY_SLACK = 128 << 20;

    @TempDir
    Path directory;

    private void cycle(String way, int number) throws IOException {
        var options = new DeviceOptions(
                true, false, Durability.SYNC, 1 << 20, 2, Map.of("library", way, "durable", "pwritev2", "preallocate", "fallocate"));
        try (Device device = new UringDeviceProvider().open(directory.toUri(), options)) {
            MemorySegment memory = device.allocate(2L << 20);
            Segment segment = device.create(number, 1 << 20);
            Outcome.write(device, segment, memory.asSlice(0, 4096), 0, true).await();
            if (number % 10 == 0) {
                var reads = List.of(
                        new ReadRequest(segment, memory.asSlice(4096, 4096), 0), new ReadRequest(segment, memory.asSlice(8192, 100), 7));
                device.readAll(reads);
                device.drive(1);
            }
            if (number % 2 == 0) {
                segment.close();
                device.delete(number);
            }
        }
        Files.deleteIfExists(directory.resolve("seg-%016x.lss".formatted(number)));
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        }
    }

    private static long mappings() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
            return lines.count();
        }
    }

    /** {@return how much memory of no file the process has, in bytes: the heap, flush buffers, what the C library was asked for} */
    private static long memory() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            String line = lines.filter(text -> text.startsWith("RssAnon:")).findFirst().orElseThrow();
            return Long.parseLong(line.replaceAll("\\D", "")) << 10;
        }
    }

    private static long rings() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
            return lines.filter(line -> line.contains("io_uring")).count();
        }
    }

    @ParameterizedTest
    @Timeout(120)
    @ValueSource(strings = {"auto", "none"})
    void noDescriptorAndNoMappingAndNoMemoryStays(String way) throws Exception {
        for (int i = 0; i < 20; i++) {
            cycle(way, i);
        }
        long descriptors = descriptors();
        long mappings = mappings();
        long memory = memory();
        for (int i = 20; i < 20 + CYCLES; i++) {
            cycle(way, i);
        }
        assertTrue(rings() == 0, "rings are still mapped");
        assertTrue(descriptors() <= descriptors + 2, descriptors + " descriptors, then " + descriptors());
        // Flush buffers are the garbage collector's, which is asked when too much of them waits for it.
        assertTrue(RetiredMemory.waiting() <= 300L << 20, RetiredMemory.waiting() + " bytes wait to be unmapped");
        while (mappings() > mappings + SLACK || memory() > memory + MEMORY_SLACK) {
            System.gc(); // what is not freed by any number of these shows as the end of the test's time
        }
    }
}
