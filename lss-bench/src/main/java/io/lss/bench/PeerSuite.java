package io.lss.bench;

import io.lss.bench.peer.PeerSubjects;
import io.lss.bench.run.Bar;
import io.lss.bench.run.Comparison;
import io.lss.bench.run.Contender;
import io.lss.bench.run.Metric;
import io.lss.bench.store.StoreSubjects;
import io.lss.bench.work.Resident;
import io.lss.bench.work.Subject;
import io.lss.bench.work.Work;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Our store beside the stores that people use, for the same work with the same durability. A peer that cannot run on a machine fails by name
 * and with the reason, the others go on; the bars then compare with the best of those that ran, and the run as a whole counts as failed.
 */
final class PeerSuite {

    private static final int[] RECORDS = {64, 256, 1 << 10, 4 << 10};
    private static final int COMMITTED = 256;
    private static final List<Subject> OURS = StoreSubjects.all();
    private static final List<Subject> PEERS = PeerSubjects.all();

    private PeerSuite() {}

    static List<Comparison> of(Scene scene) {
        List<Comparison> all = new ArrayList<>();
        for (int threads : new int[] {1, 8, 64}) {
            all.add(commit(scene, threads));
        }
        for (int record : RECORDS) {
            for (int threads : new int[] {1, 4}) {
                all.add(bulk(scene, record, threads));
            }
        }
        return all;
    }

    /**
     * Part of the payload that peers append in bulk, as a divisor: at a tenth of our speed with small records they would take half a minute for all
     * of it. Figures are per second, so they stay comparable, and less is, if anything, in a peer's favour: caches and tables stay small.
     */
    private static int share(int recordBytes) {
        return recordBytes <= 64 ? 8 : recordBytes <= 256 ? 4 : 2;
    }

    private static Comparison bulk(Scene scene, int record, int threads) {
        List<Contender> contenders = new ArrayList<>();
        add(contenders, scene, OURS, Work.bulk(record, scene.mebibytes(), threads, false));
        add(contenders, scene, PEERS, Work.bulk(record, Math.max(1, scene.mebibytes() / share(record)), threads, false));
        Map<String, String> axis = new LinkedHashMap<>();
        axis.put("rec", String.valueOf(record));
        axis.put("thr", String.valueOf(threads));
        return new Comparison(
                "peers-bulk",
                "bulk append, " + threads + (threads == 1 ? " thread" : " threads") + ", records of " + record + " bytes, new space; peers append a "
                        + "part, 1/" + share(record),
                Metric.MIB_PER_SECOND,
                axis,
                contenders,
                ahead(Metric.MIB_PER_SECOND));
    }

    /** One log for all measurements, ours and theirs. */
    private static Comparison commit(Scene scene, int threads) {
        List<Contender> contenders = new ArrayList<>();
        Work work = CommitSuite.steady(Work.commit(COMMITTED, threads, false, scene.time()));
        add(contenders, scene, OURS, work);
        add(contenders, scene, PEERS, work);
        List<Bar> bars = ahead(Metric.PER_SECOND);
        if (threads == 64) {
            bars.add(new Bar("B4", "LSS uring", Metric.PER_SECOND, names(PEERS), 1.5));
        }
        return new Comparison(
                "peers-commit",
                threads + (threads == 1 ? " thread commits" : " threads commit") + " records of " + COMMITTED + " bytes",
                Metric.PER_SECOND,
                Map.of("thr", String.valueOf(threads)),
                contenders,
                bars);
    }

    private static void add(List<Contender> contenders, Scene scene, List<Subject> subjects, Work work) {
        for (Subject subject : subjects) {
            contenders.add(Resident.of(subject.name(), subject, work, scene.place(subject.name())));
        }
    }

    private static List<String> names(List<Subject> subjects) {
        return subjects.stream().map(Subject::name).toList();
    }

    private static List<Bar> ahead(Metric metric) {
        List<Bar> bars = new ArrayList<>();
        for (Subject ours : OURS) {
            bars.add(new Bar("B9", ours.name(), metric, names(PEERS), 1.0));
        }
        return bars;
    }
}
