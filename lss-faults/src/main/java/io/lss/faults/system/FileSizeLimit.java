package io.lss.faults.system;

import io.lss.api.WriteMode;
import io.lss.faults.Shell;
import io.lss.faults.load.ViolationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Files may not grow beyond a limit that lies inside a segment (row 6): the write that crosses it is short, the next one is
 * refused (EFBIG; the JVM ignores SIGXFSZ). What is short is not stable. SERIALIZED: the next write comes only when the one
 * before is stable, so who takes the short one for whole acknowledges what is not there. Where units begin is chance: it is tried again
 * until one was cut short.
 */
record FileSizeLimit(String provider) implements Scenario {

    private static final long SEGMENT = 4 << 20;

    /**
     * The last unit of a segment crosses it, or begins behind it. Who takes a short write for a whole one goes on in the next
     * segment, which was made before there was a limit, and acknowledges.
     */
    private static final long LIMIT = SEGMENT - (16 << 10);

    /** How often it is tried; most units that come to the limit cross it, if the next segment but one is not refused before. */
    private static final int MOST = 8;

    @Override
    public String title() {
        return "file-size-limit-" + provider;
    }

    @Override
    public void run(Stage stage) throws IOException, ViolationException, InterruptedException, SkippedException {
        Stage.needs("prlimit", "util-linux");
        boolean cutShort = false;
        for (int i = 0; i < MOST && !cutShort; i++) {
            cutShort = runOnce(stage, stage.directory().resolve("store" + i));
        }
        if (!cutShort) {
            throw new SkippedException("in " + MOST + " tries no write was cut short, only refused as a whole; run it again");
        }
    }

    /** {@return whether a write was cut short, and not just refused} */
    private boolean runOnce(Stage stage, Path store) throws IOException, ViolationException, InterruptedException, SkippedException {
        Trial trial = new Trial(stage, store);
        Opening opening = Opening.of(provider).segments(SEGMENT)
                .mode(WriteMode.SERIALIZED)
                .with("preallocate", provider.equals("uring") ? "fallocate" : "sparse");
        Subject subject = trial.begin(opening, Trial.ALL);
        subject.await("open");
        subject.awaitAcknowledged(20);
        subject.say("flood"); // long writes, so that one crosses the limit
        Path next = trial.store().resolve("seg-0000000000000002.lss");
        subject.until("the next segment was made", () -> Files.exists(next));
        Shell.run("prlimit", "--pid", String.valueOf(subject.pid()), "--fsize=" + LIMIT + ":");
        String failure = new Drill(stage, trial).failed(subject, "File too large");
        // What fails may also be the creation of the segment after the next one.
        boolean cutShort = failure.contains(" done=") && !failure.contains(" done=0 ");
        stage.fault(cutShort ? "EFBIG after a short write" : "EFBIG");
        trial.look(opening);
        trial.lookAgain(opening);
        trial.goOn(opening);
        return cutShort;
    }
}
