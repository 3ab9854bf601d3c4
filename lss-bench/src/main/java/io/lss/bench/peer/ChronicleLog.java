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
import java.util.stream.Stream;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.bytes.SyncMode;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;

/**
 * Chronicle Queue: a mapped file. What it leaves out beside ours: a record has a length and no checksum; its index of records is not synced with
 * them. Commits of several threads do not share a sync.
 */
final class ChronicleLog implements Log {

    /** Of the mappings, by which the file grows. */
    private static final long BLOCK_BYTES = 256L << 20;

    private final Path directory;
    private final Work work;
    private SingleChronicleQueue queue;

    ChronicleLog(Path directory, Work work) {
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
            public void commit(long stamp) {
                append(stamp);
                appender.sync();
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
    public void close() {
        queue.close();
    }
}
