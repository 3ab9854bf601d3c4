package io.lss.faults.system;

import io.lss.faults.load.ViolationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The kernel kills the process for want of memory in its control group (row 24): the oracle holds. */
record OomKill(String provider) implements Scenario {

    private static final String LIMIT = String.valueOf(320L << 20);

    @Override
    public String title() {
        return "oom-kill-" + provider;
    }

    @Override
    public void run(Stage stage) throws IOException, ViolationException, InterruptedException, SkippedException {
        Stage.needsRoot();
        Path group = group(stage);
        Trial trial = new Trial(stage, stage.directory().resolve("store"));
        Opening opening = Opening.of(provider);
        for (int round = 0; round < 2; round++) {
            try (Subject subject =
                    trial.begin(opening, 256 << 10, Subject.Launch.PLAIN.flags("-XX:MaxDirectMemorySize=16g"))) {
                subject.await("open");
                Files.writeString(group.resolve("cgroup.procs"), String.valueOf(subject.pid()));
                subject.awaitAcknowledged(Drill.UNDER_WAY);
                subject.say("hoard");
                int status = subject.awaitExit();
                stage.check(status == 128 + 9, "the process ended with status " + status + " and was not killed");
            }
            stage.check(kills(group) == round + 1, "the kernel counts " + kills(group) + " kills, not " + (round + 1));
            stage.fault("OOM kill");
            trial.look(opening);
        }
        trial.lookAgain(opening);
    }

    /** {@return a control group of our own whose memory is limited} Version 1 of the interface, or version 2. */
    private static Path group(Stage stage) throws SkippedException {
        Path first = Path.of("/sys/fs/cgroup/memory");
        boolean isFirst = Files.exists(first.resolve("memory.limit_in_bytes"));
        Path group = (isFirst ? first : Path.of("/sys/fs/cgroup")).resolve("lss-faults-" + ProcessHandle.current().pid() + "-"
                + stage.directory().getFileName());
        try {
            if (!isFirst) {
                Files.writeString(Path.of("/sys/fs/cgroup/cgroup.subtree_control"), "+memory");
            }
            Files.createDirectory(group);
            stage.undoing(() -> Files.deleteIfExists(group));
            Files.writeString(group.resolve(isFirst ? "memory.limit_in_bytes" : "memory.max"), LIMIT);
            if (!isFirst) {
                Files.writeString(group.resolve("memory.swap.max"), "0");
            }
            return group;
        } catch (IOException e) {
            throw new SkippedException(
                    "no control group whose memory can be limited (" + e + "): mount cgroup version 1 or 2 writable");
        }
    }

    private static long kills(Path group) throws IOException {
        Path counts = group.resolve(Files.exists(group.resolve("memory.events")) ? "memory.events" : "memory.oom_control");
        for (String line : Files.readAllLines(counts)) {
            if (line.startsWith("oom_kill ")) {
                return Long.parseLong(line.substring("oom_kill ".length()));
            }
        }
        throw new IOException("no count of kills in " + counts);
    }
}
