package io.lss.tck.reference;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Stability: watermarks, and who waits for them. */
abstract class StableStore extends AppendingStore {

    StableStore(Setting setting) {
        super(setting);
    }

    @Override
    public void flush() throws IOException {
        lock.lock();
        try {
            checkUsable();
            sealFor(Long.MAX_VALUE);
        } finally {
            lock.unlock();
        }
    }

    void checkHandedOut(long lsn) {
        if (has(Defect.UNKNOWN_LSN_IS_STABLE)) {
            return;
        }
        Map.Entry<Long, Frame> at = frames.floorEntry(lsn);
        boolean known = lsn % 8 == 0 && lsn >= firstLsn && (lsn < begin && lsn >= firstLsn + Format.UNIT_HEADER || at != null && lsn < at.getValue().end());
        if (!known) {
            throw misuse(this, "LSN " + lsn + " is no record's");
        }
    }

    @Override
    public void awaitStable(long lsn) throws IOException {
        var _ = awaitStable(lsn, FOR_EVER);
    }

    @Override
    public boolean awaitStable(long lsn, Duration timeout) throws IOException {
        return awaitStable(lsn, nanos(timeout));
    }

    boolean awaitStable(long lsn, long nanos) throws IOException {
        lock.lock();
        try {
            checkHandedOut(lsn);
            if (nanos > 0 && stable <= lsn && !closing && failure == null) {
                sealFor(lsn);
            }
            long flushesBefore = flushes;
            return await(
                    () -> {
                        if (stable > lsn
                                || has(Defect.UNKNOWN_LSN_IS_STABLE) && !frames.containsKey(lsn)
                                || has(Defect.EMPTY_STORE_IS_STABLE) && stable == initialStable
                                || has(Defect.WAIT_TAKES_ANY_COMPLETION) && flushes > flushesBefore) {
                            return true;
                        }
                        if (failure != null && !has(Defect.FAILURE_WAKES_NOBODY)) {
                            throw failed();
                        }
                        if (closed) {
                            throw closedException();
                        }
                        return false;
                    },
                    nanos,
                    "LSN " + lsn + " to become stable");
        } finally {
            lock.unlock();
        }
    }

    @Override
    public CompletionStage<Void> whenStable(long lsn) {
        CompletableFuture<Void> future = new CompletableFuture<>();
        lock.lock();
        try {
            checkHandedOut(lsn);
            if (stable > lsn) {
                future.complete(null);
            } else if (failure != null) {
                future.completeExceptionally(failed());
            } else if (closed) {
                future.completeExceptionally(closedException());
            } else {
                stages.add(new Stage(lsn, future));
                if (!closing) {
                    sealFor(lsn);
                }
            }
        } finally {
            lock.unlock();
        }
        return future.minimalCompletionStage();
    }

    @Override
    public void sync() throws IOException {
        lock.lock();
        try {
            checkUsable();
            for (Frame each : frames.descendingMap().values()) {
                if (each.lsn < stable) {
                    return;
                }
                if (each.state == Frame.State.RECORD) {
                    var _ = awaitStable(each.lsn, FOR_EVER);
                    return;
                }
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long stableLsn() {
        long now = stable;
        if (has(Defect.QUERY_CHANGES_STATE)) {
            stable = begin;
        }
        return now;
    }

    @Override
    public long writtenLsn() {
        return has(Defect.WRITTEN_LAGS) ? written : Math.max(written, stable);
    }

    @Override
    public long tailLsn() {
        return tail;
    }

    @Override
    public long beginLsn() {
        return begin;
    }

    @Override
    public int poll() throws IOException {
        lock.lock();
        try {
            checkUsable();
            int completed = 0;
            if (options.callerDriven()) {
                tick();
                completed = turnTaken ? 0 : takeTurn(0);
                checkUsable();
            }
            return completed;
        } finally {
            lock.unlock();
        }
    }
}
