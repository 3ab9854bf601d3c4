package io.lss.core.salvage;

import io.lss.core.format.Checksums;
import io.lss.core.format.FrameDescriptor;
import io.lss.core.format.SegmentHeader;
import io.lss.core.format.UnitDescriptor;
import io.lss.core.inspect.FrameSearch;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Covers a stretch of whole blocks with valid units, each piece at the position it has, and fillers between them.
 *
 * <pre>
 *   from          a piece          another                        to
 *    |............[====]...........[=======].........................|
 *    [unit: filler, piece, filler, piece, padding][unit: filler      ]
 * </pre>
 *
 * <p>A unit may end at any block boundary on which, with the 64 bytes behind it that the next unit's header takes, no piece lies. Where the units of the
 * damaged stretch began are such boundaries, so a unit made here is never longer than one that was there, or than {@link #PREFERRED}.
 */
final class UnitTiling {

    /** How long a unit is made where nothing asks for a longer one, in bytes. */
    static final int PREFERRED = 1 << 20;

    /** The longest filler frame, in bytes. */
    private static final long MAX_FILLER = PREFERRED;

    /** Receives each unit. */
    @FunctionalInterface
    interface Sink {
        /** Takes a unit; its memory is not used again. */
        void unit(MemorySegment unit) throws IOException;
    }

    private final SegmentHeader header;
    private final FrameSearch frames;
    private final Checksums checksums = new Checksums();

    /** Tiles stretches of one segment; kept pieces are read through {@code frames}. */
    UnitTiling(SegmentHeader header, FrameSearch frames) {
        this.header = header;
        this.frames = frames;
    }

    /** Makes the units of a stretch from block to block; pieces are in order, do not overlap, and lie in it. */
    void tile(long from, long to, List<Piece> pieces, Sink sink) throws IOException {
        int next = 0;
        for (long start = from; start < to; ) {
            long end = end(start, to, pieces, next);
            int after = next;
            while (after < pieces.size() && pieces.get(after).position() < end) {
                after++;
            }
            sink.unit(unit(start, end, pieces.subList(next, after)));
            next = after;
            start = end;
        }
    }

    // ------------------------------------------------------------------------------------------- where units end

    private long end(long start, long to, List<Piece> pieces, int next) {
        int block = header.blockSize();
        long most = Math.min(UnitDescriptor.MAX_LENGTH, header.window()) & -block;
        long preferred = Math.min(to, start + Math.max(block, Math.min(PREFERRED, most)));
        for (long end = preferred; end > start; end -= block) {
            if (end == to || isFree(end, pieces, next)) {
                return end;
            }
        }
        for (long end = preferred + block; end <= to && end - start <= most; end += block) {
            if (end == to || isFree(end, pieces, next)) {
                return end;
            }
        }
        throw new IllegalStateException("no unit can begin at LSN " + (header.base() + start) + " and end within "
                + most + " bytes at a block on which no frame lies");
    }

    /** {@return whether a unit can begin at a boundary: no piece lies on it, or on its header, or so near behind that no filler fits} */
    private static boolean isFree(long boundary, List<Piece> pieces, int next) {
        long frames = boundary + UnitDescriptor.HEADER_LENGTH;
        for (Piece piece : pieces.subList(next, pieces.size())) {
            if (piece.end() <= boundary) {
                continue;
            }
            long distance = piece.position() - frames;
            return distance == 0 || distance >= FrameDescriptor.MIN_LENGTH;
        }
        return true;
    }

    // ------------------------------------------------------------------------------------------- what is in them

    private MemorySegment unit(long start, long end, List<Piece> pieces) throws IOException {
        int padded = (int) (end - start);
        MemorySegment memory = Arena.ofAuto().allocate(padded, Long.BYTES);
        ByteBuffer view = memory.asByteBuffer();
        long at = UnitDescriptor.HEADER_LENGTH;
        for (Piece piece : pieces) {
            long offset = piece.position() - start;
            fill(memory, view, start, at, offset);
            if (piece.kept()) {
                keep(memory, offset, piece);
            } else {
                filler(memory, view, start, offset, piece.length());
            }
            at = piece.end() - start;
        }
        if (padded - at >= header.blockSize() || pieces.isEmpty()) {
            fill(memory, view, start, at, padded);
            at = padded;
        }
        long lsn = header.base() + start;
        UnitDescriptor.write(
                memory, 0, view, checksums, header.salt(), lsn, header.stableLsn(), header.session(), (int) at, padded);
        return memory;
    }

    private void keep(MemorySegment memory, long offset, Piece piece) throws IOException {
        frames.look(piece.position(), piece.end());
        // Without its padding, which no checksum covers; the memory is zero there.
        long length = FrameDescriptor.HEADER_LENGTH + (long) piece.length();
        MemorySegment.copy(frames.bytes(), 0, memory, offset, length);
    }

    private void fill(MemorySegment memory, ByteBuffer view, long start, long from, long to) {
        for (long at = from; at < to; ) {
            long length = Math.min(to - at, MAX_FILLER);
            long rest = to - at - length;
            if (rest > 0 && rest < FrameDescriptor.MIN_LENGTH) {
                length -= FrameDescriptor.MIN_LENGTH;
            }
            filler(memory, view, start, at, (int) length - FrameDescriptor.HEADER_LENGTH);
            at += length;
        }
    }

    private void filler(MemorySegment memory, ByteBuffer view, long start, long offset, int length) {
        long lsn = header.base() + start + offset;
        FrameDescriptor.writeFiller(memory, offset, view, checksums, header.salt(), lsn, length);
    }
}
