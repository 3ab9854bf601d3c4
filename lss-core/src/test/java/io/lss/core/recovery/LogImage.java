package io.lss.core.recovery;

import io.lss.core.format.Checksums;
import io.lss.core.format.FrameDescriptor;
import io.lss.core.format.Root;
import io.lss.core.format.RootDescriptor;
import io.lss.core.format.SegmentHeader;
import io.lss.core.format.SegmentHeaderDescriptor;
import io.lss.core.format.UnitDescriptor;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Makes devices by hand: roots, segments, units, byte by byte as the format draws them. Small sizes, so that all happens often. */
final class LogImage {

    static final int B = 4096;
    static final long S = 128 << 10;
    static final long WINDOW = 8 * B;
    static final long UUID_HIGH = 0x1111_2222_3333_4444L;
    static final long UUID_LOW = 0x5555_6666_7777_8888L;
    static final StoreIdentity IDENTITY = new StoreIdentity(UUID_HIGH, UUID_LOW, S, B);

    /** A record that was written. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Written(long lsn, byte[] payload) {}

    final MemoryDevice device = new MemoryDevice();
    final List<Written> records = new ArrayList<>();
    private final Checksums checksums = new Checksums();
    private final Random random = new Random(1);

    static long base(long number) {
        return number * S;
    }

    static long first(long number) {
        return base(number) + B;
    }

    // ------------------------------------------------------------------------------------------- roots

    /** A root of session 1 that begins in segment 1, of a store that was just made. */
    static Root root() {
        return new Root(UUID_HIGH, UUID_LOW, 1, S, B, false, 1, 1, 0, 0, base(1), base(1), new byte[] {7, 8, 9});
    }

    static Root root(long session, long first, long predecessor, long predecessorEnd, long stable) {
        return new Root(
                UUID_HIGH,
                UUID_LOW,
                session * 10,
                S,
                B,
                false,
                session,
                first,
                predecessor,
                predecessorEnd,
                base(1),
                stable,
                new byte[0]);
    }

    /** Writes both copies. */
    LogImage roots(Root root) {
        device.roots[0] = RootDescriptor.encode(root);
        device.roots[1] = RootDescriptor.encode(root);
        return this;
    }

    // ------------------------------------------------------------------------------------------- segments

    /** A segment as it is before anything arrived. */
    LogImage blank(long number) {
        device.segments.put(number, new byte[(int) S]);
        return this;
    }

    /** A segment with a header. */
    SegmentImage segment(long number, long session, long predecessor, long predecessorEnd, long stable) {
        return segment(new SegmentHeader(
                B, number, S, UUID_HIGH, UUID_LOW, session, predecessor, predecessorEnd, random.nextLong(), WINDOW, stable));
    }

    SegmentImage segment(SegmentHeader header) {
        byte[] bytes = new byte[(int) S];
        device.segments.put(header.number(), bytes);
        SegmentHeaderDescriptor.write(MemorySegment.ofArray(bytes), 0, header);
        return new SegmentImage(header, bytes);
    }

    /** A segment being filled. */
    final class SegmentImage {

        final SegmentHeader header;
        final byte[] bytes;
        private final MemorySegment memory;
        private final ByteBuffer view;
        int position = B;

        SegmentImage(SegmentHeader header, byte[] bytes) {
            this.header = header;
            this.bytes = bytes;
            this.memory = MemorySegment.ofArray(bytes);
            this.view = ByteBuffer.wrap(bytes);
        }

        /** The LSN of what comes next. */
        long end() {
            return header.base() + position;
        }

        /** Appends a unit with records of these lengths, negative ones for fillers. Returns its LSN. */
        long unit(long stable, int... lengths) {
            int start = position;
            int at = start + UnitDescriptor.HEADER_LENGTH;
            for (int length : lengths) {
                long lsn = header.base() + at;
                if (length < 0) {
                    FrameDescriptor.writeFiller(memory, at, view, checksums, header.salt(), lsn, -length);
                } else {
                    byte[] payload = payload(lsn, length);
                    MemorySegment.copy(MemorySegment.ofArray(payload), 0, memory, at + FrameDescriptor.HEADER_LENGTH, length);
                    FrameDescriptor.write(
                            memory, at, view, checksums, header.salt(), lsn, FrameDescriptor.KIND_RECORD, length);
                    records.add(new Written(lsn, payload));
                }
                at += FrameDescriptor.frameLength(Math.abs(length));
            }
            int length = at - start;
            int padded = UnitDescriptor.paddedLength(length, B);
            UnitDescriptor.write(
                    memory,
                    start,
                    view,
                    checksums,
                    header.salt(),
                    header.base() + start,
                    stable,
                    header.session(),
                    length,
                    padded);
            position = start + padded;
            return header.base() + start;
        }

        /** Appends a unit of one record that takes exactly so many blocks. */
        long blocks(long stable, int count) {
            return unit(stable, count * B - UnitDescriptor.HEADER_LENGTH - FrameDescriptor.HEADER_LENGTH);
        }

        /** Makes bytes what they were before anything arrived. */
        SegmentImage lose(long lsn, int length) {
            int at = (int) (lsn - header.base());
            Arrays.fill(bytes, at, at + length, (byte) 0);
            return this;
        }

        /** Flips a bit. */
        SegmentImage rot(long lsn) {
            bytes[(int) (lsn - header.base())] ^= 1;
            return this;
        }

        SegmentImage loseHeader() {
            return lose(header.base(), B);
        }
    }

    /** The payload that is always written at an LSN. */
    static byte[] payload(long lsn, int length) {
        byte[] payload = new byte[length];
        new Random(lsn).nextBytes(payload);
        return payload;
    }
}
