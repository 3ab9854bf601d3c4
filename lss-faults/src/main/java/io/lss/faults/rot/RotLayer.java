package io.lss.faults.rot;

import io.lss.faults.Layer;
import io.lss.faults.LayerRun;
import io.lss.faults.Providers;
import io.lss.faults.disk.TemporaryDirectory;
import io.lss.faults.load.ViolationException;
import io.lss.faults.rot.Examination.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Damages the files of small stores, in memory where there is a place for it; and some of it on a disk, through io_uring. */
public final class RotLayer implements Layer {

    /** How many damages of single bytes each store but the smallest gets in a default run. */
    private static final int BYTES = 900;

    /** How many damages of blocks and files each store gets in a default run; most have fewer. */
    private static final int BLOCKS = 900;

    /** How many of all damages are tried through io_uring in a default run. */
    private static final int URING = 400;

    /** One in so many opened stores is opened once more, with the damage undone. */
    private static final int UNDO_EVERY = 4;

    /** After so many violations the rest would say the same. */
    private static final int ENOUGH = 12;

    private static final long HANG_SECONDS = 60;

    private static final Path MEMORY = Path.of("/dev/shm");

    /** A damage, and the store it is done to. */
    private record Task(StoreImage image, List<Part> parts, Damage damage) {}

    /** For the command line. */
    public RotLayer() {}

    @Override
    public String name() {
        return "rot";
    }

    @Override
    public String description() {
        return "every meaningful byte, blocks, files and roots of small stores damaged";
    }

    @Override
    public void run(LayerRun run) throws Exception {
        boolean inMemory = Files.isWritable(MEMORY);
        try (TemporaryDirectory directory = TemporaryDirectory.in(inMemory ? MEMORY : run.scratch(), "lss-faults-rot-")) {
            Path place = directory.path();
            List<Task> tasks = tasks(run, new Library(place.resolve("library"), run.request().seed()));
            Place undamaged = new Place(place.resolve("undamaged"));
            for (StoreImage image : tasks.stream().map(Task::image).distinct().toList()) {
                new Examination(image, Anatomy.of(image), undamaged, "filechannel").examineUndamaged();
            }
            new Ward(run, place, "filechannel").examine(tasks);
            if (!run.isOver()) {
                throughUring(run, tasks);
            }
        }
    }

    private static void throughUring(LayerRun run, List<Task> tasks) throws IOException, InterruptedException {
        if (!Providers.at(run.scratch()).contains("uring")) {
            run.skip("uring", "io_uring cannot serve " + run.scratch() + ": " + Providers.whyNotUring(run.scratch()));
            return;
        }
        List<Task> some = new ArrayList<>(tasks);
        Collections.shuffle(some, new Random(run.request().seed()));
        new Ward(run, run.scratch(), "uring").examine(some.subList(0, Math.min(some.size(), run.times(URING))));
    }

    private static List<Task> tasks(LayerRun run, Library library) throws IOException {
        List<Task> tasks = new ArrayList<>();
        StoreImage smallest = library.smallest();
        add(tasks, run, smallest, Integer.MAX_VALUE);
        for (StoreImage image : library.others()) {
            add(tasks, run, image, run.times(BYTES));
        }
        Collections.shuffle(tasks, new Random(run.request().seed()));
        return tasks;
    }

    private static void add(List<Task> tasks, LayerRun run, StoreImage image, int bytes) {
        List<Part> parts = Anatomy.of(image);
        Random random = new Random(run.request().seed());
        List<Damage> all = new ArrayList<>(new Damages(image, parts, run.random(image.name() + " bytes")).everyByte());
        Collections.shuffle(all, random);
        List<Damage> chosen = new ArrayList<>(all.subList(0, Math.min(all.size(), bytes)));
        all = new ArrayList<>(new Damages(image, parts, run.random(image.name() + " blocks")).blocksAndFiles());
        Collections.shuffle(all, random);
        chosen.addAll(all.subList(0, Math.min(all.size(), run.times(BLOCKS))));
        chosen.forEach(damage -> tasks.add(new Task(image, parts, damage)));
        run.progress(image.name() + ": " + image.segments().size() + " segments, " + image.published().size() + " records, "
                + chosen.size() + " damages");
    }

    /** Where stores are examined: some threads, each with a place of its own. */
    private static final class Ward {

        private final LayerRun run;
        private final Path directory;
        private final String provider;
        private final Watch watch = new Watch(TimeUnit.SECONDS.toNanos(HANG_SECONDS));
        private final AtomicInteger next = new AtomicInteger();
        private final AtomicLong cut = new AtomicLong();
        private final AtomicInteger violations = new AtomicInteger();
        private final Map<Outcome, AtomicLong> outcomes = new EnumMap<>(Outcome.class);

        Ward(LayerRun run, Path directory, String provider) {
            this.run = run;
            this.directory = directory;
            this.provider = provider;
            for (Outcome each : Outcome.values()) {
                outcomes.put(each, new AtomicLong());
            }
        }

        void examine(List<Task> tasks) throws IOException, InterruptedException {
            long began = System.nanoTime();
            // Half the time of a case is spent waiting for the store's own threads.
            int threads = 2 * Runtime.getRuntime().availableProcessors();
            CountDownLatch left = new CountDownLatch(threads);
            for (int i = 0; i < threads; i++) {
                Place place = new Place(directory.resolve(provider + "-" + i));
                Thread.ofPlatform().daemon().name("rot-" + i).start(() -> {
                    try {
                        work(tasks, place);
                    } catch (IOException | RuntimeException | Error e) {
                        e.printStackTrace();
                        run.violation("the layer itself failed: " + e);
                    } finally {
                        left.countDown();
                    }
                });
            }
            while (!left.await(1, TimeUnit.SECONDS)) {
                String hung = watch.hung();
                if (hung != null) {
                    run.violation("hangs for " + HANG_SECONDS + " s: " + hung);
                    return; // its thread is lost
                }
            }
            run.note(String.format(
                    "%s: %,d damages; refused by open %,d, reported by scan %,d, "
                            + "harmless or above what was on record %,d, with %,d records cut; %.1f s",
                    provider,
                    outcomes.values().stream().mapToLong(AtomicLong::get).sum(),
                    count(Outcome.REFUSED),
                    count(Outcome.REPORTED),
                    count(Outcome.WHOLE),
                    cut.get(),
                    (System.nanoTime() - began) / 1e9));
        }

        private long count(Outcome outcome) {
            AtomicLong count = outcomes.get(outcome);
            return count == null ? 0 : count.get();
        }

        private void work(List<Task> tasks, Place place) throws IOException {
            for (int i = next.getAndIncrement(); i < tasks.size() && !run.isOver(); i = next.getAndIncrement()) {
                if (violations.get() >= ENOUGH) {
                    return;
                }
                if (i % 5_000 == 4_999) {
                    run.progress(provider + ": " + (i + 1) + " of " + tasks.size());
                }
                examine(tasks.get(i), place, i % UNDO_EVERY == 0);
            }
        }

        private void examine(Task task, Place place, boolean undo) {
            String what = "\"" + task.image().name() + "\" through " + provider + ", " + task.damage().text();
            if (Place.difference(task.image().files(), task.damage().of(task.image())).isEmpty()) {
                return; // zero had been zero
            }
            watch.begin(what);
            try {
                Examination examination = new Examination(task.image(), task.parts(), place, provider);
                count(task.damage().kind(), examination.examine(task.damage(), undo));
                cut.addAndGet(examination.cut());
            } catch (ViolationException e) {
                violated(what + ": " + e.getMessage());
            } catch (IOException | RuntimeException | Error e) {
                e.printStackTrace();
                violated(what + ": threw " + e);
            } finally {
                watch.end();
            }
        }

        private void count(String kind, Outcome outcome) {
            run.faults(kind, 1);
            run.crashPoints(1);
            AtomicLong count = outcomes.get(outcome);
            if (count != null) {
                count.incrementAndGet();
            }
        }

        private void violated(String text) {
            violations.incrementAndGet();
            run.violation(text);
        }
    }
}
