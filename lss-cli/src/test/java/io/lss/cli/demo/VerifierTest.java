package io.lss.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.cli.demo.Verifier.Fault;
import io.lss.cli.demo.Verifier.Finding;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The verifier is shown a good log, and every way in which a log can be bad. */
class VerifierTest {
    private static final int RECORDS_EACH = 40;
    private static final int ACKNOWLEDGED_EACH = 30;
    private static final long LSN_STEP = 1L << 17;

    /** A record as a scan finds it. */
    private record Logged(long lsn, MemorySegment content) {
        byte[] bytes() {
            return (byte[]) content.heapBase().orElseThrow();
        }
    }

    @TempDir
    private Path directory;

    private LoadPlan plan;

    /** The records of all writers in turn. */
    private List<Logged> log;

    @BeforeEach
    void makeLog() throws IOException {
        plan = Fixtures.plan(Fixtures.corpus(directory));
        log = new ArrayList<>();
        List<RecordCutter> cutters = new ArrayList<>();
        for (int writer = 0; writer < Fixtures.LOADERS; writer++) {
            cutters.add(plan.cutter(writer));
        }
        for (int i = 0; i < RECORDS_EACH * Fixtures.LOADERS; i++) {
            Cut cut = cutters.get(i % Fixtures.LOADERS).next();
            log.add(record(i * LSN_STEP, cut, plan.run(), RecordImage.PUBLISHED));
        }
    }

    private Logged record(long lsn, Cut cut, long run, int kind) throws IOException {
        MemorySegment content = MemorySegment.ofArray(new byte[cut.recordLength()]);
        try (SourceReader source = plan.reader(cut.writer())) {
            source.load(cut);
            RecordImage.write(content, run, lsn, cut, kind, source);
        }
        return new Logged(lsn, content);
    }

    /** The index in the log of a writer's record. */
    private static int indexOf(int writer, int sequence) {
        return sequence * Fixtures.LOADERS + writer;
    }

    private static long lsnOf(int writer, int sequence) {
        return indexOf(writer, sequence) * LSN_STEP;
    }

    private static List<Claim> claims() {
        return List.of(0, 1, 2).stream()
                .map(writer -> new Claim(RECORDS_EACH, ACKNOWLEDGED_EACH, lsnOf(writer, ACKNOWLEDGED_EACH - 1)))
                .toList();
    }

    private Verdict verdict(List<Claim> claims) throws IOException {
        try (Verifier verifier = new Verifier(plan, claims)) {
            for (Logged record : log) {
                verifier.check(record.lsn(), record.content().asReadOnly());
            }
            return verifier.finish();
        }
    }

    private Verdict verdict() throws IOException {
        return verdict(claims());
    }

    private void assertFound(Fault fault, String... words) throws IOException {
        Verdict verdict = verdict();
        assertEquals(1, verdict.faults(), () -> verdict.findings().toString());
        Finding finding = verdict.findings().getFirst();
        assertEquals(fault, finding.fault(), finding::text);
        for (String word : words) {
            assertTrue(finding.text().contains(word), finding::text);
        }
    }

    @Test
    void aWholeLogIsGood() throws IOException {
        Verdict verdict = verdict();
        assertTrue(verdict.isGood(), () -> verdict.findings().toString());
        assertEquals(log.size(), verdict.records());
        assertEquals(log.stream().mapToLong(record -> record.content().byteSize()).sum(), verdict.bytes());
        assertEquals(List.of(40L, 40L, 40L), verdict.recovered());
    }

    @Test
    void aLogThatEndsBehindTheLastAcknowledgedRecordIsGood() throws IOException {
        log.subList(indexOf(2, ACKNOWLEDGED_EACH - 1) + 1, log.size()).clear();
        Verdict verdict = verdict();
        assertTrue(verdict.isGood(), () -> verdict.findings().toString());
        assertEquals(List.of(30L, 30L, 30L), verdict.recovered());
    }

    @Test
    void anEmptyLogIsGoodIfNothingWasAcknowledged() throws IOException {
        log.clear();
        assertTrue(verdict(Collections.nCopies(Fixtures.LOADERS, new Claim(1, 0, -1))).isGood());
    }

    @Test
    void anEmptyLogIsBadIfSomethingWasAcknowledged() throws IOException {
        log.clear();
        Verdict verdict = verdict();
        assertEquals(Fixtures.LOADERS, verdict.faults());
        assertEquals(Fault.MISSING, verdict.findings().getFirst().fault());
    }

    @Test
    void theLastAcknowledgedRecordIsMissed() throws IOException {
        log.subList(indexOf(2, ACKNOWLEDGED_EACH - 1), log.size()).clear();
        assertFound(Fault.MISSING, "1 acknowledged records of writer 2", "from number 29");
    }

    @Test
    void aRecordAcknowledgedByItsLsnAloneIsMissed() throws IOException {
        // Killed between the two words in which the loader tells what is stable.
        log.subList(indexOf(1, ACKNOWLEDGED_EACH), log.size()).clear();
        List<Claim> claims = new ArrayList<>(claims());
        claims.set(1, new Claim(RECORDS_EACH, ACKNOWLEDGED_EACH, lsnOf(1, ACKNOWLEDGED_EACH)));
        Verdict verdict = verdict(claims);
        assertEquals(1, verdict.faults(), () -> verdict.findings().toString());
        assertEquals(Fault.MISSING, verdict.findings().getFirst().fault());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 29, 35, 38})
    void aRecordInTheMiddleIsMissedAcknowledgedOrNot(int sequence) throws IOException {
        log.remove(indexOf(1, sequence));
        assertFound(Fault.MISSING, "record " + sequence + " of writer 1");
    }

    @Test
    void everyAlteredByteIsFound() throws IOException {
        byte[] bytes = log.stream()
                .min(Comparator.comparingLong(record -> record.content().byteSize()))
                .orElseThrow()
                .bytes();
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] ^= 0x10;
            assertTrue(!verdict().isGood(), "byte " + i);
            bytes[i] ^= 0x10;
        }
        assertTrue(verdict().isGood());
    }

    @Test
    void anAlteredByteIsNamed() throws IOException {
        log.get(indexOf(2, 7)).bytes()[RecordImage.HEADER_BYTES + 3] ^= 1;
        assertFound(Fault.ALTERED, "record 7 of writer 2", "LSN " + lsnOf(2, 7), "differs in byte 51");
    }

    @Test
    void aShortenedRecordIsFound() throws IOException {
        Logged whole = log.get(indexOf(0, 3));
        MemorySegment shorter = whole.content().asSlice(0, whole.content().byteSize() - 1);
        log.set(indexOf(0, 3), new Logged(whole.lsn(), shorter));
        assertFound(Fault.ALTERED, "record 3 of writer 0", "bytes long");
    }

    @Test
    void aRecordAtAnotherLsnThanItsOwnIsFound() throws IOException {
        Logged record = log.get(indexOf(0, 3));
        log.set(indexOf(0, 3), new Logged(record.lsn() + 8, record.content()));
        assertFound(Fault.ALTERED, "was appended at LSN " + record.lsn());
    }

    @Test
    void aRecordOfAnotherRunIsForeign() throws IOException {
        Cut any = plan.cutter(0).next();
        log.add(record(log.size() * LSN_STEP, any, plan.run() + 1, RecordImage.PUBLISHED));
        assertFound(Fault.FOREIGN, "was not appended by this run");
    }

    @Test
    void bytesOfAnyoneElseAreForeign() throws IOException {
        log.add(5, new Logged(log.get(4).lsn() + 8, MemorySegment.ofArray(new byte[3])));
        assertFound(Fault.FOREIGN, "3 bytes");
    }

    @Test
    void anAbortedRecordIsForeign() throws IOException {
        Cut any = plan.cutter(0).next();
        log.add(record(log.size() * LSN_STEP, any, plan.run(), RecordImage.ABORTED));
        assertFound(Fault.FOREIGN, "was aborted");
    }

    @Test
    void aRecordThatWasNeverBegunIsForeign() throws IOException {
        RecordCutter cutter = plan.cutter(1);
        Cut next = cutter.next();
        while (next.sequence() < RECORDS_EACH) {
            next = cutter.next();
        }
        log.add(record(log.size() * LSN_STEP, next, plan.run(), RecordImage.PUBLISHED));
        assertFound(Fault.FOREIGN, "record 40 of writer 1", "only 40 were ever begun");
    }

    @Test
    void aRecordOfAWriterThatDoesNotExistIsForeign() throws IOException {
        Cut cut = plan.cutter(0).next();
        Cut stranger = new Cut(99, cut.sequence(), cut.file(), cut.offset(), cut.length());
        log.add(record(log.size() * LSN_STEP, stranger, plan.run(), RecordImage.PUBLISHED));
        assertFound(Fault.FOREIGN, "names writer 99");
    }

    @Test
    void aDuplicateIsFound() throws IOException {
        Cut again = RecordImage.cut(log.get(indexOf(1, 4)).content());
        log.add(record(log.size() * LSN_STEP, again, plan.run(), RecordImage.PUBLISHED));
        assertFound(Fault.DUPLICATE, "record 4 of writer 1");
    }

    @Test
    void twoRecordsOfOneWriterInTheWrongOrderAreFound() throws IOException {
        int early = indexOf(2, 10);
        int late = indexOf(2, 11);
        Cut first = RecordImage.cut(log.get(early).content());
        Cut second = RecordImage.cut(log.get(late).content());
        log.set(early, record(lsnOf(2, 10), second, plan.run(), RecordImage.PUBLISHED));
        log.set(late, record(lsnOf(2, 11), first, plan.run(), RecordImage.PUBLISHED));
        assertFound(Fault.OUT_OF_ORDER, "record 10 of writer 2", "comes after number 11");
    }

    @Test
    void aScanThatIsNotInTheOrderOfTheLsnsIsFound() throws IOException {
        // Neighbours of different writers, so that each writer's own order is kept.
        Collections.swap(log, 10, 11);
        assertFound(Fault.OUT_OF_ORDER, "LSN " + 10 * LSN_STEP + " comes after LSN " + 11 * LSN_STEP);
    }

    @Test
    void manyFaultsAreCountedAndSomeAreListed() throws IOException {
        log.removeIf(record -> record.lsn() / LSN_STEP % 2 == 0 && record.lsn() / LSN_STEP < 60);
        Verdict verdict = verdict();
        assertEquals(30, verdict.faults());
        assertEquals(10, verdict.findings().size());
    }

    @Test
    void aFileThatBecameShorterIsAnErrorThatNamesIt() throws IOException {
        Path file = plan.corpus().files().get(2).path();
        Files.write(file, new byte[100]);
        IOException e = assertThrows(IOException.class, this::verdict);
        assertTrue(e.getMessage().startsWith(file + " has become shorter"), e::getMessage);
    }
}
