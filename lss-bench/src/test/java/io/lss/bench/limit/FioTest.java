package io.lss.bench.limit;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lss.bench.run.Figures;
import io.lss.bench.run.Metric;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FioTest {

    private static final Path FILE = Path.of("limit:file");

    @TempDir
    private Path temp;

    static Stream<Fio> all(Path file) {
        return Stream.of(
                Fio.write("written", file, 8, Fio.Layout.WRITTEN),
                Fio.write("fallocated", file, 8, Fio.Layout.FALLOCATED),
                Fio.randomRead("random", file, 8, 4, 32, Duration.ofMillis(100)),
                Fio.sequentialRead("sequential", file, 8));
    }

    static Stream<Integer> each() {
        return Stream.iterate(0, i -> i + 1).limit(all(FILE).count());
    }

    @ParameterizedTest
    @MethodSource("each")
    void everyJobIsMeasuredAgainAndAgainAndCleansUp(int number) throws Exception {
        assumeTrue(Fio.isInstalled(), "needs fio");
        assumeTrue(!Files.getFileStore(temp).type().equals("tmpfs"), "tmpfs may refuse O_DIRECT");
        try (Fio fio = all(temp.resolve(FILE)).toList().get(number)) {
            for (int i = 0; i < 2; i++) {
                Figures figures = fio.measure();
                assertTrue(figures.get(Metric.MIB_PER_SECOND) > 0 && figures.get(Metric.PER_SECOND) > 0, figures.toString());
                assertTrue(figures.get(Metric.P50_MICROS) > 0, figures.toString());
                assertTrue(figures.get(Metric.P99_MICROS) >= figures.get(Metric.P50_MICROS), figures.toString());
            }
        }
        try (Stream<Path> left = Files.list(temp)) {
            assertTrue(left.findAny().isEmpty());
        }
    }

    @Test
    void theFlagsAreACommandToRepeat() {
        assertTrue(all(FILE).allMatch(each -> each.flags().contains(" fio --name=limit --filename=FILE ")));
    }
}
