package io.lss.tck.reference;

import io.lss.api.ReadOutcome;
import io.lss.api.RecordCursor;
import io.lss.api.StoreCorruptException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads, scans and tails. */
abstract class ReadableStore extends StableStore {

    ReadableStore(Setting setting) {
        super(setting);
    }

    @Override
    public ReadOutcome read(long lsn, MemorySegment dst) throws IOException {
        lock.lock();
        try {
            checkOpen();
            if (has(Defect.FULL_REFUSES_READS) && full != null) {
                throw full;
            }
            reads++;
            if (lsn < begin && lsn >= firstLsn && lsn % 8 == 0 && !has(Defect.TRIMMED_IS_UNKNOWN)) {
                return new ReadOutcome(ReadOutcome.Status.TRIMMED, 0);
            }
            Map.Entry<Long, Frame> floor = frames.floorEntry(lsn);
            Frame frame = has(Defect.READS_INSIDE_A_RECORD) && floor != null ? floor.getValue() : frames.get(lsn);
            if (frame == null) {
                throw misuse(this, "LSN " + lsn + " is no record's");
            }
            return switch (frame.state) {
                case OPEN -> new ReadOutcome(ReadOutcome.Status.UNPUBLISHED, 0);
                case FILLER -> new ReadOutcome(ReadOutcome.Status.ABORTED, 0);
                case RECORD -> {
                    MemorySegment payload = payload(frame);
                    MemorySegment.copy(payload, 0, dst, 0, Math.min(dst.byteSize(), payload.byteSize()));
                    yield new ReadOutcome(ReadOutcome.Status.RECORD, frame.length);
                }
            };
        } finally {
            lock.unlock();
        }
    }

    /** {@return the payload of a record, from its buffer or from the device} */
    MemorySegment payload(Frame frame) throws IOException {
        MemorySegment bytes;
        if (byReference.containsKey(frame)) {
            return byReference.get(frame);
        }
        if (frame.buffer != null) {
            bytes = MemorySegment.ofArray(Recovery.bytes(place(frame)));
        } else {
            long number = frame.lsn / root.segmentSize();
            int length = Math.min(Format.frameLength(frame.length), (int) (root.segmentSize() - frame.lsn % root.segmentSize()));
            bytes = Recovery.read(segments.get(number).handle(), frame.lsn % root.segmentSize(), length);
            Frame found = format.readFrame(bytes, frame.lsn, has(Defect.CHECKSUMS_IGNORED) || has(Defect.PADDING_LEAKS)
                    || has(Defect.TORN_UNIT_ADOPTED));
            if (found == null || found.length != frame.length) {
                throw new StoreCorruptException(has(Defect.DAMAGE_SOMEWHERE) ? 8 : frame.lsn, "segment " + number
                        + ": the record there is not what was written").at(location);
            }
        }
        int inBlock = (int) (blockSize - (frame.lsn + Format.FRAME_HEADER) % blockSize);
        if (has(Defect.READS_ONE_BLOCK) && frame.buffer == null && frame.length > inBlock) {
            bytes.asSlice(Format.FRAME_HEADER + inBlock).fill((byte) 0);
        }
        return bytes.asSlice(Format.FRAME_HEADER, frame.length);
    }

    @Override
    public List<ReadOutcome> readAll(long[] lsns, List<MemorySegment> dsts) throws IOException {
        if (lsns.length != dsts.size()) {
            throw misuse(this, lsns.length + " LSNs and " + dsts.size() + " destinations");
        }
        List<ReadOutcome> outcomes = new ArrayList<>();
        lock.lock();
        try {
            checkOpen();
            for (int i = 0; i < lsns.length; i++) {
                outcomes.add(read(lsns[i], dsts.get(i)));
            }
        } finally {
            lock.unlock();
        }
        return outcomes;
    }

    RecordCursor cursor(long fromLsn, boolean tails) throws IOException {
        lock.lock();
        try {
            checkOpen();
            if (fromLsn < begin || fromLsn > tail) {
                throw misuse(this, "LSN " + fromLsn + " is not in the log, which reaches from " + begin + " to " + tail);
            }
            return new ReferenceCursor(this, fromLsn, tails ? Long.MAX_VALUE : stable);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public RecordCursor scan(long fromLsn) throws IOException {
        return cursor(fromLsn, false);
    }

    @Override
    public RecordCursor tail(long fromLsn) throws IOException {
        return cursor(fromLsn, true);
    }

    /** Moves a cursor. {@return the payload of the record it has come to; null if there is none} */
    MemorySegment next(ReferenceCursor cursor, long end, long nanos) throws IOException {
        lock.lock();
        try {
            checkOpen();
            Frame next = nextStable(cursor, end);
            if (next == null && end == Long.MAX_VALUE) {
                await(
                        () -> {
                            checkOpen();
                            if (nextStable(cursor, end) == null && failure != null) {
                                throw failed();
                            }
                            return nextStable(cursor, end) != null;
                        },
                        nanos,
                        "a record at or above LSN " + cursor.position);
                next = nextStable(cursor, end);
            }
            if (next == null) {
                return null;
            }
            MemorySegment payload = MemorySegment.ofArray(Recovery.bytes(payload(next))).asReadOnly();
            cursor.current = next;
            cursor.position = next.lsn + 1;
            return payload;
        } finally {
            lock.unlock();
        }
    }

    Frame nextStable(ReferenceCursor cursor, long end) {
        if (cursor.position < trimmedEnd) {
            throw new IllegalStateException("the log was trimmed beyond LSN " + cursor.position + ", where the cursor is");
        }
        long limit = Math.min(end, stable);
        List<Frame> order = new ArrayList<>();
        for (Frame each : frames.tailMap(cursor.position).values()) {
            if (each.lsn >= limit || !order.isEmpty() && !outOfOrder()) {
                break;
            }
            if (each.state == Frame.State.RECORD) {
                order.add(each);
            }
        }
        return outOfOrder() ? strange(cursor, order) : order.isEmpty() ? null : order.getFirst();
    }

    boolean outOfOrder() {
        return has(Defect.SCANS_IN_PUBLISH_ORDER) || has(Defect.SCANS_BACKWARDS);
    }

    /** For two defects: what comes next of all the records that are left, in another order than theirs. */
    Frame strange(ReferenceCursor cursor, List<Frame> left) {
        List<Frame> all = frames.values().stream()
                .filter(each -> each.state == Frame.State.RECORD && each.lsn >= cursor.from && each.lsn < stable)
                .collect(java.util.stream.Collectors.toCollection(ArrayList::new));
        if (has(Defect.SCANS_IN_PUBLISH_ORDER)) {
            all.sort(java.util.Comparator.comparingLong(each -> each.published));
        } else {
            for (int i = 1; i < all.size(); i += 2) {
                java.util.Collections.swap(all, i - 1, i);
            }
        }
        return cursor.count < all.size() && !(left.isEmpty() && all.isEmpty()) ? all.get(cursor.count) : null;
    }
}
