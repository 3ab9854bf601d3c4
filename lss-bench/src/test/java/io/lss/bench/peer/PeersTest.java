package io.lss.bench.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.lss.bench.Subjects;
import io.lss.bench.run.Figures;
import io.lss.bench.run.Metric;
import io.lss.bench.work.Resident;
import io.lss.bench.work.Subject;
import io.lss.bench.work.Work;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** That each peer runs, in its own process, brings back what it was given, and cleans up; what they measure is nobody's evidence here. */
class PeersTest {

    @TempDir
    private Path temp;

    static List<String> ids() {
        return PeerSubjects.all().stream().map(Subject::id).toList();
    }

    private Resident resident(String id, Work work) {
        return Resident.of(id, Subjects.of(id), work, temp.resolve(id));
    }

    /** A machine may lack what only Artemis AIO needs, libaio or an x86-64: then it must say so. */
    private static Figures measure(Resident peer) throws IOException {
        try {
            return peer.measure();
        } catch (IOException e) {
            String why = e.getMessage();
            assumeFalse(why.contains("Artemis AIO needs libaio") || why.contains("Artemis AIO has no native library"), why);
            throw e;
        }
    }

    @ParameterizedTest
    @MethodSource("ids")
    void bulkAppendsOfSeveralThreadsComeBackFromDiskAndItCanBeDoneAgain(String id) throws Exception {
        try (Resident peer = resident(id, Work.bulk(1000, 12, 3, false))) {
            assertTrue(measure(peer).get(Metric.MIB_PER_SECOND) > 0);
            assertTrue(peer.measure().get(Metric.MIB_PER_SECOND) > 0);
        }
        assertNothingLeft();
    }

    @ParameterizedTest
    @MethodSource("ids")
    void commitsOfTwoMeasurementsComeBackFromDisk(String id) throws Exception {
        Work commit = Work.commit(256, 4, false, Duration.ofMillis(50));
        Work steady = new Work(commit.kind(), 256, 0, 4, false, true, commit.time(), 0);
        try (Resident peer = resident(id, steady)) {
            assertTrue(measure(peer).get(Metric.PER_SECOND) > 0);
            assertTrue(peer.measure().get(Metric.P50_MICROS) > 0);
        }
        assertNothingLeft();
    }

    @Test
    void aPeerThatCannotRunSaysWhyInItsFailure() throws Exception {
        Subject whole = Subjects.of("artemis-aio");
        Subject without = new Subject(whole.id(), whole.name(), whole.version(), whole.setting(), List.of(), whole.logs());
        try (Resident peer = Resident.of("without", without, Work.bulk(1000, 1, 1, false), temp.resolve("without"))) {
            String why = assertThrows(IOException.class, peer::measure).getMessage();
            assertTrue(why.contains("Artemis AIO") && why.contains("libartemis-native"), why);
        }
        assertNothingLeft();
    }

    @Test
    void versionsAreThoseOfTheClassPath() {
        for (Subject each : PeerSubjects.all()) {
            assertTrue(
                    Stream.of(System.getProperty("java.class.path").split(":")).anyMatch(path -> path.contains("-" + each.version())),
                    () -> each.name() + " " + each.version());
        }
    }

    private void assertNothingLeft() throws IOException {
        try (Stream<Path> left = Files.list(temp)) {
            assertEquals(0, left.count());
        }
    }
}
