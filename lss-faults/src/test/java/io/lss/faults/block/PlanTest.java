package io.lss.faults.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.faults.disk.FileSystem;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class PlanTest {

    private static final List<String> BOTH = List.of("filechannel", "uring");

    @Test
    void everyCombinationGetsThreeHundredPointsAtScaleTwenty() {
        Map<String, Integer> points = Plan.of(FileSystem.EXT4, BOTH, 1_200, 0).stream()
                .collect(Collectors.groupingBy(Plan::combination, Collectors.summingInt(Plan::points)));
        assertEquals(4, points.size());
        points.forEach((combination, count) -> assertEquals(300, count, combination));
    }

    @Test
    void aDefaultRunHasEveryCombinationAndAKill() {
        for (FileSystem each : FileSystem.values()) {
            List<Plan> plans = Plan.of(each, BOTH, 60, 7);
            assertEquals(60, plans.stream().mapToInt(Plan::points).sum());
            assertEquals(4, plans.stream().map(Plan::combination).distinct().count());
            assertEquals(1, plans.stream().filter(Plan::killed).count());
            assertEquals(plans.size(), plans.stream().map(Plan::number).distinct().count());
        }
    }

    @Test
    void noRecordingIsMadeForNothing() {
        assertTrue(Plan.of(FileSystem.XFS, BOTH, 3, 0).stream().allMatch(plan -> plan.points() == 1));
    }
}
