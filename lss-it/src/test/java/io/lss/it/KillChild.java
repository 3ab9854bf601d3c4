package io.lss.it;

import io.lss.api.Durability;
import io.lss.api.LogStructuredStore;
import io.lss.api.Reservation;
import io.lss.api.StoreOptions;
import io.lss.api.WriteMode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The child of {@link KillTest}: appends from several threads until it is killed, and keeps an account of what it did in a mapped
 * file, which outlives it.
 *
 * <p>A record's bytes follow from its run, thread and number, so the parent knows them without being told.
 */
final class KillChild {

    /** Threads that append. */
    static final int THREADS = 3;

    /** How many records a thread appends at most. */
    static final int MOST = 20_000;

    /** A batch is this many records, the first of which has a number with this remainder. */
    static final int BATCH = 5;

    static final int BATCH_EVERY = 40;

    /** How many bytes of the log are left when the child trims. */
    private static final long KEPT = 128 << 10;

    private KillChild() {}

    /**
     * What the child says of itself: for everything it does, that it has begun, and that it has been told of its end.
     *
     * @param memory the mapped file
     */
    record Account(MemorySegment memory) {

        private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();
        private static final long TABLE = 4_096;
        static final long BYTES = TABLE + (long) THREADS * MOST * 8;

        /** The store was opened, by its session's number. */
        static final int OPENED = 0;

        /** The number in the application root: begun, told. */
        static final int ROOT_BEGUN = 1;

        static final int ROOT_TOLD = 2;

        /** The LSN of a trim: begun, told. */
        static final int TRIM_BEGUN = 3;

        static final int TRIM_TOLD = 4;

        static Account map(Path file) throws IOException {
            try (FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
                return new Account(channel.map(FileChannel.MapMode.READ_WRITE, 0, BYTES, Arena.ofAuto()));
            }
        }

        long get(int field) {
            return (long) LONG.getAcquire(memory, field * 64L);
        }

        void set(int field, long value) {
            LONG.setRelease(memory, field * 64L, value);
        }

        /** {@return the field in which a thread has the number of the last record it has begun to append} */
        static int begun(int thread) {
            return 8 + thread * 2;
        }

        /** {@return the field in which a thread has the number of the last record it was told is stable} */
        static int stable(int thread) {
            return 9 + thread * 2;
        }

        /** {@return the LSN of a record, 0 if its append has not returned} */
        long lsn(int thread, int number) {
            return (long) LONG.getAcquire(memory, TABLE + ((long) thread * MOST + number - 1) * 8);
        }

        void lsn(int thread, int number, long lsn) {
            LONG.setRelease(memory, TABLE + ((long) thread * MOST + number - 1) * 8, lsn);
        }
    }

    /** Where it can be had, every other run goes through io_uring: what one provider leaves, the other recovers. */
    private static final boolean URING = RealStore.isUringAt(Path.of(System.getProperty("java.io.tmpdir")));

    /** {@return the options of a run; small, and different from run to run} */
    static StoreOptions options(int run) {
        boolean uring = URING && run % 2 == 1;
        return StoreOptions.builder()
                .provider(uring ? "uring" : "filechannel")
                .bufferSize((16 << 10) << run % 2)
                .buffers(2 + run % 4)
                .segmentSize(128 << 10)
                .linger(Duration.ofMillis(1 + run % 3))
                .writeMode(run % 3 == 0 ? WriteMode.SERIALIZED : WriteMode.TAIL_LOCALIZED)
                .durability(run % 4 < 2 ? Durability.SYNC : Durability.WRITTEN)
                .providerProperty("preallocate", run % 5 == 0 ? "zero" : uring ? "fallocate" : "sparse")
                .providerProperty("spares", String.valueOf(run % 3))
                .build();
    }

    /** {@return a record, byte for byte} */
    static byte[] record(int run, int thread, int number) {
        SplittableRandom random = new SplittableRandom(((long) run << 32) + thread * 1_000_003L + number);
        byte[] bytes = new byte[12 + random.nextInt(number % 60 == 0 ? 6_000 : 200)];
        random.nextBytes(bytes);
        ByteBuffer.wrap(bytes).putInt(run).putInt(thread).putInt(number);
        return bytes;
    }

    /** Says that it is ready, waits for a line "directory account run lie", and then runs until it is killed. */
    public static void main(String[] arguments) throws Exception {
        warmUp();
        System.out.println("ready");
        String[] words = new BufferedReader(new InputStreamReader(System.in, java.nio.charset.StandardCharsets.UTF_8))
                .readLine()
                .split(" ");
        Account account = Account.map(Path.of(words[1]));
        int run = Integer.parseInt(words[2]);
        boolean lie = Boolean.parseBoolean(words[3]);
        LogStructuredStore store = LogStructuredStore.open(Path.of(words[0]), options(run));
        account.set(Account.OPENED, store.recovery().session());
        for (int t = 0; t < THREADS; t++) {
            int thread = t;
            (t == 0 ? Thread.ofVirtual() : Thread.ofPlatform()).start(() -> orHalt(() -> append(store, account, run, thread, lie)));
        }
        orHalt(() -> trimAndCheckpoint(store, account));
    }

    /** Loads the classes, so that a run spends its short life on the store. */
    private static void warmUp() throws IOException {
        Path memory = Path.of("/dev/shm");
        Path scratch = Files.isWritable(memory) ? Files.createTempDirectory(memory, "lss-it") : Files.createTempDirectory("lss-it");
        try (LogStructuredStore store = LogStructuredStore.open(scratch, options(0))) {
            store.awaitStable(store.append(record(0, 0, 1)));
            store.trimBefore(store.stableLsn());
        }
        try (var files = Files.list(scratch)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(scratch);
    }

    private interface Task {
        void run() throws IOException;
    }

    private static void orHalt(Task task) {
        try {
            task.run();
        } catch (Throwable e) {
            e.printStackTrace();
            Runtime.getRuntime().halt(3);
        }
    }

    private static void append(LogStructuredStore store, Account account, int run, int thread, boolean lie) throws IOException {
        int patience = 1 + thread * 7;
        for (int number = 1; number <= MOST - BATCH; number++) {
            boolean batch = number % BATCH_EVERY == 0;
            int last = batch ? number + BATCH - 1 : number;
            account.set(Account.begun(thread), last);
            if (batch) {
                number = appendBatch(store, account, run, thread, number);
            } else {
                account.lsn(thread, number, appendOne(store, record(run, thread, number), number));
            }
            if (lie) {
                account.set(Account.stable(thread), number);
            } else if (number % patience == 0) {
                store.awaitStable(account.lsn(thread, number));
                account.set(Account.stable(thread), number);
            }
        }
        store.sync();
        account.set(Account.stable(thread), account.get(Account.begun(thread)));
    }

    private static long appendOne(LogStructuredStore store, byte[] record, int number) throws IOException {
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

    private static int appendBatch(LogStructuredStore store, Account account, int run, int thread, int first) throws IOException {
        List<MemorySegment> payloads = new ArrayList<>();
        for (int i = 0; i < BATCH; i++) {
            payloads.add(MemorySegment.ofArray(record(run, thread, first + i)));
        }
        long[] lsns = store.appendBatch(payloads);
        for (int i = 0; i < BATCH; i++) {
            account.lsn(thread, first + i, lsns[i]);
        }
        return first + BATCH - 1;
    }

    /** Keeps the log short and counts in the application root, until killed. */
    private static void trimAndCheckpoint(LogStructuredStore store, Account account) throws IOException {
        for (long count = 1; ; count++) {
            account.set(Account.ROOT_BEGUN, count);
            store.setRoot(ByteBuffer.allocate(8).putLong(count).array());
            account.set(Account.ROOT_TOLD, count);
            long begin = store.stableLsn() - KEPT;
            if (begin > store.beginLsn() && count % 4 == 0) {
                account.set(Account.TRIM_BEGUN, begin);
                store.trimBefore(begin);
                account.set(Account.TRIM_TOLD, begin);
            }
            java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
        }
    }
}
