package io.lss.bench.scenario;

import io.lss.api.LogStructuredStore;
import io.lss.bench.run.Places;
import io.lss.bench.work.Records;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A store with so many records of {@link Setting#RECORD} bytes; each begins with its number. */
final class FilledStore implements AutoCloseable {

    private final Setting setting;
    private final long[] lsns;
    private LogStructuredStore store;

    FilledStore(Setting setting) throws IOException {
        this.setting = setting;
        this.lsns = new long[setting.records()];
        Places.remove(setting.directory());
        this.store = LogStructuredStore.open(setting.directory(), setting.options());
        append(store, lsns);
    }

    private static void append(LogStructuredStore store, long[] lsns) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment record = arena.allocate(Setting.RECORD, 64);
            Records.fill(record);
            for (int i = 0; i < lsns.length; i++) {
                Records.put(record, i);
                lsns[i] = store.append(record);
            }
            store.sync();
        }
    }

    LogStructuredStore store() {
        return store;
    }

    long lsn(int number) {
        return lsns[number];
    }

    int size() {
        return lsns.length;
    }

    /** Closes and opens it, so that nothing is left in the ring. {@return this} */
    FilledStore reopened() throws IOException {
        store.close();
        store = LogStructuredStore.open(setting.directory(), setting.options());
        return this;
    }

    @Override
    public void close() throws IOException {
        store.close();
        Places.remove(setting.directory());
    }
}
