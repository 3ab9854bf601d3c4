package io.lss.bench;

import io.lss.api.LogStructuredStore;
import io.lss.api.StoreOptions;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import org.HdrHistogram.Histogram;

/** One platform thread that appends a record and waits until it is stable, again and again. */
final class StoreCommit implements Contender {

    private static final long LONGEST_NANOS = 10_000_000_000L;

    private final String name;
    private final Path directory;
    private final StoreOptions options;
    private final int recordBytes;
    private final Duration time;

    StoreCommit(String name, Path directory, StoreOptions options, int recordBytes, Duration time) {
        this.name = name;
        this.directory = directory;
        this.options = options;
        this.recordBytes = recordBytes;
        this.time = time;
    }

    @Override
    public String name() {
        return name;
    }

    /** {@return the median in microseconds} */
    @Override
    public double measure() throws IOException {
        Places.remove(directory);
        Histogram latencies = new Histogram(LONGEST_NANOS, 3);
        try (LogStructuredStore store = LogStructuredStore.open(directory, options);
                Arena arena = Arena.ofConfined()) {
            MemorySegment record = arena.allocate(recordBytes);
            long end = System.nanoTime() + time.toNanos();
            long before = System.nanoTime();
            while (before - end < 0) {
                store.awaitStable(store.append(record));
                long now = System.nanoTime();
                latencies.recordValue(Math.min(LONGEST_NANOS, now - before));
                before = now;
            }
        } finally {
            Places.remove(directory);
        }
        return latencies.getValueAtPercentile(50) / 1e3;
    }

    @Override
    public void close() throws IOException {
        Places.remove(directory);
    }
}
