package io.lss.core;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The state of one buffer, kept in different ways that all do the same: {@link #reserve} gives out its bytes from 0 on, the first
 * reservation that does not fit seals it, and exactly one call of {@link #settle} or {@link #publish} makes it ready.
 */
abstract class StateWord {

    /** Nothing was reserved; another thread seals, or has sealed. */
    static final long LOST = Long.MIN_VALUE;

    final long limit;

    /** Where in the ring it is. */
    final int index;

    /** Whether it may be opened. Off the hot path: written once a generation by who made it ready, and by the opener. */
    volatile boolean free = true;

    StateWord(int index, long limit) {
        this.index = index;
        this.limit = limit;
    }

    /** {@return the first of the reserved bytes; or -1 - end, if this call has sealed the buffer; or {@link #LOST}} */
    abstract long reserve(long bytes);

    /** {@return whether this call made the buffer ready} By each writer, once. */
    abstract boolean publish(long bytes);

    /** {@return whether this call made the buffer ready} By the sealer, once. */
    abstract boolean settle(long end);

    /** Begins the next generation. */
    abstract void open();

    abstract boolean looksOpen();

    /** What the engine does: fetch-and-add on two words. */
    static final class FetchAndAdd extends StateWord {

        private final BufferWords words;
        private final boolean looks;

        /** With {@code looks}: it looks before it adds, as the engine does, so losers are few. */
        FetchAndAdd(int index, long limit, boolean looks) {
            super(index, limit);
            this.looks = looks;
            words = new BufferWords(limit);
        }

        @Override
        long reserve(long bytes) {
            if (looks && !words.looksOpen()) {
                return LOST;
            }
            long found = words.reserve(bytes);
            if (BufferWords.won(found, bytes, limit)) {
                return found;
            }
            if (BufferWords.overran(found, limit)) {
                words.close();
                return -1 - found;
            }
            return LOST;
        }

        @Override
        boolean publish(long bytes) {
            return words.publish(bytes);
        }

        @Override
        boolean settle(long end) {
            return words.settle(end);
        }

        @Override
        void open() {
            words.open(0);
        }

        @Override
        boolean looksOpen() {
            return words.looksOpen();
        }
    }

    /** Keeps what precedes the two words off their cache line pair. */
    abstract static class OneLinePad0 extends StateWord {
        long p00, p01, p02, p03, p04, p05, p06, p07, p08, p09, p0a, p0b, p0c, p0d, p0e, p0f;

        OneLinePad0(int index, long limit) {
            super(index, limit);
        }
    }

    /** Holds the two words. */
    abstract static class OneLineWords extends OneLinePad0 {
        volatile long space = BufferWords.SEALED;
        volatile long balance;

        OneLineWords(int index, long limit) {
            super(index, limit);
        }
    }

    /** The engine's two words, but next to each other: what it costs that who reserves and who publishes share a cache line. */
    static final class OneLine extends OneLineWords {

        private static final VarHandle SPACE;
        private static final VarHandle BALANCE;

        static {
            try {
                MethodHandles.Lookup lookup = MethodHandles.lookup();
                SPACE = lookup.findVarHandle(OneLineWords.class, "space", long.class);
                BALANCE = lookup.findVarHandle(OneLineWords.class, "balance", long.class);
            } catch (ReflectiveOperationException e) {
                throw new LinkageError("no such field", e);
            }
        }

        /** Keeps what follows off the words' cache line pair. */
        long p10, p11, p12, p13, p14, p15, p16, p17, p18, p19, p1a, p1b, p1c, p1d, p1e, p1f;

        OneLine(int index, long limit) {
            super(index, limit);
        }

        @Override
        long reserve(long bytes) {
            if (!looksOpen()) {
                return LOST;
            }
            long found = (long) SPACE.getAndAdd(this, bytes);
            if (BufferWords.won(found, bytes, limit)) {
                return found;
            }
            if (BufferWords.overran(found, limit)) {
                SPACE.getAndBitwiseOr(this, BufferWords.SEALED);
                return -1 - found;
            }
            return LOST;
        }

        @Override
        boolean publish(long bytes) {
            return (long) BALANCE.getAndAdd(this, bytes) + bytes == 0;
        }

        @Override
        boolean settle(long end) {
            return (long) BALANCE.getAndAdd(this, -end) - end == 0;
        }

        @Override
        void open() {
            space = 0;
        }

        @Override
        boolean looksOpen() {
            return BufferWords.isOpen(space, limit);
        }
    }

    /** Keeps what precedes the word off its cache line pair. */
    abstract static class Pad0 extends StateWord {
        long p00, p01, p02, p03, p04, p05, p06, p07, p08, p09, p0a, p0b, p0c, p0d, p0e, p0f;

        Pad0(int index, long limit) {
            super(index, limit);
        }
    }

    /** Holds the word. */
    abstract static class Word extends Pad0 {
        volatile long word = CompareAndSet.SEALED;

        Word(int index, long limit) {
            super(index, limit);
        }
    }

    /**
     * One word, in a compare-and-set loop.
     *
     * <pre>
     * 63      62            32 31              0
     * +------+----------------+----------------+
     * |SEALED| writers        | used           |
     * +------+----------------+----------------+
     * </pre>
     *
     * <p>A writer goes by fetch-and-add, which needs no loop: nothing can go wrong with it.
     */
    static final class CompareAndSet extends Word {

        static final long SEALED = 1L << 63;
        private static final long ONE_WRITER = 1L << 32;
        private static final long USED_MASK = ONE_WRITER - 1;

        private static final VarHandle WORD;

        static {
            try {
                WORD = MethodHandles.lookup().findVarHandle(Word.class, "word", long.class);
            } catch (ReflectiveOperationException e) {
                throw new LinkageError("no such field", e);
            }
        }

        /** Keeps what follows off the word's cache line pair. */
        long p10, p11, p12, p13, p14, p15, p16, p17, p18, p19, p1a, p1b, p1c, p1d, p1e, p1f;

        private final boolean pauses;

        /** With {@code pauses}: after a lost race it pauses before it tries again. */
        CompareAndSet(int index, long limit, boolean pauses) {
            super(index, limit);
            this.pauses = pauses;
        }

        @Override
        long reserve(long bytes) {
            for (; ; ) {
                long now = word;
                if (now < 0) {
                    return LOST;
                }
                long used = now & USED_MASK;
                if (used + bytes <= limit) {
                    if (WORD.compareAndSet(this, now, now + ONE_WRITER + bytes)) {
                        return used;
                    }
                } else if (WORD.compareAndSet(this, now, (now | SEALED) + ONE_WRITER)) {
                    // The sealer counts as a writer until it has settled, so that the buffer is not handed on before.
                    return -1 - used;
                }
                if (pauses) {
                    Thread.onSpinWait();
                }
            }
        }

        @Override
        boolean publish(long bytes) {
            long left = (long) WORD.getAndAdd(this, -ONE_WRITER) - ONE_WRITER;
            return left < 0 && (left & ~SEALED) < ONE_WRITER;
        }

        @Override
        boolean settle(long end) {
            return publish(0);
        }

        @Override
        void open() {
            word = 0;
        }

        @Override
        boolean looksOpen() {
            return word >= 0;
        }
    }

    /** Plain fields under a ReentrantLock. */
    static final class Locked extends StateWord {

        private final ReentrantLock lock = new ReentrantLock();
        private long used;
        private int writers;
        private volatile boolean sealed = true;

        Locked(int index, long limit) {
            super(index, limit);
        }

        @Override
        long reserve(long bytes) {
            if (sealed) {
                return LOST;
            }
            lock.lock();
            try {
                if (sealed) {
                    return LOST;
                }
                writers++;
                long found = used;
                if (found + bytes > limit) {
                    sealed = true;
                    return -1 - found;
                }
                used = found + bytes;
                return found;
            } finally {
                lock.unlock();
            }
        }

        @Override
        boolean publish(long bytes) {
            lock.lock();
            try {
                writers--;
                return sealed && writers == 0;
            } finally {
                lock.unlock();
            }
        }

        @Override
        boolean settle(long end) {
            return publish(0);
        }

        @Override
        void open() {
            lock.lock();
            try {
                used = 0;
                sealed = false;
            } finally {
                lock.unlock();
            }
        }

        @Override
        boolean looksOpen() {
            return !sealed;
        }
    }

    /** Plain fields under the object's monitor. */
    static final class Synchronized extends StateWord {

        private final Object monitor = new Object();
        private long used;
        private int writers;
        private volatile boolean sealed = true;

        Synchronized(int index, long limit) {
            super(index, limit);
        }

        @Override
        long reserve(long bytes) {
            if (sealed) {
                return LOST;
            }
            synchronized (monitor) {
                if (sealed) {
                    return LOST;
                }
                writers++;
                long found = used;
                if (found + bytes > limit) {
                    sealed = true;
                    return -1 - found;
                }
                used = found + bytes;
                return found;
            }
        }

        @Override
        boolean publish(long bytes) {
            synchronized (monitor) {
                writers--;
                return sealed && writers == 0;
            }
        }

        @Override
        boolean settle(long end) {
            return publish(0);
        }

        @Override
        void open() {
            synchronized (monitor) {
                used = 0;
                sealed = false;
            }
        }

        @Override
        boolean looksOpen() {
            return !sealed;
        }
    }
}
