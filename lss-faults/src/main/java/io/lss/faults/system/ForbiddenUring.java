package io.lss.faults.system;

import io.lss.faults.load.ViolationException;
import java.io.IOException;
import java.util.Map;

/**
 * A seccomp filter refuses the calls of io_uring (row 15): a store that may choose takes FileChannel and says why; one that may
 * not is refused, with the reason.
 */
record ForbiddenUring(int errno) implements Scenario {

    private static final Map<Integer, String> NAMES = Map.of(1, "EPERM", 38, "ENOSYS");

    @Override
    public String title() {
        return "seccomp-" + NAMES.get(errno);
    }

    @Override
    public void run(Stage stage) throws IOException, ViolationException, InterruptedException, SkippedException {
        Trial trial = new Trial(stage, stage.directory().resolve("store"));
        Subject.Launch filtered = Subject.Launch.PLAIN.flags("-D" + SubjectMain.FORBID + "=" + errno);
        Opening any = Opening.of(Opening.ANY);
        try (Subject subject = trial.begin(any, Trial.ALL, filtered)) {
            String open = subject.await("open");
            stage.check(open.startsWith("provider=filechannel "), "not FileChannel: " + open);
            stage.check(
                    open.contains("rejected={uring=")
                            && open.contains("seccomp")
                            && open.contains(String.valueOf(NAMES.get(errno))),
                    "it does not say why: " + open);
            subject.awaitAcknowledged(100);
            stage.fault("seccomp " + NAMES.get(errno));
        }
        trial.look(any);
        try (Subject subject = trial.begin(Opening.of("uring"), Trial.ALL, filtered)) {
            String refused = subject.await("refused");
            stage.check(
                    refused.contains("NoProviderException")
                            && refused.contains("seccomp")
                            && refused.contains(trial.store().toString()),
                    "asked for by name, it does not say why not: " + refused);
        }
        trial.goOn(any);
    }
}
