package io.lss.core.inspect;

import io.lss.core.format.Checksums;
import io.lss.core.format.FrameDescriptor;
import io.lss.core.format.FrameFault;
import io.lss.core.format.SegmentHeader;
import io.lss.core.recovery.ChunkReader;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * Finds frames by themselves, whatever became of the unit around them: a frame's tag is that of one place in one segment, and its checksum covers
 * tag, length and payload. Keeps the frame that was looked at last.
 */
public final class FrameSearch {

    /** The position of no frame. */
    public static final long NONE = -1;

    private final ChunkReader.Source source;
    private final SegmentHeader header;
    private final ChunkReader chunks;
    private final Checksums checksums = new Checksums();
    private long at;

    /**
     * A search in one segment.
     *
     * @param source reads the segment
     * @param header of the segment
     */
    public FrameSearch(ChunkReader.Source source, SegmentHeader header) {
        this.source = source;
        this.header = header;
        this.chunks = new ChunkReader();
    }

    /**
     * {@return what is wrong with the frame at a position; {@link FrameFault#NONE} if nothing is}
     *
     * @param position where, a multiple of {@link FrameDescriptor#ALIGNMENT}
     * @param limit the position at which it must have ended
     * @throws IOException if the device fails as a whole
     */
    public FrameFault look(long position, long limit) throws IOException {
        at = position;
        FrameFault fault = lookAtHeader(position, limit);
        if (fault != FrameFault.NONE) {
            return fault;
        }
        int whole = frameLength();
        if (!chunks.ensure(source, position, whole, header.segmentSize())) {
            return FrameFault.CUT_SHORT;
        }
        return FrameDescriptor.check(
                chunks.memory(),
                chunks.offset(position),
                chunks.view(),
                checksums,
                header.salt(),
                header.base() + position,
                (long) chunks.offset(position) + whole);
    }

    /**
     * {@return what is wrong with the header alone of the frame at a position} Length and kind are not proven by it, but for the 32 bits of the tag.
     *
     * @param position as {@link #look} takes it
     * @param limit the position at which the frame must have ended
     * @throws IOException if the device fails as a whole
     */
    public FrameFault lookAtHeader(long position, long limit) throws IOException {
        at = position;
        if (limit - position < FrameDescriptor.MIN_LENGTH
                || !chunks.ensure(source, position, FrameDescriptor.HEADER_LENGTH, header.segmentSize())) {
            return FrameFault.CUT_SHORT;
        }
        FrameFault fault =
                FrameDescriptor.checkHeader(chunks.memory(), chunks.offset(position), header.salt(), header.base() + position);
        return fault == FrameFault.NONE && frameLength() > limit - position ? FrameFault.CUT_SHORT : fault;
    }

    /**
     * {@return the first position at which a whole, good frame is; {@link #NONE} if there is none}
     *
     * @param from the first position to look at, a multiple of {@link FrameDescriptor#ALIGNMENT}
     * @param limit the position at which it must have ended
     * @throws IOException if the device fails as a whole
     */
    public long next(long from, long limit) throws IOException {
        for (long position = from; limit - position >= FrameDescriptor.MIN_LENGTH; position += FrameDescriptor.ALIGNMENT) {
            if (!chunks.ensure(source, position, FrameDescriptor.HEADER_LENGTH, header.segmentSize())) {
                return NONE;
            }
            if (look(position, limit) == FrameFault.NONE) {
                return position;
            }
        }
        return NONE;
    }

    /** {@return the kind of the frame looked at last, which is good or has a good header} */
    public int kind() {
        return FrameDescriptor.kind(chunks.memory(), chunks.offset(at));
    }

    /** {@return the length of its payload, in bytes} */
    public int length() {
        return FrameDescriptor.length(chunks.memory(), chunks.offset(at));
    }

    /** {@return its whole length, header and padding included, in bytes} */
    public int frameLength() {
        return FrameDescriptor.frameLength(length());
    }

    /** {@return its payload, valid until the next look; it is whole if {@link #look} found nothing wrong} */
    public MemorySegment payload() {
        return chunks.memory()
                .asSlice((long) chunks.offset(at) + FrameDescriptor.HEADER_LENGTH, length())
                .asReadOnly();
    }

    /** {@return the bytes of the frame, header and padding included, valid until the next look} */
    public MemorySegment bytes() {
        return chunks.memory().asSlice(chunks.offset(at), frameLength()).asReadOnly();
    }
}
