package io.lss.faults.load;

import io.lss.api.LogStructuredStore;
import io.lss.api.Reservation;
import io.lss.api.StoreException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Appends from several threads, one of them virtual, one by one, reserved and in batches, with reservations given up in between;
 * another thread trims and sets roots. Until the process dies, or it is stopped.
 */
public final class Load {

    /** Threads that append. */
    public static final int THREADS = 3;

    /** How many records a thread appends at most. */
    public static final int MOST = 20_000;

    /** A batch is this many records, the first of which has a number that {@link #BATCH_EVERY} divides. */
    static final int BATCH = 5;

    static final int BATCH_EVERY = 40;

    /** How many bytes of the log are left when it is trimmed. */
    private static final long KEPT = 128 << 10;

    /** A process in which something else than its death came between ends with this status. */
    static final int FAILED = 3;

    private final LogStructuredStore store;
    private final Account account;
    private final int run;
    private final Manner manner;
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopped;

    private Load(LogStructuredStore store, Account account, int run, Manner manner) {
        this.store = store;
        this.account = account;
        this.run = run;
        this.manner = manner;
    }

    /**
     * {@return whether a run waits for the stability of nearly every record, and not only of one in a hundred}
     *
     * @param run its number
     */
    public static boolean isEager(int run) {
        return run % 2 == 0;
    }

    /** What a load does with what goes wrong. */
    public interface Manner {

        /** {@return whether records are claimed to be stable when they are not: the oracle must see that} */
        default boolean lies() {
            return false;
        }

        /** {@return how many bytes of the log are left when it is trimmed} */
        default long kept() {
            return KEPT;
        }

        /**
         * {@return after how many records a thread waits for the last of them}
         *
         * @param thread which
         */
        default int patience(int thread) {
            return 1 + thread * 7;
        }

        /**
         * {@return whether to try again what failed} Asked on the thread that tried it.
         *
         * @param failure of something that had no effect
         */
        default boolean again(StoreException failure) {
            return false;
        }

        /**
         * Told on a thread that ends because of it.
         *
         * @param failure anything
         */
        void failed(Throwable failure);
    }

    /** Starts it. If {@code lies}, records are claimed to be stable when they are not. What fails ends the process. */
    static void start(LogStructuredStore store, Account account, int run, boolean lies) {
        start(store, account, run, new Manner() {
            @Override
            public boolean lies() {
                return lies;
            }

            // One by one, so that writes are made durable, or with buffers that fill up before anybody waits, so that syncs are.
            @Override
            public int patience(int thread) {
                return isEager(run) ? 1 + thread * 7 : 100 + thread * 57;
            }

            @Override
            public void failed(Throwable failure) {
                failure.printStackTrace();
                Runtime.getRuntime().halt(FAILED);
            }
        });
    }

    /**
     * {@return a load that has begun}
     *
     * @param store the store
     * @param account what it claims
     * @param run in all its records
     * @param manner what it does with what goes wrong
     */
    public static Load start(LogStructuredStore store, Account account, int run, Manner manner) {
        Load load = new Load(store, account, run, manner);
        for (int t = 0; t < THREADS; t++) {
            int thread = t;
            load.threads.add((t == 0 ? Thread.ofVirtual() : Thread.ofPlatform())
                    .name("load-" + t)
                    .unstarted(() -> load.orFail(() -> load.append(thread))));
        }
        load.threads.add(Thread.ofPlatform().name("load-trim").unstarted(() -> load.orFail(load::trimAndSetRoots)));
        load.threads.forEach(Thread::start);
        return load;
    }

    /** {@return its threads} */
    public List<Thread> threads() {
        return List.copyOf(threads);
    }

    /** Lets it end: each thread with what it is at, and what was appended is awaited. */
    public void stop() {
        stopped = true;
    }

    private interface Task {
        void run() throws IOException;
    }

    private interface Step<T> {
        T run() throws IOException;
    }

    private void orFail(Task task) {
        try {
            task.run();
        } catch (Throwable e) {
            manner.failed(e);
        }
    }

    private <T> T insist(Step<T> step) throws IOException {
        while (true) {
            try {
                return step.run();
            } catch (StoreException e) {
                if (!manner.again(e)) {
                    throw e;
                }
            }
        }
    }

    private void awaitStable(long lsn) throws IOException {
        insist(() -> {
            store.awaitStable(lsn);
            return true;
        });
    }

    private void append(int thread) throws IOException {
        for (int number = 1; number <= MOST - BATCH && !stopped; number++) {
            boolean batch = number % BATCH_EVERY == 0;
            account.setQuietly(Claims.begun(thread), batch ? number + BATCH - 1 : number);
            if (batch) {
                number = appendBatch(thread, number);
            } else {
                int one = number;
                account.lsn(thread, number, insist(() -> appendOne(Payloads.of(run, thread, one), one)));
            }
            if (manner.lies()) {
                account.set(Claims.stable(thread), number);
            } else if (number % manner.patience(thread) == 0) {
                awaitStable(account.lsn(thread, number));
                account.set(Claims.stable(thread), number);
            }
        }
        insist(() -> {
            store.sync();
            return true;
        });
        account.set(Claims.stable(thread), account.get(Claims.begun(thread)));
    }

    private long appendOne(byte[] record, int number) throws IOException {
        if (number % 9 == 4) {
            store.reserve(record.length + 1).abort();
        }
        if (number % 5 == 2) {
            try (Reservation reservation = store.reserve(record.length)) {
                reservation.payload().copyFrom(MemorySegment.ofArray(record));
                reservation.publish();
                return reservation.lsn();
            }
        }
        return store.append(record);
    }

    private int appendBatch(int thread, int first) throws IOException {
        List<MemorySegment> payloads = new ArrayList<>();
        for (int i = 0; i < BATCH; i++) {
            payloads.add(MemorySegment.ofArray(Payloads.of(run, thread, first + i)));
        }
        long[] lsns = insist(() -> store.appendBatch(payloads));
        for (int i = 0; i < BATCH; i++) {
            account.lsn(thread, first + i, lsns[i]);
        }
        return first + BATCH - 1;
    }

    /** Keeps the log short and counts in the application root. */
    private void trimAndSetRoots() throws IOException {
        for (long count = 1; !stopped; count++) {
            account.set(Claims.ROOT_BEGUN, count);
            store.setRoot(ByteBuffer.allocate(8).putLong(count).array());
            account.set(Claims.ROOT_TOLD, count);
            long begin = store.stableLsn() - manner.kept();
            if (begin > store.beginLsn() && count % 4 == 0) {
                account.set(Claims.TRIM_BEGUN, begin);
                store.trimBefore(begin);
                account.set(Claims.TRIM_TOLD, begin);
            }
            LockSupport.parkNanos(1_000_000); // the pace of checkpoints
            Thread.interrupted(); // somebody may try what that does; the next time shall have its effect too
        }
    }
}
