package io.lss.core;

import io.lss.api.RecordCursor;
import io.lss.api.StoreException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;

/** A cursor whose exceptions say which store they are about. */
final class LocatedCursor implements RecordCursor {

    private final RecordCursor cursor;
    private final Health health;

    LocatedCursor(RecordCursor cursor, Health health) {
        this.cursor = cursor;
        this.health = health;
    }

    @Override
    public boolean next() throws IOException {
        try {
            return cursor.next();
        } catch (StoreException e) {
            throw health.located(e);
        }
    }

    @Override
    public boolean next(Duration wait) throws IOException {
        try {
            return cursor.next(wait);
        } catch (StoreException e) {
            throw health.located(e);
        }
    }

    @Override
    public long lsn() {
        return cursor.lsn();
    }

    @Override
    public MemorySegment payload() {
        return cursor.payload();
    }

    @Override
    public void close() {
        cursor.close();
    }
}
