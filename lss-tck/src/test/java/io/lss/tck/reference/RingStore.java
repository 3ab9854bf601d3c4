package io.lss.tck.reference;

import io.lss.api.Durability;
import io.lss.api.StoreFullException;
import io.lss.api.StoreInterruptedException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** The ring of flush buffers: space is claimed in them, frames are completed in them, full ones are sealed. */
abstract class RingStore extends DrivenStore {

    RingStore(Setting setting) {
        super(setting);
    }

    final Flusher flusher = new Flusher(this, device);

    @Override
    final Flusher flusher() {
        return flusher;
    }

    /** {@return the buffer that can go to the device next, or null} */
    Buffer ready() {
        for (Buffer each : ring) {
            if (each.isReady()) {
                return each;
            }
            if (!each.issued) {
                return null;
            }
        }
        return null;
    }

    Format.Header header(Buffer b, int length) {
        long rolledFrom = b.segment.rolledFrom();
        return new Format.Header(
                b.lsn(), root.session(), root.first(), root.previous(), root.previousEnd(), rolledFrom, synced, length, b.used);
    }

    void wrote(Buffer b, long end, long told) {
        writtenUpTo = end;
        written = Math.max(written, told);
        if (options.durability() == Durability.WRITTEN) {
            written = end;
        }
        ends.put(b.segment.number(), b.position + b.length(blockSize));
        flushes++;
        flushedBytes += b.length(blockSize);
        paddingBytes += b.length(blockSize) - b.used;
    }

    void stabilise(long end) {
        if (has(Defect.WATERMARK_FROZEN_AT_ROLL) && end > (root.first() + 1) * root.segmentSize()) {
            return;
        }
        stable = Math.max(stable, end);
        List<Stage> over = stages.stream().filter(each -> each.lsn() < end).toList();
        stages.removeAll(over);
        for (Stage each : has(Defect.STAGES_FORGOTTEN) && !over.isEmpty() ? over.subList(0, 1) : over) {
            each.future().completeAsync(() -> null);
        }
    }

    @Override
    void release(Buffer b) {
        if (ring.remove(b)) {
            b.frames.forEach(each -> each.buffer = null);
            free.add(b.memory);
        }
    }

    void seal(Buffer b, boolean isFull) {
        if (b.sealed || b.frames.isEmpty()) {
            return;
        }
        b.sealed = true;
        b.sealedAt = device.nanoTime();
        b.writersIgnored = has(isFull ? Defect.SUBMITTED_WITH_WRITERS : Defect.FLUSH_IGNORES_WRITERS);
        b.forgotten = has(Defect.FULL_RING_NEVER_SUBMITTED) && ring.size() == options.buffers();
        if (b.writersIgnored) {
            b.frames.stream().filter(each -> each.state == Frame.State.OPEN).forEach(each -> format.writeFrame(place(each), each.lsn, each.length, true));
        }
        partlyFlushed |= !isFull;
        int length = b.length(blockSize);
        position = b.position + length;
        if (has(Defect.LEAVES_GAPS)) {
            position += blockSize;
        } else if (has(Defect.POSITION_WRITTEN_TWICE)) {
            position -= blockSize;
        }
        tail = Math.max(tail, b.lsn() + length);
        changed.signalAll();
    }

    void sealFor(long lsn) {
        Buffer last = ring.peekLast();
        if (last != null && lsn >= last.lsn()) {
            seal(last, false);
        }
    }

    Buffer openBuffer() throws IOException {
        if (has(Defect.FULL_FOR_EVER) && full != null) {
            throw full;
        }
        if (position + options.bufferSize() > root.segmentSize()) {
            try {
                segment = newSegment(segment.number() + 1, position);
                position = 0;
            } catch (StoreFullException e) {
                full = e;
                if (has(Defect.FULL_FAILS_THE_STORE)) {
                    fail("no space", e);
                }
                var _ = e.at(location);
                throw e;
            } catch (IOException e) {
                fail("segment " + (segment.number() + 1) + " could not be created", e);
                throw failed();
            }
        }
        full = null;
        MemorySegment memory = free.isEmpty() ? device.allocate(options.bufferSize()) : free.removeFirst();
        Buffer b = new Buffer(memory, segment, position, device.nanoTime());
        ring.add(b);
        return b;
    }

    /** Claims space for frames of these lengths, together in one buffer. {@return them; null if that would need a wait that is not allowed} */
    List<Frame> claim(boolean mayWait, int... lengths) throws IOException {
        checkUsable();
        int need = 0;
        for (int each : lengths) {
            need += Format.frameLength(each);
        }
        boolean waited = false;
        while (true) {
            checkUsable();
            Buffer b = ring.peekLast();
            if (b != null && !b.sealed && b.used + need <= options.bufferSize()) {
                return claim(b, lengths);
            }
            if (b != null) {
                seal(b, true);
            }
            if (ring.size() < options.buffers() || has(Defect.UNBOUNDED_RING)) {
                var _ = openBuffer();
            } else if (!mayWait && !has(Defect.TRY_RESERVE_WAITS)) {
                return null;
            } else {
                checkOwn();
                waits += waited ? 0 : 1;
                waited = true;
                try {
                    await(() -> ring.size() < options.buffers() || closing || failure != null, FOR_EVER, "space in the ring");
                } catch (StoreInterruptedException e) {
                    if (has(Defect.INTERRUPTED_APPEND_STAYS)) {
                        boolean was = Thread.interrupted();
                        late(lengths);
                        if (was) {
                            Thread.currentThread().interrupt();
                        }
                    }
                    throw e;
                }
            }
        }
    }

    /** For a defect. */
    void late(int... lengths) throws IOException {
        Thread.ofPlatform().daemon().start(() -> {
            lock.lock();
            try {
                List<Frame> claimed = claim(true, lengths);
                claimed.forEach(each -> complete(each, true));
            } catch (IOException e) {
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        });
    }

    List<Frame> claim(Buffer b, int... lengths) {
        List<Frame> claimed = new ArrayList<>();
        for (int each : lengths) {
            Frame frame = new Frame(b.lsn() + b.used, each, Frame.State.OPEN);
            frame.buffer = b;
            b.frames.add(frame);
            b.open++;
            b.used += Format.frameLength(each);
            if (has(Defect.UNALIGNED_AFTER_PARTIAL_FLUSH) && partlyFlushed) {
                b.used -= 3;
            }
            frames.put(frame.lsn, frame);
            claimed.add(frame);
        }
        tail = b.lsn() + b.used;
        return claimed;
    }

    void checkOwn() {
        Buffer oldest = ring.peekFirst();
        if (options.checked() && oldest != null && oldest.open > 0 && options.reservationTimeout().isZero()) {
            boolean own = oldest.frames.stream()
                    .filter(each -> each.state == Frame.State.OPEN)
                    .allMatch(each -> each.holder != null && Thread.currentThread().equals(each.holder.owner));
            if (own) {
                throw new IllegalStateException("this thread waits for a reservation of its own: " + oldest.frames.getFirst().holder);
            }
        }
    }

    static MemorySegment place(Frame frame) {
        long offset = frame.lsn - frame.buffer.lsn();
        return frame.buffer.memory.asSlice(offset, Math.min(Format.frameLength(frame.length), frame.buffer.memory.byteSize() - offset));
    }

    /** Ends a claimed frame, whose payload is in its place. */
    void complete(Frame frame, boolean record) {
        Buffer b = frame.buffer;
        if (frame.state != Frame.State.OPEN || b == null) {
            return;
        }
        if (!b.writersIgnored) {
            if (!record) {
                place(frame).fill((byte) 0);
            }
            format.writeFrame(place(frame), frame.lsn, frame.length, record);
        }
        frame.state = record ? Frame.State.RECORD : Frame.State.FILLER;
        frame.published = publications++;
        b.open--;
        if (record) {
            records++;
            payloadBytes += frame.length;
        }
        if (b.sealed && b.open == 0) {
            changed.signalAll();
        }
    }

    void copyIn(Frame frame, MemorySegment payload) {
        if (frame.buffer != null && !(frame.buffer.writersIgnored && frame.buffer.sealed)) {
            long offset = frame.lsn - frame.buffer.lsn() + Format.FRAME_HEADER;
            long most = Math.min(payload.byteSize(), frame.buffer.memory.byteSize() - offset);
            MemorySegment.copy(payload, 0, frame.buffer.memory, offset, most);
        }
    }

    /** Seals what has lingered, and gives up what has been open for too long. */
    @Override
    void tick() {
        Buffer last = ring.peekLast();
        long linger = options.linger().toNanos();
        if (linger > 0 && last != null && !last.sealed && device.nanoTime() - last.openedAt >= linger) {
            seal(last, false);
        }
        long timeout = options.reservationTimeout().toNanos();
        if (timeout > 0 && !has(Defect.DROPPED_RESERVATION_WEDGES)) {
            for (Buffer each : ring) {
                if (each.sealed && each.open > 0 && device.nanoTime() - each.sealedAt >= timeout) {
                    giveUp(each);
                }
            }
        }
    }

    void giveUp(Buffer b) {
        for (Frame each : b.frames) {
            if (each.state == Frame.State.OPEN) {
                each.holder.ended = has(Defect.GIVEN_UP_IS_RECORD) ? null : "was given up by the store: it was open for too long, or the store closed";
                complete(each, has(Defect.GIVEN_UP_IS_RECORD));
                expired++;
            }
        }
    }
}
