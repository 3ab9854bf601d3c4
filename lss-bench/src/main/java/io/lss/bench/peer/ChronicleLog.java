package io.lss.bench.peer;

import io.lss.bench.work.Log;
import io.lss.bench.work.Records;
import io.lss.bench.work.Work;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.bytes.SyncMode;
import net.openhft.chronicle.core.Jvm;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Chronicle Queue: a mapped file. What it leaves out beside ours: a record has a length and no checksum; its index of records is not synced with
 * them, and is found again by reading. Commits of several threads do not share a sync: it offers no way to.
 */
final class ChronicleLog implements Log {

    /** Of the mappings, by which the file grows. */
    private static final long BLOCK_BYTES = 256L << 20;

    private final Path directory;
    private final Work work;

    /** What the queue only logs, a failed msync among it. */
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    private SingleChronicleQueue queue;

    ChronicleLog(Path directory, Work work) {
        Jvm.setErrorExceptionHandler((type, message, cause) -> failure.compareAndSet(null, new IOException(type + ": " + message, cause)));
        this.directory = directory;
        this.work = work;
        this.queue = open();
    }

    /** With the default, ASYNC, a sync is an msync that does nothing. In bulk blocks need not be synced one by one. */
    private SingleChronicleQueue open() {
        return SingleChronicleQueueBuilder.binary(directory)
                .syncMode(work.kind() == Work.Kind.COMMIT ? SyncMode.SYNC : SyncMode.NONE)
                .blockSize(BLOCK_BYTES)
                .build();
    }

    private void check() throws IOException {
        Throwable failed = failure.get();
        if (failed != null) {
            throw new IOException("the queue failed", failed);
        }
    }

    @Override
    public Appender appender() {
        ExcerptAppender appender = queue.createAppender();
        Bytes<?> record = Bytes.allocateDirect(Records.filled(work.recordBytes()));
        return new Appender() {
            @Override
            public void append(long stamp) {
                record.writeLong(0, stamp);
                appender.writeBytes(record);
            }

            @Override
            public void commit(long stamp) throws IOException {
                append(stamp);
                appender.sync();
                check();
            }

            @Override
            public void close() {
                appender.close();
                record.releaseLast();
            }
        };
    }

    /** Not by its own sync, which knows of one thread's current block: a file's sync takes what was written through mappings, whoever wrote it. */
    @Override
    public void sync() throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(directory)) {
            files = all.toList();
        }
        for (Path file : files) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.force(false);
            }
        }
        check();
    }

    @Override
    public void readBack(Reader reader) {
        queue.close();
        queue = open();
        Bytes<?> record = Bytes.allocateElasticDirect(work.recordBytes());
        try (ExcerptTailer tailer = queue.createTailer()) {
            while (tailer.readBytes(record.clear())) {
                int length = (int) record.readRemaining();
                reader.record(record.readLong(0), length, record.readByte(length - 1L));
            }
        } finally {
            record.releaseLast();
        }
    }

    @Override
    public void close() throws IOException {
        queue.close();
        check();
    }
}
