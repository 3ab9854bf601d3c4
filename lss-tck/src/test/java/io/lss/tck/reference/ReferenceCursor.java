package io.lss.tck.reference;

import io.lss.api.RecordCursor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;

/** Walks over the stable records of a store's index. */
final class ReferenceCursor implements RecordCursor {

    private final ReadableStore store;

    /** Where a scan ends; a tail does not. */
    private final long end;

    long position;
    Frame current;

    /** For defects: where it began, and how many records it gave. */
    long from;
    int count;
    private MemorySegment payload;
    private boolean closed;

    ReferenceCursor(ReadableStore store, long from, long end) {
        this.store = store;
        this.position = from;
        this.from = from;
        this.end = end;
    }

    @Override
    public boolean next() throws IOException {
        return next(Long.MAX_VALUE);
    }

    @Override
    public boolean next(Duration wait) throws IOException {
        return next(DrivenStore.nanos(wait));
    }

    private boolean next(long nanos) throws IOException {
        if (closed) {
            throw new IllegalStateException("the cursor is closed");
        }
        current = null;
        payload = store.next(this, end, nanos);
        count++;
        return payload != null;
    }

    @Override
    public long lsn() {
        return store.told(found().lsn);
    }

    @Override
    public MemorySegment payload() {
        var _ = found();
        return payload;
    }

    private Frame found() {
        if (closed || current == null) {
            throw new IllegalStateException(closed ? "the cursor is closed" : "the cursor is at no record");
        }
        return current;
    }

    @Override
    public void close() {
        closed = true;
    }
}
