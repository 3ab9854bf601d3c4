package io.lss.faults.soak;

import io.lss.api.WriteMode;
import io.lss.faults.Layer;
import io.lss.faults.LayerRun;
import io.lss.faults.Providers;
import io.lss.faults.load.ViolationException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Two stores at a time, one for each write mode, in sessions of a second or two with a different provider each time. When all are
 * closed, the process must take no more than it did.
 */
public final class SoakLayer implements Layer {

    private static final Duration USUAL = Duration.ofSeconds(40);
    private static final Duration SESSION = Duration.ofMillis(1_200);

    /** Before so many rounds memory grows, because code is compiled and caches fill. */
    private static final int WARM = 6;

    private static final long HEAP_SLACK = 24 << 20;
    private static final long RESIDENT_SLACK = 64 << 20;
    private static final long DESCRIPTOR_SLACK = 8;
    private static final long THREAD_SLACK = 8;

    /** For the command line. */
    public SoakLayer() {}

    @Override
    public String name() {
        return "soak";
    }

    @Override
    public String description() {
        return "everything at once, with failing, full and slow devices and interrupts, memory and descriptors flat";
    }

    @Override
    public void run(LayerRun run) throws Exception {
        List<String> providers = Providers.at(run.scratch());
        if (!providers.contains("uring")) {
            run.skip("uring", "io_uring cannot serve " + run.scratch() + ": " + Providers.whyNotUring(run.scratch()));
        }
        List<SoakedStore> stores = new ArrayList<>();
        for (WriteMode mode : WriteMode.values()) {
            stores.add(new SoakedStore(run, stores.size(), mode, providers));
        }
        long end = System.nanoTime() + run.request().limit(USUAL).toNanos();
        long toldAt = System.nanoTime();
        Vitals warm = Vitals.now();
        Vitals last = warm;
        int rounds = 0;
        try (ExecutorService workers = Executors.newFixedThreadPool(stores.size())) {
            while ((System.nanoTime() < end || rounds <= WARM) && !run.isOver() && round(run, stores, workers)) {
                rounds++;
                last = Vitals.now();
                if (rounds == WARM) {
                    warm = last;
                }
                if (rounds == WARM || System.nanoTime() - toldAt > 60_000_000_000L) {
                    toldAt = System.nanoTime();
                    run.progress(rounds + " rounds, " + stores.stream().mapToLong(SoakedStore::records).sum() + " records, "
                            + last);
                }
            }
        }
        run.note(rounds + " rounds, " + stores.stream().mapToLong(SoakedStore::records).sum()
                + " records checked after reopening");
        run.note("after " + WARM + " rounds: " + warm);
        run.note("at the end: " + last);
        compare(run, "heap", warm.heap(), last.heap(), HEAP_SLACK);
        compare(run, "resident memory", warm.resident(), last.resident(), RESIDENT_SLACK);
        compare(run, "descriptors", warm.descriptors(), last.descriptors(), DESCRIPTOR_SLACK);
        compare(run, "threads", warm.threads(), last.threads(), THREAD_SLACK);
    }

    private static void compare(LayerRun run, String what, long warm, long last, long slack) {
        if (last > warm + slack) {
            run.violation(what + " has grown from " + warm + " to " + last);
        }
    }

    /** {@return whether all is well} */
    private static boolean round(LayerRun run, List<SoakedStore> stores, ExecutorService workers) throws InterruptedException {
        List<Future<?>> all = new ArrayList<>();
        for (SoakedStore store : stores) {
            all.add(workers.submit(() -> {
                store.session(SESSION);
                return null;
            }));
        }
        boolean well = true;
        for (Future<?> each : all) {
            try {
                each.get();
            } catch (ExecutionException e) {
                well = false;
                if (!(e.getCause() instanceof ViolationException || e.getCause() instanceof IOException)) {
                    e.printStackTrace();
                }
                run.violation(String.valueOf(e.getCause()));
            }
        }
        return well;
    }
}
