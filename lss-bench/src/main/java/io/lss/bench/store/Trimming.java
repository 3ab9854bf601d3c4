package io.lss.bench.store;

import io.lss.api.LogStructuredStore;
import java.io.IOException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A thread that trims a store behind its tail. */
final class Trimming {

    private static final long PAUSE_NANOS = 1_000_000;

    private final LogStructuredStore store;
    private final long segmentBytes;
    private final int kept;
    private final Thread thread;
    private volatile boolean stopping;
    private volatile @Nullable Throwable failure;

    private Trimming(LogStructuredStore store, long segmentBytes, int kept) {
        this.store = store;
        this.segmentBytes = segmentBytes;
        this.kept = kept;
        this.thread = Thread.ofPlatform().name("trimmer").unstarted(this::run);
    }

    /** Keeps so many segments of that length behind the segment that is being written. */
    static Trimming start(LogStructuredStore store, long segmentBytes, int kept) {
        var trimming = new Trimming(store, segmentBytes, kept);
        trimming.thread.start();
        return trimming;
    }

    private void run() {
        try {
            while (!stopping) {
                long keep = (store.stableLsn() / segmentBytes - kept) * segmentBytes;
                if (keep - store.beginLsn() >= segmentBytes) {
                    store.trimBefore(keep);
                } else {
                    LockSupport.parkNanos(this, PAUSE_NANOS);
                }
            }
        } catch (IOException | RuntimeException | Error e) {
            failure = e;
        }
    }

    /** Ends it, and says if it had failed. */
    void stop() throws IOException {
        stopping = true;
        LockSupport.unpark(thread);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (failure != null) {
            throw new IOException("trimming failed", failure);
        }
    }
}
