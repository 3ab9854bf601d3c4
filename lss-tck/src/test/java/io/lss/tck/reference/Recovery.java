package io.lss.tck.reference;

import io.lss.api.EndOfLog;
import io.lss.api.StoreCorruptException;
import io.lss.api.StoreVersionException;
import io.lss.spi.flush.Device;
import io.lss.spi.flush.Segment;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Reads what the last owner left. Sessions before the last one end at an exact place, which the one after them has on record. The last one
 * ends at the first unit that is not whole; a stable LSN on record above that place proves damage. Changes nothing.
 */
final class Recovery {

    private final Device device;
    private final Predicate<Defect> has;
    private final int blockSize;

    /** The segments of the log, those that were read; open. */
    final TreeMap<Long, LogSegment> segments = new TreeMap<>();

    /** Everything in the log, from its begin. */
    final TreeMap<Long, Frame> frames = new TreeMap<>();

    /** Where each segment of the log ends. */
    final TreeMap<Long, Long> ends = new TreeMap<>();

    Root root;
    Format format;
    int rootCopy;
    long highestSegment;
    Set<Long> existing = Set.of();
    EndOfLog end = EndOfLog.CREATED;
    long endLsn;
    long lastSegment;
    long lastEnd;
    long bytesScanned;

    /** The highest stable LSN on record. */
    long recorded;

    Recovery(Device device, int blockSize, Predicate<Defect> has) {
        this.device = device;
        this.blockSize = blockSize;
        this.has = has;
    }

    /** {@return whether there is a store} */
    boolean readRoot() throws IOException {
        long[] numbers = device.segments();
        existing = new java.util.TreeSet<>(java.util.Arrays.stream(numbers).boxed().toList());
        highestSegment = numbers.length == 0 ? 0 : numbers[numbers.length - 1];
        StoreVersionException version = null;
        for (int copy = 0; copy < 2; copy++) {
            Optional<byte[]> image = device.readRoot(copy);
            try {
                Root found = image.isEmpty() ? null : Root.decode(image.get()).orElse(null);
                if (found != null && (root == null || found.sequence() > root.sequence())) {
                    root = found;
                    rootCopy = copy;
                }
            } catch (StoreVersionException e) {
                version = e;
            }
        }
        if (root == null && version != null) {
            throw version;
        }
        if (root == null && numbers.length > 0 && !has.test(Defect.LOST_ROOT_IS_EMPTY_STORE)) {
            throw new StoreCorruptException(-1, "no root copy is whole, and there are " + numbers.length + " segments");
        }
        return root != null;
    }

    void readLog() throws IOException {
        endLsn = root.begin();
        recorded = root.stable();
        lastSegment = root.previous();
        lastEnd = root.previousEnd();
        readLastSession();
        readEarlier(root.previous(), root.previousEnd());
        if (lastSegment > 0) {
            endLsn = Math.max(endLsn, lsn(lastSegment, lastEnd));
        }
        frames.headMap(root.begin()).clear();
    }

    private void readLastSession() throws IOException {
        long number = Math.max(root.first(), root.begin() / root.segmentSize());
        boolean trimmedToTheEnd = number > highestSegment && root.stable() == lsn(number, 0) && existing.contains(number - 1);
        if (root.first() == 0 || trimmedToTheEnd) {
            end = EndOfLog.CLEAN;
            return;
        }
        long position = 0;
        long unitsBefore = frames.size();
        Frame lastUnit = null;
        boolean more = true;
        while (more) {
            Format.Header unit = readUnit(number, position, root.session(), false);
            if (unit != null) {
                lastUnit = frames.ceilingEntry(unit.lsn()).getValue();
                position += unit.length();
                noteEnd(number, position);
            } else {
                Format.Header next = existing.contains(number + 1) && position > 0 ? header(number + 1, 0) : null;
                more = next != null && next.session() == root.session() && next.rolledFrom() == position
                        && readUnit(number + 1, 0, root.session(), false) != null;
                if (more) {
                    number++;
                    position = 0;
                }
            }
        }
        long reached = lsn(number, position);
        recorded = Math.max(root.stable(), evidence(number, position));
        long known = recorded;
        if (known > reached && !has.test(Defect.DAMAGE_IS_A_TORN_TAIL)) {
            boolean inNext = header(number, position) == null && known > lsn(number + 1, 0) && existing.contains(number + 1);
            throw corrupt(inNext ? number + 1 : number, inNext ? 0 : position);
        }
        end = root.closed() ? EndOfLog.CLEAN : EndOfLog.TORN_TAIL;
        if (has.test(Defect.LAST_UNIT_DROPPED) && !root.closed() && lastUnit != null && frames.size() > unitsBefore) {
            frames.tailMap(lastUnit.lsn, true).clear();
        }
    }

    private void noteEnd(long number, long position) {
        ends.put(number, position);
        lastSegment = number;
        lastEnd = position;
    }

    /** {@return the highest stable LSN that anything at or behind a place of the last session has on record} */
    private long evidence(long from, long position) throws IOException {
        long highest = 0;
        for (long number = from; existing.contains(number); number++) {
            for (long at = number == from ? position : 0; at < root.segmentSize(); at += blockSize) {
                Format.Header found = header(number, at);
                if (found != null && found.session() == root.session()) {
                    highest = Math.max(highest, found.recordedStable());
                }
            }
        }
        return highest;
    }

    private void readEarlier(long last, long endOfLast) throws IOException {
        long lowest = root.begin() / root.segmentSize();
        long number = last;
        long position = endOfLast;
        while (number >= Math.max(1, lowest)) {
            Format.Header chain = header(number, 0);
            if (chain == null) {
                throw corrupt(number, 0);
            }
            for (long each = number; each >= Math.max(chain.first(), lowest); each--) {
                readWhole(each, position, chain.session());
                Format.Header head = header(each, 0);
                position = head == null ? 0 : head.rolledFrom();
            }
            number = chain.previous();
            position = chain.previousEnd();
        }
    }

    private void readWhole(long number, long endPosition, long session) throws IOException {
        long position = 0;
        while (position < endPosition) {
            Format.Header unit = readUnit(number, position, session, true);
            if (unit == null) {
                throw corrupt(number, position);
            }
            position += unit.length();
        }
        ends.put(number, endPosition);
    }

    /** {@return the exception that says where, in a unit that is not whole, the damage is} */
    private StoreCorruptException corrupt(long number, long position) throws IOException {
        long lsn = lsn(number, position);
        Format.Header head = header(number, position);
        if (head != null) {
            MemorySegment unit = read(number, position, head.length());
            long offset = Format.UNIT_HEADER;
            while (offset < head.framesEnd()) {
                Frame frame = format.readFrame(unit.asSlice(offset), head.lsn() + offset, false);
                if (frame == null) {
                    lsn = head.lsn() + offset;
                    break;
                }
                offset += Format.frameLength(frame.length);
            }
        }
        return new StoreCorruptException(
                has.test(Defect.DAMAGE_SOMEWHERE) ? 8 : lsn, "segment " + number + ", unit at position " + position + " is not what was written");
    }

    private long lsn(long number, long position) {
        return number * root.segmentSize() + position;
    }

    private Format.Header header(long number, long position) throws IOException {
        return existing.contains(number) ? format.readHeader(read(number, position, Format.UNIT_HEADER), lsn(number, position)) : null;
    }

    private MemorySegment read(long number, long position, int length) throws IOException {
        bytesScanned += length;
        return read(handle(number), position, length);
    }

    static MemorySegment read(Segment from, long position, int length) throws IOException {
        MemorySegment bytes = MemorySegment.ofArray(new byte[length]);
        long read = from.read(bytes, position);
        if (read < 0 || read > length) {
            throw new IOException("a read of " + length + " bytes gave " + read);
        }
        return bytes;
    }

    private Segment handle(long number) throws IOException {
        LogSegment known = segments.get(number);
        if (known == null) {
            if (!existing.contains(number)) {
                throw new StoreCorruptException(lsn(number, 0), "segment " + number + " is missing");
            }
            known = new LogSegment(number, lsn(number, 0), device.open(number), 0);
            segments.put(number, known);
        }
        return known.handle();
    }

    /** {@return the unit at a place, its frames noted, or null if it is not whole} */
    private Format.Header readUnit(long number, long position, long session, boolean earlier) throws IOException {
        if (position + blockSize > root.segmentSize()) {
            return null;
        }
        Format.Header head = header(number, position);
        if (!existing.contains(number)) {
            throw new StoreCorruptException(lsn(number, 0), "segment " + number + " is missing");
        }
        boolean bounded = head != null
                && head.session() == session
                && head.length() % blockSize == 0
                && head.length() > 0
                && position + head.length() <= root.segmentSize()
                && head.framesEnd() > Format.UNIT_HEADER
                && head.framesEnd() <= head.length();
        if (!bounded) {
            return null;
        }
        MemorySegment unit = read(number, position, head.length());
        TreeMap<Long, Frame> found = new TreeMap<>();
        boolean trusting = has.test(Defect.CHECKSUMS_IGNORED) || has.test(Defect.TORN_UNIT_ADOPTED) && !earlier;
        long offset = Format.UNIT_HEADER;
        while (offset < head.framesEnd()) {
            Frame frame = format.readFrame(unit.asSlice(offset, head.framesEnd() - offset), head.lsn() + offset, trusting);
            if (frame == null && trusting && !found.isEmpty()) {
                break;
            }
            if (frame == null) {
                return null;
            }
            found.put(frame.lsn, frame);
            offset += Format.frameLength(frame.length);
        }
        if (has.test(Defect.PADDING_LEAKS)) {
            findInPadding(unit, head, found);
        }
        frames.putAll(found);
        return head;
    }

    /** What a defect takes for records. */
    private void findInPadding(MemorySegment unit, Format.Header head, TreeMap<Long, Frame> found) {
        for (long offset = (head.framesEnd() + 7) & -8; offset < head.length(); offset += 8) {
            if (format.isWhole(unit.asSlice(offset))) {
                Frame frame = format.readFrame(unit.asSlice(offset), head.lsn() + offset, true);
                found.put(frame.lsn, frame);
            }
        }
    }

    static byte[] bytes(MemorySegment of) {
        return of.toArray(ValueLayout.JAVA_BYTE);
    }
}
