package io.lss.bench;

import io.lss.bench.run.Comparison;
import io.lss.bench.run.Contender;
import io.lss.bench.run.Metric;
import io.lss.bench.work.Resident;
import io.lss.bench.work.Subject;
import io.lss.bench.work.Work;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Beside bare loops over a file: what a store costs, or saves. One thread, new space. No bars: the loops frame, check and recover nothing. */
final class LoopSuite {

    private static final List<String> SUBJECTS = List.of("filechannel-loop", "mapped-loop", "lss-uring", "lss-filechannel");

    private LoopSuite() {}

    static List<Comparison> of(Scene scene) {
        return List.of(
                bulk(scene, 256),
                bulk(scene, 4096),
                comparison(scene, "loops-commit", "one thread commits", Metric.PER_SECOND, Work.commit(256, 1, false, scene.time())));
    }

    private static Comparison bulk(Scene scene, int record) {
        return comparison(scene, "loops-bulk", "bulk append", Metric.MIB_PER_SECOND, Work.bulk(record, scene.mebibytes(), 1, false));
    }

    private static Comparison comparison(Scene scene, String group, String title, Metric main, Work work) {
        List<Contender> contenders = SUBJECTS.stream().map(id -> resident(scene, id, work)).toList();
        Map<String, String> axis = new LinkedHashMap<>();
        axis.put("rec", String.valueOf(work.recordBytes()));
        axis.put("thr", "1");
        return new Comparison(group, title + ", records of " + work.recordBytes() + " bytes, beside bare loops", main, axis, contenders, List.of());
    }

    private static Contender resident(Scene scene, String id, Work work) {
        Subject subject = Subjects.of(id);
        return Resident.of(subject.name(), subject, work, scene.place(subject.name()));
    }
}
