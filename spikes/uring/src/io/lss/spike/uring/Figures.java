package io.lss.spike.uring;

import io.lss.api.Durability;
import io.lss.api.LogStructuredStore;
import io.lss.api.StoreOptions;
import io.lss.spi.flush.Device;
import io.lss.spi.flush.DeviceOptions;
import io.lss.spi.flush.DeviceProvider;
import io.lss.spi.flush.ReadRequest;
import io.lss.spi.flush.Segment;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.ServiceLoader;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Rough figures: the same store on different devices or settings, in turn, round after round; medians, and the median of the
 * ratios to the first within each round.
 *
 * <pre>
 *   Figures DIR ROUNDS WORKLOAD VARIANT...
 *   workload: bulk:RECORD_BYTES:THREADS:MIB   or   commit:THREADS:SECONDS[:RECORD_BYTES]
 *             or   reads:BATCH:SECONDS (4 KiB each, of the device itself; a batch of 1 is a single read)
 *   variant:  provider[,key=value...]
 * </pre>
 *
 * <p>Keys are the provider's, or {@code @buffers}; {@code @linger} in microseconds; {@code @virtual=yes}; {@code @wait=driver}:
 * waiters wait with a timeout, so that they hand over to the store's own thread where they would lead; {@code @property=x:y}
 * sets a system property (for an engine that was changed for a measurement).
 *
 * <p>A run begins when the machine is idle and counts if others took less than a seventh of it; else it is made again.
 * {@code -Dfigures.busy=true} measures whatever others do; then take many short rounds, and believe the ratios only.
 */
final class Figures {

    private record Result(double value, double p10, double p50, double p99, double p999, String note) {}

    /** Held, or the level would be forgotten with it. */
    private static final java.util.logging.Logger LOGGER = java.util.logging.Logger.getLogger("io.lss");

    private static final int ATTEMPTS = 40;
    private static int disturbed;

    private final Path base;

    private Figures(Path base) {
        this.base = base;
    }

    public static void main(String[] args) throws Exception {
        LOGGER.setLevel(java.util.logging.Level.SEVERE);
        Figures figures = new Figures(Path.of(args[0]));
        int rounds = Integer.parseInt(args[1]);
        String[] workload = args[2].split(":");
        List<String> variants = Arrays.asList(args).subList(3, args.length);
        Map<String, List<Result>> results = new LinkedHashMap<>();
        variants.forEach(v -> results.put(v, new ArrayList<>()));
        for (int round = -1; round < rounds; round++) {
            for (int i = 0; i < variants.size(); i++) {
                // Each round begins with another one, so that none always comes after the same.
                String variant = variants.get((i + Math.max(0, round)) % variants.size());
                Result result = figures.undisturbed(workload, variant);
                if (round >= 0) {
                    results.get(variant).add(result);
                }
            }
        }
        System.out.println(args[2] + ", " + rounds + " rounds" + (disturbed > 0 ? ", disturbed runs that counted all the same: " + disturbed : ""));
        List<Result> first = results.get(variants.getFirst());
        results.forEach((variant, list) -> {
            double[] ratios = new double[list.size()];
            double[] latencies = new double[list.size()];
            double[] fast = new double[list.size()];
            for (int i = 0; i < ratios.length; i++) {
                ratios[i] = list.get(i).value / first.get(i).value;
                fast[i] = list.get(i).p10 / first.get(i).p10;
                latencies[i] = list.get(i).p50 / first.get(i).p50;
            }
            System.out.printf(
                    "  %-50s %,9.0f x%.2f | p10 %5.0f x%.2f  p50 %5.0f x%.2f  p99 %5.0f  p99.9 %6.0f us | %s%n",
                    variant,
                    median(list.stream().mapToDouble(Result::value).toArray()),
                    median(ratios),
                    median(list.stream().mapToDouble(Result::p10).toArray()) / 1000,
                    median(fast),
                    median(list.stream().mapToDouble(Result::p50).toArray()) / 1000,
                    median(latencies),
                    median(list.stream().mapToDouble(Result::p99).toArray()) / 1000,
                    median(list.stream().mapToDouble(Result::p999).toArray()) / 1000,
                    list.getLast().note);
        });
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return values.length == 0 ? Double.NaN : values[values.length / 2];
    }

    private Result undisturbed(String[] workload, String variant) throws Exception {
        if (Boolean.getBoolean("figures.busy")) {
            Thread.sleep(200);
            return run(workload, variant);
        }
        for (int attempt = 1; ; attempt++) {
            for (int i = 0; i < 36_000 && busy(50) > 0.2; i++) {
                // Others are at work.
            }
            long[] before = ticks();
            long t0 = System.nanoTime();
            Result result = run(workload, variant);
            long[] after = ticks();
            double capacity = (System.nanoTime() - t0) / 1e7 * Runtime.getRuntime().availableProcessors();
            double foreign = (after[0] - before[0] - (after[1] - before[1])) / capacity;
            if (foreign < 0.15) {
                return result;
            }
            if (attempt == ATTEMPTS) {
                disturbed++;
                return result;
            }
        }
    }

    /** {@return hundredths of a second of processor time: spent by anybody in user and system mode or stolen, spent by this process} */
    private static long[] ticks() throws IOException {
        String[] all = Files.readAllLines(Path.of("/proc/stat")).getFirst().trim().split(" +");
        String self = Files.readString(Path.of("/proc/self/stat"));
        String[] own = self.substring(self.lastIndexOf(')') + 2).split(" ");
        long everybody = Long.parseLong(all[1]) + Long.parseLong(all[2]) + Long.parseLong(all[3]) + Long.parseLong(all[8]);
        return new long[] {everybody, Long.parseLong(own[11]) + Long.parseLong(own[12])};
    }

    private static double busy(long millis) throws Exception {
        long[] before = ticks();
        Thread.sleep(millis);
        long[] after = ticks();
        return (after[0] - before[0]) / (millis / 10.0) / Runtime.getRuntime().availableProcessors();
    }

    private Result run(String[] workload, String variant) throws Exception {
        if (workload[0].equals("reads")) {
            return reads(workload, variant.split(",")[0]);
        }
        boolean driver = false;
        boolean virtual = false;
        Path at = base.resolve("figures-" + System.nanoTime());
        try {
            String[] parts = variant.split(",");
            StoreOptions.Builder options = StoreOptions.builder().provider(parts[0].split("#")[0]);
            for (int i = 1; i < parts.length; i++) {
                String[] pair = parts[i].split("=");
                switch (pair[0]) {
                    case "@buffers" -> options.buffers(Integer.parseInt(pair[1]));
                    case "@wait" -> driver = pair[1].equals("driver");
                    case "@virtual" -> virtual = pair[1].equals("yes");
                    case "@property" -> System.setProperty(pair[1].split(":")[0], pair[1].split(":")[1]);
                    case "@linger" -> options.linger(java.time.Duration.ofNanos(Long.parseLong(pair[1]) * 1000));
                    default -> options.providerProperty(pair[0], pair[1]);
                }
            }
            try (LogStructuredStore store = LogStructuredStore.open(at, options.build())) {
                return workload[0].equals("bulk") ? bulk(store, workload) : commit(store, workload, driver, virtual);
            }
        } finally {
            delete(at);
        }
    }

    private static Result bulk(LogStructuredStore store, String[] workload) throws Exception {
        int length = Integer.parseInt(workload[1]);
        int threads = Integer.parseInt(workload[2]);
        long each = (Long.parseLong(workload[3]) << 20) / length / threads;
        byte[] payload = EngineCheck.record(1, length);
        long t0 = System.nanoTime();
        inParallel(threads, false, t -> {
            for (long i = 0; i < each; i++) {
                store.append(payload);
            }
        });
        store.sync();
        double seconds = (System.nanoTime() - t0) / 1e9;
        return new Result(each * threads * length / seconds / (1 << 20), Double.NaN, Double.NaN, Double.NaN, Double.NaN, "MiB/s " + store.stats().flushes() + " flushes");
    }

    private static Result commit(LogStructuredStore store, String[] workload, boolean driver, boolean virtual) throws Exception {
        int threads = Integer.parseInt(workload[1]);
        double seconds = Double.parseDouble(workload[2]);
        byte[] payload = EngineCheck.record(1, workload.length > 3 ? Integer.parseInt(workload[3]) : 256);
        int warm = 2000 / threads + 5;
        long[][] latencies = new long[threads][];
        AtomicLong commits = new AtomicLong();
        CountDownLatch warmed = new CountDownLatch(threads);
        long[] began = new long[1];
        java.time.Duration forEver = java.time.Duration.ofDays(1);
        inParallel(threads, virtual, t -> {
            long[] mine = new long[1 << 14];
            int n = 0;
            for (int i = 0; i < warm; i++) {
                store.awaitStable(store.append(payload));
            }
            warmed.countDown();
            warmed.await();
            long start = System.nanoTime();
            began[0] = start;
            long end = start + (long) (seconds * 1e9);
            for (long now = start; now < end; ) {
                long lsn = store.append(payload);
                if (driver) {
                    store.awaitStable(lsn, forEver);
                } else {
                    store.awaitStable(lsn);
                }
                long then = System.nanoTime();
                if (n == mine.length) {
                    mine = Arrays.copyOf(mine, 2 * n);
                }
                mine[n++] = then - now;
                now = then;
            }
            commits.addAndGet(n);
            latencies[t] = Arrays.copyOf(mine, n);
        });
        long elapsed = System.nanoTime() - began[0];
        long[] all = Stream.of(latencies).flatMapToLong(Arrays::stream).sorted().toArray();
        double flushes = store.stats().durableFlushes();
        return new Result(
                commits.get() / (elapsed / 1e9),
                all[all.length / 10],
                all[all.length / 2],
                all[(int) (all.length * 0.99)],
                all[(int) (all.length * 0.999)],
                String.format("commits/s, %.1f a flush, syncs %d", store.stats().records() / Math.max(1, flushes), store.stats().syncs()));
    }

    private Result reads(String[] workload, String name) throws Exception {
        int size = Integer.parseInt(workload[1]);
        long span = 128L << 20;
        Path at = base.resolve("figures-" + System.nanoTime());
        DeviceProvider provider = ServiceLoader.load(DeviceProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(p -> p.name().equals(name))
                .findFirst()
                .orElseThrow();
        DeviceOptions options = new DeviceOptions(true, true, Durability.SYNC, 1 << 20, 8, Map.of());
        try (Device device = provider.open(at.toUri(), options);
                Segment segment = device.create(1, span)) {
            MemorySegment memory = device.allocate(size * 4096L);
            Random random = new Random(1);
            long[] latencies = new long[1 << 20];
            int n = 0;
            long t0 = System.nanoTime();
            long end = t0 + (long) (Double.parseDouble(workload[2]) * 1e9);
            for (long now = t0; now < end && n < latencies.length; ) {
                if (size == 1) {
                    segment.read(memory, random.nextInt((int) (span >> 12)) * 4096L);
                } else {
                    List<ReadRequest> batch = new ArrayList<>(size);
                    for (int i = 0; i < size; i++) {
                        batch.add(new ReadRequest(
                                segment, memory.asSlice(i * 4096L, 4096), random.nextInt((int) (span >> 12)) * 4096L));
                    }
                    device.readAll(batch);
                    for (ReadRequest request : batch) {
                        request.bytes();
                    }
                }
                long then = System.nanoTime();
                latencies[n++] = then - now;
                now = then;
            }
            double seconds = (System.nanoTime() - t0) / 1e9;
            Arrays.sort(latencies, 0, n);
            return new Result(
                    (double) n * size / seconds, latencies[n / 10], latencies[n / 2], latencies[n * 99 / 100], latencies[n * 999 / 1000], "reads/s");
        } finally {
            delete(at);
        }
    }

    interface Work {
        void run(int thread) throws Exception;
    }

    private static void inParallel(int threads, boolean virtual, Work work) throws Exception {
        List<Throwable> failures = new ArrayList<>();
        List<Thread> running = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            int number = t;
            Runnable task = () -> {
                try {
                    work.run(number);
                } catch (Throwable e) {
                    synchronized (failures) {
                        failures.add(e);
                    }
                }
            };
            running.add(virtual ? Thread.ofVirtual().start(task) : Thread.ofPlatform().start(task));
        }
        for (Thread thread : running) {
            thread.join();
        }
        if (!failures.isEmpty()) {
            throw new IllegalStateException(failures.getFirst());
        }
    }

    private static void delete(Path at) throws IOException {
        try (Stream<Path> files = Files.walk(at)) {
            files.sorted(java.util.Comparator.reverseOrder()).forEach(f -> f.toFile().delete());
        }
    }
}
