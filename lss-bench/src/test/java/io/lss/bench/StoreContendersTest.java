package io.lss.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.StoreOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That the contenders work and clean up; what they measure is nobody's evidence here. */
class StoreContendersTest {

    private static final StoreOptions SMALL = StoreOptions.builder()
            .provider("filechannel")
            .bufferSize(64 << 10)
            .segmentSize(1 << 20)
            .build();

    @TempDir
    private Path temp;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void bulkAppendsAreMeasuredAgainAndAgain(boolean steady) throws Exception {
        try (StoreBulk bulk = new StoreBulk("bulk", temp.resolve("store"), SMALL, 1000, 8 << 20, 2, steady)) {
            assertTrue(bulk.measure() > 0);
            assertTrue(bulk.measure() > 0);
        }
        assertNothingLeft();
    }

    @Test
    void commitsAreMeasured() throws Exception {
        try (StoreCommit commit = new StoreCommit("commit", temp.resolve("store"), SMALL, 256, Duration.ofMillis(50))) {
            assertTrue(commit.measure() > 0);
        }
        assertNothingLeft();
    }

    private void assertNothingLeft() throws Exception {
        try (Stream<Path> left = Files.list(temp)) {
            assertEquals(0, left.count());
        }
    }
}
