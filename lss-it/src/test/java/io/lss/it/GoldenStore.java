package io.lss.it;

import io.lss.api.LogStructuredStore;
import io.lss.api.Reservation;
import io.lss.api.StoreOptions;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * A store of format version 1 that was written once and is kept: {@code golden-store-v1.zip}, the files of the directory,
 * and {@code golden-store-v1.txt}, what is in it, one line for each frame: its LSN, its kind, its length, and for a record
 * the words that its payload repeats. {@link #main} wrote both. Version 1 is never written again: a new version gets files
 * of its own.
 */
final class GoldenStore {

    /** The application root of the store. */
    static final String ROOT = "where the application begins";

    private static final String ZIP = "golden-store-v1.zip";
    private static final String LISTING = "golden-store-v1.txt";
    private static final int BUFFER = 16 << 10;

    // Lengths of records at which padding and units differ, and a roll leaves a rest that nobody uses.
    private static final int[] FIRST_SESSION = {1, 7, 8, 9, 4_000, 12_000, 100, 12_200, 11_000, 12_000, 12_208, 300};
    private static final int[] SECOND_SESSION = {64, 5_000, 2};

    private GoldenStore() {}

    /** One frame. {@code words} is empty for a filler, whose payload is zero. */
    record Frame(long lsn, boolean filler, int length, String words) {

        /** {@return the words, repeated and cut to the length} */
        byte[] payload() {
            byte[] payload = new byte[length];
            byte[] once = words.getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < length && !filler; i++) {
                payload[i] = once[i % once.length];
            }
            return payload;
        }

        private String line() {
            return (lsn + " " + (filler ? "filler" : "record") + " " + length + " " + words).strip();
        }

        private static Frame parse(String line) {
            String[] parts = line.split(" ", 4);
            boolean filler = parts[1].equals("filler");
            return new Frame(
                    Long.parseLong(parts[0]), filler, Integer.parseInt(parts[2]), filler ? "" : parts[3]);
        }
    }

    /** {@return the frames in the order of the log} */
    static List<Frame> frames() throws IOException {
        try (InputStream in = resource(LISTING)) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines().map(Frame::parse).toList();
        }
    }

    /** Puts the files of the store into a directory, which is made. */
    static Path unpack(Path directory) throws IOException {
        Files.createDirectories(directory);
        try (ZipInputStream in = new ZipInputStream(resource(ZIP))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                Files.write(directory.resolve(entry.getName()), in.readAllBytes());
            }
        }
        return directory;
    }

    private static InputStream resource(String name) {
        return Objects.requireNonNull(GoldenStore.class.getResourceAsStream(name), name);
    }

    /**
     * Writes the store and its listing: only ever again for a format of another version, and under other names.
     *
     * @param args where to, the directory of the resources: {@code lss-it/src/test/resources/io/lss/it}
     */
    public static void main(String[] args) throws IOException {
        write(Files.createTempDirectory("golden").resolve("store"), Path.of(args[0]));
    }

    /** Makes a store, and writes its files and its listing into a directory of resources. */
    static void write(Path store, Path resources) throws IOException {
        List<Frame> frames = new ArrayList<>();
        StoreOptions options = StoreOptions.builder()
                .bufferSize(BUFFER)
                .buffers(2)
                .segmentSize(RealStore.SEGMENT)
                .linger(Duration.ZERO)
                .build();
        for (int session = 1; session <= 2; session++) {
            try (LogStructuredStore opened = LogStructuredStore.open(store, options)) {
                int[] lengths = session == 1 ? FIRST_SESSION : SECOND_SESSION;
                for (int i = 0; i < lengths.length; i++) {
                    Frame frame = new Frame(0, false, lengths[i], "session " + session + " record " + i + ";");
                    long lsn = opened.append(frame.payload());
                    frames.add(new Frame(lsn, false, frame.length(), frame.words()));
                    if (i == 3) {
                        Reservation aborted = opened.reserve(20);
                        frames.add(new Frame(aborted.lsn(), true, 20, ""));
                        aborted.payload().fill((byte) 1);
                        aborted.abort();
                        List<Frame> batch = List.of(new Frame(0, false, 30, "batch;"), new Frame(0, false, 31, "batch;"));
                        long[] lsns = opened.appendBatch(
                                batch.stream().map(f -> MemorySegment.ofArray(f.payload())).toList());
                        for (int b = 0; b < lsns.length; b++) {
                            frames.add(new Frame(lsns[b], false, batch.get(b).length(), batch.get(b).words()));
                        }
                    }
                    if (i % 3 == 0) {
                        opened.flush();
                    }
                }
                opened.setRoot(ROOT.getBytes(StandardCharsets.US_ASCII));
            }
        }
        Files.write(resources.resolve(LISTING), frames.stream().map(Frame::line).toList(), StandardCharsets.US_ASCII);
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(resources.resolve(ZIP)))) {
            out.setLevel(Deflater.BEST_COMPRESSION);
            try (var files = Files.list(store)) {
                for (Path file : files.sorted().toList()) {
                    if (!file.endsWith("LOCK")) {
                        ZipEntry entry = new ZipEntry(file.getFileName().toString());
                        entry.setLastModifiedTime(FileTime.fromMillis(0));
                        out.putNextEntry(entry);
                        Files.copy(file, out);
                        out.closeEntry();
                    }
                }
            }
        }
    }
}
