package io.lss.bench;

import io.lss.bench.limit.CReference;
import io.lss.bench.run.Bar;
import io.lss.bench.run.Comparison;
import io.lss.bench.run.Contender;
import io.lss.bench.run.Metric;
import io.lss.bench.work.Resident;
import io.lss.bench.work.Subject;
import io.lss.bench.work.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Commits: each thread appends 256 bytes and waits until they are durable. */
final class CommitSuite {

    private static final int RECORD = 256;
    private static final int[] RATES = {1_000, 10_000, 50_000};

    private CommitSuite() {}

    static List<Comparison> of(Scene scene) {
        List<Comparison> all = new ArrayList<>(List.of(platform(scene, 1), platform(scene, 8), platform(scene, 64), virtual(scene)));
        for (int rate : RATES) {
            all.add(paced(scene, rate));
        }
        return all;
    }

    private static List<Contender> limits(Scene scene, int threads) {
        String[] common = {"rec=" + RECORD, "thr=" + threads, "frame=1", "secs=" + Math.max(1, scene.time().toSeconds()), "lay=written"};
        List<Contender> all = new ArrayList<>();
        all.add(CReference.commit("C, leader, ring", scene.program(), scene.place("c-leader"), with(common, "leader=1", "prim=rwf")));
        all.add(CReference.commit("C, leader, pwritev2", scene.program(), scene.place("c-leader2"), with(common, "leader=1", "prim=pwv2")));
        if (threads > 1) {
            all.add(CReference.commit("C, flusher, ring", scene.program(), scene.place("c-flusher"), with(common, "leader=0", "prim=rwf")));
            all.add(CReference.pipelined("C, flusher, pwritev2", scene.program(), scene.place("c-pipe"), with(common, "pipe=1")));
        }
        return all;
    }

    private static List<String> names(List<Contender> limits) {
        return limits.stream().map(Contender::name).toList();
    }

    private static Comparison platform(Scene scene, int threads) {
        List<Contender> contenders = new ArrayList<>(limits(scene, threads));
        List<String> c = names(contenders);
        Work work = steady(Work.commit(RECORD, threads, false, scene.time()));
        for (String id : List.of("lss-uring", "lss-filechannel")) {
            Subject subject = Subjects.of(id);
            contenders.add(Resident.of(subject.name(), subject, work, scene.place(subject.name())));
        }
        List<Bar> bars = new ArrayList<>();
        switch (threads) {
            case 1 -> {
                bars.add(new Bar("B3", "LSS uring", Metric.P50_MICROS, c, 1.05));
                bars.add(new Bar("B3", "LSS uring", Metric.P99_MICROS, c, 1.3));
            }
            case 8 -> bars.add(new Bar("B4", "LSS uring", Metric.PER_SECOND, c, 0.9));
            default -> bars.add(new Bar("B4", "LSS uring", Metric.PER_SECOND, c, 0.75));
        }
        bars.add(new Bar("B5", "LSS filechannel", Metric.PER_SECOND, List.of("LSS uring"), 0.85));
        return new Comparison(
                "commit",
                threads + (threads == 1 ? " thread commits" : " threads commit") + " records of " + RECORD + " bytes",
                Metric.PER_SECOND,
                Map.of("thr", String.valueOf(threads)),
                contenders,
                bars);
    }

    /** Virtual threads beside C's best with 64. */
    private static Comparison virtual(Scene scene) {
        List<Contender> contenders = new ArrayList<>(limits(scene, 64));
        List<String> c = names(contenders);
        for (String id : List.of("lss-uring", "lss-filechannel")) {
            Subject subject = Subjects.of(id);
            for (int threads : new int[] {64, 1000}) {
                Work work = steady(Work.commit(RECORD, threads, true, scene.time()));
                String name = subject.name() + ", " + threads + " virtual";
                contenders.add(Resident.of(name, subject, work, scene.place(name)));
            }
        }
        return new Comparison(
                "commit",
                "virtual threads commit records of " + RECORD + " bytes, beside C with 64 threads",
                Metric.PER_SECOND,
                Map.of("thr", "virtual"),
                contenders,
                List.of(
                        new Bar("B4", "LSS uring, 64 virtual", Metric.PER_SECOND, c, 1.1),
                        new Bar("B4", "LSS uring, 1000 virtual", Metric.PER_SECOND, List.of("LSS uring, 64 virtual"), 1.0),
                        new Bar("B5", "LSS filechannel, 64 virtual", Metric.PER_SECOND, List.of("LSS uring, 64 virtual"), 0.85)));
    }

    /** Commits that arrive at a fixed rate, by 64 virtual threads, whether or not those before have ended. */
    private static Comparison paced(Scene scene, int rate) {
        List<Contender> contenders = new ArrayList<>();
        for (String id : List.of("lss-uring", "lss-filechannel")) {
            Subject subject = Subjects.of(id);
            Work work = steady(Work.commit(RECORD, 64, true, scene.time())).at(rate);
            contenders.add(Resident.of(subject.name(), subject, work, scene.place(subject.name())));
        }
        return new Comparison(
                "paced",
                String.format(Locale.ROOT, "%,d commits a second arrive, records of %d bytes; latency from when each was due", rate, RECORD),
                Metric.P99_MICROS,
                Map.of("rate", String.valueOf(rate)),
                contenders,
                List.of());
    }

    /** {@return the same with one log for all measurements} */
    static Work steady(Work work) {
        return new Work(
                work.kind(), work.recordBytes(), work.mebibytes(), work.threads(), work.virtual(), true, work.time(), work.ratePerSecond());
    }

    private static String[] with(String[] common, String... more) {
        String[] all = java.util.Arrays.copyOf(common, common.length + more.length);
        System.arraycopy(more, 0, all, common.length, more.length);
        return all;
    }
}
