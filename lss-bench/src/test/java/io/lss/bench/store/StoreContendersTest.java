package io.lss.bench.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.bench.Subjects;
import io.lss.bench.run.Figures;
import io.lss.bench.run.Metric;
import io.lss.bench.work.LogContender;
import io.lss.bench.work.Resident;
import io.lss.bench.work.Work;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That the contenders work, check their data and clean up; what they measure is nobody's evidence here. */
class StoreContendersTest {

    @TempDir
    private Path temp;

    private LogContender contender(Work work) {
        return new LogContender("store", Subjects.of("lss-filechannel").logs(), work, temp.resolve("store"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void bulkAppendsAreMeasuredAgainAndAgain(boolean steady) throws Exception {
        try (LogContender bulk = contender(Work.bulk(1000, 8, 2, steady))) {
            assertTrue(bulk.measure().get(Metric.MIB_PER_SECOND) > 0);
            assertTrue(bulk.measure().get(Metric.MIB_PER_SECOND) > 0);
        }
        assertNothingLeft();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1000})
    void commitsAreMeasured(int rate) throws Exception {
        try (LogContender commit = contender(Work.commit(256, 2, true, Duration.ofMillis(50)).at(rate))) {
            Figures figures = commit.measure();
            assertTrue(figures.get(Metric.PER_SECOND) > 0 && figures.get(Metric.P99_MICROS) >= figures.get(Metric.P50_MICROS));
        }
        assertNothingLeft();
    }

    @Test
    void aContenderInAProcessOfItsOwn() throws Exception {
        Work work = Work.bulk(1 << 20, 16, 1, false);
        assertEquals(work, Work.parse(work.line()));
        try (Resident bulk = Resident.of("store", Subjects.of("lss-filechannel"), work, temp.resolve("store"))) {
            assertTrue(bulk.measure().get(Metric.MIB_PER_SECOND) > 0);
            assertTrue(bulk.measure().get(Metric.MIB_PER_SECOND) > 0);
        }
        assertNothingLeft();
    }

    private void assertNothingLeft() throws Exception {
        try (Stream<Path> left = Files.list(temp)) {
            assertEquals(0, left.count());
        }
    }
}
