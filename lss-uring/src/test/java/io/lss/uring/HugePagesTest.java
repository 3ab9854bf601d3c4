package io.lss.uring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.Durability;
import io.lss.spi.flush.Device;
import io.lss.spi.flush.DeviceOptions;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Flush buffers lie in huge pages: asked for always, and had where the kernel gives them. By {@code /proc/self/smaps}, proc_pid_smaps(5). */
class HugePagesTest {

    private static final int BUFFER = 1 << 20;
    private static final int BUFFERS = 8;
    private static final long HUGE_PAGE = 2 << 20;

    /** There if the kernel was built with transparent huge pages. */
    private static final Path MODE = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");

    private static final Path COUNTS = Path.of("/proc/vmstat");

    @TempDir
    Path directory;

    private Device open() throws IOException {
        var options = new DeviceOptions(true, false, Durability.SYNC, BUFFER, BUFFERS, Map.of("durable", "fdatasync"));
        return new UringDeviceProvider().open(directory.toUri(), options);
    }

    private static String mode() throws IOException {
        Assumptions.assumeTrue(Files.exists(MODE), "SKIPPED: the kernel has no transparent huge pages (" + MODE + " is missing)");
        return Files.readString(MODE).strip();
    }

    /** {@return what smaps says of the mappings that a piece of memory lies in} */
    private static List<String> mappingsOf(MemorySegment memory) throws IOException {
        long from = memory.address();
        long to = from + memory.byteSize();
        List<String> found = new ArrayList<>();
        boolean inside = false;
        for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
            if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
                String[] range = line.split("[- ]", 3);
                inside = Long.parseUnsignedLong(range[0], 16) < to && Long.parseUnsignedLong(range[1], 16) > from;
                if (inside) {
                    found.add("");
                }
            }
            if (inside) {
                found.add(found.removeLast() + line + "\n");
            }
        }
        return found;
    }

    private static boolean isAdvised(String mapping) {
        return mapping.lines().anyMatch(line -> line.matches("VmFlags:.* hg( .*)?"));
    }

    private static long hugeBytes(List<String> mappings) {
        return mappings.stream()
                .flatMap(String::lines)
                .filter(line -> line.startsWith("AnonHugePages:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                .sum();
    }

    /** {@return how often the kernel, asked for a huge page, has given small ones; to anybody} */
    private static long refused() throws IOException {
        return Files.readAllLines(COUNTS).stream()
                .filter(line -> line.startsWith("thp_fault_fallback "))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
    }

    @Test
    void theKernelIsAskedForHugePagesForAllOfTheRing() throws Exception {
        mode();
        try (Device device = open()) {
            MemorySegment ring = device.allocate((long) BUFFERS * BUFFER);
            assertEquals(0, ring.address() % HUGE_PAGE);
            List<String> mappings = mappingsOf(ring); // the device holds it too
            assertFalse(mappings.isEmpty());
            for (String mapping : mappings) {
                assertTrue(isAdvised(mapping), mapping);
            }
        }
    }

    @Test
    void whereTheKernelGivesThemTheRingIsInHugePages() throws Exception {
        String mode = mode();
        Assumptions.assumeFalse(mode.contains("[never]"), "SKIPPED: huge pages are switched off: " + MODE + " says " + mode);
        long refused = refused();
        try (Device device = open()) {
            long huge = hugeBytes(mappingsOf(device.allocate((long) BUFFERS * BUFFER)));
            System.out.println("huge pages: " + (huge >> 20) + " of " + ((long) BUFFERS * BUFFER >> 20) + " MiB, " + mode);
            Assumptions.assumeTrue(
                    huge > 0 || refused() == refused,
                    "SKIPPED: the kernel had no huge page to give (thp_fault_fallback in " + COUNTS + " has grown)");
            assertTrue(huge > 0, "no huge page, and the kernel refused none: " + mode);
        }
    }
}
