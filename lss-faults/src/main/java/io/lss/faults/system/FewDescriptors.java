package io.lss.faults.system;

import io.lss.faults.Shell;
import io.lss.faults.load.ViolationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The process may open no more files (row 24) while it reads many segments and makes new ones: reads and the store itself fail
 * saying so, and nothing is lost.
 */
record FewDescriptors(String provider) implements Scenario {

    @Override
    public String title() {
        return "few-descriptors-" + provider;
    }

    @Override
    public void run(Stage stage) throws IOException, ViolationException, InterruptedException, SkippedException {
        Stage.needs("prlimit", "util-linux");
        Trial trial = new Trial(stage, stage.directory().resolve("store"));
        Opening opening = Opening.of(provider).segments(64 << 10);
        Subject subject = trial.begin(opening, Trial.ALL);
        subject.await("open");
        subject.awaitAcknowledged(1_500);
        subject.say("reads");
        stage.check(subject.await("reading").contains(" failed=0 "), "reads fail before anything happens");
        long open;
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/" + subject.pid() + "/fd"))) {
            open = descriptors.count();
        }
        Shell.run("prlimit", "--pid", String.valueOf(subject.pid()), "--nofile=" + open + ":");
        stage.fault("EMFILE");
        new Drill(stage, trial).failed(subject, "Too many open files");
        trial.look(opening);
        trial.lookAgain(opening);
        trial.goOn(opening);
    }
}
