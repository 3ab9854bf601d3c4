package io.lss.bench.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.bench.run.Contender;
import io.lss.bench.run.Figures;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** That each scenario runs more than once, checks what it reads, and leaves nothing; what it measures is nobody's evidence here. */
class ScenarioTest {

    @TempDir
    private Path temp;

    @ParameterizedTest
    @CsvSource({"READ, 1", "READ, 70", "SCAN, 0", "REOPEN, 0", "RECOVER, 0", "FOLLOW, 1000", "MIXED, 2", "CHECKSUM, 0"})
    void aScenarioRuns(Scenario scenario, int number) throws Exception {
        Setting setting = new Setting("store", "filechannel", temp.resolve("store"), 4, Duration.ofMillis(50), number);
        assertEquals(setting, Setting.parse(setting.arguments()));
        try (Contender contender = scenario.here(setting)) {
            for (int i = 0; i < 2; i++) {
                Figures figures = contender.measure();
                assertTrue(figures.values().values().stream().allMatch(each -> each > 0), figures.toString());
            }
        }
        try (Stream<Path> left = Files.list(temp)) {
            assertEquals(0, left.count());
        }
    }
}
