package io.lss.bench.store;

import io.lss.api.LogStructuredStore;
import io.lss.api.RecordCursor;
import io.lss.api.StoreOptions;
import io.lss.api.StoreStats;
import io.lss.bench.work.Log;
import io.lss.bench.work.Records;
import io.lss.bench.work.Work;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Our store. In steady state it is trimmed behind its tail by a thread of its own, so that files come back; that is part of what is measured. */
final class StoreLog implements Log {

    /** So many segments are kept behind the tail. */
    private static final int KEPT_IN_BULK = 4;

    private final Path directory;
    private final StoreOptions options;
    private final Work work;
    private LogStructuredStore store;
    private final @Nullable Trimming trimming;

    StoreLog(Path directory, StoreOptions options, Work work) throws IOException {
        this.directory = directory;
        this.options = options;
        this.store = LogStructuredStore.open(directory, options);
        this.work = work;
        // Commits fill a segment in seconds: the sooner one comes back, the less space is filled with zeros beside them.
        int kept = work.kind() == Work.Kind.BULK ? KEPT_IN_BULK : 1;
        this.trimming = work.steady() ? Trimming.start(store, options.newSegmentSize(), kept) : null;
    }

    @Override
    public Appender appender() {
        LogStructuredStore log = store;
        Arena arena = Arena.ofConfined();
        MemorySegment record = arena.allocate(work.recordBytes(), 64);
        Records.fill(record);
        return new Appender() {
            @Override
            public void append(long stamp) throws IOException {
                Records.put(record, stamp);
                long _ = log.append(record);
            }

            @Override
            public void commit(long stamp) throws IOException {
                Records.put(record, stamp);
                log.awaitStable(log.append(record));
            }

            @Override
            public void close() {
                arena.close();
            }
        };
    }

    @Override
    public void sync() throws IOException {
        store.sync();
    }

    @Override
    public boolean isTrimmed() {
        return trimming != null;
    }

    @Override
    public Traffic traffic() {
        StoreStats stats = store.stats();
        return new Traffic(stats.records(), stats.payloadBytes(), stats.flushes(), stats.flushedBytes());
    }

    @Override
    public void readBack(Reader reader) throws IOException {
        stopTrimming();
        store.close();
        store = LogStructuredStore.open(directory, options);
        try (RecordCursor cursor = store.scan(store.beginLsn())) {
            while (cursor.next()) {
                MemorySegment payload = cursor.payload();
                reader.record(
                        Records.stampOf(payload), (int) payload.byteSize(), payload.get(ValueLayout.JAVA_BYTE, payload.byteSize() - 1));
            }
        }
    }

    @Override
    public void close() throws IOException {
        stopTrimming();
        store.close();
    }

    private void stopTrimming() throws IOException {
        if (trimming != null) {
            trimming.stop();
        }
    }
}
