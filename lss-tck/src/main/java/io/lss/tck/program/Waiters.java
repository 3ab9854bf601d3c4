package io.lss.tck.program;

import io.lss.api.LogStructuredStore;
import io.lss.api.StoreClosedException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Threads and stages that wait for stability while the program goes on. Each must end when what it waits for is stable, or nothing is open. */
final class Waiters {

    private record Waiter(long lsn, HelperThread<Long> thread, CompletableFuture<Void> stage) {}

    private final Duration patience;
    private final List<Waiter> waiting = new ArrayList<>();

    Waiters(Duration patience) {
        this.patience = patience;
    }

    /** One more of each begins to wait. */
    void add(LogStructuredStore store, long lsn, boolean virtual) {
        CompletableFuture<Void> stage = store.whenStable(lsn).toCompletableFuture();
        HelperThread<Long> thread = HelperThread.start("waits", virtual, () -> {
            store.awaitStable(lsn);
            return store.stableLsn();
        });
        waiting.add(new Waiter(lsn, thread, stage));
    }

    /** Those that wait for what is stable must end, and without a failure. */
    void checkStable(long stableLsn) {
        for (Iterator<Waiter> left = waiting.iterator(); left.hasNext(); ) {
            Waiter each = left.next();
            if (each.lsn() < stableLsn) {
                left.remove();
                long seen = each.thread().result(notEnded(each, "awaitStable", "it is stable"), patience);
                if (seen <= each.lsn()) {
                    throw new ViolationException("S5: a wait for LSN " + each.lsn() + " ends when the log is stable up to " + seen);
                }
                Throwable failure = outcome(each, "it is stable");
                if (failure != null) {
                    throw new ViolationException("S5: a stage for LSN " + each.lsn() + ", which is stable, fails: " + failure, failure);
                }
            }
        }
    }

    /** The store was closed, or is dead: all must end. */
    void checkClosed(boolean crashed) {
        for (Waiter each : waiting) {
            each.thread().join(notEnded(each, "awaitStable", "the store was closed"), patience);
            check(each, each.thread().failure(), crashed);
            check(each, outcome(each, "the store was closed"), crashed);
        }
        waiting.clear();
    }

    private static void check(Waiter waiter, @Nullable Throwable failure, boolean crashed) {
        if (failure != null && !(failure instanceof StoreClosedException) && !(crashed && failure instanceof IOException)) {
            throw new ViolationException("S5: a wait for LSN " + waiter.lsn() + " ends with the close by " + failure, failure);
        }
    }

    private @Nullable Throwable outcome(Waiter waiter, String why) {
        try {
            waiter.stage().get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return null;
        } catch (ExecutionException e) {
            return e.getCause();
        } catch (TimeoutException e) {
            throw new ViolationException(notEnded(waiter, "whenStable", why), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the program was given up", e);
        }
    }

    private static String notEnded(Waiter waiter, String call, String why) {
        return "S5: " + call + " of LSN " + waiter.lsn() + " does not end, although " + why;
    }
}
