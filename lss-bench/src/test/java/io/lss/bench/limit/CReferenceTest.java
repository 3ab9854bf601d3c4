package io.lss.bench.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lss.bench.run.Figures;
import io.lss.bench.run.Metric;
import io.lss.core.format.Checksums;
import io.lss.core.format.SegmentHeader;
import io.lss.core.format.SegmentHeaderDescriptor;
import io.lss.core.format.SegmentHeaderImage;
import io.lss.core.format.UnitDescriptor;
import io.lss.core.format.UnitFault;
import io.lss.core.format.UnitFrames;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

    @Test
    void publishedAndCheckedAsOursItComesBack() throws Exception {
        String[] flags = {"frame=1", "mib=16", "lay=fallocated", "rec=1000", "shared=1", "over=1"};
        try (CReference c = CReference.bulk("c", program, file(), flags)) {
            assertTrue(c.measure().get(Metric.MIB_PER_SECOND) > 0);
        }
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
    void whatItWritesIsWhatTheStoreReads() throws Exception {
        String output = External.run(List.of(
                program.toString(), "bulk", file().toString(), "frame=1", "mib=100", "thr=2", "rec=1000", "lay=fallocated"));
        assertTrue(output.contains("verify=ok"), output);
        long expected = 2 * ((100 << 20) / 1000 / 2);
        long segmentSize = 64 << 20;
        long end = 0;
        long records = 0;
        try (Arena arena = Arena.ofConfined();
                FileChannel channel = FileChannel.open(file())) {
            for (long number = 1; records < expected; number++) {
                MemorySegment memory = channel.map(FileChannel.MapMode.READ_ONLY, (number - 1) * segmentSize, segmentSize, arena);
                SegmentHeader header = assertInstanceOf(SegmentHeaderImage.Valid.class, SegmentHeaderDescriptor.read(memory, 0, segmentSize))
                        .header();
                assertEquals(number, header.number());
                assertEquals(end, header.predecessorEnd());
                Walked walked = walk(memory, header);
                end = walked.end();
                records += walked.records();
            }
        } finally {
            Files.delete(file());
        }
        assertEquals(expected, records);
    }

    /** What the units of a segment hold, and the LSN where they end. */
    private record Walked(long records, long end) {}

    private static Walked walk(MemorySegment memory, SegmentHeader header) {
        ByteBuffer view = memory.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        Checksums checksums = new Checksums();
        long base = header.number() * header.segmentSize();
        long at = header.blockSize();
        long records = 0;
        while (at < memory.byteSize()
                && UnitDescriptor.check(memory, at, view, checksums, header.salt(), base + at, header.session(), header.blockSize(),
                        memory.byteSize() - at) == UnitFault.NONE) {
            UnitFrames.Content content = UnitFrames.check(memory, at, view, checksums, header.salt());
            assertTrue(content.valid(), content.toString());
            assertNull(UnitFrames.strayLsn(memory, at));
            records += content.records();
            at += UnitDescriptor.paddedLength(memory, at);
        }
        return new Walked(records, base + at);
    }

    @Test
    void theFlagsSayWhatToRepeat() {
        assertEquals("limit bulk FILE rec=64 frame=1", CReference.bulk("c", Path.of("limit"), Path.of("f"), "rec=64", "frame=1").flags());
    }
}
