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
 * before is stable, so who takes the short one for whole acknowledges what is not there.
 */
record FileSizeLimit(String provider) implements Scenario {

    private static final long SEGMENT = 4 << 20;

    /**
     * The last unit of a segment crosses it, or begins behind it. Who takes a short write for a whole one goes on in the next
     * segment, which was made before there was a limit, and acknowledges.
     */
    private static final long LIMIT = SEGMENT - (16 << 10);

    @Override
    public String title() {
        return "file-size-limit-" + provider;
    }

    @Override
    public void run(Stage stage) throws IOException, ViolationException, InterruptedException, SkippedException {
        Stage.needs("prlimit", "util-linux");
        Trial trial = new Trial(stage, stage.directory().resolve("store"));
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
        stage.fault(failure.contains(" done=0 ") ? "EFBIG" : "EFBIG after a short write");
        trial.look(opening);
        trial.lookAgain(opening);
        trial.goOn(opening);
    }
}
