package io.lss.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lss.api.LogStructuredStore;
import io.lss.it.RealStore.Found;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Threads that end right after their appends and flushes, while what they have written is on its way. The kernel cancels what a thread has
 * asked of a ring when it ends: so nothing of a store may be asked for by a thread that does not stay until it has completed.
 */
@Timeout(120)
class ShortLivedThreadsTest {

    private static final int ROUNDS = 60;

    /** More than the machine has processors. */
    private static final int THREADS = 8;

    @TempDir
    private Path temp;

    @ParameterizedTest
    @ValueSource(strings = {"filechannel", "uring"})
    void whatTheyAppendedBecomesStableAndIsThere(String provider) throws Exception {
        Assumptions.assumeTrue(provider.equals("filechannel") || RealStore.isUringAt(temp), "SKIPPED: no io_uring here");
        ConcurrentLinkedQueue<Found> appended = new ConcurrentLinkedQueue<>();
        ConcurrentLinkedQueue<CompletionStage<Void>> stable = new ConcurrentLinkedQueue<>();
        ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
        var options = RealStore.options().provider(provider).linger(Duration.ZERO).build();
        try (LogStructuredStore store = LogStructuredStore.open(temp.resolve("store"), options)) {
            for (int round = 0; round < ROUNDS; round++) {
                List<Thread> threads = new ArrayList<>();
                for (int thread = 0; thread < THREADS; thread++) {
                    int number = round * THREADS + thread;
                    threads.add(Thread.ofPlatform().start(() -> {
                        try {
                            Found found = RealStore.append(store, RealStore.payload(1 + number * 17 % 3_000, number));
                            appended.add(found);
                            stable.add(store.whenStable(found.lsn()));
                            store.flush();
                        } catch (Throwable t) {
                            failures.add(t);
                        }
                    }));
                }
                for (Thread thread : threads) {
                    thread.join();
                }
            }
            for (CompletionStage<Void> each : stable) {
                each.toCompletableFuture().join();
            }
        }
        assertEquals(List.of(), List.copyOf(failures));
        assertEquals(ROUNDS * THREADS, appended.size());
        List<Found> inOrder = new ArrayList<>(appended);
        inOrder.sort(Comparator.comparingLong(Found::lsn));
        try (LogStructuredStore store = LogStructuredStore.open(temp.resolve("store"), options)) {
            assertEquals(inOrder, RealStore.scan(store));
        }
    }
}
