package io.lss.tck.reference;

import io.lss.api.Damage;
import io.lss.api.Durability;
import io.lss.api.VerificationReport;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** The reference store: trim, root, verification and the end on top of the rest. */
final class ReferenceStore extends ReadableStore {

    ReferenceStore(Setting setting) {
        super(setting);
    }

    @Override
    public void trimBefore(long lsn) throws IOException {
        lock.lock();
        try {
            checkUsable();
            if (lsn > stable) {
                throw misuse(this, "LSN " + lsn + " is above the stable watermark " + stable);
            }
            if (lsn <= begin) {
                return;
            }
            awaitSynced(lsn);
            long to = has(Defect.TRIM_TAKES_THE_SEGMENT) ? Math.min(stable, (lsn / root.segmentSize() + 1) * root.segmentSize()) : lsn;
            Root next = root.withBegin(to, synced);
            if (has(Defect.TRIM_NOT_DURABLE)) {
                root = next;
            } else {
                changeRoot(next);
            }
            begin = to;
            for (Frame each : frames.headMap(to).values()) {
                trimmedEnd = each.end();
            }
            trimmedEnd = Math.min(trimmedEnd, to);
            frames.headMap(to).clear();
            deleteTrimmed();
        } finally {
            lock.unlock();
        }
    }

    void awaitSynced(long lsn) throws IOException {
        while (synced < lsn && options.durability() == Durability.WRITTEN) {
            syncWanted = true;
            changed.signalAll();
            await(() -> synced >= lsn || closed || failure != null, FOR_EVER, "a sync");
            checkUsable();
        }
        syncWanted = false;
    }

    void deleteTrimmed() throws IOException {
        if (has(Defect.TRIM_NOT_DURABLE)) {
            return;
        }
        long lowest = Math.min(begin / root.segmentSize(), Math.min(flusher().writing(), segment.number()));
        for (long number : List.copyOf(numbers.headSet(lowest))) {
            LogSegment gone = segments.remove(number);
            if (gone != null && !has(Defect.DELETED_WHILE_OPEN)) {
                gone.handle().close();
            }
            device.delete(number);
            numbers.remove(number);
            ends.remove(number);
            deleted++;
        }
    }

    @Override
    public void setRoot(byte[] bytes) throws IOException {
        if (bytes.length > MAX_ROOT_LENGTH) {
            throw misuse(this, "a root of " + bytes.length + " bytes; at most " + MAX_ROOT_LENGTH);
        }
        lock.lock();
        try {
            checkUsable();
            Root next = root.withApplication(bytes.clone(), Math.max(root.stable(), synced));
            if (has(Defect.ROOT_NOT_DURABLE)) {
                root = next;
            } else {
                changeRoot(next);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public byte[] root() {
        lock.lock();
        try {
            return root.application().clone();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public VerificationReport verify(Consumer<? super Damage> found, LongConsumer progress) throws IOException {
        lock.lock();
        try {
            checkOpen();
            List<Damage> damages = new ArrayList<>();
            long[] counts = new long[3];
            for (Map.Entry<Long, Long> each : ends.entrySet()) {
                verify(each.getKey(), each.getValue(), counts, damages);
                progress.accept(Math.min(stable, each.getKey() * root.segmentSize() + each.getValue()));
            }
            progress.accept(stable);
            damages.forEach(found);
            return new VerificationReport(ends.size(), counts[0], counts[1], counts[2], damages.size());
        } finally {
            lock.unlock();
        }
    }

    void verify(long number, long end, long[] counts, List<Damage> damages) throws IOException {
        long base = number * root.segmentSize();
        for (long at = 0; at < end && base + at < stable; at += blockSize) {
            MemorySegment start = Recovery.read(segments.get(number).handle(), at, blockSize);
            Format.Header head = format.readHeader(start, base + at);
            if (head == null) {
                damages.add(new Damage(base + at, "segment " + number + ": no unit at position " + at));
                continue;
            }
            MemorySegment unit = Recovery.read(segments.get(number).handle(), at, head.length());
            counts[0]++;
            counts[2] += head.length();
            for (Frame each : frames.subMap(base + at, base + head.framesEnd() + at).values()) {
                boolean sound = format.readFrame(unit.asSlice(each.lsn - base - at), each.lsn, false) != null;
                counts[1] += sound && each.state == Frame.State.RECORD ? 1 : 0;
                if (!sound) {
                    damages.add(new Damage(each.lsn, "segment " + number + ": the record is not what was written"));
                }
            }
            MemorySegment padding = unit.asSlice(head.framesEnd());
            if (padding.mismatch(MemorySegment.ofArray(new byte[(int) padding.byteSize()])) >= 0) {
                damages.add(new Damage(base + at + head.framesEnd(), "segment " + number + ": padding is not zero"));
            }
            at += head.length() - blockSize;
        }
    }

    @Override
    public long backup(URI target, LongConsumer progress) throws IOException {
        lock.lock();
        try {
            checkOpen();
            throw new UnsupportedOperationException("the reference store makes no backups");
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() throws IOException {
        lock.lock();
        try {
            if (closing) {
                if (has(Defect.SECOND_CLOSE_THROWS)) {
                    throw closedException();
                }
                until(() -> closeEnded);
                return;
            }
            closing = true;
            endReservations();
            sealFor(Long.MAX_VALUE);
            changed.signalAll();
            until(() -> failure != null && !flusher().isInFlight() || isDrained());
            syncWanted = true;
            changed.signalAll();
            until(() -> !flusher().hasWork());
            drained = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (driver != null) {
            Flusher.join(driver);
        }
        release();
    }

    void endReservations() {
        if (has(Defect.CLOSE_DROPS_THE_TAIL)) {
            Buffer last = ring.peekLast();
            if (last != null && !last.sealed) {
                ring.remove(last);
            }
        }
        if (!has(Defect.CLOSE_WAITS_FOR_RESERVATIONS)) {
            ring.forEach(this::giveUp);
        }
    }

    boolean isDrained() {
        return ring.stream().allMatch(each -> each.issued) && !flusher().isInFlight() && !flusher().hasWork() && (ring.isEmpty() || ready() == null);
    }

    void release() throws IOException {
        IOException trouble = null;
        lock.lock();
        try {
            if (failure != null) {
                trouble = failed();
            } else {
                trouble = recordEnd();
            }
            closed = true;
            List<Stage> left = List.copyOf(stages);
            stages.clear();
            for (Stage each : left) {
                end(each, failure != null ? failed() : closedException());
            }
            for (LogSegment each : segments.values()) {
                each.handle().close();
            }
            device.close();
        } catch (IOException e) {
            trouble = trouble == null ? e : trouble;
        } finally {
            closeEnded = true;
            changed.signalAll();
            lock.unlock();
        }
        if (trouble != null) {
            throw trouble;
        }
    }

    IOException recordEnd() {
        try {
            flusher().finish();
            saveRoot(root.closedAt(stable));
            return null;
        } catch (IOException e) {
            return e;
        }
    }
}
