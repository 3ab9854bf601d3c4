package io.lss.core;

import io.lss.api.ReadOutcome;
import io.lss.api.RecordCursor;
import io.lss.api.StoreException;
import io.lss.core.format.FrameDescriptor;
import io.lss.core.recovery.LogCursor;
import io.lss.core.recovery.LogSegments;
import io.lss.core.recovery.StoredLogReader;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Reads records by LSN and in order: from the ring while they are there, else from the device. Never waits behind writes. */
final class Reads {

    private final Health health;
    private final FlushRing ring;
    private final RingReader ringReader;
    private final LogSegments segments;
    private final StoredLogReader storedReader;
    private final Flusher flusher;
    private final StabilityWait stability;
    private final Trimmer trimmer;
    private final long firstLsn;
    private final LongAdder reads = new LongAdder();

    Reads(
            Health health,
            FlushRing ring,
            RingReader ringReader,
            LogSegments segments,
            Flusher flusher,
            StabilityWait stability,
            Trimmer trimmer,
            long firstLsn) {
        this.health = health;
        this.ring = ring;
        this.ringReader = ringReader;
        this.segments = segments;
        this.storedReader = new StoredLogReader(segments);
        this.flusher = flusher;
        this.stability = stability;
        this.trimmer = trimmer;
        this.firstLsn = firstLsn;
    }

    /** {@return how many records were asked for by LSN} */
    long count() {
        return reads.sum();
    }

    ReadOutcome read(long lsn, MemorySegment dst) throws IOException {
        health.checkReadable();
        ReadOutcome early = readInMemory(lsn, dst);
        try {
            return early != null ? early : inLog(lsn, storedReader.read(lsn, dst));
        } catch (StoreException e) {
            throw health.located(e);
        }
    }

    /** {@return what can be said of an LSN without the device, or null} */
    private @Nullable ReadOutcome readInMemory(long lsn, MemorySegment dst) {
        reads.increment();
        if (lsn < firstLsn || lsn % FrameDescriptor.ALIGNMENT != 0) {
            throw new IllegalArgumentException(
                    "LSN " + lsn + " is no record's: LSNs are multiples of 8, and a store's first is " + firstLsn);
        }
        if (lsn < trimmer.beginLsn()) {
            return new ReadOutcome(ReadOutcome.Status.TRIMMED, 0);
        }
        long tail = ring.tailLsn();
        if (lsn >= tail) {
            throw new IllegalArgumentException("LSN " + lsn + " is no record's: the log's tail is at " + tail);
        }
        return ringReader.read(lsn, dst);
    }

    List<ReadOutcome> readAll(long[] lsns, List<MemorySegment> dsts) throws IOException {
        health.checkReadable();
        if (lsns.length != dsts.size()) {
            throw new IllegalArgumentException(lsns.length + " LSNs and " + dsts.size() + " destinations");
        }
        @Nullable ReadOutcome[] outcomes = new ReadOutcome[lsns.length];
        int missing = 0;
        for (int i = 0; i < lsns.length; i++) {
            outcomes[i] = readInMemory(lsns[i], dsts.get(i));
            missing += outcomes[i] == null ? 1 : 0;
        }
        long[] missingLsns = new long[missing];
        List<MemorySegment> missingDsts = new ArrayList<>(missing);
        for (int i = 0; i < lsns.length; i++) {
            if (outcomes[i] == null) {
                missingLsns[missingDsts.size()] = lsns[i];
                missingDsts.add(dsts.get(i));
            }
        }
        List<ReadOutcome> stored = missing == 0 ? List.of() : readStored(missingLsns, missingDsts);
        List<ReadOutcome> all = new ArrayList<>(lsns.length);
        int next = 0;
        for (ReadOutcome outcome : outcomes) {
            all.add(outcome != null ? outcome : stored.get(next++));
        }
        return all;
    }

    private List<ReadOutcome> readStored(long[] lsns, List<MemorySegment> dsts) throws IOException {
        try {
            List<ReadOutcome> outcomes = storedReader.readAll(lsns, dsts);
            for (int i = 0; i < lsns.length; i++) {
                inLog(lsns[i], outcomes.get(i));
            }
            return outcomes;
        } catch (StoreException e) {
            throw health.located(e);
        }
    }

    /**
     * {@return what was found} Segments that are gone were trimmed, and the begin moved before they went; or a crash had made them void, and
     * then nothing in them was ever of this log.
     */
    private ReadOutcome inLog(long lsn, ReadOutcome found) {
        if (found.status() == ReadOutcome.Status.TRIMMED && lsn >= trimmer.beginLsn()) {
            throw new IllegalArgumentException("LSN " + lsn + " is no record's: a crash cut what was there");
        }
        return found;
    }

    RecordCursor scan(long fromLsn) throws IOException {
        checkFrom(fromLsn);
        return new LocatedCursor(
                LogCursor.scan(segments, fromLsn, flusher.watermarks().stableLsn(), trimmer::beginLsn, health::checkReadable), health);
    }

    RecordCursor tail(long fromLsn) throws IOException {
        checkFrom(fromLsn);
        return new LocatedCursor(
                LogCursor.tail(segments, fromLsn, flusher.watermarks()::stableLsn, trimmer::beginLsn, this::awaitNews, health::checkReadable),
                health);
    }

    private void checkFrom(long fromLsn) throws StoreException {
        health.checkReadable();
        long begin = trimmer.beginLsn();
        long tail = ring.tailLsn();
        if (fromLsn < begin || fromLsn > tail) {
            throw new IllegalArgumentException("LSN " + fromLsn + " is not in the log, which reaches from " + begin + " to " + tail);
        }
    }

    /** Waits until something at or above an LSN is stable; does not ask for it to be flushed. For followers. */
    private boolean awaitNews(long lsn, long nanos) throws IOException {
        return stability.awaitNews(lsn, nanos);
    }
}
