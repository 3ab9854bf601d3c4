package io.lss.core;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Hands out {@link Appender}s: a platform thread keeps its own; virtual threads, of which there may be millions, take one from
 * a small pool and give it back.
 */
final class Appenders {

    private static final int POOL = 64;

    /** Keeps the counts of an appender whose thread has ended. */
    private static final class Entry extends WeakReference<Appender> {
        final Appender.Counts counts;

        Entry(Appender appender, ReferenceQueue<Appender> queue) {
            super(appender, queue);
            this.counts = appender.counts;
        }
    }

    private final int buffers;
    private final Set<Entry> entries = ConcurrentHashMap.newKeySet();
    private final ReferenceQueue<Appender> gone = new ReferenceQueue<>();
    private final LongAdder goneRecords = new LongAdder();
    private final LongAdder goneBytes = new LongAdder();
    private final ThreadLocal<Appender> own = ThreadLocal.withInitial(this::make);
    private final AtomicReferenceArray<Appender> pool = new AtomicReferenceArray<>(POOL);

    Appenders(int buffers) {
        this.buffers = buffers;
    }

    private Appender make() {
        foldGone();
        Appender appender = new Appender(buffers, new Appender.Counts());
        entries.add(new Entry(appender, gone));
        return appender;
    }

    private synchronized void foldGone() {
        for (Reference<? extends Appender> r = gone.poll(); r != null; r = gone.poll()) {
            Entry entry = (Entry) r;
            if (entries.remove(entry)) {
                goneRecords.add(entry.counts.records());
                goneBytes.add(entry.counts.bytes());
            }
        }
    }

    /** {@return an appender for this thread, to be given back with {@link #release}} */
    Appender acquire() {
        Thread thread = Thread.currentThread();
        if (!thread.isVirtual()) {
            return own.get();
        }
        int at = (int) thread.threadId() & (POOL - 1);
        // Acquire and release on the place: the next user must see the counters and views of the last.
        @Nullable Appender taken = pool.getAndSet(at, null);
        return taken != null ? taken : make();
    }

    /** Takes an appender back. */
    void release(Appender appender) {
        Thread thread = Thread.currentThread();
        if (thread.isVirtual()) {
            // An appender that finds its place taken is dropped; its counts are folded in when it is collected.
            pool.compareAndSet((int) thread.threadId() & (POOL - 1), null, appender);
        }
    }

    synchronized long records() {
        foldGone();
        long sum = goneRecords.sum();
        for (Entry entry : entries) {
            sum += entry.counts.records();
        }
        return sum;
    }

    synchronized long bytes() {
        foldGone();
        long sum = goneBytes.sum();
        for (Entry entry : entries) {
            sum += entry.counts.bytes();
        }
        return sum;
    }

    /** Lets go of the ring's memory, once nobody appends any more. */
    void clear() {
        for (Entry entry : entries) {
            Appender appender = entry.get();
            if (appender != null) {
                appender.clear();
            }
        }
    }
}
