package io.lss.bench.scenario;

import io.lss.api.LogStructuredStore;
import io.lss.api.RecordCursor;
import io.lss.bench.run.Contender;
import io.lss.bench.run.Figures;
import io.lss.bench.run.Metric;
import io.lss.bench.work.Records;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads the whole log from begin to end. */
final class Scan implements Contender {

    private final Setting setting;
    private @Nullable FilledStore filled;

    Scan(Setting setting) {
        this.setting = setting;
    }

    @Override
    public String name() {
        return setting.name();
    }

    @Override
    public String flags() {
        return "provider " + setting.provider() + ", " + setting.mebibytes() + " MiB in records of " + Setting.RECORD + " bytes";
    }

    @Override
    public Figures measure() throws IOException {
        FilledStore from = filled;
        if (from == null) {
            from = new FilledStore(setting).reopened();
            filled = from;
        }
        LogStructuredStore store = from.store();
        long begin = System.nanoTime();
        int count = 0;
        try (RecordCursor cursor = store.scan(store.beginLsn())) {
            while (cursor.next()) {
                if (Records.stampOf(cursor.payload()) != count) {
                    throw new IOException("record " + count + " has stamp " + Records.stampOf(cursor.payload()));
                }
                count++;
            }
        }
        long nanos = System.nanoTime() - begin;
        if (count != from.size()) {
            throw new IOException(count + " records were found, " + from.size() + " were appended");
        }
        return Figures.of(Metric.MIB_PER_SECOND, (double) count * Setting.RECORD / (1 << 20) * 1e9 / nanos).with(Metric.MILLIS, nanos / 1e6);
    }

    @Override
    public void close() throws IOException {
        if (filled != null) {
            filled.close();
        }
    }
}
