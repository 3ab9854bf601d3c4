package io.lss.spike.uring;

import io.lss.api.LogStructuredStore;
import io.lss.api.RecordCursor;
import io.lss.api.StoreOptions;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;

/**
 * Kills a process that appends, opens what it left by the other provider, compares, and goes on.
 *
 * <p>Each thread numbers its records. It says in a mapped file, which survives the process, up to which number they were
 * acknowledged. After a kill, for each thread: the records recovered are 0 to n without a gap and byte for byte, n at least
 * what was acknowledged.
 *
 * <pre>KillCheck DIR CYCLES</pre>
 */
final class KillCheck {

    private static final java.util.logging.Logger LOGGER = java.util.logging.Logger.getLogger("io.lss");
    private static final int THREADS = 5;
    private static final VarHandle ACKNOWLEDGED = ValueLayout.JAVA_LONG.varHandle();

    private KillCheck() {}

    public static void main(String[] args) throws Exception {
        LOGGER.setLevel(java.util.logging.Level.SEVERE);
        Path base = Path.of(args[0]);
        if (args[1].equals("child")) {
            child(base, args[2]);
            return;
        }
        int cycles = Integer.parseInt(args[1]);
        Files.createDirectories(base);
        long seed = System.nanoTime();
        Random random = new Random(seed);
        System.out.println("seed " + seed);
        long records = 0;
        int cut = 0;
        try (Arena arena = Arena.ofShared()) {
            MemorySegment acknowledged = map(base, arena);
            for (int cycle = 0; cycle < cycles; cycle++) {
                String writer = cycle % 3 == 2 ? "filechannel" : "uring-spike";
                String reader = cycle % 2 == 0 ? "filechannel" : "uring-spike";
                Process child = new ProcessBuilder(
                                ProcessHandle.current().info().command().orElseThrow(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-XX:TieredStopAtLevel=1",
                                "-Xshare:auto",
                                "-cp",
                                System.getProperty("java.class.path"),
                                KillCheck.class.getName(),
                                base.toString(),
                                "child",
                                writer)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
                require(child.getInputStream().read() == 'r', "the child did not start");
                Thread.sleep(random.nextInt(250));
                child.destroyForcibly();
                child.waitFor();
                try (LogStructuredStore store = open(base, reader)) {
                    records = verify(store, acknowledged);
                    cut += store.recovery().bytesCut() > 0 ? 1 : 0;
                }
            }
        }
        System.out.println("kills: " + cycles + ", " + records + " records verified after the last, a tail was cut " + cut + " times: ok");
    }

    private static LogStructuredStore open(Path base, String provider) throws IOException {
        return LogStructuredStore.open(
                base.resolve("store"),
                StoreOptions.builder()
                        .provider(provider)
                        .segmentSize(4 << 20)
                        .bufferSize(128 << 10)
                        .providerProperty("preallocate", provider.equals("uring-spike") ? "fallocate" : "sparse")
                        .build());
    }

    private static MemorySegment map(Path base, Arena arena) throws IOException {
        try (FileChannel file = FileChannel.open(
                base.resolve("acknowledged"), StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
            return file.map(FileChannel.MapMode.READ_WRITE, 0, 4096, arena);
        }
    }

    private static byte[] payload(int thread, long number) {
        Random random = new Random(thread * 1_000_003L + number);
        byte[] bytes = new byte[16 + random.nextInt(number % 40 == 0 ? 50_000 : 500)];
        random.nextBytes(bytes);
        MemorySegment view = MemorySegment.ofArray(bytes);
        view.set(ValueLayout.JAVA_LONG_UNALIGNED, 0, thread);
        view.set(ValueLayout.JAVA_LONG_UNALIGNED, 8, number);
        return bytes;
    }

    private static long verify(LogStructuredStore store, MemorySegment acknowledged) throws IOException {
        long[] next = new long[THREADS];
        long count = 0;
        try (RecordCursor cursor = store.scan(store.beginLsn())) {
            while (cursor.next()) {
                int thread = (int) cursor.payload().get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
                long number = cursor.payload().get(ValueLayout.JAVA_LONG_UNALIGNED, 8);
                require(number == next[thread], "thread " + thread + ": record " + number + " where " + next[thread] + " is due");
                require(
                        cursor.payload().mismatch(MemorySegment.ofArray(payload(thread, number))) < 0,
                        "content of record " + number + " of thread " + thread);
                next[thread]++;
                count++;
            }
        }
        for (int t = 0; t < THREADS; t++) {
            long told = (long) ACKNOWLEDGED.getVolatile(acknowledged, 8L * t);
            require(next[t] >= told, "thread " + t + ": " + told + " acknowledged, " + next[t] + " recovered");
            ACKNOWLEDGED.setVolatile(acknowledged, 8L * t, next[t]);
        }
        return count;
    }

    private static void child(Path base, String provider) throws Exception {
        MemorySegment acknowledged = map(base, Arena.global());
        LogStructuredStore store = open(base, provider);
        for (int t = 0; t < THREADS; t++) {
            int thread = t;
            (t < 3 ? Thread.ofPlatform() : Thread.ofVirtual()).start(() -> {
                try {
                    long number = (long) ACKNOWLEDGED.getVolatile(acknowledged, 8L * thread);
                    Random random = new Random();
                    while (true) {
                        long lsn = 0;
                        for (int i = random.nextInt(20); i >= 0; i--) {
                            lsn = store.append(payload(thread, number++));
                        }
                        store.awaitStable(lsn);
                        ACKNOWLEDGED.setVolatile(acknowledged, 8L * thread, number);
                    }
                } catch (Throwable e) {
                    e.printStackTrace();
                    Runtime.getRuntime().halt(2);
                }
            });
        }
        System.out.write('r');
        System.out.flush();
        Thread.sleep(60_000);
    }

    private static void require(boolean condition, String what) {
        if (!condition) {
            throw new AssertionError(what);
        }
    }
}
