package io.lss.faults.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What this process takes.
 *
 * @param heap used after a collection, in bytes
 * @param resident memory beyond the heap, in bytes; 0 where the system does not say
 * @param descriptors open; 0 where the system does not say
 * @param threads alive
 */
record Vitals(long heap, long resident, long descriptors, long threads) {

    /** {@return those of now} When no store is open. */
    static Vitals now() throws IOException {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        Path self = Path.of("/proc/self");
        long resident = 0;
        long descriptors = 0;
        if (Files.isDirectory(self)) {
            resident = Files.readAllLines(self.resolve("status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .findFirst()
                    .orElse(0);
            try (Stream<Path> all = Files.list(self.resolve("fd"))) {
                descriptors = all.count();
            }
        }
        return new Vitals(
                runtime.totalMemory() - runtime.freeMemory(),
                Math.max(0, resident - runtime.totalMemory()),
                descriptors,
                Thread.getAllStackTraces().size());
    }

    @Override
    public String toString() {
        return String.format(
                "heap %,d KiB, beyond the heap %,d KiB, descriptors %d, threads %d", heap >> 10, resident >> 10, descriptors,
                threads);
    }
}
