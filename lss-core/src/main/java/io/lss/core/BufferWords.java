package io.lss.core;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** Keeps what precedes the space word off its cache line pair. */
abstract class BufferWordsPad0 {
    long p00, p01, p02, p03, p04, p05, p06, p07, p08, p09, p0a, p0b, p0c, p0d, p0e, p0f;
}

/** Holds the space word. */
abstract class BufferWordsSpace extends BufferWordsPad0 {
    volatile long space = BufferWords.SEALED;
}

/** Keeps the two words apart. */
abstract class BufferWordsPad1 extends BufferWordsSpace {
    long p10, p11, p12, p13, p14, p15, p16, p17, p18, p19, p1a, p1b, p1c, p1d, p1e, p1f;
}

/** Holds the balance word. */
abstract class BufferWordsBalance extends BufferWordsPad1 {
    volatile long balance;
}

/**
 * The state of one flush buffer in two words: who may reserve, and when all that was reserved is published.
 *
 * <pre>
 * space    63      62                                  0
 *         +--------+------------------------------------+
 *         | SEALED | used: bytes reserved, and what     |
 *         |        | losers added beyond the limit      |
 *         +--------+------------------------------------+
 *
 * balance  published bytes while the buffer is open; after the seal minus what was reserved: it reaches 0 exactly once
 * </pre>
 *
 * <p>States and transitions. {@code limit} is the same for every generation of the buffer; a buffer that holds less begins
 * with a higher {@code used}, so a loser that was delayed into the next generation misjudges nothing.
 *
 * <pre>
 * CLOSED   SEALED set                   -- open(start) -->            OPEN, used = start
 * OPEN     used &lt;= limit               -- reserve(n), fits -->       OPEN, used += n           the caller is a writer
 *                                       -- reserve(n), too long -->   OVERRUN, used += n        the caller is THE sealer, end = old used
 *                                       -- seal() -->                 CLOSED                    the caller is THE sealer, end = used
 * OVERRUN  used &gt; limit, not SEALED    -- reserve(n) -->             OVERRUN, used += n        a loser; it never undoes
 *                                       -- close() -->                CLOSED
 * CLOSED                                -- reserve(n) -->             CLOSED, used += n         a loser; it never undoes
 * </pre>
 *
 * <p>Exactly one thread becomes the sealer of a generation, because every transition out of OPEN is one atomic operation.
 * After sealing it calls {@link #settle}; each writer calls {@link #publish} once. Whoever brings the balance to 0 has seen
 * everything all writers wrote, and hands the buffer on: the balance is positive while the buffer is open (every publish adds
 * at least 1), and 0 after the seal only when the last byte is published.
 *
 * <p>Losers: a thread looks before it adds ({@link #looksOpen}), so it loses at most once per generation. Each adds less than
 * 2^29, so 2^34 threads would have to lose in one generation before {@code used} reached bit 63.
 *
 * <p>Memory ordering: both words are changed by {@code getAndAdd}, {@code compareAndSet} and {@code getAndBitwiseOr}, which
 * are volatile. For {@code balance} that is needed: the thread that reaches 0 must see the payload written by every other
 * publisher (acquire) and each publisher must have made its own visible (release), and on x86 and AArch64 a weaker
 * read-modify-write costs the same. For {@code space} acquire is needed by the winner (the fields of this generation, written
 * before {@code open}), and sequential consistency by the driver's sleep protocol (a first reservation against "I sleep").
 */
class BufferWords extends BufferWordsBalance {

    /** Bit 63 of the space word. Set: negative. */
    static final long SEALED = 1L << 63;

    private static final VarHandle SPACE;
    private static final VarHandle BALANCE;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            SPACE = lookup.findVarHandle(BufferWordsSpace.class, "space", long.class);
            BALANCE = lookup.findVarHandle(BufferWordsBalance.class, "balance", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Keeps what follows off the balance word's cache line pair. */
    long p20, p21, p22, p23, p24, p25, p26, p27, p28, p29, p2a, p2b, p2c, p2d, p2e, p2f;

    final long limit;

    /** A closed buffer that takes {@code limit} bytes when open. */
    BufferWords(long limit) {
        this.limit = limit;
    }

    // -------------------------------------------------------------------------------- pure readers of the space word

    /** {@return whether reservations may be tried} */
    static boolean isOpen(long space, long limit) {
        return space >= 0 && space <= limit;
    }

    /** {@return whether a reservation that found {@code space} and took {@code bytes} has them} */
    static boolean won(long space, long bytes, long limit) {
        return space >= 0 && space + bytes <= limit;
    }

    /** {@return whether a reservation that found {@code space} and did not win has thereby sealed the buffer} */
    static boolean overran(long space, long limit) {
        return space >= 0 && space <= limit;
    }

    /** {@return the bytes in use, the part that precedes a late start included} */
    static long usedOf(long space) {
        return space & ~SEALED;
    }

    // -------------------------------------------------------------------------------- transitions

    /** CLOSED to OPEN. Only the thread that holds the right to open; the fields of the generation are written before. */
    final void open(long start) {
        SPACE.setVolatile(this, start);
    }

    /** {@return the space word before this reservation} Judge it with {@link #won} and {@link #overran}. */
    final long reserve(long bytes) {
        return (long) SPACE.getAndAdd(this, bytes);
    }

    /** {@return whether a reservation is worth trying} Looking first keeps losers few. */
    final boolean looksOpen() {
        return isOpen(space, limit);
    }

    /** {@return the bytes in use at the seal, if this call sealed the buffer; -1 if it was not open, or holds only {@code start}} */
    final long sealUnlessEmpty(long start) {
        for (; ; ) {
            long now = space;
            if (!isOpen(now, limit) || now == start) {
                return -1;
            }
            if (SPACE.compareAndSet(this, now, now | SEALED)) {
                return now;
            }
        }
    }

    /** {@return the bytes in use at the seal, if this call sealed the buffer, empty or not; -1 if it was not open} */
    final long seal() {
        long before = (long) SPACE.getAndBitwiseOr(this, SEALED);
        return isOpen(before, limit) ? before : -1;
    }

    /** OVERRUN to CLOSED, by the sealer. */
    final void close() {
        SPACE.getAndBitwiseOr(this, SEALED);
    }

    /** {@return whether everything reserved is published} By the sealer, once: what was reserved is now known. */
    final boolean settle(long reserved) {
        return (long) BALANCE.getAndAdd(this, -reserved) - reserved == 0;
    }

    /** {@return whether this was the last byte of a sealed buffer} By each writer, once. */
    final boolean publish(long bytes) {
        return (long) BALANCE.getAndAdd(this, bytes) + bytes == 0;
    }

    /** {@return the bytes reserved in a sealed buffer and not yet published} Not meaningful before the seal. */
    final long unpublished() {
        return -balance;
    }
}
