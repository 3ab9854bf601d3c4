package io.lss.faults.rot;

import io.lss.core.format.Checksums;
import io.lss.core.format.FrameDescriptor;
import io.lss.core.format.SegmentHeader;
import io.lss.core.format.SegmentHeaderDescriptor;
import io.lss.core.format.SegmentHeaderImage;
import io.lss.core.format.UnitDescriptor;
import io.lss.core.format.UnitFault;
import io.lss.core.format.UnitFrames;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Says what every byte of a segment is. */
final class Anatomy {

    private final long number;
    private final byte[] bytes;
    private final MemorySegment memory;
    private final ByteBuffer view;
    private final Checksums checksums = new Checksums();
    private final List<Part> parts = new ArrayList<>();

    private Anatomy(long number, byte[] bytes) {
        this.number = number;
        this.bytes = bytes;
        this.memory = MemorySegment.ofArray(bytes);
        this.view = ByteBuffer.wrap(bytes);
    }

    /** {@return the parts of all segments of a store, in order, without gaps} */
    static List<Part> of(StoreImage image) {
        List<Part> parts = new ArrayList<>();
        for (long number : image.segments()) {
            parts.addAll(of(number, image.segment(number)));
        }
        return parts;
    }

    /** {@return the parts of an undamaged segment, in order, without gaps} */
    static List<Part> of(long number, byte[] bytes) {
        Anatomy anatomy = new Anatomy(number, bytes);
        anatomy.segment();
        return anatomy.parts;
    }

    private void segment() {
        if (!(SegmentHeaderDescriptor.read(memory, 0, bytes.length) instanceof SegmentHeaderImage.Valid(SegmentHeader header))) {
            add(Part.Kind.REST, 0, bytes.length);
            return;
        }
        int at = header.blockSize();
        parts.add(new Part(Part.Kind.SEGMENT_HEADER, number, 0, at, header.stableLsn(), 0));
        while (at + UnitDescriptor.HEADER_LENGTH <= bytes.length && isUnit(header, at)) {
            int end = at + UnitDescriptor.paddedLength(memory, at);
            int framesEnd = at + UnitDescriptor.length(memory, at);
            parts.add(new Part(
                    Part.Kind.UNIT_HEADER, number, at, at + UnitDescriptor.HEADER_LENGTH, UnitDescriptor.stableLsn(memory, at),
                    end));
            for (int frame = at + UnitDescriptor.HEADER_LENGTH; frame < framesEnd; ) {
                int payload = frame + FrameDescriptor.HEADER_LENGTH;
                int length = FrameDescriptor.length(memory, frame);
                int next = frame + FrameDescriptor.frameLength(length);
                add(Part.Kind.FRAME_HEADER, frame, payload);
                add(Part.Kind.PAYLOAD, payload, payload + length);
                add(Part.Kind.PADDING, payload + length, next);
                frame = next;
            }
            add(Part.Kind.PADDING, framesEnd, end);
            at = end;
        }
        add(Part.Kind.REST, at, bytes.length);
    }

    private void add(Part.Kind kind, int from, int to) {
        if (from < to) {
            parts.add(new Part(kind, number, from, to, 0, 0));
        }
    }

    private boolean isUnit(SegmentHeader header, int at) {
        UnitFault fault = UnitDescriptor.check(
                memory,
                at,
                view,
                checksums,
                header.salt(),
                header.base() + at,
                header.session(),
                header.blockSize(),
                Math.min(header.window(), bytes.length - at));
        return fault == UnitFault.NONE && UnitFrames.check(memory, at, view, checksums, header.salt()).valid();
    }
}
