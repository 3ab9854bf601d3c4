package io.lss.faults.system;

import io.lss.api.WriteMode;
import io.lss.faults.load.ViolationException;
import java.io.IOException;

/**
 * Callers, platform and virtual threads, are interrupted at random points, thousands of times (row 23): no channel is closed,
 * nothing is lost, nothing is there twice, and the store closes as it should.
 */
record Interrupts(String provider, WriteMode mode) implements Scenario {

    private static final int INTERRUPTS = 3_000;

    @Override
    public String title() {
        return "interrupts-" + provider + "-" + mode;
    }

    @Override
    public void run(Stage stage) throws IOException, ViolationException, InterruptedException, SkippedException {
        Trial trial = new Trial(stage, stage.directory().resolve("store"));
        Opening opening = Opening.of(provider).mode(mode);
        long interrupts = 0;
        try (Subject subject = trial.begin(opening, 256 << 10)) {
            subject.await("open");
            subject.say("interrupts");
            subject.say("reads");
            while (interrupts < INTERRUPTS) {
                interrupts = Long.parseLong(subject.await("interrupted"));
            }
            subject.awaitAcknowledged(50); // it still works
            Trial.finish(subject);
        }
        for (long i = 0; i < interrupts; i++) {
            stage.fault("interrupt");
        }
        trial.look(opening);
        trial.lookAgain(opening);
    }
}
