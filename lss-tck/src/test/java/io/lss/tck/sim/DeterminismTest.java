package io.lss.tck.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.spi.flush.Segment;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The same seed gives the same history and the same disks. */
class DeterminismTest {

    private record Run(
            List<String> history, List<Integer> completions, long fingerprint, long elapsed, List<Long> images) {}

    private static Run run(long seed, int inlinePercent) throws IOException {
        List<Long> images = new ArrayList<>();
        Rig rig = Rig.on(SimulatedSettings.builder()
                .seed(seed)
                .traced(true)
                .inlinePercent(inlinePercent)
                .observer(moment -> {
                    if (moment.kind() == OperationKind.COMPLETE) {
                        images.add(moment.device().operations());
                    }
                })
                .build());
        List<Integer> completions = new ArrayList<>();
        for (int number = 1; number <= 3; number++) {
            Segment segment = rig.device().create(number, 16 * Rig.BLOCK);
            for (int i = 0; i < 8; i++) {
                int id = number * 100 + i;
                segment.write(rig.filled(1, id), (long) i * Rig.BLOCK, i % 3 == 0, (_, _) -> completions.add(id));
            }
            rig.settle();
            segment.sync((_, _) -> completions.add(-1));
            rig.device().submit();
        }
        rig.device().drive(100);
        for (long crash = 0; crash < 10; crash++) {
            images.add(rig.medium().crash(crash).hash());
            images.add(rig.medium().killWithLateWrites(crash).crash(crash).hash());
        }
        SimulatedDevice device = rig.device();
        return new Run(device.history(), completions, device.fingerprint(), device.elapsedNanos(), images);
    }

    @Test
    void theSameSeedGivesTheSameHistoryAndTheSameDisks() throws IOException {
        for (long seed = 0; seed < 20; seed++) {
            assertEquals(run(seed, 0), run(seed, 0));
            assertEquals(run(seed, 50), run(seed, 50));
        }
    }

    @Test
    void otherSeedsGiveOtherHistories() throws IOException {
        Set<Long> fingerprints = new HashSet<>();
        for (long seed = 0; seed < 20; seed++) {
            fingerprints.add(run(seed, 0).fingerprint);
        }
        assertEquals(20, fingerprints.size());
    }

    @Test
    void completionsComeOutOfOrder() throws IOException {
        List<Integer> completions = run(1, 0).completions;
        List<Integer> sorted = completions.stream().sorted().toList();

        assertNotEquals(sorted, completions);
    }

    @Test
    void everyOperationIsInTheHistoryOnce() throws IOException {
        Run run = run(1, 0);

        assertEquals("operation 1, OPEN_DEVICE", run.history.getFirst());
        for (int i = 0; i < run.history.size(); i++) {
            assertTrue(run.history.get(i).startsWith("operation " + (i + 1) + ", "), run.history.get(i));
        }
    }

    @Test
    void anObserverSeesEveryMomentAtWhichACrashCanStrike() throws IOException {
        Set<Long> fromOneRun = new HashSet<>();
        SimulatedMedium[] watched = new SimulatedMedium[1];
        SimulatedMedium medium = SimulatedMedium.blank(SimulatedSettings.builder()
                .seed(3)
                .observer(_ -> {
                    SimulatedMedium now = watched[0];
                    if (now != null) {
                        fromOneRun.add(now.crash(9).hash());
                    }
                })
                .build());
        watched[0] = medium;
        workload(Rig.on(medium));
        long operations = medium.device().orElseThrow().operations();

        Set<Long> fromManyRuns = new HashSet<>();
        for (long n = 1; n <= operations; n++) {
            SimulatedMedium crashing = SimulatedMedium.blank(
                    SimulatedSettings.builder().seed(3).faults(SimulatedFaults.none().crashAt(n)).build());
            try {
                workload(Rig.on(crashing));
            } catch (SimulatedCrashException e) {
                // Some operations say so, others complete with a failure.
            }
            assertTrue(crashing.crashed(), "operation " + n);
            fromManyRuns.add(crashing.crash(9).hash());
        }
        assertEquals(fromManyRuns, fromOneRun);
    }

    private static void workload(Rig rig) throws IOException {
        Segment segment = rig.device().create(1, 16 * Rig.BLOCK);
        rig.device().writeRoot(0, new byte[] {1, 2, 3});
        rig.synced(segment, 0, 4, 7);
        rig.synced(segment, 4, 2, 8);
        rig.device().writeRoot(1, new byte[] {4, 5, 6});
        segment.close();
        rig.device().delete(1);
        rig.device().close();
    }
}
