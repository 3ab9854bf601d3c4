package io.lss.faults.system;

import io.lss.faults.load.ViolationException;
import java.io.IOException;
import java.nio.file.Path;

/** System calls are interrupted or refused for the moment, again and again, under load (row 13): nothing fails, nothing hangs. */
record RefusedCalls(String provider, String call, String errno, String when) implements Scenario {

    private static final int ENOUGH = 10;

    @Override
    public String title() {
        return "refused-" + call + "-" + errno + "-" + provider;
    }

    @Override
    public void run(Stage stage) throws IOException, ViolationException, InterruptedException, SkippedException {
        Traced.needed();
        Trial trial = new Trial(stage, stage.directory().resolve("store"));
        Path trace = stage.directory().resolve("trace");
        Opening opening = Opening.of(provider);
        try (Subject subject =
                trial.begin(opening, Trial.ALL, Subject.Launch.PLAIN.through(Traced.failing(trace, call, errno, when)))) {
            subject.await("open");
            subject.awaitAcknowledged(400);
            subject.until(ENOUGH + " refused calls", () -> refused(trace) >= ENOUGH);
            Trial.finish(subject);
        }
        long injected = refused(trace);
        for (int i = 0; i < injected; i++) {
            stage.fault(errno + " of " + call);
        }
        trial.look(opening);
    }

    private static long refused(Path trace) throws IOException {
        return Traced.count(trace, line -> line.contains("(INJECTED)"));
    }
}
