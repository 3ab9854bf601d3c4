package io.lss.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.LogStructuredStore;
import io.lss.it.RealStore.Found;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A virtual thread that waits for the store gives its carrier up. It would keep it in two ways: it parks where it cannot be unmounted,
 * which the JVM records, or it waits inside a system call, which only the system sees.
 */
@Timeout(120)
class VirtualThreadsTest {

    private static final int THREADS = 500;
    private static final int RECORDS = 20;

    private static final String PINNED = "jdk.VirtualThreadPinned";

    @TempDir
    private Path temp;

    private static LogStructuredStore open(String provider, Path directory) throws IOException {
        // A small ring, so that appends have to wait for room.
        return LogStructuredStore.open(
                directory, RealStore.options().provider(provider).segmentSize(1 << 20).linger(Duration.ZERO).build());
    }

    /** Virtual threads that append, wait, read what they wrote and sync. */
    private static void load(LogStructuredStore store, int threads) throws Exception {
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Void>> all = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                int number = t;
                all.add(executor.submit(() -> {
                    for (int i = 0; i < RECORDS; i++) {
                        Found found = RealStore.append(store, RealStore.payload(1 + (number * 7 + i) % 2_000, number));
                        store.awaitStable(found.lsn());
                        if (i % 5 == 0) {
                            RealStore.assertReads(store, found);
                            store.sync();
                        }
                    }
                    return null;
                }));
            }
            for (Future<Void> one : all) {
                one.get();
            }
        }
    }

    private interface Work {
        void run() throws Exception;
    }

    /** {@return the stacks with a frame of ours where a virtual thread parked and kept its carrier} */
    private List<String> pinnedBy(Work work) throws Exception {
        Path file = temp.resolve("recording.jfr");
        try (Recording recording = new Recording()) {
            recording.enable(PINNED).withStackTrace().withoutThreshold();
            recording.start();
            work.run();
            recording.stop();
            recording.dump(file);
        }
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().equals(PINNED)) // the store has events of its own
                .filter(VirtualThreadsTest::isOurs)
                .filter(event -> !isFirstUse(event))
                .map(RecordedEvent::toString)
                .toList();
    }

    private static boolean isOurs(RecordedEvent event) {
        return hasFrame(event, "io.lss.");
    }

    /** Two threads come to what nobody has used: one waits while the other has it loaded, initialized or linked. Once in a process, in any code. */
    private static boolean isFirstUse(RecordedEvent event) {
        return hasFrame(event, "java.lang.ClassLoader")
                || hasFrame(event, "java.lang.invoke.MethodHandleNatives")
                || event.getString("pinnedReason").startsWith("Waited for initialization of ");
    }

    private static boolean hasFrame(RecordedEvent event, String typePrefix) {
        return event.getStackTrace().getFrames().stream()
                .anyMatch(frame -> frame.getMethod().getType().getName().startsWith(typePrefix));
    }

    @ParameterizedTest
    @ValueSource(strings = {"uring", "filechannel"})
    void noVirtualThreadParksWhereItCannotBeUnmounted(String provider) throws Exception {
        Assumptions.assumeTrue(provider.equals("filechannel") || RealStore.isUringAt(temp), "SKIPPED: no io_uring here");
        try (LogStructuredStore store = open(provider, temp.resolve("store"))) {
            assertEquals(provider, store.provider());
            load(store, THREADS); // most of what is done once in a process is done then
            long before = store.stats().flushes();
            assertEquals(List.of(), pinnedBy(() -> load(store, THREADS)));
            assertTrue(store.stats().flushes() > before, "nobody had to wait");
        }
    }

    /** Initializing it parks, with a frame of the JVM itself on the stack. */
    private static final class ParksInItsInitializer {
        static final boolean DONE;

        static {
            LockSupport.parkNanos(1);
            DONE = true;
        }
    }

    @Test
    void oneThatDoesIsSeen() throws Exception {
        List<String> pinned = pinnedBy(() -> onVirtualThread(() -> assertTrue(ParksInItsInitializer.DONE)));
        assertEquals(1, pinned.size(), pinned.toString());
        assertTrue(pinned.getFirst().contains("ParksInItsInitializer"), pinned.getFirst());
    }

    /** The child: the same load and all else that a store does, and at its end a virtual thread that does look at a file on its carrier. */
    static final class Child {
        private Child() {}

        public static void main(String[] arguments) throws Exception {
            Path directory = Path.of(arguments[1]);
            try (LogStructuredStore store = open(arguments[0], directory)) {
                load(store, 100);
            }
            // Of an earlier session nothing is still to be finished: the scan opens its files, and the trim closes and deletes them.
            try (LogStructuredStore store = open(arguments[0], directory)) {
                onVirtualThread(() -> {
                    store.setRoot(new byte[10]);
                    RealStore.scan(store);
                    store.trimBefore(store.stableLsn());
                    store.append(new byte[10]);
                    store.flush();
                    store.sync();
                });
            }
            onVirtualThread(() -> Files.exists(directory.resolve("control")));
        }
    }

    private static void onVirtualThread(Work work) throws Exception {
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            executor.submit(() -> {
                        work.run();
                        return null;
                    })
                    .get();
        }
    }

    /** A waiter that led a flush, or read, by itself would hold its carrier in the kernel, and no event tells. */
    @ParameterizedTest
    @ValueSource(strings = {"uring", "filechannel"})
    void noCarrierWaitsForTheDeviceInASystemCall(String provider) throws Exception {
        Assumptions.assumeTrue(provider.equals("filechannel") || RealStore.isUringAt(temp), "SKIPPED: no io_uring here");
        Path trace = temp.resolve("trace");
        List<String> strace = List.of(
                "strace", "-f", "-y", "--decode-pids=comm", "-e", "trace=%file,%desc", "-o", trace.toString());
        Assumptions.assumeTrue(succeeds(strace, "true"), "SKIPPED: strace 5.10 or newer is missing, or may not trace");
        Path directory = temp.resolve("store");
        List<String> java = ChildJvm.command(
                List.of("-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED"),
                System.getProperty("java.class.path"),
                Child.class,
                provider,
                directory.toString());
        assertTrue(succeeds(strace, java.toArray(String[]::new)));
        List<String> calls = Files.readAllLines(trace).stream()
                .filter(line -> line.contains("io_uring") || line.contains(directory.toString()))
                .toList();
        List<String> byCarriers = calls.stream().filter(VirtualThreadsTest::isOfCarrier).toList();
        assertTrue(byCarriers.toString().contains("/control\""), "carriers are not recognized");
        assertEquals(List.of(), byCarriers.stream().filter(line -> !line.contains("/control\"")).toList());
        String waits = provider.equals("uring") ? ".*(io_uring_enter|pwritev2|fdatasync)\\(.*" : ".*(pwrite64|fdatasync)\\(.*";
        assertFalse(calls.stream().filter(line -> line.matches(waits)).toList().isEmpty(), "nothing was written");
    }

    /** Linux cuts the name ForkJoinPool-1-worker-1 after 15 characters. */
    private static boolean isOfCarrier(String line) {
        return line.contains("<ForkJoinPool-1->");
    }

    private static boolean succeeds(List<String> command, String... more) {
        List<String> all = new ArrayList<>(command);
        all.addAll(List.of(more));
        try {
            return new ProcessBuilder(all)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .onExit()
                            .join()
                            .exitValue()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
