package io.lss.core.recovery;

import io.lss.api.Damage;
import io.lss.api.StoreClosedException;
import io.lss.api.StoreCorruptException;
import io.lss.api.VerificationReport;
import io.lss.core.format.Checksums;
import io.lss.core.format.SegmentHeader;
import io.lss.core.format.SegmentHeaderDescriptor;
import io.lss.core.format.UnitDescriptor;
import io.lss.core.format.UnitFrames;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * Reads everything from the begin of a log to an LSN and reports what is not as it should be: damaged headers, units and frames,
 * and bytes that are not zero where they must be. Goes on behind damage, at the next valid unit.
 */
public final class Verification {

    private final LogSegments log;
    private final long begin;
    private final long end;
    private final Consumer<? super Damage> report;
    private final LongConsumer progress;
    private final Checksums checksums = new Checksums();
    private final ChunkReader chunks;
    private final UnitProbe probe;

    private long segments;
    private long units;
    private long records;
    private long damages;

    private Verification(LogSegments log, long begin, long end, Consumer<? super Damage> report, LongConsumer progress) {
        this.log = log;
        this.chunks = ChunkReader.ahead(log);
        this.probe = new UnitProbe(chunks, checksums);
        this.begin = begin;
        this.end = end;
        this.report = report;
        this.progress = progress;
    }

    /**
     * {@return what was read}
     *
     * @param log the chain of segments
     * @param begin the log's begin
     * @param end where to stop: a stable watermark
     * @param report told every damage, in LSN order
     * @param progress told the LSN up to which everything has been read, exclusive; at last the end
     * @throws IOException if the medium fails; that is no damage
     */
    public static VerificationReport verify(
            LogSegments log, long begin, long end, Consumer<? super Damage> report, LongConsumer progress) throws IOException {
        return new Verification(log, begin, end, report, progress).verify();
    }

    private VerificationReport verify() throws IOException {
        try {
            LiveSegment segment = log.atOrAfter(log.identity().number(begin));
            while (segment != null && log.identity().firstUnit(segment.number()) < end) {
                try {
                    segment(segment);
                } catch (SegmentRemovedException e) {
                    if (log.isClosed()) {
                        throw new StoreClosedException("the store was closed while it was verified; open it again");
                    }
                    // Trimmed meanwhile: what is left to verify begins behind it.
                }
                segment = log.after(segment.number());
            }
        } catch (StoreCorruptException e) {
            damage(e.lsn(), e.reason());
        } finally {
            chunks.close();
        }
        progress.accept(end);
        return new VerificationReport(segments, units, records, chunks.bytesRead(), damages);
    }

    private void damage(long lsn, String reason) {
        damages++;
        report.accept(new Damage(lsn, reason));
    }

    private void damage(LiveSegment segment, long lsn, String reason) {
        if (segment.isRemoved()) {
            return; // trimmed meanwhile: where it ended is not known any more, and what is there is anybody's
        }
        damage(lsn, reason + " in segment " + segment.number() + ", position " + (lsn - segment.base()));
    }

    private void segment(LiveSegment segment) throws IOException {
        segments++;
        SegmentHeader header;
        try {
            header = log.header(segment);
        } catch (StoreCorruptException e) {
            damage(e.lsn(), e.reason());
            return;
        }
        if (header == null) {
            // Trimmed meanwhile.
            return;
        }
        chunks.reset();
        ChunkReader.Source source = new StoredBytes(log, segment);
        headerBlock(segment, header, source);
        long stop = stop(segment);
        long position = header.blockSize();
        boolean intact = true;
        while (position < stop) {
            RecoveryTable.Unit unit = probe.probe(source, header, position);
            long lsn = segment.base() + position;
            if (unit == RecoveryTable.Unit.VALID) {
                intact = true;
                position += unit(segment, header, source, position, stop);
            } else {
                int length = unit == RecoveryTable.Unit.TORN ? probe.paddedLength() : header.blockSize();
                if (lsn + length > begin) {
                    // One report for each stretch of damage, not one for each block.
                    if (intact) {
                        damage(segment, probe.faultLsn(), probe.fault());
                    }
                    intact = false;
                }
                position += length;
            }
            // What is not of the log is passed over: trimmed units before its begin, and what a damaged header claims beyond its end.
            progress.accept(Math.clamp(segment.base() + position, begin, end));
        }
    }

    /** {@return the position at which verification of a segment stops} */
    private long stop(LiveSegment segment) throws IOException {
        long known;
        try {
            known = log.end(segment);
        } catch (StoreCorruptException headerOfTheNext) {
            // It is reported when its turn comes. Units follow each other, so the last valid one is likely the last.
            known = lastValidEnd(segment);
        }
        return Math.min(end, known == LiveSegment.OPEN_END ? end : known) - segment.base();
    }

    private long lastValidEnd(LiveSegment segment) throws IOException {
        SegmentHeader header = log.header(segment);
        if (header == null) {
            return segment.base();
        }
        ChunkReader.Source source = new StoredBytes(log, segment);
        long last = new UnitLocator().locateLast(source, header);
        if (last == UnitLocator.NONE) {
            return segment.base();
        }
        probe.probe(source, header, last);
        return segment.base() + last + probe.paddedLength();
    }

    /** Checks a valid unit for what no checksum covers. {@return its padded length} */
    private int unit(LiveSegment segment, SegmentHeader header, ChunkReader.Source source, long position, long stop)
            throws IOException {
        int padded = probe.paddedLength();
        long lsn = segment.base() + position;
        units++;
        records += probe.records();
        if (lsn + padded <= begin) {
            // Trimmed: whatever it holds is of no log any more.
            return padded;
        }
        if (position + padded > stop) {
            damage(segment, lsn, "unit of " + padded + " bytes reaches beyond the end");
            return padded;
        }
        if (!chunks.ensure(source, position, padded, header.segmentSize())) {
            damage(segment, lsn + chunks.available(position), "unit padding missing");
            return padded;
        }
        Long stray = UnitFrames.strayLsn(chunks.memory(), chunks.offset(position));
        if (stray != null) {
            damage(segment, stray, "byte that must be zero is not");
        }
        if (UnitDescriptor.stableLsn(chunks.memory(), chunks.offset(position)) % header.blockSize() != 0) {
            damage(segment, lsn, "recorded stable LSN is not at a block");
        }
        return padded;
    }

    private void headerBlock(LiveSegment segment, SegmentHeader header, ChunkReader.Source source) throws IOException {
        int block = header.blockSize();
        if (!chunks.ensure(source, 0, block, header.segmentSize())) {
            damage(segment, segment.base() + chunks.available(0), "segment ends within its header block");
            return;
        }
        MemorySegment rest =
                chunks.memory().asSlice(SegmentHeaderDescriptor.LENGTH, (long) block - SegmentHeaderDescriptor.LENGTH);
        for (long at = 0; at < rest.byteSize(); at++) {
            if (rest.get(ValueLayout.JAVA_BYTE, at) != 0) {
                damage(segment, segment.base() + SegmentHeaderDescriptor.LENGTH + at, "byte that must be zero is not");
                return;
            }
        }
    }
}
