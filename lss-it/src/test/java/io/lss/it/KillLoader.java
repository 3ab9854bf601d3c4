package io.lss.it;

import io.lss.api.Durability;
import io.lss.api.LogStructuredStore;
import io.lss.api.Reservation;
import io.lss.api.StoreOptions;
import io.lss.api.WriteMode;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.SplittableRandom;

/**
 * The child of {@link KillCyclesTest}: appends from several threads until it is killed, and notes in a mapped file (which
 * outlives it) up to which of its records it was told that they are stable.
 *
 * <p>A record's bytes follow from the cycle, the thread and the sequence number in it, so the parent knows them too.
 */
final class KillLoader {

    /** Threads that append. */
    static final int THREADS = 3;

    /** Bytes of the note file: a flag, then one count for each thread, each on a cache line of its own. */
    static final int NOTE_BYTES = 64 * (THREADS + 1);

    static final int MAX_RECORD = 3000;
    private static final int HEADER = 16;

    private KillLoader() {}

    /** Options of the store; small, so that rolls, wraps and full rings happen all the time. */
    static StoreOptions options(int cycle) {
        return StoreOptions.builder()
                .provider("filechannel")
                .bufferSize(16 << 10)
                .buffers(2 + cycle % 3)
                .segmentSize(256 << 10)
                .linger(Duration.ofMillis(1))
                .writeMode(cycle % 2 == 0 ? WriteMode.TAIL_LOCALIZED : WriteMode.SERIALIZED)
                .durability(cycle % 4 < 2 ? Durability.SYNC : Durability.WRITTEN)
                .build();
    }

    /** {@return the record with this number, byte for byte} */
    static byte[] record(int cycle, int thread, long sequence) {
        SplittableRandom random = new SplittableRandom(cycle * 1_000_003L + thread * 7_919L + sequence * 104_729L);
        byte[] bytes = new byte[HEADER + random.nextInt(sequence % 50 == 0 ? MAX_RECORD : 200)];
        random.nextBytes(bytes);
        ByteBuffer.wrap(bytes).putInt(cycle).putInt(thread).putLong(sequence);
        return bytes;
    }

    /** {@return where a thread's count of acknowledged records is in the note file} */
    static int noteOf(int thread) {
        return 64 * (thread + 1);
    }

    /**
     * Runs until killed.
     *
     * @param args directory, note file, cycle, and whether to lie: to note a record as stable as soon as it is appended
     */
    public static void main(String[] args) throws Exception {
        int cycle = Integer.parseInt(args[2]);
        boolean lie = Boolean.parseBoolean(args[3]);
        MappedByteBuffer note;
        try (FileChannel file =
                FileChannel.open(Path.of(args[1]), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            note = file.map(FileChannel.MapMode.READ_WRITE, 0, NOTE_BYTES);
        }
        LogStructuredStore store = LogStructuredStore.open(Path.of(args[0]), options(cycle));
        Thread[] threads = new Thread[THREADS];
        for (int t = 0; t < THREADS; t++) {
            int thread = t;
            threads[t] = new Thread(() -> append(store, note, cycle, thread, lie));
            threads[t].start();
        }
        note.putInt(0, 1);
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private static void append(LogStructuredStore store, MappedByteBuffer note, int cycle, int thread, boolean lie) {
        try {
            for (long sequence = 1; ; sequence++) {
                byte[] record = record(cycle, thread, sequence);
                long lsn;
                if (sequence % 5 == 0) {
                    try (Reservation r = store.reserve(record.length)) {
                        lsn = r.lsn();
                        r.payload().copyFrom(MemorySegment.ofArray(record));
                        r.publish();
                    }
                } else {
                    lsn = store.append(record);
                }
                if (sequence % 17 == 0) {
                    store.reserve(100).abort();
                }
                if (lie) {
                    note.putLong(noteOf(thread), sequence);
                } else if (sequence % (1 + thread * 4) == 0) {
                    store.awaitStable(lsn);
                    note.putLong(noteOf(thread), sequence);
                }
            }
        } catch (IOException e) {
            e.printStackTrace();
            Runtime.getRuntime().halt(3);
        }
    }
}
