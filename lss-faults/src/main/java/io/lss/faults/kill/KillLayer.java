package io.lss.faults.kill;

import io.lss.api.WriteMode;
import io.lss.faults.Layer;
import io.lss.faults.LayerRun;
import io.lss.faults.Providers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A store for each provider and write mode lives through hundreds of kills. A kill leaves the page cache; what only a power cut
 * loses is for other layers.
 */
public final class KillLayer implements Layer {

    /** In a default run, for all stores together. */
    private static final int KILLS = 1_040;

    /** For the command line. */
    public KillLayer() {}

    @Override
    public String name() {
        return "kill";
    }

    @Override
    public String description() {
        return "kill -9 at random and chosen moments, the same stores again and again";
    }

    @Override
    public void run(LayerRun run) throws Exception {
        List<String> providers = Providers.at(run.scratch());
        if (!providers.contains("uring")) {
            run.skip("uring", "io_uring cannot serve " + run.scratch() + ": " + Providers.whyNotUring(run.scratch()));
        }
        List<KilledStore> stores = new ArrayList<>();
        for (String provider : providers) {
            for (WriteMode mode : WriteMode.values()) {
                stores.add(new KilledStore(run, provider, mode, providers));
            }
        }
        int kills = run.times(KILLS) / stores.size();
        try (ExecutorService workers = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            List<Future<?>> all = new ArrayList<>();
            for (KilledStore store : stores) {
                all.add(workers.submit(() -> {
                    store.liveThrough(kills);
                    return null;
                }));
            }
            for (Future<?> each : all) {
                each.get();
            }
        }
    }
}
