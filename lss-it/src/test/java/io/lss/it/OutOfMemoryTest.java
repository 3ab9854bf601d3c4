package io.lss.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lss.api.LogStructuredStore;
import io.lss.api.Reservation;
import io.lss.api.StoreException;
import io.lss.api.StoreFailedException;
import io.lss.api.StoreOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A heap that is full for a moment, wherever it strikes, leaves a store that works or one that says that it has failed; nobody hangs. */
@Timeout(280)
class OutOfMemoryTest {

    private static final int TRIALS = Integer.getInteger("lss.oom.trials", 6);

    @TempDir
    private Path temp;

    @ParameterizedTest
    @ValueSource(strings = {"filechannel", "uring"})
    void s19_wantOfMemoryMakesNobodyHang(String provider) throws Exception {
        Assumptions.assumeTrue(!provider.equals("uring") || RealStore.isUringAt(temp), "SKIPPED: no io_uring here");
        Map<String, Integer> outcomes = new TreeMap<>();
        try (ChildJvm child = ChildJvm.run(
                List.of(
                        "-Xmx24m",
                        "-XX:+UseSerialGC",
                        "-Xshare:auto",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Djava.util.logging.config.file=/dev/null"),
                Starved.class,
                temp.toString(),
                String.valueOf(TRIALS),
                provider)) {
            for (String line = child.line(); !line.equals("end") && !line.equals("null"); line = child.line()) {
                outcomes.merge(line, 1, Integer::sum);
            }
            assertEquals(0, child.exitCode());
        }
        System.out.println("out of memory, " + TRIALS + " times: " + outcomes);
        assertEquals(TRIALS, outcomes.getOrDefault("works", 0) + outcomes.getOrDefault("failed", 0), outcomes.toString());
    }

    /** The child: prints how each trial ended. */
    static final class Starved {

        private static final long PATIENCE_SECONDS = 30;
        private static final byte[] RECORD = new byte[3_000];

        private final LogStructuredStore store;
        private final AtomicBoolean over = new AtomicBoolean();

        private Starved(LogStructuredStore store) {
            this.store = store;
        }

        /** Given are the directory, the number of trials and the provider. */
        public static void main(String[] arguments) throws Exception {
            for (int i = 0; i < 3; i++) {
                warm(Path.of(arguments[0], "warm" + i), arguments[2]);
            }
            for (int i = 0; i < Integer.parseInt(arguments[1]); i++) {
                System.out.println(new Starved(open(Path.of(arguments[0], "trial" + i), arguments[2])).trial(i % 2 == 0));
            }
            System.out.println("end");
            System.exit(0); // a thread that hangs was counted, and must not hold up the rest
        }

        private static LogStructuredStore open(Path at, String provider) throws IOException {
            return LogStructuredStore.open(
                    at,
                    StoreOptions.builder()
                            .bufferSize(16 << 10)
                            .segmentSize(1 << 20)
                            .linger(Duration.ofMillis(1))
                            .reservationTimeout(Duration.ofMillis(200))
                            .provider(provider)
                            .build());
        }

        /** So that classes are there before the heap is full. */
        private static void warm(Path at, String provider) throws IOException {
            try (LogStructuredStore store = open(at, provider)) {
                for (int i = 0; i < 5_000; i++) {
                    use(store, i % 3);
                }
                Reservation lost = store.reserve(50);
                store.flush();
                store.awaitStable(store.append(RECORD));
                store.trimBefore(lost.lsn());
            }
        }

        private static void use(LogStructuredStore store, int way) throws IOException {
            switch (way) {
                case 0 -> store.append(RECORD);
                case 1 -> store.awaitStable(store.append(RECORD));
                default -> {
                    try (Reservation reservation = store.reserve(100)) {
                        reservation.publish();
                    }
                }
            }
        }

        private String trial(boolean beginFull) throws InterruptedException {
            List<FutureTask<String>> users = new ArrayList<>();
            CountDownLatch begun = new CountDownLatch(3);
            for (int i = 0; i < 3; i++) {
                int way = i;
                users.add(start(() -> {
                    begun.countDown();
                    return useUntilOver(way);
                }));
            }
            if (!beginFull) {
                begun.await();
            }
            fillTheHeap();
            over.set(true);
            FutureTask<String> probe = start(this::probe);
            String outcome = of(probe);
            String closed = of(start(this::closeQuietly));
            if (!closed.equals("closed")) {
                return "close " + closed;
            }
            for (FutureTask<String> user : users) {
                String ended = of(user);
                if (!ended.equals("ended")) {
                    return "a user " + ended;
                }
            }
            return outcome;
        }

        private static FutureTask<String> start(Callable<String> what) {
            FutureTask<String> task = new FutureTask<>(what);
            Thread.ofPlatform().daemon().start(task);
            return task;
        }

        private String useUntilOver(int way) throws IOException {
            while (!over.get()) {
                try {
                    use(store, way);
                } catch (OutOfMemoryError e) {
                    Thread.onSpinWait();
                } catch (StoreException e) {
                    return "ended";
                }
            }
            return "ended";
        }

        /** Fills the heap again and again for a while, and lets go. */
        private static void fillTheHeap() {
            Object[] kept = new Object[1];
            for (int round = 0; round < 60; round++) {
                try {
                    while (true) {
                        kept[0] = new Object[] {kept[0], new byte[round % 3 == 0 ? 1 << 16 : 16]};
                    }
                } catch (OutOfMemoryError e) {
                    Thread.yield();
                }
            }
        }

        private String probe() throws IOException {
            try {
                return store.awaitStable(store.append(RECORD), Duration.ofSeconds(PATIENCE_SECONDS / 2)) ? "works" : "does not get stable";
            } catch (StoreFailedException e) {
                return "failed";
            }
        }

        private String closeQuietly() throws IOException {
            try {
                store.close();
            } catch (StoreFailedException e) {
                return "closed";
            }
            return "closed";
        }

        private String of(FutureTask<String> task) throws InterruptedException {
            try {
                return task.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            } catch (TimeoutException e) {
                System.err.println(store);
                Thread.getAllStackTraces().forEach((thread, frames) -> System.err.println(thread + " " + thread.getState() + " " + List.of(frames)));
                return "hangs";
            } catch (java.util.concurrent.ExecutionException e) {
                return "threw " + e.getCause();
            }
        }
    }
}
