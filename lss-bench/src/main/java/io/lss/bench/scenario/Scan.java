package io.lss.bench.scenario;

import io.lss.api.LogStructuredStore;
import io.lss.api.RecordCursor;
import io.lss.bench.run.Figures;
import io.lss.bench.run.Metric;
import io.lss.bench.work.Records;
import java.io.IOException;

/** Reads the whole log from begin to end. */
final class Scan extends OnFilledStore {

    Scan(Setting setting) {
        super(setting, "from begin to end");
    }

    @Override
    public Figures measure() throws IOException {
        FilledStore from = filled();
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
}
