package io.lss.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.LogStructuredStore;
import io.lss.api.NoProviderException;
import io.lss.api.OpenMode;
import io.lss.api.Reservation;
import io.lss.api.StoreClosedException;
import io.lss.api.StoreCorruptException;
import io.lss.api.StoreException;
import io.lss.api.StoreFailedException;
import io.lss.api.StoreFencedException;
import io.lss.api.StoreFullException;
import io.lss.api.StoreInterruptedException;
import io.lss.api.StoreLocationException;
import io.lss.api.StoreLockedException;
import io.lss.api.StoreOptions;
import io.lss.api.StoreVersionException;
import io.lss.tck.sim.OperationKind;
import io.lss.tck.sim.SimulatedFaults;
import io.lss.tck.sim.SimulatedMedium;
import io.lss.tck.sim.SimulatedProvider;
import io.lss.tck.sim.SimulatedSettings;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Errors that are brought about have a message that docs/ERRORS.md has in the section of their exception. */
@Timeout(120)
class ErrorsTest {

    private static final Path PAGE = Path.of("..", "docs", "ERRORS.md");

    /** In bold, or in the first column of a table. */
    private static final Pattern QUOTED = Pattern.compile("\\*\\*(.+?)\\*\\*|^\\| (.+?) \\|");

    /** What stands for something in a message on the page: an ellipsis, a number or name. */
    private static final Pattern PLACE = Pattern.compile(" *\\.\\.\\.|\\b(N|M|L|P|X|Y|DIR|PID|REASON)\\b");

    private final Set<Class<?>> seen = new HashSet<>();
    private final List<String> missing = new ArrayList<>();

    @TempDir
    private Path temp;

    private interface Call {
        void run() throws Exception;
    }

    /** {@return the messages that the page has, by section, as patterns} */
    private static Map<String, List<Pattern>> page() throws IOException {
        Map<String, List<Pattern>> page = new TreeMap<>();
        String section = "";
        for (String line : paragraphs()) {
            if (line.startsWith("## ")) {
                section = line.substring(3);
            }
            for (Matcher quoted = QUOTED.matcher(line); quoted.find(); ) {
                String text = quoted.group(1) == null ? quoted.group(2) : quoted.group(1);
                for (String one : text.split("; (?=LSN|is no|no record|a segment|there is no store at|there is a store at)")) {
                    String pattern = Stream.of(PLACE.splitWithDelimiters(one, -1))
                            .map(part -> PLACE.matcher(part).matches() ? ".*" : Pattern.quote(part))
                            .collect(Collectors.joining());
                    if (one.length() > 10) {
                        page.computeIfAbsent(section, _ -> new ArrayList<>()).add(Pattern.compile(pattern, Pattern.DOTALL));
                    }
                }
            }
        }
        return page;
    }

    /** {@return headings, lines of tables, and paragraphs, each in one line} */
    private static List<String> paragraphs() throws IOException {
        List<String> paragraphs = new ArrayList<>();
        String open = "";
        for (String line : Files.readAllLines(PAGE)) {
            if (line.isBlank() || line.startsWith("|") || line.startsWith("#")) {
                paragraphs.addAll(List.of(open, line));
                open = "";
            } else {
                open = open + " " + line.strip();
            }
        }
        paragraphs.add(open);
        return paragraphs;
    }

    private <E extends Exception> E expect(Class<E> type, Call call) throws IOException {
        E thrown = assertThrows(type, call::run);
        seen.add(thrown.getClass());
        String section = thrown instanceof StoreException ? thrown.getClass().getSimpleName() : "Misuse";
        String said = thrown.getMessage() + (thrown instanceof NoProviderException e ? " " + e.reasons() : "");
        if (page().getOrDefault(section, List.of()).stream().noneMatch(pattern -> pattern.matcher(said).find())) {
            missing.add(section + ": " + said);
        }
        return thrown;
    }

    private static StoreOptions mode(OpenMode mode) {
        return RealStore.options().openMode(mode).build();
    }

    @Test
    void everyErrorOfTheStoreIsOnThePage() throws Exception {
        places();
        owners();
        damages();
        failures();
        misuse();
        assertEquals(List.of(), missing, "docs/ERRORS.md does not have these, in the sections of their exceptions");
        Set<Class<?>> kinds = new HashSet<>(List.of(StoreException.class.getPermittedSubclasses()));
        kinds.removeAll(seen);
        assertEquals(Set.of(StoreFencedException.class), kinds, "no provider here fences");
    }

    private void places() throws Exception {
        Path file = Files.writeString(temp.resolve("file"), "no store");
        Path foreign = Files.createDirectory(temp.resolve("foreign"));
        Files.writeString(foreign.resolve("letter.txt"), "no store either");
        Path empty = Files.createDirectory(temp.resolve("empty"));
        expect(StoreLocationException.class, () -> RealStore.open(file));
        expect(StoreLocationException.class, () -> RealStore.open(foreign));
        expect(StoreLocationException.class, () -> RealStore.open(temp.resolve("a/b")));
        expect(StoreLocationException.class, () -> LogStructuredStore.open(empty, mode(OpenMode.OPEN_EXISTING)));
        expect(StoreLocationException.class, () -> LogStructuredStore.open(temp.resolve("none"), mode(OpenMode.OPEN_EXISTING)));
        Files.createSymbolicLink(temp.resolve("link"), temp.resolve("nowhere"));
        expect(StoreLocationException.class, () -> RealStore.open(temp.resolve("link")));
        Path made = temp.resolve("made");
        try (LogStructuredStore store = RealStore.open(made)) {
            expect(StoreLocationException.class, () -> store.backup(foreign.toUri()));
        }
        expect(StoreLocationException.class, () -> LogStructuredStore.open(made, mode(OpenMode.CREATE_NEW)));
        expect(NoProviderException.class, () -> LogStructuredStore.open(made, StoreOptions.builder().provider("nobody").build()));
        expect(NoProviderException.class, () -> LogStructuredStore.open(URI.create("carrier-pigeon:7"), StoreOptions.defaults()));
    }

    private void owners() throws Exception {
        Path directory = temp.resolve("owned");
        LogStructuredStore store = LogStructuredStore.open(directory, RealStore.options().linger(Duration.ZERO).build());
        expect(StoreLockedException.class, () -> RealStore.open(directory));
        long lsn = store.append(new byte[5]);
        Thread.currentThread().interrupt();
        expect(StoreInterruptedException.class, () -> store.awaitStable(lsn));
        assertTrue(Thread.interrupted());
        store.close();
        expect(StoreClosedException.class, () -> store.append(new byte[5]));
        expect(StoreClosedException.class, () -> store.read(lsn, MemorySegment.ofArray(new byte[5])));
    }

    private void damages() throws Exception {
        Path directory = temp.resolve("damaged");
        long lsn;
        try (LogStructuredStore store = RealStore.open(directory)) {
            lsn = store.append(new byte[500]);
        }
        Path whole = RealStore.copy(directory, temp.resolve("whole"));
        Path segment = RealStore.segments(directory).getFirst();
        byte[] bytes = Files.readAllBytes(segment);
        bytes[(int) (lsn % RealStore.SEGMENT) + 100] ^= 1;
        Files.write(segment, bytes);
        try (LogStructuredStore store = RealStore.open(directory)) {
            assertEquals(lsn, expect(StoreCorruptException.class, () -> store.read(lsn, MemorySegment.ofArray(new byte[500]))).lsn());
        }
        for (String copy : List.of("root-0", "root-1")) {
            Path root = directory.resolve(copy);
            Files.write(root, new byte[(int) Files.size(root)]);
        }
        expect(StoreCorruptException.class, () -> RealStore.open(directory));
        for (Path one : RealStore.segments(whole)) {
            Files.delete(one);
        }
        expect(StoreCorruptException.class, () -> RealStore.open(whole));

        Path newer = temp.resolve("newer");
        RealStore.open(newer).close();
        for (String copy : List.of("root-0", "root-1")) {
            ByteBuffer image = ByteBuffer.wrap(Files.readAllBytes(newer.resolve(copy))).order(ByteOrder.LITTLE_ENDIAN);
            image.putInt(4, 2).putInt(8, 0);
            CRC32C crc = new CRC32C();
            crc.update(image.array());
            Files.write(newer.resolve(copy), image.putInt(8, (int) crc.getValue()).array());
        }
        expect(StoreVersionException.class, () -> RealStore.open(newer));
    }

    private void failures() throws Exception {
        SimulatedMedium small = SimulatedMedium.blank(SimulatedSettings.builder().build());
        URI full = SimulatedProvider.register(small);
        try (LogStructuredStore store = LogStructuredStore.open(full, RealStore.options().provider("sim").build())) {
            small.capacity(4 * RealStore.SEGMENT);
            expect(StoreFullException.class, () -> {
                while (true) {
                    store.append(new byte[1000]);
                }
            });
        } finally {
            SimulatedProvider.unregister(full);
        }
        for (OperationKind kind : List.of(OperationKind.WRITE, OperationKind.SYNC)) {
            SimulatedSettings faulty = SimulatedSettings.builder().faults(SimulatedFaults.none().failAt(kind, 1)).build();
            URI broken = SimulatedProvider.register(SimulatedMedium.blank(faulty));
            LogStructuredStore store = LogStructuredStore.open(broken, RealStore.options().provider("sim").build());
            expect(StoreFailedException.class, () -> {
                while (true) {
                    // More than a buffer: what is alone would be durable by its own write, without a sync.
                    RealStore.appendMixed(store, 50, 1);
                    store.sync();
                }
            });
            expect(StoreFailedException.class, store::close);
            SimulatedProvider.unregister(broken);
        }
    }

    private void misuse() throws Exception {
        Path directory = temp.resolve("misused");
        try (LogStructuredStore store = RealStore.open(directory)) {
            expect(IllegalArgumentException.class, () -> store.append(new byte[0]));
            expect(IllegalArgumentException.class, () -> store.append(new byte[store.maxRecordLength() + 1]));
            MemorySegment half = MemorySegment.ofArray(new byte[store.maxRecordLength() - 8]);
            expect(IllegalArgumentException.class, () -> store.appendBatch(List.of(half, half)));
            long lsn = store.append(new byte[100]);
            store.sync();
            expect(IllegalArgumentException.class, () -> store.awaitStable(lsn + (1 << 20)));
            expect(IllegalArgumentException.class, () -> store.awaitStable(lsn + 1));
            MemorySegment into = MemorySegment.ofArray(new byte[100]);
            expect(IllegalArgumentException.class, () -> store.read(lsn + 8, into));
            expect(IllegalArgumentException.class, () -> store.read(lsn + (1 << 20), into));
            expect(IllegalArgumentException.class, () -> store.scan(lsn + (1 << 20)));
            expect(IllegalArgumentException.class, () -> store.trimBefore(lsn + (1 << 20)));
            expect(IllegalArgumentException.class, () -> store.setRoot(new byte[4000]));
            Reservation reservation = store.reserve(5);
            reservation.publish();
            expect(IllegalStateException.class, reservation::publish);
        }
        expect(IllegalArgumentException.class, () -> StoreOptions.builder().bufferSize(12345).build());
        expect(IllegalArgumentException.class, () -> StoreOptions.builder().buffers(1).build());
        expect(IllegalArgumentException.class, () -> StoreOptions.builder().segmentSize(100_000).build());
        expect(IllegalArgumentException.class, () -> StoreOptions.builder().linger(Duration.ofDays(2)).build());
        expect(IllegalArgumentException.class, () -> LogStructuredStore.open(directory, RealStore.options().segmentSize(1 << 20).build()));
        expect(IllegalArgumentException.class, () -> LogStructuredStore.open(directory));
        expect(IllegalArgumentException.class, () -> LogStructuredStore.open(directory, RealStore.options().providerProperty("x", "y").build()));
        expect(IllegalArgumentException.class, () -> LogStructuredStore.open(directory, RealStore.options().providerProperty("spares", "y").build()));
    }

    @Test
    void whatThePageDoesNotHaveIsNoticed() throws IOException {
        Map<String, List<Pattern>> page = page();
        assertTrue(page.values().stream().mapToInt(List::size).sum() > 60, page.toString());
        assertEquals(0, page.get("StoreFullException").stream().filter(pattern -> pattern.matcher("something else").find()).count());
        expect(IllegalStateException.class, () -> {
            throw new IllegalStateException("something else");
        });
        assertEquals(List.of("Misuse: something else"), missing);
    }
}
