package io.lss.core.salvage;

import io.lss.core.format.Checksums;
import io.lss.core.format.FrameDescriptor;
import io.lss.core.format.FrameFault;
import io.lss.core.format.SegmentHeader;
import io.lss.core.format.UnitDescriptor;
import io.lss.core.format.UnitFrames;
import io.lss.core.inspect.FrameSearch;
import io.lss.core.inspect.SegmentView;
import io.lss.core.recovery.ChunkReader;
import io.lss.core.recovery.RecoveryTable;
import io.lss.core.recovery.UnitProbe;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Takes over one segment: whole units as they are, damaged stretches below R as far as their frames are good. At or above R the log ends at the first place
 * where no whole unit is.
 */
final class SegmentRescue {

    private static final long NONE = -1;

    private final SegmentView view;
    private final SegmentHeader header;
    private final LogPart part;
    private final NewLog target;
    private final Account account;
    private final RecordDigest digest;

    /** Records below it are trimmed: they keep their place and are not counted. */
    private final long begin;

    private final ChunkReader chunks = new ChunkReader();
    private final UnitProbe probe;
    private final ChunkReader ahead = new ChunkReader();
    private final UnitProbe aheadProbe;
    private final FrameSearch frames;
    private final RegionRescue region;
    private final UnitTiling tiling;

    /** The log's end in this segment, as a position; the segment's size if it is not on record. */
    private final long limit;

    /** R, as a position in this segment; may lie outside of it. */
    private final long recorded;

    private long position;

    /** The first byte of what is to be written as fillers before the next thing that is kept. */
    private long pending = NONE;

    SegmentRescue(
            SegmentView view,
            SegmentHeader header,
            LogPart part,
            long recordedLsn,
            long begin,
            NewLog target,
            Account account,
            RecordDigest digest) {
        this.view = view;
        this.header = header;
        this.part = part;
        this.target = target;
        this.account = account;
        this.digest = digest;
        this.begin = begin;
        Checksums checksums = new Checksums();
        this.probe = new UnitProbe(chunks, checksums);
        this.aheadProbe = new UnitProbe(ahead, checksums);
        this.frames = new FrameSearch(view.source(), header);
        this.region = new RegionRescue(view, header, frames);
        this.tiling = new UnitTiling(header, frames);
        this.limit = part.hasLimit() ? part.limit() - header.base() : header.segmentSize();
        this.recorded = recordedLsn - header.base();
    }

    /** {@return where the session's log ends, if it ends in this segment because no whole unit is there; -1 if it goes on or ends as recorded} */
    long run() throws IOException {
        position = header.blockSize();
        long end = NONE;
        while (end == NONE && position < limit) {
            RecoveryTable.Unit found = probe.probe(view.source(), header, position);
            boolean fits = position + probe.paddedLength() <= limit;
            if (found == RecoveryTable.Unit.VALID && fits) {
                wholeUnit();
            } else {
                boolean torn = found == RecoveryTable.Unit.TORN && fits;
                long to = torn ? position + probe.paddedLength() : endOfGap();
                if (to == position) {
                    break;
                }
                if (position >= recorded) {
                    end = header.base() + position;
                } else {
                    damaged(torn, torn ? to : Math.min(to, recorded));
                }
            }
            account.progress(header.base() + position);
        }
        target.endSegment(header);
        return end;
    }

    /** {@return the position of the next unit header behind a gap; without one, how far the log must have gone; the gap itself if it need not} */
    private long endOfGap() throws IOException {
        int block = header.blockSize();
        for (long at = position + block; at < limit; at += block) {
            if (aheadProbe.probe(view.source(), header, at) != RecoveryTable.Unit.NONE) {
                return at;
            }
        }
        if (part.hasLimit()) {
            return limit;
        }
        long end = position;
        for (long at = frames.next(position, limit); at != FrameSearch.NONE; at = frames.next(end, limit)) {
            end = frames.look(at, limit) == FrameFault.NONE ? at + frames.frameLength() : limit;
        }
        end = Math.min(limit, (end + block - 1) / block * block);
        return recorded <= limit ? Math.max(end, recorded) : end;
    }

    // ------------------------------------------------------------------------------------------- whole units

    private void wholeUnit() throws IOException {
        int padded = probe.paddedLength();
        int at = chunks.offset(position);
        boolean present = chunks.ensure(view.source(), position, padded, header.segmentSize());
        Long stray = present ? UnitFrames.strayLsn(chunks.memory(), at) : null;
        boolean aligned = UnitDescriptor.stableLsn(chunks.memory(), at) % header.blockSize() == 0;
        if (present && stray == null && aligned) {
            fillPending();
            MemorySegment unit = chunks.memory().asSlice(chunks.offset(position), padded);
            count(unit, probe.length());
            target.output(header).append(unit);
        } else {
            long where = stray == null ? header.base() + position : stray;
            account.repaired(new Repair(
                    where,
                    header.number(),
                    where - header.base(),
                    stray == null ? "recorded stable LSN is not at a block" : "byte that must be zero is not"));
            rebuild(true, position + padded);
        }
        position += padded;
    }

    private void count(MemorySegment unit, int length) {
        for (long at = UnitDescriptor.HEADER_LENGTH; at < length; ) {
            int payload = FrameDescriptor.length(unit, at);
            if (FrameDescriptor.kind(unit, at) == FrameDescriptor.KIND_RECORD) {
                count(header.base() + position + at, unit.asSlice(at + FrameDescriptor.HEADER_LENGTH, payload));
            }
            at += FrameDescriptor.frameLength(payload);
        }
    }

    private void count(long lsn, MemorySegment payload) {
        if (lsn >= begin) {
            digest.add(lsn, payload);
        }
    }

    // ------------------------------------------------------------------------------------------- damaged stretches

    private void damaged(boolean torn, long to) throws IOException {
        rebuild(torn, to);
        position = to;
    }

    private void rebuild(boolean torn, long to) throws IOException {
        if (torn) {
            region.unit(position, probe.length());
        } else {
            region.blocks(position, to, probe.fault());
        }
        for (RegionRescue.Fix fix : region.fixes) {
            account.repaired(new Repair(header.base() + fix.position(), header.number(), fix.position(), fix.what()));
        }
        for (RegionRescue.Hole hole : region.holes) {
            account.lost(new Loss(
                    header.base() + hole.from(),
                    header.base() + hole.to(),
                    header.number(),
                    hole.from(),
                    hole.records(),
                    true,
                    hole.reason()));
        }
        if (region.pieces.isEmpty()) {
            // Written only if something follows: where nothing does, the log leaves the segment before it.
            pending = pending == NONE ? position : pending;
            return;
        }
        fillPending();
        for (Piece piece : region.pieces) {
            boolean kept = piece.kept() && frames.look(piece.position(), piece.end()) == FrameFault.NONE;
            if (kept && frames.kind() == FrameDescriptor.KIND_RECORD) {
                count(header.base() + piece.position(), frames.payload());
            }
        }
        tiling.tile(position, to, region.pieces, target.output(header)::append);
    }

    private void fillPending() throws IOException {
        if (pending != NONE) {
            long from = pending;
            pending = NONE;
            tiling.tile(from, position, List.of(), target.output(header)::append);
        }
    }
}
