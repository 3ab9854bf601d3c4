package io.lss.bench;

import io.lss.bench.limit.CReference;
import io.lss.bench.limit.Fio;
import io.lss.bench.run.Bar;
import io.lss.bench.run.Comparison;
import io.lss.bench.run.Contender;
import io.lss.bench.run.Metric;
import io.lss.bench.work.Resident;
import io.lss.bench.work.Subject;
import io.lss.bench.work.Work;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Bulk append by record size and number of threads, on new space and on space used before. */
final class BulkSuite {

    private static final int[] RECORDS = {64, 256, 1 << 10, 4 << 10, 64 << 10, 1 << 20};
    private static final String FIO = "fio, 1 MiB depth 4";
    private static final int[] THREADS = {1, 2, 4, 16, 20};

    private BulkSuite() {}

    static List<Comparison> of(Scene scene) {
        List<Comparison> all = new ArrayList<>();
        for (boolean steady : new boolean[] {false, true}) {
            for (int record : RECORDS) {
                for (int threads : THREADS) {
                    all.add(limits(scene, record, threads, steady));
                }
            }
        }
        return all;
    }

    /** Beside C on the same kind of blocks. */
    private static Comparison limits(Scene scene, int record, int threads, boolean steady) {
        Work work = Work.bulk(record, scene.mebibytes(), threads, steady);
        String c = steady ? "C, written blocks" : "C, fallocated blocks";
        List<Contender> contenders = new ArrayList<>();
        List<Bar> bars = new ArrayList<>();
        contenders.add(c(c, scene, record, threads, "lay=" + (steady ? "written" : "fallocated")));
        List<String> ours = steady || threads > 1
                ? List.of("lss-uring", "lss-filechannel")
                : List.of("lss-uring", "lss-filechannel", "lss-filechannel-sparse");
        for (String id : ours) {
            Subject subject = Subjects.of(id);
            contenders.add(Resident.of(subject.name(), subject, work, scene.place(subject.name())));
        }
        if (threads <= 4 && record <= 4 << 10) {
            bars.add(new Bar("B1", "LSS uring", Metric.MIB_PER_SECOND, List.of(c), threads > 1 ? 0.90 : record < 256 ? 0.70 : 0.95));
        }
        if (threads == 1 && steady && record <= 4 << 10) {
            contenders.add(c("C, published and checked as ours", scene, record, threads, "lay=written", "shared=1", "over=1"));
        }
        if (threads == 1) {
            Fio.Layout layout = steady ? Fio.Layout.WRITTEN : Fio.Layout.FALLOCATED;
            contenders.add(Fio.write(FIO, scene.place("fio"), scene.mebibytes(), layout));
            if (record >= 256) {
                bars.add(new Bar("B1", "LSS uring", Metric.MIB_PER_SECOND, List.of(FIO), 1.0));
            }
        }
        if (threads == 1) {
            bars.add(Bar.absolute("B10", "LSS uring", Metric.OVERHEAD, 1));
        }
        if (threads == 20 && record == 64 << 10) {
            bars.add(new Bar("B5", "LSS uring", Metric.MIB_PER_SECOND, List.of("LSS filechannel"), 1.0));
        } else {
            bars.add(new Bar("B5", "LSS filechannel", Metric.MIB_PER_SECOND, List.of("LSS uring"), 0.85));
        }
        return new Comparison(
                steady ? "bulk-steady" : "bulk-growth",
                "bulk append, " + threads + (threads == 1 ? " thread" : " threads") + ", records of " + record + " bytes, "
                        + (steady ? "space used before" : "new space"),
                Metric.MIB_PER_SECOND,
                axis(record, threads),
                contenders,
                bars);
    }

    private static CReference c(String name, Scene scene, int record, int threads, String... more) {
        List<String> flags = new ArrayList<>(List.of("rec=" + record, "mib=" + scene.mebibytes(), "thr=" + threads, "frame=1"));
        flags.addAll(List.of(more));
        // Longer buffers where a record needs them, as many as our store has then.
        flags.addAll(record > 256 << 10 ? List.of("bufk=8192", "nbuf=4", "segm=256") : List.of("bufk=1024", "nbuf=8"));
        flags.addAll(List.of("fixed=1", "huge=1"));
        return CReference.bulk(name, scene.program(), scene.place(name), flags.toArray(String[]::new));
    }

    private static Map<String, String> axis(int record, int threads) {
        Map<String, String> axis = new LinkedHashMap<>();
        axis.put("rec", String.valueOf(record));
        axis.put("thr", String.valueOf(threads));
        return axis;
    }
}
