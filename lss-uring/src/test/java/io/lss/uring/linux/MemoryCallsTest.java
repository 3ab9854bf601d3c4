package io.lss.uring.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A mapping is somebody's, or is none. */
class MemoryCallsTest {

    /** Of no other mapping. */
    private static final long BYTES = (3L << 30) + (2 << 20);

    private static long mappings() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
            return lines.map(line -> line.split("[- ]"))
                    .filter(range -> Long.parseUnsignedLong(range[1], 16) - Long.parseUnsignedLong(range[0], 16) >= BYTES)
                    .filter(range -> range[2].startsWith("rw"))
                    .count();
        }
    }

    @Test
    void aMappingThatNobodyGetsIsUndone() throws Exception {
        Arena closed = Arena.ofShared();
        closed.close();
        long before = mappings();
        AtomicInteger unmapped = new AtomicInteger();
        assertThrows(IllegalStateException.class, () -> MemoryCalls.mapHuge(BYTES, unmapped::incrementAndGet, closed));
        assertEquals(before, mappings());
        assertEquals(1, unmapped.get());
    }
}
