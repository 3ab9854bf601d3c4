package io.lss.it;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.LogStructuredStore;
import io.lss.api.ReadOutcome;
import io.lss.api.StoreOptions;
import io.lss.it.RealStore.Found;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What release N wrote, release N + 1 opens: the store that was written once, in version 1, and is kept. */
class GoldenStoreTest {

    @TempDir
    private Path temp;

    private Path store;
    private List<GoldenStore.Frame> frames;
    private List<Found> records;

    @BeforeEach
    void unpack() throws IOException {
        store = GoldenStore.unpack(temp.resolve("store"));
        frames = GoldenStore.frames();
        records = records(frames);
    }

    private static List<Found> records(List<GoldenStore.Frame> frames) {
        return frames.stream()
                .filter(frame -> !frame.filler())
                .map(frame -> new Found(frame.lsn(), frame.payload()))
                .toList();
    }

    private static StoreOptions options(String direct) {
        return StoreOptions.builder()
                .provider("filechannel")
                .bufferSize(16 << 10)
                .providerProperty("direct", direct)
                .build();
    }

    /** Nothing but the files that the document names is there, and they are what it says, byte by byte. */
    @Test
    void theDocumentIsEnoughToReadTheStore() throws IOException {
        try (Stream<Path> files = Files.list(store)) {
            List<String> other = files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.matches("root-[01]|seg-[0-9a-f]{16}\\.lss"))
                    .toList();
            assertEquals(List.of(), other);
        }
        FormatReader read = FormatReader.read(store);
        assertEquals(frames.size(), read.frames().size());
        for (int i = 0; i < frames.size(); i++) {
            GoldenStore.Frame expected = frames.get(i);
            FormatReader.Frame found = read.frames().get(i);
            assertEquals(expected.lsn(), found.lsn());
            assertEquals(expected.filler(), found.filler(), () -> "at LSN " + expected.lsn());
            assertArrayEquals(expected.payload(), found.payload(), () -> "at LSN " + expected.lsn());
        }
        assertEquals(GoldenStore.ROOT, new String(read.root().application(), StandardCharsets.US_ASCII));
        assertEquals(RealStore.SEGMENT, read.root().segmentSize());
        assertTrue(frames.stream().anyMatch(GoldenStore.Frame::filler), "there is a filler");
        assertTrue(read.headers().size() > 2, "there is a roll, and a new session: " + read.headers());
        assertEquals(List.of(1L, 2L), read.headers().stream().map(FormatReader.Header::session).distinct().toList());
    }

    /** Reading it through either path to the files makes no difference (S20), nor does reading it twice (S11). */
    @ParameterizedTest
    @ValueSource(strings = {"auto", "off"})
    void s20_theStoreOpensAndHoldsWhatItDid(String direct) throws IOException {
        for (int open = 0; open < 2; open++) {
            try (LogStructuredStore opened = LogStructuredStore.open(store, options(direct))) {
                assertEquals(records, RealStore.scan(opened));
                for (Found record : records) {
                    RealStore.assertReads(opened, record);
                }
                for (GoldenStore.Frame filler : frames.stream().filter(GoldenStore.Frame::filler).toList()) {
                    ReadOutcome outcome = opened.read(filler.lsn(), MemorySegment.ofArray(new byte[100]));
                    assertTrue(outcome.status() != ReadOutcome.Status.RECORD, outcome::toString);
                }
                assertArrayEquals(GoldenStore.ROOT.getBytes(StandardCharsets.US_ASCII), opened.root());
            }
        }
    }

    @Test
    void theStoreTakesMoreRecordsAndTheDocumentStillDescribesIt() throws IOException {
        Found more;
        try (LogStructuredStore opened = LogStructuredStore.open(store, options("auto"))) {
            more = RealStore.append(opened, RealStore.payload(1_000, 1));
        }
        List<FormatReader.Frame> read = FormatReader.read(store).frames();
        assertEquals(frames.size() + 1, read.size());
        assertEquals(more, new Found(read.getLast().lsn(), read.getLast().payload()));
    }

    /** The generator writes such a store now: whoever changes the format changes its version, and keeps these files. */
    @Test
    void whatTheGeneratorWritesTodayIsOfTheSameFormat() throws IOException {
        Path resources = Files.createDirectory(temp.resolve("resources"));
        GoldenStore.write(temp.resolve("new"), resources);
        List<String> listing = Files.readAllLines(resources.resolve("golden-store-v1.txt"));
        assertEquals(frames.size(), listing.size());
        for (int i = 0; i < listing.size(); i++) {
            // Not the whole LSN: which numbers segments get depends on which were made ahead, and that is not format.
            String[] now = listing.get(i).split(" ", 2);
            assertEquals(frames.get(i).lsn() % RealStore.SEGMENT, Long.parseLong(now[0]) % RealStore.SEGMENT, listing.get(i));
        }
    }
}
