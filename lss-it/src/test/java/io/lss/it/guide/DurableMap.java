package io.lss.it.guide;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lss.api.LogStructuredStore;
import io.lss.api.RecordCursor;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A map that survives power loss: every change is in a write-ahead log before anybody is told that it is kept. */
final class DurableMap {

    private final Map<String, String> values = new ConcurrentHashMap<>();
    private final LogStructuredStore log;

    /** The map that a log holds. */
    DurableMap(LogStructuredStore log) throws IOException {
        this.log = log;
        try (RecordCursor puts = log.scan(log.beginLsn())) {
            while (puts.next()) {
                String[] put = new String(puts.payload().toArray(ValueLayout.JAVA_BYTE), UTF_8).split("=", 2);
                values.put(put[0], put[1]);
            }
        }
    }

    /** Returns when the value survives power loss. */
    void put(String key, String value) throws IOException {
        long lsn;
        synchronized (this) { // the map changes in the order of the log
            lsn = log.append((key + "=" + value).getBytes(UTF_8));
            values.put(key, value);
        }
        log.awaitStable(lsn); // outside: threads that wait at the same time share a flush
    }

    String get(String key) {
        return values.get(key);
    }
}
