package io.lss.core.inspect;

import io.lss.core.format.Checksums;
import io.lss.core.format.FrameFault;
import io.lss.core.format.SegmentHeader;
import io.lss.core.format.UnitDescriptor;
import io.lss.core.recovery.ChunkReader;
import io.lss.core.recovery.RecoveryTable;
import io.lss.core.recovery.UnitProbe;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * Goes through the units of one segment, from its first block to the end of what is stored, and through their frames. A unit is where its header is
 * good; where none is, the walk goes on at the next block.
 */
public final class SegmentWalk {

    private final SegmentView view;
    private final SegmentHeader header;
    private final ChunkReader chunks = new ChunkReader();
    private final UnitProbe probe = new UnitProbe(chunks, new Checksums());
    private final FrameSearch search;

    /** The first block of the gap that the walk is in; -1 outside. */
    private long gapStart = -1;

    private boolean gapIsZero;
    private String gapFault = "";

    /** Where the segment ended inside a unit, if it did. */
    private long storedEnd = Long.MAX_VALUE;

    /**
     * A walk.
     *
     * @param view the segment
     * @param header its header, as stored or put together
     */
    public SegmentWalk(SegmentView view, SegmentHeader header) {
        this.view = view;
        this.header = header;
        this.search = new FrameSearch(view.source(), header);
    }

    /**
     * Walks.
     *
     * @param visitor told what is met
     * @return the position at which the walk ended: where nothing is stored any more, or the segment's size
     * @throws IOException if the device fails as a whole, or the visitor cannot go on
     */
    public long walk(SegmentVisitor visitor) throws IOException {
        int block = header.blockSize();
        long size = header.segmentSize();
        long position = block;
        while (position + UnitDescriptor.HEADER_LENGTH <= size) {
            RecoveryTable.Unit found = probe.probe(view.source(), header, position);
            if (found == RecoveryTable.Unit.NONE) {
                long there = stored(position, block, size);
                if (there < UnitDescriptor.HEADER_LENGTH) {
                    endGap(visitor, position);
                    return Math.min(storedEnd, position + there);
                }
                gap(position, there);
                position += block;
            } else {
                endGap(visitor, position);
                unit(visitor, position, found == RecoveryTable.Unit.VALID);
                position += probe.paddedLength();
            }
        }
        endGap(visitor, size);
        return Math.min(storedEnd, size);
    }

    private long stored(long position, int block, long size) throws IOException {
        chunks.ensure(view.source(), position, block, size);
        return Math.min(block, chunks.available(position));
    }

    private void gap(long position, long there) {
        boolean zero = isZero(chunks.memory().asSlice(chunks.offset(position), there));
        if (gapStart < 0) {
            gapStart = position;
            gapIsZero = true;
            String refused = view.unreadable(position, position + there);
            gapFault = refused != null ? refused : probe.fault();
        }
        gapIsZero &= zero && view.unreadable(position, position + there) == null;
    }

    private void endGap(SegmentVisitor visitor, long position) throws IOException {
        if (gapStart >= 0 && position > gapStart) {
            visitor.gap(new SegmentVisitor.Gap(gapStart, header.base() + gapStart, position - gapStart, gapIsZero, gapFault));
        }
        gapStart = -1;
    }

    private void unit(SegmentVisitor visitor, long position, boolean valid) throws IOException {
        int at = chunks.offset(position);
        long there = chunks.available(position);
        if (there < probe.paddedLength()) {
            storedEnd = position + there;
        }
        SegmentVisitor.Unit unit = new SegmentVisitor.Unit(
                position,
                header.base() + position,
                probe.length(),
                probe.paddedLength(),
                UnitDescriptor.session(chunks.memory(), at),
                UnitDescriptor.stableLsn(chunks.memory(), at),
                probe.records(),
                probe.faultLsn(),
                valid ? "" : fault(position, probe.paddedLength()));
        if (visitor.unit(unit)) {
            frames(visitor, unit);
        }
    }

    private String fault(long position, int length) {
        String refused = view.unreadable(position, position + length);
        return refused != null ? refused : probe.fault();
    }

    private void frames(SegmentVisitor visitor, SegmentVisitor.Unit unit) throws IOException {
        long end = unit.position() + unit.length();
        long position = unit.position() + UnitDescriptor.HEADER_LENGTH;
        while (position < end) {
            FrameFault fault = search.look(position, end);
            if (fault == FrameFault.NONE) {
                visitor.frame(new SegmentVisitor.Frame(
                        position, header.base() + position, search.kind(), search.length(), "", search.payload()));
                position += search.frameLength();
            } else {
                long next = search.next(position, end);
                next = next == FrameSearch.NONE ? end : next;
                @Nullable String refused = view.unreadable(position, next);
                visitor.frame(new SegmentVisitor.Frame(
                        position,
                        header.base() + position,
                        0,
                        next - position,
                        refused != null ? refused : fault.text(),
                        MemorySegment.NULL));
                position = next;
            }
        }
    }

    /** {@return whether all bytes are zero} */
    static boolean isZero(MemorySegment memory) {
        return memory.byteSize() == 0
                || memory.get(ValueLayout.JAVA_BYTE, 0) == 0
                        && memory.asSlice(1).mismatch(memory.asSlice(0, memory.byteSize() - 1)) < 0;
    }
}
