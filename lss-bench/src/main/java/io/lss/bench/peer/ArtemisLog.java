package io.lss.bench.peer;

import io.lss.bench.work.Log;
import io.lss.bench.work.Records;
import io.lss.bench.work.Work;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.activemq.artemis.api.core.ActiveMQBuffer;
import org.apache.activemq.artemis.core.io.DummyCallback;
import org.apache.activemq.artemis.core.io.SequentialFileFactory;
import org.apache.activemq.artemis.core.journal.IOCompletion;
import org.apache.activemq.artemis.core.journal.LoaderCallback;
import org.apache.activemq.artemis.core.journal.PreparedTransactionInfo;
import org.apache.activemq.artemis.core.journal.RecordInfo;
import org.apache.activemq.artemis.core.journal.impl.JournalImpl;
import org.apache.activemq.artemis.core.persistence.CoreMessageObjectPools;
import org.apache.activemq.artemis.core.persistence.Persister;
import org.jspecify.annotations.Nullable;

/**
 * The journal of Apache ActiveMQ Artemis. What it leaves out beside ours: records carry their length at both ends and the number of their file,
 * but no checksum. It fills each file with zeros before it writes to it; commits find such files ready, bulk appends on new space pay for them.
 */
final class ArtemisLog implements Log {

    private static final byte RECORD = 1;

    /** The type of the record that is made durable at the end; no data. */
    private static final byte END = 2;

    /** Bulk: a thread has at most so many bytes on their way to a file, in so many parts; the journal itself would queue without end. */
    private static final int PART_BYTES = 1 << 20;

    private static final int PARTS = 8;

    private final Path directory;
    private final ArtemisFiles files;
    private final Work work;
    private final byte[] filled;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private JournalImpl journal;

    ArtemisLog(Path directory, ArtemisFiles files, Work work) throws IOException {
        this.directory = directory;
        this.files = files;
        this.work = work;
        this.filled = Records.filled(work.recordBytes());
        this.journal = started();
        run(() -> journal.loadInternalOnly());
    }

    private interface Step {
        void run() throws Exception;
    }

    /** The journal declares Exception. */
    private static void run(Step step) throws IOException {
        try {
            step.run();
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    private JournalImpl started() throws IOException {
        SequentialFileFactory factory = files.factory(directory, work);
        JournalImpl opened = new JournalImpl(
                null,
                ArtemisFiles.FILE_BYTES,
                ArtemisFiles.readyFiles(work),
                -1,
                0,
                0,
                60,
                factory,
                "log",
                "data",
                ArtemisFiles.WRITES_IN_FLIGHT,
                0,
                (cause, message, file) -> failure.compareAndSet(null, new IOException(message + " " + file, cause)),
                0);
        opened.setAutoReclaim(false);
        run(opened::start);
        return opened;
    }

    private void check() throws IOException {
        Throwable failed = failure.get();
        if (failed != null) {
            throw new IOException("the journal failed", failed);
        }
    }

    /** Writes a record when the journal gets to it, on its own thread: a stamp is all that is handed over. */
    private final class Body implements Persister<Long> {
        @Override
        public byte getID() {
            return 0;
        }

        @Override
        public int getEncodeSize(Long stamp) {
            return filled.length;
        }

        @Override
        public void encode(ActiveMQBuffer buffer, Long stamp) {
            buffer.writeLong(stamp);
            buffer.writeBytes(filled, Long.BYTES, filled.length - Long.BYTES);
        }

        @Override
        public Long decode(ActiveMQBuffer buffer, @Nullable Long stamp, @Nullable CoreMessageObjectPools pools) {
            throw new UnsupportedOperationException("records are read as bytes");
        }
    }

    private final class Written implements IOCompletion {
        private final Semaphore parts;

        Written(Semaphore parts) {
            this.parts = parts;
        }

        @Override
        public void storeLineUp() {}

        @Override
        public void done() {
            parts.release();
        }

        @Override
        public void onError(int code, String message) {
            failure.compareAndSet(null, new IOException(message + ", code " + code));
            parts.release();
        }
    }

    @Override
    public Appender appender() {
        Persister<Long> body = new Body();
        Semaphore parts = new Semaphore(PARTS);
        IOCompletion written = new Written(parts);
        int recordsPerPart = Math.max(1, PART_BYTES / work.recordBytes());
        return new Appender() {
            private int inPart;

            @Override
            public void append(long stamp) throws IOException, InterruptedException {
                IOCompletion callback = DummyCallback.getInstance();
                if (++inPart == recordsPerPart) {
                    inPart = 0;
                    parts.acquire();
                    check();
                    callback = written;
                }
                IOCompletion then = callback;
                ArtemisLog.run(() -> journal.appendAddRecord(stamp, RECORD, body, stamp, false, then));
            }

            @Override
            public void commit(long stamp) throws IOException {
                ArtemisLog.run(() -> journal.appendAddRecord(stamp, RECORD, body, stamp, true));
            }
        };
    }

    /** The journal has one order; files before the current one were synced when they were closed. */
    @Override
    public void sync() throws IOException {
        run(() -> journal.appendAddRecord(Long.MAX_VALUE, END, new byte[0], true));
        check();
    }

    @Override
    public void readBack(Reader reader) throws IOException {
        stop();
        journal = started();
        run(() -> journal.load(new Loading(reader)));
        check();
    }

    private static final class Loading implements LoaderCallback {
        private final Reader reader;

        Loading(Reader reader) {
            this.reader = reader;
        }

        @Override
        public void addRecord(RecordInfo info) {
            if (info.userRecordType == END) {
                return;
            }
            // Their buffers are big-endian.
            long stamp = Long.reverseBytes(Records.stampOf(MemorySegment.ofArray(info.data)));
            if (stamp != info.id) {
                throw new IllegalStateException("wrong data: record " + info.id + " has the stamp " + stamp);
            }
            reader.record(stamp, info.data.length, info.data[info.data.length - 1]);
        }

        @Override
        public void updateRecord(RecordInfo info) {
            throw new IllegalStateException("wrong data: nothing was updated, but record " + info.id);
        }

        @Override
        public void deleteRecord(long id) {
            throw new IllegalStateException("wrong data: nothing was deleted, but record " + id);
        }

        @Override
        public void addPreparedTransaction(PreparedTransactionInfo transaction) {
            throw new IllegalStateException("wrong data: there was no transaction");
        }

        @Override
        public void failedTransaction(long id, List<RecordInfo> records, List<RecordInfo> deleted) {
            throw new IllegalStateException("wrong data: there was no transaction");
        }
    }

    private void stop() throws IOException {
        run(journal::stop);
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("interrupted while the journal stopped");
        }
    }

    @Override
    public void close() throws IOException {
        stop();
        check();
    }
}
