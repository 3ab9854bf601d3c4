package io.lss.bench.peer;

import io.lss.bench.work.Log;
import io.lss.bench.work.Records;
import io.lss.bench.work.Work;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.VectorMemTableConfig;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * The write-ahead log of RocksDB. The key of a record is its stamp, the value the rest. Nothing is left out beside ours (its log has a CRC32C of
 * every write); what it does on top is to insert each record into a memtable, here the cheapest there is, which is never flushed.
 */
final class RocksLog implements Log {

    /** Bulk: a thread hands over so much at once; batches of one record, 4 KiB and 32 KiB were slower. */
    private static final int BATCH_BYTES = 256 << 10;

    /** Never filled, so that nothing but the log is written. */
    private static final long MEMTABLE_BYTES = 4L << 30;

    private final Path directory;
    private final Work work;
    private final Options options;
    private RocksDB db;

    RocksLog(Path directory, Work work) throws IOException {
        load();
        this.directory = directory;
        this.work = work;
        this.options = new Options()
                .setCreateIfMissing(true)
                .setWriteBufferSize(MEMTABLE_BYTES)
                .setMaxTotalWalSize(2 * MEMTABLE_BYTES)
                .setDisableAutoCompactions(true)
                .setAvoidFlushDuringShutdown(true)
                .setStatsDumpPeriodSec(0)
                .setMemTableConfig(new VectorMemTableConfig())
                .setAllowConcurrentMemtableWrite(false)
                .setEnablePipelinedWrite(true);
        this.db = open();
    }

    private static void load() throws IOException {
        try {
            RocksDB.loadLibrary();
        } catch (UnsatisfiedLinkError | RuntimeException e) {
            throw new IOException("RocksDB's native library for " + System.getProperty("os.name") + " on " + System.getProperty("os.arch")
                    + " is not there, or does not load (the artifact has it for Linux with glibc): " + e.getMessage(), e);
        }
    }

    private RocksDB open() throws IOException {
        try {
            return RocksDB.open(options, directory.toString());
        } catch (RocksDBException e) {
            throw new IOException(e);
        }
    }

    @Override
    public Appender appender() {
        return new RocksAppender(work.kind() == Work.Kind.COMMIT);
    }

    private final class RocksAppender implements Appender {
        private final WriteOptions how;
        private final WriteBatch batch = new WriteBatch(BATCH_BYTES + 2 * work.recordBytes());
        private final ByteBuffer key = ByteBuffer.allocateDirect(Long.BYTES);
        private final ByteBuffer value = ByteBuffer.allocateDirect(work.recordBytes() - Long.BYTES);

        RocksAppender(boolean sync) {
            how = new WriteOptions().setSync(sync);
            value.put(0, Records.filled(work.recordBytes()), Long.BYTES, value.capacity());
        }

        @Override
        public void append(long stamp) throws IOException {
            key.clear().putLong(0, stamp);
            value.clear();
            try {
                batch.put(key, value);
                if (batch.getDataSize() >= BATCH_BYTES) {
                    write();
                }
            } catch (RocksDBException e) {
                throw new IOException(e);
            }
        }

        private void write() throws RocksDBException {
            db.write(how, batch);
            batch.clear();
        }

        @Override
        public void commit(long stamp) throws IOException {
            key.clear().putLong(0, stamp);
            value.clear();
            try {
                db.put(how, key, value);
            } catch (RocksDBException e) {
                throw new IOException(e);
            }
        }

        @Override
        public void close() throws IOException {
            try (how;
                    batch) {
                if (batch.count() > 0) {
                    write();
                }
            } catch (RocksDBException e) {
                throw new IOException(e);
            }
        }
    }

    @Override
    public void sync() throws IOException {
        try {
            db.syncWal();
        } catch (RocksDBException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void readBack(Reader reader) throws IOException {
        db.close();
        db = open();
        ByteBuffer key = ByteBuffer.allocateDirect(Long.BYTES);
        ByteBuffer value = ByteBuffer.allocateDirect(work.recordBytes());
        try (ReadOptions how = new ReadOptions();
                RocksIterator all = db.newIterator(how)) {
            for (all.seekToFirst(); all.isValid(); all.next()) {
                int keyBytes = all.key(key.clear());
                int valueBytes = all.value(value.clear());
                reader.record(key.getLong(0), keyBytes + valueBytes, value.get(valueBytes - 1));
            }
            all.status();
        } catch (RocksDBException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void close() {
        db.close();
        options.close();
    }
}
