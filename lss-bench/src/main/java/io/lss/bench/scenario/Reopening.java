package io.lss.bench.scenario;

import io.lss.api.LogStructuredStore;
import io.lss.api.RecordCursor;
import io.lss.bench.run.Contender;
import io.lss.bench.run.Figures;
import io.lss.bench.run.Metric;
import io.lss.bench.run.Places;
import io.lss.bench.work.Quiet;
import io.lss.bench.work.Records;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Opens a store again and again: one that was closed, or one whose process is killed each time while it appends. */
final class Reopening implements Contender {

    /** What a killed process appends before, in records. */
    private static final int KILLED_AFTER = (32 << 20) / Setting.RECORD;

    private final Setting setting;
    private final boolean killed;
    private @Nullable FilledStore filled;

    private Reopening(Setting setting, boolean killed) {
        this.setting = setting;
        this.killed = killed;
    }

    static Reopening closed(Setting setting) {
        return new Reopening(setting, false);
    }

    static Reopening killed(Setting setting) {
        return new Reopening(setting, true);
    }

    @Override
    public String name() {
        return setting.name();
    }

    @Override
    public String flags() {
        return "provider " + setting.provider() + ", " + setting.mebibytes() + " MiB in records of " + Setting.RECORD + " bytes"
                + (killed ? ", killed after another " + KILLED_AFTER : "");
    }

    @Override
    public Figures measure() throws IOException, InterruptedException {
        if (filled == null) {
            FilledStore made = new FilledStore(setting);
            filled = made;
            made.store().close();
        }
        if (killed) {
            crash();
        }
        long begin = System.nanoTime();
        try (LogStructuredStore _ = LogStructuredStore.open(setting.directory(), setting.options())) {
            long nanos = System.nanoTime() - begin;
            return Figures.of(Metric.MILLIS, nanos / 1e6);
        }
    }

    /** A process that opens the store, appends, and dies with its last records in flight. */
    private void crash() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Reopening.class.getName()));
        command.addAll(setting.arguments());
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        if (process.waitFor() != DIED) {
            throw new IOException("the process that was to die in appending did not get that far: " + said);
        }
    }

    private static final int DIED = 77;

    /**
     * The process that dies.
     *
     * @param args the setting
     */
    public static void main(String... args) throws IOException {
        Quiet.logs();
        Setting setting = Setting.parse(Arrays.asList(args));
        LogStructuredStore store = LogStructuredStore.open(setting.directory(), setting.options());
        byte[] record = Records.filled(Setting.RECORD);
        for (int i = 0; i < KILLED_AFTER; i++) {
            long lsn = store.append(record);
            if (i == KILLED_AFTER / 2) {
                store.awaitStable(lsn);
            }
        }
        Runtime.getRuntime().halt(DIED);
    }

    /** Every record that was there before the first opening is still there, in its place. */
    private void check(FilledStore made) throws IOException {
        try (LogStructuredStore store = LogStructuredStore.open(setting.directory(), setting.options());
                RecordCursor cursor = store.scan(store.beginLsn())) {
            for (int i = 0; i < made.size(); i++) {
                if (!cursor.next() || cursor.lsn() != made.lsn(i) || Records.stampOf(cursor.payload()) != i) {
                    throw new IOException("record " + i + " of " + made.size() + " was lost on the way");
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        if (filled != null) {
            check(filled);
        }
        Places.remove(setting.directory());
    }
}
