package io.lss.faults.load;

import io.lss.api.LogStructuredStore;
import io.lss.api.Reservation;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Appends from several threads, one of them virtual, one by one, reserved and in batches, with reservations given up in between; another thread
 * trims and sets roots. Until the process dies.
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
    private final boolean lies;

    private Load(LogStructuredStore store, Account account, int run, boolean lies) {
        this.store = store;
        this.account = account;
        this.run = run;
        this.lies = lies;
    }

    /**
     * {@return whether a run waits for the stability of nearly every record, and not only of one in a hundred}
     *
     * @param run its number
     */
    public static boolean isEager(int run) {
        return run % 2 == 0;
    }

    /** Starts it. If {@code lies}, records are claimed to be stable when they are not: the oracle must see that. */
    static void start(LogStructuredStore store, Account account, int run, boolean lies) {
        Load load = new Load(store, account, run, lies);
        for (int t = 0; t < THREADS; t++) {
            int thread = t;
            (t == 0 ? Thread.ofVirtual() : Thread.ofPlatform()).start(() -> orEnd(() -> load.append(thread)));
        }
        Thread.ofPlatform().start(() -> orEnd(load::trimAndSetRoots));
    }

    private interface Task {
        void run() throws IOException;
    }

    private static void orEnd(Task task) {
        try {
            task.run();
        } catch (Throwable e) {
            e.printStackTrace();
            Runtime.getRuntime().halt(FAILED);
        }
    }

    private void append(int thread) throws IOException {
        // One by one, so that writes are made durable, or with buffers that fill up before anybody waits, so that syncs are.
        int patience = isEager(run) ? 1 + thread * 7 : 100 + thread * 57;
        for (int number = 1; number <= MOST - BATCH; number++) {
            boolean batch = number % BATCH_EVERY == 0;
            account.setQuietly(Claims.begun(thread), batch ? number + BATCH - 1 : number);
            if (batch) {
                number = appendBatch(thread, number);
            } else {
                account.lsn(thread, number, appendOne(Payloads.of(run, thread, number), number));
            }
            if (lies) {
                account.set(Claims.stable(thread), number);
            } else if (number % patience == 0) {
                store.awaitStable(account.lsn(thread, number));
                account.set(Claims.stable(thread), number);
            }
        }
        store.sync();
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
        long[] lsns = store.appendBatch(payloads);
        for (int i = 0; i < BATCH; i++) {
            account.lsn(thread, first + i, lsns[i]);
        }
        return first + BATCH - 1;
    }

    /** Keeps the log short and counts in the application root. */
    private void trimAndSetRoots() throws IOException {
        for (long count = 1; ; count++) {
            account.set(Claims.ROOT_BEGUN, count);
            store.setRoot(ByteBuffer.allocate(8).putLong(count).array());
            account.set(Claims.ROOT_TOLD, count);
            long begin = store.stableLsn() - KEPT;
            if (begin > store.beginLsn() && count % 4 == 0) {
                account.set(Claims.TRIM_BEGUN, begin);
                store.trimBefore(begin);
                account.set(Claims.TRIM_TOLD, begin);
            }
            LockSupport.parkNanos(1_000_000); // the pace of checkpoints
        }
    }
}
