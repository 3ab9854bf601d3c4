package io.lss.faults.system;

import io.lss.faults.load.ViolationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * One system call of the process fails and the next would succeed (rows 4, 5), put there by strace. What is in the page cache
 * is on the disk in the end: the disk itself is well.
 */
final class CallErrors implements Scenario {

    private final Opening opening;
    private final String call;
    private final int when;
    private final List<String> files;

    private CallErrors(Opening opening, String call, int when, List<String> files) {
        this.opening = opening;
        this.call = call;
        this.when = when;
        this.files = files;
    }

    /** The {@code when}-th call of a thread on certain files of the store fails with EIO. */
    static Scenario of(Opening opening, String call, int when, String... files) {
        return new CallErrors(opening, call, when, List.of(files));
    }

    @Override
    public String title() {
        String properties = String.join("", opening.properties().values());
        String file = files.getFirst().replaceAll("0*([0-9])", "$1").replaceAll("\\..*", "");
        return "call-" + call + "-" + opening.provider() + properties + "-" + file;
    }

    @Override
    public void run(Stage stage) throws IOException, ViolationException, InterruptedException, SkippedException {
        Traced.needed();
        Trial trial = new Trial(stage, stage.directory().resolve("store"));
        Path trace = stage.directory().resolve("trace");
        String[] paths = files.stream().map(file -> trial.store().resolve(file).toString()).toArray(String[]::new);
        Subject subject = trial.begin(
                opening,
                128 << 10,
                Subject.Launch.PLAIN.through(
                        Traced.failing(trace, call, "EIO", String.valueOf(when), paths)));
        subject.await("open");
        if (call.equals("fdatasync")) {
            subject.say("flood"); // with much in flight, a sync serves many writes
        }
        new Drill(stage, trial).failed(subject, "Input/output error");
        Stage.require(Files.readString(trace).contains("(INJECTED)"), "nothing was injected");
        stage.fault(call + " EIO");
        trial.look(opening);
        trial.lookAgain(opening);
        trial.goOn(opening);
    }
}
