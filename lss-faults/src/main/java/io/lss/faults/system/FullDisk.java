package io.lss.faults.system;

import io.lss.faults.disk.FileSystem;
import io.lss.faults.load.ViolationException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * No space (rows 6 and 7). Where it is asked for, appends say so, reads go on, and appends resume when space returns. Where a
 * write into a segment finds none (a sparse file, on a file system that others have filled), the store fails; that write may be
 * a short one.
 */
final class FullDisk implements Scenario {

    private static final long BYTES = 24 << 20;

    private final String title;
    private final Opening opening;
    private final String type;
    private final boolean fatal;

    private FullDisk(String title, Opening opening, String type, boolean fatal) {
        this.title = title;
        this.opening = opening;
        this.type = type;
        this.fatal = fatal;
    }

    static Scenario atAllocation(Opening opening) {
        return new FullDisk("full-disk-" + opening.provider(), opening, "ext4", false);
    }

    /** Segments take their space when they are written. */
    static Scenario underWrites(String type) {
        Opening sparse = Opening.of("filechannel").segments(1 << 20).with("preallocate", "sparse");
        return new FullDisk(
                "full-" + type + "-under-writes", sparse.with("direct", type.equals("tmpfs") ? "off" : "auto"), type, true);
    }

    @Override
    public String title() {
        return title;
    }

    @Override
    public void run(Stage stage) throws IOException, ViolationException, InterruptedException, SkippedException {
        Stage.needsRoot();
        Path point;
        if (type.equals("tmpfs")) {
            point = stage.mountInMemory("size=" + BYTES);
        } else {
            Path image = FileSystem.EXT4.create(stage.image(), BYTES, "-O", "^has_journal");
            point = stage.mount(FileSystem.EXT4, image).root();
        }
        Trial trial = new Trial(stage, point.resolve("store"));
        Path ballast = point.resolve("ballast");
        Subject subject = trial.begin(opening, Trial.ALL);
        if (fatal) {
            new Drill(stage, trial).fail(subject, () -> fill(ballast), "No space left");
            stage.fault("no space for a write");
            Files.delete(ballast);
        } else {
            subject.await("open");
            subject.awaitAcknowledged(Drill.UNDER_WAY);
            for (int round = 0; round < 2; round++) {
                fillThenMakeSpace(stage, trial, subject, ballast);
            }
            Trial.finish(subject);
        }
        trial.look(opening);
        trial.lookAgain(opening);
        trial.goOn(opening);
    }

    private static void fillThenMakeSpace(Stage stage, Trial trial, Subject subject, Path ballast)
            throws IOException, ViolationException, InterruptedException {
        fill(ballast);
        String full = subject.await("full");
        stage.fault("no space for a segment");
        stage.check(full.contains(trial.store().toString()), "it does not say where there is no space: " + full);
        stage.check(full.startsWith("io.lss.api.StoreFullException"), "not the exception for it: " + full);
        subject.say("reads");
        stage.check(subject.await("reading").matches("found=[1-9].* failed=0 .*"), "reads do not go on");
        Files.delete(ballast);
        subject.awaitAcknowledged(100);
    }

    private static void fill(Path file) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int size = 1 << 20; size >= 512; size /= 2) {
                while (wrote(out, size)) {
                    // Until nothing fits.
                }
            }
        }
    }

    private static boolean wrote(OutputStream out, int size) {
        try {
            out.write(new byte[size]);
            return true;
        } catch (IOException e) {
            return false; // that is what is wanted
        }
    }
}
