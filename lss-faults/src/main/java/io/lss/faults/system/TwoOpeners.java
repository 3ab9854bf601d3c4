package io.lss.faults.system;

import io.lss.api.LogStructuredStore;
import io.lss.api.StoreLockedException;
import io.lss.faults.load.ViolationException;
import java.io.IOException;

/**
 * Another process has the store open (row 22): it is named. Killed, it does not block. Other openers are in ExclusiveOpenTest.
 */
record TwoOpeners(String provider) implements Scenario {

    @Override
    public String title() {
        return "two-openers-" + provider;
    }

    @Override
    public void run(Stage stage) throws IOException, ViolationException, InterruptedException, SkippedException {
        Trial trial = new Trial(stage, stage.directory().resolve("store"));
        for (int round = 0; round < 3; round++) {
            Opening opening = Opening.of(provider);
            try (Subject subject = trial.begin(opening, 256 << 10)) {
                subject.await("open");
                subject.awaitAcknowledged(100);
                for (String other : new String[] {provider, "filechannel"}) {
                    try (LogStructuredStore second = LogStructuredStore.open(trial.store(), Opening.of(other).options())) {
                        stage.violation("opened twice: " + second);
                    } catch (StoreLockedException e) {
                        stage.fault("second opener");
                        String said = String.valueOf(e.getMessage());
                        stage.check(
                                said.contains("pid=" + subject.pid()) && said.contains(trial.store().toString()),
                                "it does not name the owner and the place: " + said);
                    }
                }
                subject.awaitAcknowledged(20); // the first goes on
            }
            trial.look(opening);
        }
    }
}
