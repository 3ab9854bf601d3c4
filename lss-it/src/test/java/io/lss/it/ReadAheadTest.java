package io.lss.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lss.api.LogStructuredStore;
import io.lss.api.NoProviderException;
import io.lss.api.RecordCursor;
import io.lss.api.StoreClosedException;
import io.lss.api.StoreOptions;
import io.lss.api.VerificationReport;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Cursors of a whole store that read ahead, with segments long enough for it, while the log grows, is trimmed, verified and closed. */
@Timeout(180)
class ReadAheadTest {

    private static final int SEGMENT = 8 << 20;
    private static final long KEPT = 3 * SEGMENT;
    private static final int RECORDS = 3_000;
    private static final int LONGEST = 60_000;

    @TempDir
    private Path temp;

    /** Of the record with a number, whoever asks. */
    private static byte[] payload(long number) {
        SplittableRandom random = new SplittableRandom(number);
        byte[] bytes = new byte[8 + random.nextInt(LONGEST)];
        random.nextBytes(bytes);
        ByteBuffer.wrap(bytes).putLong(number);
        return bytes;
    }

    private static long checked(MemorySegment found) {
        long number = ByteBuffer.wrap(found.asSlice(0, 8).toArray(ValueLayout.JAVA_BYTE)).getLong();
        assertEquals(-1, found.mismatch(MemorySegment.ofArray(payload(number))), () -> "record " + number);
        return number;
    }

    private LogStructuredStore open(String provider) throws IOException {
        try {
            return LogStructuredStore.open(
                    temp.resolve("store"),
                    StoreOptions.builder().provider(provider).segmentSize(SEGMENT).buffers(4).build());
        } catch (NoProviderException e) {
            assumeTrue(!provider.equals("uring"), () -> "io_uring is not to be had here: " + e.getMessage());
            throw e;
        }
    }

    private static <T> FutureTask<T> start(Thread.Builder kind, Callable<T> body) {
        FutureTask<T> task = new FutureTask<>(body);
        kind.start(task);
        return task;
    }

    /** Scans until the store is closed. {@return how many records it has seen} */
    private static long scanForEver(LogStructuredStore store) throws IOException {
        long seen = 0;
        try {
            while (true) {
                seen += scan(store);
            }
        } catch (StoreClosedException e) {
            return seen;
        }
    }

    private static long scan(LogStructuredStore store) throws IOException {
        long seen = 0;
        try (RecordCursor cursor = store.scan(store.beginLsn())) {
            long last = -1;
            while (cursor.next()) {
                long number = checked(cursor.payload());
                long before = last;
                assertTrue(last < 0 || number == last + 1, () -> "record " + number + " follows " + before);
                last = number;
                seen++;
            }
        } catch (IllegalArgumentException | IllegalStateException e) {
            assertTrue(String.valueOf(e.getMessage()).contains("trimmed"), () -> "not for a trim: " + e);
        }
        return seen;
    }

    @ParameterizedTest
    @ValueSource(strings = {"uring", "filechannel"})
    void cursorsSeeEveryRecordWhileTheLogGrowsIsTrimmedAndIsClosed(String provider) throws Exception {
        AtomicLong followed = new AtomicLong();
        List<FutureTask<Long>> scans = new ArrayList<>();
        FutureTask<Long> verified;
        LogStructuredStore store = open(provider);
        long first = store.append(payload(0));
        store.sync();
        FutureTask<Long> tail = start(Thread.ofPlatform(), () -> {
            long expected = 0;
            try (RecordCursor cursor = store.tail(first)) {
                while (expected < RECORDS && cursor.next()) {
                    assertEquals(expected, checked(cursor.payload()));
                    expected++;
                    followed.set(cursor.lsn());
                }
            }
            return expected;
        });
        for (Thread.Builder kind : List.of(Thread.ofPlatform(), Thread.ofVirtual(), Thread.ofVirtual())) {
            scans.add(start(kind, () -> scanForEver(store)));
        }
        verified = start(Thread.ofPlatform(), () -> {
            long damages = 0;
            while (!tail.isDone()) {
                VerificationReport report = store.verify(damage -> {
                    throw new AssertionError("damage reported: " + damage);
                });
                damages += report.damages();
            }
            return damages;
        });
        for (int number = 1; number < RECORDS; number++) {
            store.append(payload(number));
            long trim = Math.min(followed.get(), store.stableLsn() - KEPT);
            if (number % 50 == 0 && trim > store.beginLsn()) {
                store.trimBefore(trim);
            }
        }
        store.sync();
        assertEquals(RECORDS, tail.get());
        assertEquals(0, verified.get());
        assertTrue(scan(store) > 0);
        store.close(); // with scans under way
        for (FutureTask<Long> each : scans) {
            assertTrue(each.get() > 0);
        }
        try (LogStructuredStore again = open(provider)) {
            assertTrue(scan(again) > 0);
        }
    }
}
