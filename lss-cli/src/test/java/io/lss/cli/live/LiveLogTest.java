package io.lss.cli.live;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.LogStructuredStore;
import io.lss.api.StoreCorruptException;
import io.lss.api.StoreOptions;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A log that is read while its owner writes it. Segments and buffers are small, so that the log moves on all the time. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class LiveLogTest {
    private static final StoreOptions SMALL =
            StoreOptions.builder().segmentSize(128 << 10).bufferSize(16 << 10).buffers(4).build();
    private static final int SESSIONS = 3;
    private static final int PER_SESSION = 2_000;

    @TempDir
    private Path directory;

    /** What a writer does with the store before a record. */
    @FunctionalInterface
    private interface Step {
        void before(LogStructuredStore store, int record) throws IOException;
    }

    private static String text(int record) {
        return record + ":" + "x".repeat(record * 31 % 700);
    }

    private FutureTask<Void> writer(Step step) throws IOException {
        LogStructuredStore.open(directory, SMALL).close();
        FutureTask<Void> task = new FutureTask<>(() -> {
            for (int session = 0; session < SESSIONS; session++) {
                try (LogStructuredStore store = LogStructuredStore.open(directory, SMALL)) {
                    for (int i = session * PER_SESSION; i < (session + 1) * PER_SESSION; i++) {
                        step.before(store, i);
                        store.append(text(i).getBytes(UTF_8));
                    }
                }
            }
            return null;
        });
        Thread.ofPlatform().name("writer").start(task);
        return task;
    }

    private static String text(LiveLog log) {
        return new String(log.payload().toArray(ValueLayout.JAVA_BYTE), UTF_8);
    }

    @Test
    void aSegmentThatOnlyTheRootSaysIsVoidIsPassedOver() throws IOException {
        LogStructuredStore.open(directory, SMALL).close();
        try (LogStructuredStore store = LogStructuredStore.open(directory, SMALL)) {
            store.append(text(1).getBytes(UTF_8));
        }
        // As if its owner had been killed before it removed what the first session had made ready and not used.
        Files.createFile(new LiveStore(directory).file(1));
        try (LiveLog log = new LiveLog(new LiveStore(directory))) {
            assertTrue(log.next());
            assertEquals(text(1), text(log));
        }
    }

    @Test
    void everyRecordIsMetOnceAndInOrderWhileItsOwnerWritesThemInSeveralSessions() throws Exception {
        FutureTask<Void> writer = writer((store, record) -> {});
        try (LiveLog log = new LiveLog(new LiveStore(directory))) {
            for (int i = 0; i < SESSIONS * PER_SESSION; i++) {
                while (!log.next()) {
                    failIfEnded(writer, log, i);
                }
                assertEquals(text(i), text(log));
            }
            writer.get();
            assertFalse(log.next());
            assertTrue(log.segments().size() > SESSIONS, () -> "segments " + log.segments());
            assertEquals(0, log.trims());
        }
    }

    /** A writer that has ended has put everything on record: then a walk that finds nothing has lost something. */
    private static void failIfEnded(FutureTask<Void> writer, LiveLog log, int record)
            throws IOException, InterruptedException, ExecutionException {
        if (writer.isDone()) {
            writer.get();
            assertTrue(log.next(), () -> "record " + record + " is not met");
            log.beginAt(log.lsn());
        }
    }

    @Test
    void whatIsTrimmedMeanwhileIsPassedOverAndTheRestIsMet() throws Exception {
        FutureTask<Void> writer = writer((store, record) -> {
            if (record % 100 == 99) {
                store.sync();
                store.trimBefore(store.stableLsn());
            }
        });
        int last = -1;
        try (LiveLog log = new LiveLog(new LiveStore(directory))) {
            while (last < SESSIONS * PER_SESSION - 1) {
                if (!log.next()) {
                    failIfEnded(writer, log, last);
                    continue;
                }
                int record = Integer.parseInt(text(log).substring(0, text(log).indexOf(':')));
                assertTrue(record > last, record + " after " + last);
                assertEquals(text(record), text(log));
                last = record;
            }
            writer.get();
        }
    }

    @Test
    void whatIsNotOnRecordAsStableIsNotShown() throws IOException {
        StoreOptions patient = SMALL.toBuilder().linger(Duration.ZERO).build();
        try (LogStructuredStore store = LogStructuredStore.open(directory, patient);
                LiveLog log = new LiveLog(new LiveStore(directory))) {
            store.append("one".getBytes(UTF_8));
            assertFalse(log.next());
            store.sync();
            store.append("two".getBytes(UTF_8));
            while (!log.next()) {
                Thread.onSpinWait();
            }
            assertEquals("one", text(log));
            assertFalse(log.next());
        }
    }

    @Test
    void aWalkBeginsAtAnyLsn() throws IOException {
        long second;
        try (LogStructuredStore store = LogStructuredStore.open(directory, SMALL)) {
            store.append("one".getBytes(UTF_8));
            second = store.append("two".getBytes(UTF_8));
        }
        try (LiveLog log = new LiveLog(new LiveStore(directory))) {
            for (long from : new long[] {second - 7, second}) {
                log.beginAt(from);
                assertTrue(log.next());
                assertEquals("two", text(log));
                assertEquals(second, log.lsn());
            }
            log.beginAt(second + 1);
            assertFalse(log.next());
            log.beginAt(Long.MAX_VALUE);
            assertFalse(log.next());
        }
    }

    @Test
    void aMissingSegmentIsCorruption() throws IOException {
        try (LogStructuredStore store = LogStructuredStore.open(directory, SMALL)) {
            for (int i = 0; i < 1_000; i++) {
                store.append(text(i).getBytes(UTF_8));
            }
        }
        LiveStore store = new LiveStore(directory);
        for (long number : new long[] {2, 1}) {
            Files.delete(store.file(number));
            try (LiveLog log = new LiveLog(store)) {
                StoreCorruptException e = assertThrows(StoreCorruptException.class, () -> {
                    while (log.next()) {
                        assertTrue(log.lsn() < 2 * log.root().segmentSize(), () -> "met " + log.lsn());
                    }
                });
                assertEquals(6, io.lss.cli.ExitCode.of(e).code());
            }
        }
    }

    @Test
    void nothingIsChangedByLooking() throws IOException {
        try (LogStructuredStore store = LogStructuredStore.open(directory, SMALL)) {
            store.append("one".getBytes(UTF_8));
        }
        String before = listing();
        try (LiveLog log = new LiveLog(new LiveStore(directory))) {
            assertTrue(log.next());
        }
        assertEquals(before, listing());
    }

    private String listing() throws IOException {
        StringBuilder text = new StringBuilder();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.sorted().toList()) {
                text.append(file).append(' ').append(Files.getLastModifiedTime(file)).append(' ').append(Files.size(file)).append('\n');
            }
        }
        return text.toString();
    }
}
