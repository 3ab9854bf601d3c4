package io.lss.bench.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lss.bench.run.Figures;
import io.lss.bench.run.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** That the C reference reads back what it wrote, and sees damage; what it measures is nobody's evidence here. */
class CReferenceTest {

    @TempDir
    private static Path temp;

    private static Path program;

    private static Path file() {
        return temp.resolve("file");
    }

    @BeforeAll
    static void compile() throws Exception {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "the C reference is for x86-64");
        assumeTrue(Files.exists(Path.of("/usr/include/liburing.h")) && Files.exists(Path.of("/usr/bin/cc")), "needs gcc and liburing-dev");
        assumeTrue(!Files.getFileStore(temp).type().equals("tmpfs"), "tmpfs may refuse O_DIRECT");
        program = CReference.compile(temp);
    }

    @ParameterizedTest
    @CsvSource({"8, 1", "64, 1", "100, 3", "4096, 2", "10001, 20", "262144, 2"})
    void framedBulkOfAnyRecordSizeAndNumberOfThreadsComesBack(int record, int threads) throws Exception {
        try (CReference c = CReference.bulk("c", program, file(), "frame=1", "mib=16", "lay=fallocated", "rec=" + record, "thr=" + threads)) {
            assertTrue(c.measure().get(Metric.MIB_PER_SECOND) > 0);
        }
        assertTrue(Files.notExists(file()));
    }

    @ParameterizedTest
    @ValueSource(longs = {20, 4096 + 10, 4096 + 64 + 3, 9_000_003})
    void damageIsSeenWhereverItIs(long damaged) throws Exception {
        try (CReference c = CReference.bulk("c", program, file(), "frame=1", "mib=16", "lay=fallocated", "rec=1000", "spoil=" + damaged)) {
            IOException e = assertThrows(IOException.class, c::measure);
            assertTrue(String.valueOf(e.getMessage()).contains("verify=BAD"), e.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"leader=1", "leader=0", "pipe=1", "pipe=2"})
    void framedCommitsComeBack(String way) throws Exception {
        try (CReference c = committing(way)) {
            Figures figures = c.measure();
            assertTrue(figures.get(Metric.PER_SECOND) > 0 && figures.get(Metric.P99_MICROS) >= figures.get(Metric.P50_MICROS));
        }
    }

    @Test
    void damageAmongCommitsIsSeen() throws Exception {
        try (CReference c = committing("spoil=4200")) {
            IOException e = assertThrows(IOException.class, c::measure);
            assertTrue(String.valueOf(e.getMessage()).contains("verify=BAD"), e.toString());
        }
    }

    private static CReference committing(String flag) {
        // This layout saves the time to write the file in advance.
        String[] flags = {"frame=1", "lay=fallocated", "secs=1", "thr=3", flag};
        return flag.startsWith("pipe") ? CReference.pipelined("c", program, file(), flags) : CReference.commit("c", program, file(), flags);
    }

    @Test
    void theFlagsSayWhatToRepeat() {
        assertEquals("limit bulk FILE rec=64 frame=1", CReference.bulk("c", Path.of("limit"), Path.of("f"), "rec=64", "frame=1").flags());
    }
}
