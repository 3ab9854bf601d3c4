package io.lss.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.cli.demo.RecordCutter.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordCutterTest {
    private static final int MANY = 10_000;

    @TempDir
    private Path directory;

    private Corpus corpus;

    @BeforeEach
    void makeFiles() throws IOException {
        corpus = Fixtures.corpus(directory);
    }

    private List<Cut> cuts(long seed, int writer, long start) {
        RecordCutter cutter = new RecordCutter(corpus, Shape.MIXED, seed, writer, start);
        return Stream.generate(cutter::next).limit(MANY).toList();
    }

    @Test
    void twoCuttersMadeAlikeCutAlike() {
        assertEquals(cuts(1, 2, 3), cuts(1, 2, 3));
    }

    @Test
    void anotherSeedAndAnotherWriterCutOtherwise() {
        List<Integer> lengths = lengths(cuts(1, 0, 0));
        assertNotEquals(lengths, lengths(cuts(2, 0, 0)));
        assertNotEquals(lengths, lengths(cuts(1, 1, 0)));
    }

    private static List<Integer> lengths(List<Cut> cuts) {
        return cuts.stream().map(Cut::length).toList();
    }

    @Test
    void everyByteIsTakenInTurnRoundAndRoundAndNoRecordSpansTwoFiles() {
        long position = 70_000;
        long sequence = 0;
        for (Cut cut : cuts(1, 0, position)) {
            assertEquals(sequence++, cut.sequence());
            assertEquals(position, corpus.startOf(cut.file()) + cut.offset());
            assertTrue(cut.length() > 0);
            assertTrue(cut.offset() + cut.length() <= corpus.files().get(cut.file()).length());
            position = (position + cut.length()) % corpus.bytes();
        }
    }

    @Test
    void recordsAreFrom64BytesTo64KibAndMostFrom100BytesTo4Kib() {
        List<Cut> whole = cuts(1, 0, 0).stream()
                .filter(cut -> cut.offset() + cut.length() < corpus.files().get(cut.file()).length())
                .toList();
        assertTrue(whole.stream().allMatch(cut -> cut.recordLength() >= 64 && cut.recordLength() <= 64 << 10));
        long usual = whole.stream()
                .filter(cut -> cut.recordLength() >= 100 && cut.recordLength() <= 4 << 10)
                .count();
        assertTrue(usual > whole.size() * 0.8, () -> usual + " of " + whole.size());
        assertTrue(whole.stream().anyMatch(cut -> cut.recordLength() < 100));
        assertTrue(whole.stream().anyMatch(cut -> cut.recordLength() > 32 << 10));
    }

    @Test
    void theLengthsInTheStoreAreCounted() {
        RecordCutter cutter = new RecordCutter(corpus, Shape.MIXED, 1, 0, 0);
        long bytes = Stream.generate(cutter::next).limit(100).mapToLong(Cut::recordLength).sum();
        assertEquals(100, cutter.sequence());
        assertEquals(bytes, cutter.bytes());
    }

    @Test
    void thoseWhoCommitAppend256BytesEach() {
        LoadPlan plan = Fixtures.plan(corpus);
        RecordCutter cutter = plan.cutter(Fixtures.LOADERS + 70);
        long full = Stream.generate(cutter::next)
                .limit(MANY)
                .filter(cut -> cut.recordLength() == 256)
                .count();
        assertTrue(full > MANY * 0.9);
    }
}
