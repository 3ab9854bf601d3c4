package io.lss.bench.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.bench.Subjects;
import io.lss.bench.run.Metric;
import io.lss.bench.work.Log;
import io.lss.bench.work.LogContender;
import io.lss.bench.work.Work;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** That the loops keep what is appended, and that damage would be seen. */
class LoopSubjectsTest {

    @TempDir
    private Path temp;

    private LogContender contender(String id, Work work) {
        return new LogContender(id, Subjects.of(id).logs(), work, temp.resolve("loop"));
    }

    @ParameterizedTest
    @CsvSource({"filechannel-loop, 1000, 3", "filechannel-loop, 2097152, 1", "mapped-loop, 1000, 3", "mapped-loop, 2097152, 1"})
    void bulkComesBackFromSeveralBuffersAndWindows(String id, int record, int threads) throws Exception {
        try (LogContender bulk = contender(id, Work.bulk(record, 80, threads, false))) {
            assertTrue(bulk.measure().get(Metric.MIB_PER_SECOND) > 0);
            assertTrue(bulk.measure().get(Metric.MIB_PER_SECOND) > 0);
        }
        assertNothingLeft();
    }

    @ParameterizedTest
    @ValueSource(strings = {"filechannel-loop", "mapped-loop"})
    void commitsComeBack(String id) throws Exception {
        try (LogContender commit = contender(id, Work.commit(256, 2, false, Duration.ofMillis(50)))) {
            assertTrue(commit.measure().get(Metric.PER_SECOND) > 0);
        }
        assertNothingLeft();
    }

    @ParameterizedTest
    @ValueSource(strings = {"filechannel-loop", "mapped-loop"})
    void damageIsSeen(String id) throws Exception {
        Work work = Work.bulk(1000, 2, 1, false);
        LogContender damaged = new LogContender(
                id,
                (directory, same) -> new Spoiled(Subjects.of(id).logs().open(directory, same), directory.resolve("log")),
                work,
                temp.resolve("loop"));
        try (damaged) {
            assertThrows(IllegalStateException.class, damaged::measure);
        }
        assertNothingLeft();
    }

    @ParameterizedTest
    @ValueSource(strings = {"filechannel-loop", "mapped-loop"})
    void thereIsNoSteadyState(String id) {
        assertThrows(IllegalArgumentException.class, () -> Subjects.of(id).logs().open(temp, Work.bulk(1000, 2, 1, true)));
    }

    private void assertNothingLeft() throws Exception {
        try (Stream<Path> left = Files.list(temp)) {
            assertEquals(0, left.count());
        }
    }

    /** A log in whose file one stamp is overwritten before it is read back. */
    private record Spoiled(Log log, Path file) implements Log {

        @Override
        public Appender appender() throws IOException {
            return log.appender();
        }

        @Override
        public void sync() throws IOException, InterruptedException {
            log.sync();
        }

        @Override
        public void readBack(Reader reader) throws IOException, InterruptedException {
            try (RandomAccessFile data = new RandomAccessFile(file.toFile(), "rw")) {
                data.seek(500_000);
                data.writeLong(-1);
            }
            log.readBack(reader);
        }

        @Override
        public void close() throws IOException {
            log.close();
        }
    }
}
