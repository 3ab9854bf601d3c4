package io.lss.core.recovery;

import io.lss.core.format.Checksums;
import io.lss.core.format.SegmentHeader;
import io.lss.core.format.UnitDescriptor;
import io.lss.core.format.UnitFault;
import io.lss.core.format.UnitFrames;
import java.io.IOException;

/** Looks at the unit at one position of a segment, whole. Keeps what it found until the next look. */
public final class UnitProbe {

    private final ChunkReader chunks;
    private final Checksums checksums;

    private int paddedLength;
    private int length;
    private long records;
    private long faultLsn;
    private String fault = "";

    /**
     * A probe.
     *
     * @param chunks reads the segment
     * @param checksums the thread's
     */
    public UnitProbe(ChunkReader chunks, Checksums checksums) {
        this.chunks = chunks;
        this.checksums = checksums;
    }

    /** {@return how many bytes a unit at a position can have: to the segment's end, and no more than the in-flight window} */
    static long room(SegmentHeader header, long position) {
        return Math.min(header.window(), header.segmentSize() - position);
    }

    /**
     * {@return what is at a position}
     *
     * @param source the segment
     * @param header of the segment
     * @param position a multiple of the block size
     * @throws IOException if the medium fails
     */
    public RecoveryTable.Unit probe(ChunkReader.Source source, SegmentHeader header, long position) throws IOException {
        long lsn = header.base() + position;
        length = 0;
        paddedLength = 0;
        records = 0;
        faultLsn = lsn;
        UnitFault bad = headerFault(source, header, position);
        if (bad != UnitFault.NONE) {
            fault = bad.text();
            return RecoveryTable.Unit.NONE;
        }
        int at = chunks.offset(position);
        length = UnitDescriptor.length(chunks.memory(), at);
        paddedLength = UnitDescriptor.paddedLength(chunks.memory(), at);
        if (!chunks.ensure(source, position, paddedLength, header.segmentSize())) {
            faultLsn = lsn + chunks.available(position);
            fault = "unit ends early: the segment has no more bytes";
            return RecoveryTable.Unit.TORN;
        }
        UnitFrames.Content content =
                UnitFrames.check(chunks.memory(), chunks.offset(position), chunks.view(), checksums, header.salt());
        records = content.records();
        faultLsn = content.faultLsn();
        fault = content.fault().text();
        return content.valid() ? RecoveryTable.Unit.VALID : RecoveryTable.Unit.TORN;
    }

    private UnitFault headerFault(ChunkReader.Source source, SegmentHeader header, long position) throws IOException {
        long room = room(header, position);
        if (room < UnitDescriptor.HEADER_LENGTH
                || !chunks.ensure(source, position, UnitDescriptor.HEADER_LENGTH, header.segmentSize())) {
            return UnitFault.MAGIC;
        }
        return UnitDescriptor.check(
                chunks.memory(),
                chunks.offset(position),
                chunks.view(),
                checksums,
                header.salt(),
                header.base() + position,
                header.session(),
                header.blockSize(),
                room);
    }

    /** {@return header and frames, in bytes; 0 if there is no header} */
    public int length() {
        return length;
    }

    /** {@return the same in whole blocks} */
    public int paddedLength() {
        return paddedLength;
    }

    /** {@return how many records there are before the fault} */
    public long records() {
        return records;
    }

    /** {@return where the fault is} */
    public long faultLsn() {
        return faultLsn;
    }

    /** {@return what the fault is, for a message} */
    public String fault() {
        return fault;
    }

    /** {@return the reader; the unit that was found is in its memory} */
    ChunkReader chunks() {
        return chunks;
    }
}
