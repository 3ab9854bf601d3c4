package io.lss.cli.records;

import io.lss.api.LogStructuredStore;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Appends records and tells what is stable. One thread appends; another may end it at any time, also while the first
 * waits for input, and so may the timer that tells what has become stable meanwhile. Every use of the acknowledgements is under
 * {@code turn}, which is fair: who appends without a pause takes it again at once, and nobody else would get it.
 */
final class Appending implements AutoCloseable {
    private static final long TELL_EVERY_MILLIS = 500;

    private final LogStructuredStore store;
    private final Acknowledgements told;
    private final SyncPolicy policy;
    private final ReentrantLock turn = new ReentrantLock(true);
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
    boolean append(MemorySegment record) throws IOException {
        turn.lock();
        try {
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
        } finally {
            turn.unlock();
        }
    }

    private void tellNowAndThen() {
        try {
            while (!over.await(TELL_EVERY_MILLIS, TimeUnit.MILLISECONDS)) {
                tellNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tellNow() {
        turn.lock();
        try {
            if (!stopped) {
                told.stableBelow(store.stableLsn());
                if (told.hasNews()) {
                    told.tell();
                }
            }
        } finally {
            turn.unlock();
        }
    }

    /**
     * Ends: waits until everything appended is stable, and tells how much that is; if that cannot be, how much is. Nothing is appended afterwards.
     *
     * @throws IOException if not everything is stable
     */
    void finish() throws IOException {
        turn.lock();
        try {
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
        } finally {
            turn.unlock();
        }
    }

    /** {@return how many records were appended of which it is not known whether they are stable} */
    int unknown() {
        turn.lock();
        try {
            return told.unknown();
        } finally {
            turn.unlock();
        }
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
