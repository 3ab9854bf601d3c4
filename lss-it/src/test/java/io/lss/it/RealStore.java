package io.lss.it;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lss.api.LogStructuredStore;
import io.lss.api.ReadOutcome;
import io.lss.api.RecordCursor;
import io.lss.api.StoreOptions;
import io.lss.spi.flush.DeviceProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;

/** What tests of stores in real directories share: small options, records, and a directory's content. */
final class RealStore {

    /** The size of a segment, in bytes: the least there is, so that rolls happen all the time. */
    static final long SEGMENT = 64 << 10;

    private RealStore() {}

    /** Makes temporary directories in memory where there is such a place: for tests that open a store hundreds of times. */
    static final class InMemory implements TempDirFactory {
        @Override
        public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext extension) throws IOException {
            Path memory = Path.of("/dev/shm");
            return Files.isWritable(memory) ? Files.createTempDirectory(memory, "lss-it") : Files.createTempDirectory("lss-it");
        }
    }

    /** A record as a scan finds it. */
    record Found(long lsn, byte[] payload) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Found found && found.lsn == lsn && Arrays.equals(found.payload, payload);
        }

        @Override
        public int hashCode() {
            return Long.hashCode(lsn);
        }

        @Override
        public String toString() {
            return payload.length + " bytes at LSN " + lsn;
        }
    }

    /** {@return the name of the provider that a store at a place gets if nobody names one} */
    static String bestProvider(Path place) {
        return isUringAt(place) ? "uring" : "filechannel";
    }

    /** {@return whether the io_uring provider can serve a place} */
    static boolean isUringAt(Path place) {
        return ServiceLoader.load(DeviceProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .anyMatch(provider -> provider.name().equals("uring")
                        && provider.probe(place.toUri()).available());
    }

    /** {@return options with small buffers and segments} */
    static StoreOptions.Builder options() {
        return StoreOptions.builder()
                .provider("filechannel")
                .bufferSize(16 << 10)
                .buffers(4)
                .segmentSize(SEGMENT)
                .linger(Duration.ofMillis(1))
                .reservationTimeout(Duration.ofSeconds(30));
    }

    static LogStructuredStore open(Path directory) throws IOException {
        return LogStructuredStore.open(directory, options().build());
    }

    static byte[] payload(int length, long seed) {
        byte[] bytes = new byte[length];
        new SplittableRandom(seed * 31 + length).nextBytes(bytes);
        return bytes;
    }

    static Found append(LogStructuredStore store, byte[] payload) throws IOException {
        return new Found(store.append(payload), payload);
    }

    /** Appends records of mixed length. */
    static List<Found> appendMixed(LogStructuredStore store, int count, long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        List<Found> appended = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int length = random.nextInt(10) == 0 ? random.nextInt(1, store.maxRecordLength() + 1) : random.nextInt(1, 600);
            appended.add(append(store, payload(length, seed * 1000 + i)));
        }
        return appended;
    }

    static List<Found> scan(LogStructuredStore store) throws IOException {
        List<Found> found = new ArrayList<>();
        try (RecordCursor cursor = store.scan(store.beginLsn())) {
            while (cursor.next()) {
                found.add(new Found(cursor.lsn(), cursor.payload().toArray(ValueLayout.JAVA_BYTE)));
            }
        }
        return found;
    }

    static void assertReads(LogStructuredStore store, Found expected) throws IOException {
        byte[] bytes = new byte[expected.payload().length];
        ReadOutcome outcome = store.read(expected.lsn(), MemorySegment.ofArray(bytes));
        assertEquals(new ReadOutcome(ReadOutcome.Status.RECORD, bytes.length), outcome);
        assertArrayEquals(expected.payload(), bytes);
    }

    /** {@return what is in a directory: name to a digest of the content; the lock file, which names who looked last, and measurements are left out} */
    static Map<String, String> content(Path directory) {
        Map<String, String> content = new TreeMap<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (!name.equals("LOCK") && !name.equals("measured")) {
                    byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
                    content.put(name, Files.size(file) + " bytes " + HexFormat.of().formatHex(digest));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
        return content;
    }

    /** Copies a directory of files. */
    static Path copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
        return to;
    }

    /** {@return the segment files of a store, ascending} */
    static List<Path> segments(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().startsWith("seg-")).sorted().toList();
        }
    }

    static long bytesIn(Path directory) throws IOException {
        long sum = 0;
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                sum += Files.size(file);
            }
        }
        return sum;
    }
}
