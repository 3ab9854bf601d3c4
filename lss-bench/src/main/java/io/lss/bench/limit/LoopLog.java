package io.lss.bench.limit;

import io.lss.bench.work.Log;
import io.lss.bench.work.Records;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.locks.ReentrantLock;

/** Records of one length back to back, under one lock; neither their number nor their state is on the disk. */
abstract class LoopLog implements Log {

    private final int recordBytes;
    private final ReentrantLock lock = new ReentrantLock();

    LoopLog(int recordBytes) {
        this.recordBytes = recordBytes;
    }

    /** Takes a copy of a record. Under the lock, as all below. */
    abstract void put(MemorySegment record) throws IOException;

    /** Returns when all that was put is durable. */
    abstract void force() throws IOException;

    @Override
    public final Appender appender() {
        MemorySegment record = MemorySegment.ofArray(Records.filled(recordBytes));
        return new Appender() {
            @Override
            public void append(long stamp) throws IOException {
                Records.put(record, stamp);
                lock.lock();
                try {
                    put(record);
                } finally {
                    lock.unlock();
                }
            }

            @Override
            public void commit(long stamp) throws IOException {
                Records.put(record, stamp);
                lock.lock();
                try {
                    put(record);
                    force();
                } finally {
                    lock.unlock();
                }
            }
        };
    }

    @Override
    public final void sync() throws IOException {
        lock.lock();
        try {
            force();
        } finally {
            lock.unlock();
        }
    }

    /** Tells a reader the records that are in memory, from its beginning. */
    final void tell(MemorySegment memory, Reader reader) {
        for (long at = 0; at < memory.byteSize(); at += recordBytes) {
            MemorySegment record = memory.asSlice(at, recordBytes);
            reader.record(Records.stampOf(record), recordBytes, record.get(ValueLayout.JAVA_BYTE, recordBytes - 1));
        }
    }
}
