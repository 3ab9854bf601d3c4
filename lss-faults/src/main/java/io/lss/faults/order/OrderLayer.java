package io.lss.faults.order;

import io.lss.api.Durability;
import io.lss.api.WriteMode;
import io.lss.faults.Layer;
import io.lss.faults.LayerRun;
import io.lss.faults.Providers;
import io.lss.faults.Shell;
import io.lss.faults.load.Account;
import io.lss.faults.load.Claims;
import io.lss.faults.load.LoadProcess;
import io.lss.faults.load.LoadProcess.Order;
import io.lss.faults.load.Setup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Runs the load under strace until it has rolled and trimmed often enough, and checks the order of its calls. */
public final class OrderLayer implements Layer {

    private static final int RUNS = 2;
    private static final long ROOTS = 60;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(180);
    private static final String CALLS = "trace=rename,renameat,renameat2,unlink,unlinkat,fsync,fdatasync";

    /** For the command line. */
    public OrderLayer() {}

    @Override
    public String name() {
        return "order";
    }

    @Override
    public String description() {
        return "files are synced, then renamed into place, then their directory is synced";
    }

    @Override
    public void run(LayerRun run) throws Exception {
        try {
            Shell.run("strace", "-o", run.scratch().resolve("probe").toString(), "true");
        } catch (IOException e) {
            run.skip("all", "strace is missing, or may not trace (Debian package strace): " + e.getMessage());
            return;
        }
        List<String> providers = Providers.at(run.scratch());
        if (!providers.contains("uring")) {
            run.skip("uring", "io_uring cannot serve " + run.scratch() + ": " + Providers.whyNotUring(run.scratch()));
        }
        for (String provider : providers) {
            for (int i = 0; i < run.times(RUNS) && !run.isOver(); i++) {
                trace(run, provider, i);
            }
        }
    }

    private static void trace(LayerRun run, String provider, int number) throws IOException {
        Path place = Files.createDirectory(run.scratch().resolve(provider + number));
        Path output = place.resolve("trace");
        Path file = place.resolve("account");
        Account account = Account.create(file);
        Setup setup = Setup.of(provider, WriteMode.TAIL_LOCALIZED, Durability.SYNC, number);
        try (LoadProcess process = LoadProcess.start(List.of("strace", "-f", "-y", "-e", CALLS, "-o", output.toString()))) {
            process.begin(new Order(setup, place.resolve("store"), file, 1));
            process.awaitOpen();
            long deadline = System.nanoTime() + PATIENCE_NANOS;
            while (process.isAlive() && (account.get(Claims.ROOT_TOLD) < ROOTS || account.get(Claims.TRIM_TOLD) == 0)) {
                if (System.nanoTime() > deadline) {
                    run.violation(provider + ": after three minutes under strace only root " + account.get(Claims.ROOT_TOLD)
                            + " was set");
                    return;
                }
                LockSupport.parkNanos(1_000_000);
            }
            if (!process.isAlive()) {
                run.violation(provider + ": the process that was traced has ended by itself, see its stack trace");
                return;
            }
        }
        Trace trace = new Trace(place.resolve("store").toString());
        trace.check(Files.readAllLines(output)).stream().limit(3).forEach(each -> run.violation(provider + ": " + each));
        run.faults("rename", trace.renames());
        if (trace.renames() < 2) {
            run.violation(provider + ": the trace shows " + trace.renames() + " files renamed into place, so it shows nothing");
        }
    }
}
