package io.lss.faults.block;

import io.lss.faults.Layer;
import io.lss.faults.LayerRun;
import io.lss.faults.Providers;
import io.lss.faults.Shell;
import io.lss.faults.disk.FileSystem;
import io.lss.faults.disk.Mount;
import io.lss.faults.disk.StorageDaemon;
import io.lss.faults.disk.TemporaryDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Power cuts at chosen points of recordings, on each file system, through each provider and write mode. At {@code --scale 20}
 * that is 300 points for each combination, where there are two providers.
 */
public final class BlockLayer implements Layer {

    /** For each file system, in a default run. */
    private static final int POINTS = 60;

    /** What the images of one recording take at most, sparse as they are. */
    private static final long IMAGE_BYTES = 600L << 20;

    private static final Path MEMORY = Path.of("/dev/shm");

    private static final int SHOWN_EVERY = 5;

    private int done;

    /** For the command line. */
    public BlockLayer() {}

    @Override
    public String name() {
        return "block";
    }

    @Override
    public String description() {
        return "power cuts on ext4, xfs and btrfs: unsynced writes kept, lost and torn, from recordings of a disk";
    }

    @Override
    public void run(LayerRun run) throws Exception {
        Optional<String> whyNot = StorageDaemon.whyNot();
        if (whyNot.isPresent()) {
            for (FileSystem each : FileSystem.values()) {
                run.skip(each.type(), whyNot.get());
            }
            return;
        }
        int workers = Runtime.getRuntime().availableProcessors();
        Tally tally = new Tally();
        try (TemporaryDirectory directory = TemporaryDirectory.in(placeForImages(run, workers), "lss-faults-block-")) {
            Path images = directory.path();
            Map<FileSystem, List<String>> providers = new EnumMap<>(FileSystem.class);
            List<Plan> plans = new ArrayList<>();
            for (FileSystem each : FileSystem.values()) {
                List<String> theirs = providers(run, each, images);
                if (!theirs.isEmpty()) {
                    providers.put(each, theirs);
                    plans.addAll(Plan.of(each, theirs, run.times(POINTS), plans.size()));
                }
            }
            try (ExecutorService pool = Executors.newFixedThreadPool(workers)) {
                List<Future<?>> all = new ArrayList<>();
                for (Plan plan : plans) {
                    List<String> theirs = List.copyOf(providers.getOrDefault(plan.fileSystem(), List.of()));
                    all.add(pool.submit(() -> {
                        recordAndReplay(run, tally, plan, theirs, images);
                        progress(run, plans.size());
                        return null;
                    }));
                }
                for (Future<?> each : all) {
                    each.get();
                }
            }
        } finally {
            tally.table().forEach(run::note);
        }
    }

    /** In memory, where there is room. */
    private static Path placeForImages(LayerRun run, int workers) throws IOException {
        boolean roomy = Files.isDirectory(MEMORY) && Files.getFileStore(MEMORY).getUsableSpace() > IMAGE_BYTES * workers;
        return roomy ? MEMORY : run.scratch();
    }

    /** {@return the providers that can serve a file system; none if there is no such file system} */
    private static List<String> providers(LayerRun run, FileSystem fileSystem, Path images) throws IOException {
        String type = fileSystem.type();
        if (!Shell.has(fileSystem.program())) {
            run.skip(type, "there is no " + fileSystem.program() + ": install " + fileSystem.debianPackage());
            return List.of();
        }
        Path image = images.resolve(type);
        DiskImage.create(image, fileSystem.bytes()).close();
        fileSystem.make(image);
        try (Mount mount = Mount.of(image, Files.createDirectory(run.scratch().resolve(type)), type, "loop")) {
            List<String> providers = Providers.at(mount.root());
            if (!providers.contains("uring")) {
                String why = "io_uring cannot serve it: " + Providers.whyNotUring(mount.root());
                if (fileSystem.honoursDirect()) {
                    run.skip(type + "/uring", why);
                } else {
                    run.note(type + ": FileChannel only; " + why);
                }
            }
            return providers;
        } catch (Shell.FailedException e) {
            if (Files.readAllLines(Path.of("/proc/filesystems")).stream().anyMatch(line -> line.endsWith("\t" + type))) {
                throw e;
            }
            run.skip(type, "this kernel has no " + type + ": load its module, or take another kernel");
            return List.of();
        } finally {
            Files.delete(image);
        }
    }

    private static void recordAndReplay(LayerRun run, Tally tally, Plan plan, List<String> providers, Path images)
            throws IOException, InterruptedException {
        if (run.isOver()) {
            return;
        }
        SplittableRandom random = run.random("recording " + plan.number());
        Path mountPoint = Files.createDirectory(run.scratch().resolve("mount-" + plan.number()));
        try (TemporaryDirectory theirs = TemporaryDirectory.in(images, "recording-");
                Recording recording = new Recording(plan, random, theirs.path(), mountPoint)) {
            tally.recorded(plan, recording.entries().size());
            new Replay(run, tally, providers, recording, random, theirs.path(), mountPoint).cutPower();
        }
        run.faults("power cuts after a kill and a recovery", plan.killed() ? plan.points() : 0);
    }

    private synchronized void progress(LayerRun run, int all) {
        done++;
        if (done % SHOWN_EVERY == 0 || done == all) {
            run.progress(done + " of " + all + " recordings replayed");
        }
    }
}
