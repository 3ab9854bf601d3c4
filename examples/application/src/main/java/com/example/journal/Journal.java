package com.example.journal;

import io.lss.api.LogStructuredStore;
import io.lss.api.RecordCursor;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * A write-ahead log: several threads note what they are about to do and wait until that is stable. Then the log is closed, opened
 * again, and must hold every note, each thread's in its order.
 */
public final class Journal {

    private static final int THREADS = 4;
    private static final int NOTES = 250;

    private Journal() {}

    /**
     * Runs the program in a directory of its own, which it removes.
     *
     * @param args none
     * @throws Exception if the journal cannot be kept
     */
    public static void main(String[] args) throws Exception {
        Path directory = Files.createTempDirectory("journal");
        try {
            String provider = write(directory);
            Map<String, Integer> found = read(directory);
            int count = found.values().stream().mapToInt(Integer::intValue).sum();
            boolean complete = found.size() == THREADS && found.values().stream().allMatch(notes -> notes == NOTES);
            System.out.println("provider " + provider + ": " + count + " of " + THREADS * NOTES + " notes are there");
            if (!complete) {
                System.exit(1);
            }
        } finally {
            remove(directory);
        }
    }

    private static String write(Path directory) throws Exception {
        try (LogStructuredStore log = LogStructuredStore.open(directory);
                ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<Callable<Void>> writers = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                String name = "writer-" + i;
                writers.add(() -> {
                    for (int n = 0; n < NOTES; n++) {
                        long lsn = log.append((name + " " + n).getBytes(StandardCharsets.UTF_8));
                        if (n % 25 == 24) {
                            log.awaitStable(lsn); // this note, and all before it, survive power loss now
                        }
                    }
                    return null;
                });
            }
            for (Future<Void> writer : threads.invokeAll(writers)) {
                writer.get();
            }
            return log.provider();
        }
    }

    /** {@return how many notes each writer left} */
    private static Map<String, Integer> read(Path directory) throws IOException {
        Map<String, Integer> next = new HashMap<>();
        try (LogStructuredStore log = LogStructuredStore.open(directory);
                RecordCursor notes = log.scan(log.beginLsn())) {
            while (notes.next()) {
                String[] note = new String(notes.payload().toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8).split(" ");
                int expected = next.getOrDefault(note[0], 0);
                if (Integer.parseInt(note[1]) != expected) {
                    throw new IllegalStateException(note[0] + " is at note " + expected + ", the log says " + note[1]);
                }
                next.put(note[0], expected + 1);
            }
        }
        return next;
    }

    private static void remove(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }
}
