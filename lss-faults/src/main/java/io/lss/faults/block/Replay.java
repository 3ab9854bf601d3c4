package io.lss.faults.block;

import io.lss.api.Durability;
import io.lss.api.LogStructuredStore;
import io.lss.api.StoreException;
import io.lss.faults.LayerRun;
import io.lss.faults.disk.Mount;
import io.lss.faults.load.Entry;
import io.lss.faults.load.Oracle;
import io.lss.faults.load.Run;
import io.lss.faults.load.Setup;
import io.lss.faults.load.ViolationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Cuts the power at some points of a recording, and recovers the store in this JVM each time, through any provider. */
final class Replay {

    private final LayerRun run;
    private final Tally tally;
    private final List<String> providers;
    private final Recording recording;
    private final SplittableRandom random;
    private final Path images;
    private final Path mountPoint;

    Replay(
            LayerRun run,
            Tally tally,
            List<String> providers,
            Recording recording,
            SplittableRandom random,
            Path images,
            Path mountPoint) {
        this.run = run;
        this.tally = tally;
        this.providers = providers;
        this.recording = recording;
        this.random = random;
        this.images = images;
        this.mountPoint = mountPoint;
    }

    void cutPower() throws IOException {
        Path base = images.resolve("durable");
        Path image = images.resolve("cut");
        try (PowerCut cut = new PowerCut(recording.entries(), base, recording.bytes())) {
            for (int point : Points.choose(recording, random)) {
                if (run.isOver()) {
                    break;
                }
                String how = cut.at(point, random, image);
                recoverAndCheck(image, point, how);
                run.crashPoints(1);
            }
            run.faults("requests lost", cut.lost());
            run.faults("requests torn", cut.torn());
        } finally {
            Files.deleteIfExists(base);
            Files.deleteIfExists(image);
        }
    }

    private void recoverAndCheck(Path image, int point, String how) throws IOException {
        Plan plan = recording.plan();
        List<Run> runs = recording.runsAt(point);
        Oracle oracle = new Oracle();
        String wrong = null;
        try (Mount mount = Mount.of(image, mountPoint, plan.fileSystem().type(), "loop")) {
            wrong = look(oracle, mount.root().resolve(Recording.STORE), runs);
        }
        tally.point(plan, oracle.acknowledged(), wrong != null);
        if (wrong != null) {
            run.violation(String.format(
                    "%s, recording %d%s, power cut after %d of %d requests, %s, seed %d: %s",
                    plan.combination(),
                    plan.number(),
                    plan.killed() ? " (killed after about " + recording.ends().getFirst() + " and reopened)" : "",
                    point,
                    recording.entries().size(),
                    how,
                    run.request().seed(),
                    wrong));
        }
    }

    /** {@return what is wrong, or null} */
    private @Nullable String look(Oracle oracle, Path store, List<Run> runs) throws IOException {
        int turn = random.nextInt(providers.size());
        String opener = providers.get(turn);
        try {
            List<Entry> found;
            try (LogStructuredStore opened = LogStructuredStore.open(store, setup(opener).options())) {
                oracle.look(opened, runs);
                found = oracle.known();
            }
            opener = providers.get((turn + 1) % providers.size());
            try (LogStructuredStore again = LogStructuredStore.open(store, setup(opener).options())) {
                if (!Oracle.scan(again).equals(found)) {
                    throw new ViolationException("opened twice, it is not the same");
                }
            }
            return null;
        } catch (ViolationException | StoreException e) {
            return "opened by " + opener + ": " + e;
        }
    }

    private Setup setup(String provider) {
        return Setup.of(provider, recording.plan().mode(), Durability.SYNC, random.nextInt(60));
    }
}
