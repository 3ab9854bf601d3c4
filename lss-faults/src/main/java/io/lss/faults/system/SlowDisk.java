package io.lss.faults.system;

import io.lss.faults.disk.FaultyDisk;
import io.lss.faults.disk.FileSystem;
import io.lss.faults.disk.MountedFile;
import io.lss.faults.load.ViolationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A disk that does few requests a second (row 24): appends wait, what is not yet stable stays within the ring and the window,
 * and the process does not grow with what it appends.
 */
record SlowDisk(String provider) implements Scenario {

    private static final int REQUESTS = 150;
    private static final int LOOKS = 6;

    /** For appends to wait for the first time. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(180);

    private static final long MOST_GROWTH = 24 << 20;

    /** Less memory, in the heap and outside, than what is appended; so that what grew with it would end it. */
    private static final Subject.Launch LITTLE = Subject.Launch.PLAIN.flags("-Xmx16m", "-XX:MaxDirectMemorySize=12m");

    @Override
    public String title() {
        return "slow-disk-" + provider;
    }

    @Override
    public void run(Stage stage) throws IOException, ViolationException, InterruptedException, SkippedException {
        Stage.needsFaultyDisk();
        Path image = FileSystem.EXT4.create(stage.image(), 96 << 20);
        FaultyDisk disk = stage.closing(FaultyDisk.serve(stage.directory(), image));
        MountedFile mounted = stage.mount(FileSystem.EXT4, disk.exported());
        Trial trial = new Trial(stage, mounted.root().resolve("store"));
        Opening opening = Opening.of(provider);
        long mostBehind = 0;
        try (Subject subject = trial.begin(opening, 256 << 10, LITTLE)) {
            subject.await("open");
            subject.awaitAcknowledged(600); // warm
            subject.say("flood");
            disk.slowTo(REQUESTS);
            stage.fault("slow disk");
            long before = 0;
            long records = 0;
            String[] stats = {};
            long deadline = System.nanoTime() + PATIENCE_NANOS;
            for (int i = 0; i < LOOKS || (Long.parseLong(stats[2]) == 0 && System.nanoTime() < deadline); i++) {
                subject.awaitAcknowledged(40);
                subject.say("stats");
                stats = subject.await("stats").split(" ", -1);
                mostBehind = Math.max(mostBehind, Long.parseLong(stats[1]) - Long.parseLong(stats[0]));
                if (i == 0) {
                    before = residentBytes(subject.pid());
                    records = Long.parseLong(stats[3]);
                }
            }
            long growth = residentBytes(subject.pid()) - before;
            stage.progress(stats[2] + " waits for space; " + (Long.parseLong(stats[3]) - records) + " records more and "
                    + (growth >> 10) + " KiB more of memory; at most " + mostBehind + " bytes not yet stable");
            stage.check(Long.parseLong(stats[2]) > 0, "appends never waited");
            stage.check(growth < MOST_GROWTH, "the process has grown by " + growth + " bytes");
            // The ring, and the window: a segment's size, since that is more than the ring.
            long bound = (long) opening.buffers() * opening.bufferSize() + opening.segmentSize();
            stage.check(mostBehind <= bound, mostBehind + " bytes were not yet stable, more than " + bound);
            disk.slowTo(0);
            Trial.finish(subject);
        }
        trial.look(opening);
    }

    private static long residentBytes(long pid) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) << 10;
            }
        }
        throw new IOException("no VmRSS of process " + pid);
    }
}
