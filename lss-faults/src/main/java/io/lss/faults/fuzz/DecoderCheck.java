package io.lss.faults.fuzz;

import io.lss.core.format.Checksums;
import io.lss.core.format.FrameDescriptor;
import io.lss.core.format.FrameFault;
import io.lss.core.format.RootDescriptor;
import io.lss.core.format.RootImage;
import io.lss.core.format.SegmentHeaderDescriptor;
import io.lss.core.format.SegmentHeaderImage;
import io.lss.core.format.UnitDescriptor;
import io.lss.core.format.UnitFault;
import io.lss.core.format.UnitFrames;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Decodes the bytes of an input, with checksums and tags made right where the input says so: decoders never throw, look at
 * nothing outside the bytes, and believe exactly what {@link Witness} believes.
 */
final class DecoderCheck {

    private static final int LONGEST = 3 * Format.PAGE;

    private final FuzzInput input;

    private DecoderCheck(FuzzInput input) {
        this.input = input;
    }

    static void run(byte[] bytes) {
        DecoderCheck check = new DecoderCheck(new FuzzInput(bytes));
        switch (check.input.next() % 4) {
            case 0 -> check.root();
            case 1 -> check.segmentHeader();
            case 2 -> check.unit();
            default -> check.frame();
        }
    }

    private void root() {
        boolean mended = input.next() % 8 != 0;
        boolean odd = input.next() % 8 == 1;
        byte[] content = input.rest();
        byte[] image = Arrays.copyOf(content, odd ? content.length : Format.PAGE);
        if (mended) {
            Mending.page(image);
        }
        RootImage decoded = RootDescriptor.decode(image);
        boolean whole = image.length == Format.PAGE && Format.isPage(image, Format.ROOT_MAGIC);
        if (decoded instanceof RootImage.Valid(var root)) {
            if (!whole || !Arrays.equals(RootDescriptor.encode(root), image)) {
                throw new FuzzViolationError("a root is believed that nobody encodes: " + root);
            }
        } else if (decoded instanceof RootImage.UnknownVersion && !whole) {
            throw new FuzzViolationError("the version of a damaged root is believed: " + decoded);
        }
    }

    private void segmentHeader() {
        boolean mended = input.next() % 8 != 0;
        boolean odd = input.next() % 8 == 1;
        byte[] content = input.rest();
        byte[] segment = Arrays.copyOf(content, odd ? content.length : Format.PAGE);
        if (mended) {
            Mending.page(segment);
        }
        SegmentHeaderImage decoded = SegmentHeaderDescriptor.read(MemorySegment.ofArray(segment), 0, segment.length);
        boolean whole = Format.isPage(segment, Format.SEGMENT_MAGIC);
        if (decoded instanceof SegmentHeaderImage.Valid(var header)) {
            byte[] twin = new byte[header.blockSize()];
            SegmentHeaderDescriptor.write(MemorySegment.ofArray(twin), 0, header);
            if (!whole || !Arrays.equals(twin, 0, Format.PAGE, segment, 0, Format.PAGE)) {
                throw new FuzzViolationError("a segment header is believed that nobody writes: " + header);
            }
        } else if (decoded instanceof SegmentHeaderImage.UnknownVersion && !whole) {
            throw new FuzzViolationError("the version of a damaged segment header is believed: " + decoded);
        }
    }

    private void unit() {
        int mode = input.next();
        int position = (mode >> 4 & 1) * 64;
        long salt = input.next();
        long lsn = 65_536L * (1 + input.next()) + 4_096L * input.below(16);
        long session = 1L + input.next() % 4;
        int blockSize = 4_096 << input.next() % 5;
        byte[] content = input.rest();
        byte[] bytes = new byte[position + Math.max(Format.UNIT_HEADER, Math.min(LONGEST, content.length))];
        System.arraycopy(content, 0, bytes, position, Math.min(content.length, bytes.length - position));
        if (mode % 4 != 0) {
            Format.putInt(bytes, position, Format.UNIT_MAGIC);
            Format.putLong(bytes, position + Format.UNIT_LSN, lsn);
            Format.putLong(bytes, position + Format.UNIT_TAG, Format.mix(salt ^ lsn));
        }
        if (mode % 4 > 1) {
            Format.putLong(bytes, position + Format.UNIT_SESSION, session);
            Format.putLong(bytes, position + 48, 0);
            Format.putLong(bytes, position + 56, 0);
            for (int frame : Mending.frames(bytes, position)) {
                Format.putInt(bytes, frame + Format.FRAME_TAG, Format.frameTag(salt, lsn + (frame - position)));
                Mending.frame(bytes, frame);
            }
        }
        if (mode >> 5 != 7) {
            Mending.unit(bytes, position);
        }
        check(bytes, position, salt, lsn, session, blockSize, bytes.length - position);
        check(bytes, position, salt, lsn, session, blockSize, Long.MAX_VALUE);
    }

    private static void check(byte[] bytes, int position, long salt, long lsn, long session, int blockSize, long room) {
        MemorySegment memory = MemorySegment.ofArray(bytes);
        ByteBuffer view = ByteBuffer.wrap(bytes);
        Checksums checksums = new Checksums();
        UnitFault fault = UnitDescriptor.check(memory, position, view, checksums, salt, lsn, session, blockSize, room);
        boolean believed = fault == UnitFault.NONE;
        if (believed != Witness.isUnitHeader(bytes, position, salt, lsn, session, blockSize, room)) {
            throw new FuzzViolationError("a unit header is " + fault + ", and should be " + (believed ? "refused" : "believed"));
        }
        if (!believed || Format.getInt(bytes, position + Format.UNIT_PADDED) > bytes.length - position) {
            return;
        }
        UnitFrames.Content frames = UnitFrames.check(memory, position, view, checksums, salt);
        if (frames.valid() != Witness.areFrames(bytes, position, salt, lsn)) {
            throw new FuzzViolationError("the frames of a unit are " + frames);
        }
        Long stray = frames.valid() ? UnitFrames.strayLsn(memory, position) : null;
        if (stray != null && (stray < lsn || stray >= lsn + bytes.length)) {
            throw new FuzzViolationError("a stray byte outside its unit: " + stray);
        }
    }

    private void frame() {
        int mode = input.next();
        int at = 8 * (mode >> 3 & 3);
        long salt = input.next();
        long lsn = 8L * input.nextShort();
        int cut = input.next();
        byte[] content = input.rest();
        byte[] bytes = new byte[at + Math.max(Format.FRAME_HEADER, Math.min(LONGEST, content.length))];
        System.arraycopy(content, 0, bytes, at, Math.min(content.length, bytes.length - at));
        if (mode % 4 != 0) {
            Format.putInt(bytes, at + Format.FRAME_TAG, Format.frameTag(salt, lsn));
        }
        if (mode % 4 > 1) {
            Mending.frame(bytes, at);
        }
        long limit = Math.max(0, bytes.length - cut);
        FrameFault fault = FrameDescriptor.check(
                MemorySegment.ofArray(bytes), at, ByteBuffer.wrap(bytes), new Checksums(), salt, lsn, limit);
        if ((fault == FrameFault.NONE) != Witness.isFrame(bytes, at, salt, lsn, limit)) {
            throw new FuzzViolationError("a frame is " + fault + ", and should "
                    + (fault == FrameFault.NONE ? "not be" : "be believed"));
        }
    }
}
