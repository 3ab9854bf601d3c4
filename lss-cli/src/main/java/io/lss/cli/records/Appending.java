package io.lss.cli.records;

import io.lss.api.LogStructuredStore;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Appends records and tells what is stable. One thread appends; another may end it at any time, also while the first
 * waits for input, and so may the timer that tells what has become stable meanwhile. Every use of the acknowledgements is under the lock of this object.
 */
final class Appending implements AutoCloseable {
    private static final long TELL_EVERY_MILLIS = 500;

    private final LogStructuredStore store;
    private final Acknowledgements told;
    private final SyncPolicy policy;
    private final CountDownLatch over = new CountDownLatch(1);
    private final @Nullable Thread timer;
    private long unsynced;
    private boolean stopped;

    Appending(LogStructuredStore store, Acknowledgements told, SyncPolicy policy) {
        this.store = store;
        this.told = told;
        this.policy = policy;
        timer = policy.isTimed() ? Thread.ofPlatform().daemon().name("acknowledgements").start(this::tellNowAndThen) : null;
    }

    /**
     * Appends a record, and waits until it is stable if that is the policy.
     *
     * @return false if the appending has been ended: the record was not appended
     */
    synchronized boolean append(MemorySegment record) throws IOException {
        if (stopped) {
            return false;
        }
        told.published(store.append(record), record.byteSize());
        unsynced++;
        if (unsynced >= policy.records()) {
            store.sync();
            told.stableBelow(store.stableLsn());
            told.tell();
            unsynced = 0;
        } else if ((unsynced & 0xFFF) == 0) {
            told.stableBelow(store.stableLsn());
        }
        return true;
    }

    private void tellNowAndThen() {
        try {
            while (!over.await(TELL_EVERY_MILLIS, TimeUnit.MILLISECONDS)) {
                synchronized (this) {
                    if (!stopped && told.unknown() > 0) {
                        told.stableBelow(store.stableLsn());
                        if (told.hasNews()) {
                            told.tell();
                        }
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Ends: waits until everything appended is stable, and tells how much that is; if that cannot be, how much is. Nothing is appended afterwards.
     *
     * @throws IOException if not everything is stable
     */
    synchronized void finish() throws IOException {
        if (stopped) {
            return;
        }
        stopped = true;
        over.countDown();
        try {
            store.sync();
        } finally {
            told.stableBelow(store.stableLsn());
            told.tell();
        }
    }

    /** {@return how many records were appended of which it is not known whether they are stable} */
    synchronized int unknown() {
        return told.unknown();
    }

    /** Ends the timer. */
    @Override
    public void close() {
        over.countDown();
        if (timer != null) {
            timer.interrupt();
        }
    }
}
