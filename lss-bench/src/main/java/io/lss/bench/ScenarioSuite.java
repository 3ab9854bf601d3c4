package io.lss.bench;

import io.lss.bench.limit.Fio;
import io.lss.bench.run.Bar;
import io.lss.bench.run.Comparison;
import io.lss.bench.run.Contender;
import io.lss.bench.run.Metric;
import io.lss.bench.scenario.Scenario;
import io.lss.bench.scenario.Setting;
import io.lss.bench.work.Resident;
import io.lss.bench.work.Subject;
import io.lss.bench.work.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads, scans, reopening, following, a mixed load, and a long run; ours, beside fio where it can do the like. */
final class ScenarioSuite {

    private static final List<String> PROVIDERS = List.of("uring", "filechannel");
    private static final int BATCH = 32;
    private static final int LONG_LOG_MIB = 20 << 10;
    private static final int SHORT_LOG_MIB = 1 << 10;

    /** Of a measurement in the long run: eight come to 56 GiB. */
    private static final int LONG_RUN_MIB = 7 << 10;

    /** A log of 4 GiB in 1,024, 64 and 16 segments. */
    private static final int SEGMENTED_LOG_MIB = 4 << 10;

    private static final int[] SEGMENT_MIB = {4, 64, 256};

    private ScenarioSuite() {}

    static List<Comparison> of(Scene scene) {
        return List.of(
                reads(scene, 1),
                reads(scene, BATCH),
                scan(scene),
                reopening(scene, Scenario.REOPEN, "a closed store is opened"),
                reopening(scene, Scenario.RECOVER, "a killed store is opened"),
                segments(scene, Scenario.REOPEN, "a closed store of 4 GiB is opened, by length of segment", Metric.MILLIS),
                segments(scene, Scenario.RECOVER, "a killed store of 4 GiB is opened, by length of segment", Metric.MILLIS),
                segments(scene, Scenario.READ, "random reads of 4 KiB from 4 GiB, one at a time, by length of segment", Metric.PER_SECOND),
                segments(scene, Scenario.SCAN, "a whole log of 4 GiB is read, records of 4 KiB, by length of segment", Metric.MIB_PER_SECOND),
                follow(scene, 1_000),
                follow(scene, 20_000),
                mixed(scene),
                longRun(scene));
    }

    private static List<Contender> ours(Scene scene, Scenario scenario, String suffix, int mebibytes, int number) {
        List<Contender> all = new ArrayList<>();
        for (String provider : PROVIDERS) {
            String name = "LSS " + provider + suffix;
            all.add(scenario.resident(new Setting(name, provider, scene.place(name), mebibytes, scene.time(), number)));
        }
        return all;
    }

    private static Comparison reads(Scene scene, int batch) {
        List<Contender> contenders = new ArrayList<>();
        String fio = "fio, 4 KiB, depth " + batch;
        contenders.add(Fio.randomRead(fio, scene.place("fio"), scene.mebibytes(), 4, batch, scene.time()));
        // A record of 4 KiB and its header lie in two blocks.
        contenders.add(Fio.randomRead("fio, 8 KiB, depth " + batch, scene.place("fio-8"), scene.mebibytes(), 8, batch, scene.time()));
        contenders.addAll(ours(scene, Scenario.READ, "", scene.mebibytes(), batch));
        Bar bar = batch == 1
                ? new Bar("B6", "LSS uring", Metric.P50_MICROS, List.of(fio), 1.15)
                : new Bar("B6", "LSS uring", Metric.PER_SECOND, List.of(fio), 0.9);
        return new Comparison(
                "read",
                batch == 1 ? "random reads of 4 KiB, one at a time" : "random reads of 4 KiB in batches of " + batch,
                Metric.PER_SECOND,
                Map.of("batch", String.valueOf(batch)),
                contenders,
                List.of(bar));
    }

    private static Comparison scan(Scene scene) {
        List<Contender> contenders = new ArrayList<>();
        String fio = "fio, sequential reads, 1 MiB, depth 4";
        contenders.add(Fio.sequentialRead(fio, scene.place("fio"), scene.mebibytes()));
        contenders.add(Scenario.CHECKSUM.resident(
                new Setting("CRC32C of 4 KiB, in memory", "none", scene.place("none"), scene.mebibytes(), scene.time(), 0)));
        contenders.addAll(ours(scene, Scenario.SCAN, "", scene.mebibytes(), 0));
        return new Comparison(
                "scan",
                "a whole log is read, records of 4 KiB",
                Metric.MIB_PER_SECOND,
                Map.of(),
                contenders,
                List.of(new Bar("B7", "LSS uring", Metric.MIB_PER_SECOND, List.of(fio), 0.85)));
    }

    /** A short log and a long one in the same run: the length must not matter. */
    private static Comparison reopening(Scene scene, Scenario scenario, String title) {
        List<Contender> contenders = new ArrayList<>();
        for (int mebibytes : new int[] {SHORT_LOG_MIB, LONG_LOG_MIB}) {
            String name = "LSS uring, " + (mebibytes >> 10) + " GiB";
            contenders.add(scenario.resident(new Setting(name, "uring", scene.place(name), mebibytes, scene.time(), 0)));
        }
        String name = "LSS uring, " + (LONG_LOG_MIB >> 10) + " GiB";
        List<Bar> bars = new ArrayList<>();
        if (scenario == Scenario.REOPEN) {
            bars.add(Bar.absolute("B7", name, Metric.MILLIS, 50));
        } else {
            bars.add(new Bar("B7", name, Metric.MILLIS, List.of("LSS uring, " + (SHORT_LOG_MIB >> 10) + " GiB"), 1.0, 0.25));
        }
        return new Comparison(scenario.name().toLowerCase(Locale.ROOT), title, Metric.MILLIS, Map.of(), contenders, bars);
    }

    /** The same log in many segments and in few. */
    private static Comparison segments(Scene scene, Scenario scenario, String title, Metric metric) {
        List<Contender> contenders = new ArrayList<>();
        for (int mebibytes : SEGMENT_MIB) {
            String name = "LSS uring, " + SEGMENTED_LOG_MIB / mebibytes + " segments of " + mebibytes + " MiB";
            contenders.add(scenario.resident(new Setting(name, "uring", scene.place(name), SEGMENTED_LOG_MIB, scene.time(), 1, mebibytes)));
        }
        return new Comparison(
                "segments-" + scenario.name().toLowerCase(Locale.ROOT), title, metric, Map.of(), contenders, List.of());
    }

    private static Comparison follow(Scene scene, int rate) {
        return new Comparison(
                "follow",
                "from append to visible (and durable) at a follower, " + rate + " records a second",
                Metric.P50_MICROS,
                Map.of("rate", String.valueOf(rate)),
                ours(scene, Scenario.FOLLOW, "", 0, rate),
                List.of());
    }

    private static Comparison mixed(Scene scene) {
        return new Comparison(
                "mixed",
                "4 committers of 4 KiB beside a follower, a random reader and a trimmer",
                Metric.PER_SECOND,
                Map.of(),
                ours(scene, Scenario.MIXED, "", scene.mebibytes(), 4),
                List.of());
    }

    /** Rounds of 7 GiB, trimmed behind the tail: what a log costs when it has seen 50 GB. */
    private static Comparison longRun(Scene scene) {
        Subject subject = Subjects.of("lss-uring");
        String name = subject.name() + ", trimmed behind its tail";
        Work work = Work.bulk(1 << 10, LONG_RUN_MIB, 1, true);
        return new Comparison(
                "long",
                "7 GiB a round through trim and recycling, records of 1 KiB",
                Metric.MIB_PER_SECOND,
                Map.of(),
                List.of(Resident.of(name, subject, work, scene.place(name))),
                List.of(Bar.always("B8", name, Metric.GROWTH, 1.1), Bar.absolute("B10", name, Metric.OVERHEAD, 1)));
    }
}
