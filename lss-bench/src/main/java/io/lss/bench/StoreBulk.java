package io.lss.bench;

import io.lss.api.LogStructuredStore;
import io.lss.api.StoreOptions;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Appends records as fast as it goes, from one or several threads, and ends when the last is stable.
 *
 * <ul>
 *   <li>Growth: an empty store each time. Making the files is part of what is measured.</li>
 *   <li>Steady state: one store, trimmed behind its tail by a thread of its own, so that files come back. Trimming is part of what is measured.</li>
 * </ul>
 */
final class StoreBulk implements Contender {

    /** In steady state, so many segments are kept. */
    private static final int KEPT_SEGMENTS = 4;

    private static final int SOURCE_BYTES = 1 << 16;

    private final String name;
    private final Path directory;
    private final StoreOptions options;
    private final int recordBytes;
    private final long totalBytes;
    private final int threads;
    private final boolean steady;
    private @Nullable LogStructuredStore kept;

    StoreBulk(String name, Path directory, StoreOptions options, int recordBytes, long totalBytes, int threads, boolean steady) {
        this.name = name;
        this.directory = directory;
        this.options = options;
        this.recordBytes = recordBytes;
        this.totalBytes = totalBytes;
        this.threads = threads;
        this.steady = steady;
    }

    @Override
    public String name() {
        return name;
    }

    /** {@return MiB of payload a second} */
    @Override
    public double measure() throws IOException, InterruptedException {
        if (!steady) {
            Places.remove(directory);
            try (LogStructuredStore store = LogStructuredStore.open(directory, options)) {
                return measure(store);
            } finally {
                Places.remove(directory);
            }
        }
        LogStructuredStore store = kept;
        if (store == null) {
            Places.remove(directory);
            store = LogStructuredStore.open(directory, options);
            kept = store;
        }
        return measure(store);
    }

    private double measure(LogStructuredStore store) throws IOException, InterruptedException {
        AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
        long count = totalBytes / recordBytes / threads;
        Thread trimmer = steady ? start("trimmer", failure, () -> trim(store)) : null;
        long start = System.nanoTime();
        Thread[] others = new Thread[threads - 1];
        for (int i = 0; i < others.length; i++) {
            others[i] = start("producer-" + i, failure, () -> append(store, count));
        }
        append(store, count);
        for (Thread other : others) {
            other.join();
        }
        store.sync();
        long nanos = System.nanoTime() - start;
        if (trimmer != null) {
            trimmer.interrupt();
            trimmer.join();
        }
        Exception failed = failure.get();
        if (failed != null) {
            throw new IOException("a thread of " + name + " failed", failed);
        }
        return count * threads * recordBytes / (double) (1 << 20) * 1e9 / nanos;
    }

    private interface Work {
        void run() throws IOException;
    }

    private static Thread start(String name, AtomicReference<@Nullable Exception> failure, Work work) {
        return Thread.ofPlatform().name(name).start(() -> {
            try {
                work.run();
            } catch (IOException | RuntimeException e) {
                failure.compareAndSet(null, e);
            }
        });
    }

    private void append(LogStructuredStore store, long count) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment source = arena.allocate(SOURCE_BYTES + (long) recordBytes, 64);
            for (long i = 0; i < count; i++) {
                MemorySegment record = source.asSlice(i * 64 & SOURCE_BYTES - 1, recordBytes);
                record.set(ValueLayout.JAVA_LONG_UNALIGNED, 0, i);
                long _ = store.append(record);
            }
        }
    }

    /** Until interrupted. */
    private void trim(LogStructuredStore store) throws IOException {
        long segment = options.newSegmentSize();
        while (!Thread.currentThread().isInterrupted()) {
            long keep = (store.stableLsn() / segment - KEPT_SEGMENTS) * segment;
            if (keep - store.beginLsn() >= segment) {
                store.trimBefore(keep);
            } else {
                LockSupport.parkNanos(1_000_000);
            }
        }
    }

    @Override
    public void close() throws IOException {
        LogStructuredStore store = kept;
        if (store != null) {
            kept = null;
            store.close();
        }
        Places.remove(directory);
    }
}
