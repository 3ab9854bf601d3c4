package io.lss.core;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Everybody who waits for stability. Newcomers push themselves on a stack (any thread, no lock); the flusher takes them into a
 * queue ordered by LSN and takes out those to be woken. The monitor is for the end only, when late comers and the closing
 * thread may both find themselves responsible; before, it has one user.
 */
final class StableWaiters {

    private static final VarHandle NEWCOMERS;

    static {
        try {
            NEWCOMERS = MethodHandles.lookup().findVarHandle(StableWaiters.class, "newcomers", StableWaiter.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile @Nullable StableWaiter newcomers;
    private final PriorityQueue<StableWaiter> waiting = new PriorityQueue<>(Comparator.comparingLong((StableWaiter w) -> w.lsn));
    private final PriorityQueue<StableWaiter> following = new PriorityQueue<>(Comparator.comparingLong((StableWaiter w) -> w.lsn));
    private int sinceSweep;

    /** The highest LSN anybody ever waited for. Somebody who left may leave it too high; a buffer is then sealed early, no more. */
    private long highest = -1;

    /** Adds a waiter. The caller then looks at the watermark again, and signals the flusher. */
    void add(StableWaiter waiter) {
        StableWaiter first;
        do {
            first = newcomers;
            waiter.next = first;
        } while (!NEWCOMERS.compareAndSet(this, first, waiter));
    }

    // -------------------------------------------------------------------------------- by the flusher

    /** {@return whether somebody waits to be taken in} */
    boolean hasNewcomers() {
        return newcomers != null;
    }

    /** Takes the newcomers in. If there is no memory to, they stay newcomers. */
    synchronized void settle() {
        StableWaiter w = newcomers == null ? null : (StableWaiter) NEWCOMERS.getAndSet(this, null);
        while (w != null) {
            StableWaiter next = w.next;
            try {
                w.next = null;
                take(w);
            } catch (RuntimeException | Error e) {
                w.next = next;
                giveBack(w);
                throw e;
            }
            w = next;
        }
        if (sinceSweep > 64 + (waiting.size() + following.size()) / 2) {
            // Those who left by themselves go at the latest now, so polling with a timeout does not pile them up.
            sinceSweep = 0;
            waiting.removeIf(StableWaiter::isOver);
            following.removeIf(StableWaiter::isOver);
        }
    }

    private void take(StableWaiter w) {
        if (w.follows) {
            following.add(w);
        } else {
            waiting.add(w);
            highest = Math.max(highest, w.lsn);
        }
        sinceSweep++;
    }

    private void giveBack(StableWaiter first) {
        StableWaiter w = first;
        while (w != null) {
            StableWaiter next = w.next;
            add(w);
            w = next;
        }
    }

    /** {@return whether anybody waits} */
    synchronized boolean isEmpty() {
        dropLeft();
        return waiting.isEmpty();
    }

    /** {@return whether anybody wants to hear of whatever gets stable} */
    synchronized boolean hasFollowers() {
        return !following.isEmpty();
    }

    /** {@return the lowest LSN waited for; only if not empty} */
    synchronized long lowest() {
        StableWaiter first = waiting.peek();
        return first == null ? Long.MAX_VALUE : first.lsn;
    }

    /** {@return whether somebody waits for this LSN or a higher one} */
    synchronized boolean anyAtOrAbove(long lsn) {
        return highest >= lsn && !waiting.isEmpty();
    }

    synchronized int size() {
        return waiting.size();
    }

    /**
     * Takes out those whose wait is over.
     *
     * @param stable the watermark
     * @return those to be woken, linked, before {@code more}
     */
    synchronized @Nullable StableWaiter takeBelow(long stable, @Nullable StableWaiter more) {
        return take(following, stable, take(waiting, stable, more));
    }

    /** {@return everybody, linked, before {@code more}} */
    @Nullable StableWaiter takeAll(@Nullable StableWaiter more) {
        return takeBelow(Long.MAX_VALUE, more);
    }

    /** {@return everybody, newcomers included, linked} When the flusher takes no more steps. */
    synchronized @Nullable StableWaiter takeEverybody() {
        settle();
        return takeAll(null);
    }

    private static @Nullable StableWaiter take(PriorityQueue<StableWaiter> from, long below, @Nullable StableWaiter more) {
        StableWaiter taken = more;
        for (StableWaiter w = from.peek(); w != null && w.lsn < below; w = from.peek()) {
            from.remove();
            w.next = taken;
            taken = w;
        }
        return taken;
    }

    private void dropLeft() {
        for (StableWaiter w = waiting.peek(); w != null && w.isOver(); w = waiting.peek()) {
            waiting.remove();
        }
    }

    /** Wakes a linked list; whose LSN is not stable is told what is wrong with the store, if anything is. Any thread. Never throws. */
    static void wakeAll(@Nullable StableWaiter first, long stable, Health health) {
        if (first == null) {
            return;
        }
        Throwable trouble;
        try {
            trouble = health.trouble();
        } catch (Throwable t) {
            trouble = t;
        }
        StableWaiter w = first;
        while (w != null) {
            // Read before waking: the woken may drop or reuse what it likes.
            StableWaiter next = w.next;
            w.next = null;
            w.wake(w.lsn < stable ? null : trouble);
            w = next;
        }
    }
}
