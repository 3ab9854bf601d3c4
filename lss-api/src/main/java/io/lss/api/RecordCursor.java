package io.lss.api;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;

/**
 * Walks over stable records in LSN order. Made by {@link LogStructuredStore#scan} and {@link LogStructuredStore#tail}; used
 * by one thread at a time, independent of other cursors.
 */
public interface RecordCursor extends AutoCloseable {

    /**
     * Moves to the next record. A scan ends where the log was stable when the scan began; a tail waits for more.
     *
     * @return false if a scan has reached its end
     * @throws StoreCorruptException if the bytes at the next record are damaged
     * @throws StoreClosedException if the store is closed, a waiting tail included
     * @throws StoreInterruptedException if the thread is interrupted while a tail waits
     * @throws IOException if the medium fails
     * @throws IllegalStateException if the log was trimmed beyond the cursor's place; the message names the LSN
     */
    boolean next() throws IOException;

    /**
     * Moves to the next record, waiting for it no longer than the given time.
     *
     * @param wait how long a tail waits; a scan never waits
     * @return false if there is none yet (tail) or none any more (scan)
     * @throws IOException as {@link #next()} says
     */
    boolean next(Duration wait) throws IOException;

    /** {@return the LSN of the current record} */
    long lsn();

    /** {@return the payload of the current record, read-only, valid until the cursor moves or is closed} */
    MemorySegment payload();

    /** Releases the cursor's memory. */
    @Override
    void close();
}
