package io.lss.bench;

import io.lss.bench.run.Comparison;
import java.util.ArrayList;
import java.util.List;

/** Everything that is compared. */
final class Suite {

    private Suite() {}

    /** {@return all comparisons, in the order in which they run} */
    static List<Comparison> of(Scene scene) {
        List<Comparison> all = new ArrayList<>();
        all.addAll(MemorySuite.of());
        all.addAll(CommitSuite.of(scene));
        all.addAll(BulkSuite.of(scene));
        all.addAll(LoopSuite.of(scene));
        all.addAll(ScenarioSuite.of(scene));
        all.addAll(PeerSuite.of(scene));
        return all;
    }
}
