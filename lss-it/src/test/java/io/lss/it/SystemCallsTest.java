package io.lss.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.LogStructuredStore;
import io.lss.api.StoreOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How many system calls a store over io_uring makes, counted by strace; futexes, by which threads wait for each other, aside. */
@Timeout(300)
class SystemCallsTest {

    private static final String CALLS =
            "trace=io_uring_enter,pwritev2,pwritev,pwrite64,write,writev,preadv2,pread64,read,fsync,fdatasync,fallocate,ftruncate,mkdir";

    private static final int COMMITS = 2_000;
    private static final int BULK_BYTES = 512 << 20;

    private static final double MOST_FOR_A_BUFFER = 1.2;
    private static final double MOST_FOR_A_COMMIT = 2;

    /** A busy machine adds calls and takes none away: the least of a few runs counts. */
    private static final int RUNS = 3;

    @TempDir
    private Path temp;

    @Test
    void inBulkThereAreFewerThanOnePointTwoCallsForEachFlushedBufferAndALoneCommitIsOne() throws Exception {
        Assumptions.assumeTrue(RealStore.isUringAt(temp), "SKIPPED: no io_uring here");
        double bulk = Double.MAX_VALUE;
        double commit = Double.MAX_VALUE;
        for (int i = 0; i < RUNS && (bulk >= MOST_FOR_A_BUFFER || commit > MOST_FOR_A_COMMIT); i++) {
            double[] calls = callsOfARun(Files.createDirectory(temp.resolve("run" + i)));
            bulk = Math.min(bulk, calls[0]);
            commit = Math.min(commit, calls[1]);
        }
        assertTrue(bulk < MOST_FOR_A_BUFFER, "calls for a flushed buffer: " + bulk);
        assertTrue(commit <= MOST_FOR_A_COMMIT, "calls for a commit: " + commit);
    }

    /** {@return how many calls there were for a flushed buffer, and for a lone commit} */
    private static double[] callsOfARun(Path temp) throws Exception {
        Path trace = temp.resolve("trace");
        List<String> strace = List.of("strace", "-f", "-s", "200", "-e", CALLS, "-o", trace.toString());
        Assumptions.assumeTrue(succeeds(new ArrayList<>(strace), "true"), "SKIPPED: strace is missing, or may not trace");
        Path printed = temp.resolve("printed");
        List<String> command = new ArrayList<>(strace);
        command.addAll(ChildJvm.command(
                List.of("-Xshare:auto", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"),
                System.getProperty("java.class.path"),
                Load.class,
                temp.toString()));
        Process child = new ProcessBuilder(command)
                .redirectOutput(printed.toFile())
                .redirectErrorStream(true)
                .start();
        assertTrue(child.waitFor(100, TimeUnit.SECONDS));
        List<String> lines = Files.readAllLines(printed);
        assertEquals(0, child.exitValue(), lines.toString());
        long flushes = Long.parseLong(lines.getLast());

        Map<String, Integer> bulk = calls(trace, "bulk");
        double perFlush = (double) sum(bulk) / flushes;
        Map<String, Integer> commits = calls(trace, "commits");
        double perCommit = (double) sum(commits) / COMMITS;
        System.out.printf("system calls: bulk %.3f a flushed buffer %s, lone commit %.3f %s%n", perFlush, bulk, perCommit, commits);
        assertTrue(flushes >= BULK_BYTES >> 20, "flushes " + flushes);
        assertTrue(perCommit >= 1, "a commit without a system call is none: " + commits);
        return new double[] {perFlush, perCommit};
    }

    private static boolean succeeds(List<String> prefix, String program) throws InterruptedException {
        prefix.add(program);
        try {
            return new ProcessBuilder(prefix).start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static int sum(Map<String, Integer> counts) {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** {@return the calls between the directories that the child made before and after a part of its work} */
    private static Map<String, Integer> calls(Path trace, String part) throws IOException {
        Pattern call = Pattern.compile("^\\d+ +(\\w+)\\((.*)");
        Map<String, Integer> counts = new TreeMap<>();
        boolean counting = false;
        for (String line : Files.readAllLines(trace, StandardCharsets.ISO_8859_1)) {
            Matcher matcher = call.matcher(line);
            if (!matcher.matches()) {
                continue; // the second half of a call, or a signal
            }
            if (matcher.group(1).equals("mkdir")) {
                counting = matcher.group(2).contains("/begin-" + part + "\"") || (counting && !matcher.group(2).contains("/end-" + part + "\""));
            } else if (counting) {
                counts.merge(matcher.group(1), 1, Integer::sum);
            }
        }
        return counts;
    }

    /** The child. */
    static final class Load {

        /** Given is a directory. */
        public static void main(String[] arguments) throws IOException {
            Path at = Path.of(arguments[0]);
            byte[] record = new byte[1024];
            try (LogStructuredStore store = LogStructuredStore.open(
                    at.resolve("store"),
                    StoreOptions.builder()
                            .provider("uring")
                            .bufferSize(1 << 20)
                            .buffers(8)
                            .segmentSize(64 << 20)
                            .build())) {
                append(store, record, 64 << 20); // code and segments are there before it counts
                for (int i = 0; i < COMMITS; i++) {
                    store.awaitStable(store.append(record));
                }
                Files.createDirectory(at.resolve("begin-bulk"));
                long before = store.stats().flushes();
                append(store, record, BULK_BYTES);
                long flushes = store.stats().flushes() - before;
                Files.createDirectory(at.resolve("end-bulk"));
                Files.createDirectory(at.resolve("begin-commits"));
                for (int i = 0; i < COMMITS; i++) {
                    store.awaitStable(store.append(record));
                }
                Files.createDirectory(at.resolve("end-commits"));
                System.out.println(flushes);
            }
        }

        private static void append(LogStructuredStore store, byte[] record, long bytes) throws IOException {
            for (long i = 0; i < bytes / record.length; i++) {
                long _ = store.append(record);
            }
            store.sync();
        }
    }
}
