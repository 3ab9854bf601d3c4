package io.lss.faults.system;

import io.lss.faults.Shell;
import io.lss.faults.load.ViolationException;
import java.io.IOException;

/**
 * Files may not grow beyond a limit that lies inside a segment (row 6): the write that crosses it is short, the next one is refused (EFBIG;
 * the JVM ignores SIGXFSZ). What is short is not stable.
 */
record FileSizeLimit(String provider) implements Scenario {

    private static final int LIMIT = (512 << 10) + 4096;

    @Override
    public String title() {
        return "file-size-limit-" + provider;
    }

    @Override
    public void run(Stage stage) throws IOException, ViolationException, InterruptedException, SkippedException {
        Stage.needs("prlimit", "util-linux");
        Trial trial = new Trial(stage, stage.directory().resolve("store"));
        Opening opening = Opening.of(provider).segments(1 << 20);
        Subject subject = trial.begin(opening, Trial.ALL);
        subject.await("open");
        subject.awaitAcknowledged(20);
        Shell.run("prlimit", "--pid", String.valueOf(subject.pid()), "--fsize=" + LIMIT + ":");
        new Drill(stage, trial).failed(subject, "File too large");
        stage.fault("EFBIG");
        trial.look(opening);
        trial.lookAgain(opening);
        trial.goOn(opening);
    }
}
