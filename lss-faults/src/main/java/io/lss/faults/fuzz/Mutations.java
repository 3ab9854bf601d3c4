package io.lss.faults.fuzz;

import static io.lss.faults.fuzz.Mending.BLOCK;

import io.lss.faults.fuzz.Format.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Runs the program of an input on an image: each step changes something that has a meaning. Never fails. */
final class Mutations {

    /** Steps of one input. */
    private static final int MOST = 32;

    /** No segment becomes longer than this, in bytes. */
    private static final int LONGEST = 3 << 16;

    private static final int MOST_SEGMENTS = 12;

    private static final long[] INTERESTING = {
        0, 1, -1, 7, 8, 16, 63, 64, 88, 4_095, 4_096, 8_192, 16_384, 65_535, 65_536, 1 << 20, 1 << 28, (1 << 28) + 8,
        Integer.MAX_VALUE, Integer.MIN_VALUE,
        1L << 31, 1L << 32, 1L << 36, (1L << 36) + 4_096, 1L << 47, Long.MAX_VALUE, Long.MAX_VALUE - 4_095, Long.MIN_VALUE,
        Long.MAX_VALUE / 65_536,
        Long.MAX_VALUE / 65_536 - 1, Long.MAX_VALUE / 65_536 - 2
    };

    private final MemoryMedium medium;
    private final FuzzInput input;

    private Mutations(MemoryMedium medium, FuzzInput input) {
        this.medium = medium;
        this.input = input;
    }

    static void apply(MemoryMedium medium, FuzzInput input) {
        Mutations mutations = new Mutations(medium, input);
        for (int i = 0; i < MOST && !input.isEmpty(); i++) {
            mutations.step();
        }
    }

    private void step() {
        switch (input.next() % 16) {
            case 0 -> rootField();
            case 1 -> segmentField();
            case 2 -> unitField();
            case 3 -> frameField();
            case 4 -> someByte();
            case 5 -> copyUnit();
            case 6 -> dropUnit();
            case 7 -> newUnit();
            case 8 -> dropOrSwapSegments();
            case 9 -> copySegment();
            case 10 -> length();
            case 11 -> roots();
            case 12 -> sizes();
            case 13 -> swapFrames();
            case 14 -> salt();
            default -> bothRoots();
        }
    }

    // ------------------------------------------------------------------------------------------- choices

    /** {@return the number of a segment; 0 if there is none} */
    private long number() {
        List<Long> numbers = new ArrayList<>(medium.segments.keySet());
        return numbers.isEmpty() ? 0 : numbers.get(input.below(numbers.size()));
    }

    private long segmentSize() {
        for (byte[] root : medium.roots.values()) {
            if (root.length >= Format.PAGE) {
                return Format.getLong(root, Format.ROOT_SEGMENT_SIZE);
            }
        }
        return Images.SEGMENT;
    }

    private long base(long number) {
        return number * segmentSize();
    }

    /** {@return the position of a unit; -1 if there is none} */
    private int unit(byte[] segment) {
        List<Integer> units = Mending.units(segment);
        return units.isEmpty() ? -1 : units.get(input.below(units.size()));
    }

    private long value(long present) {
        return switch (input.next() % 5) {
            case 0 -> present + (byte) input.next();
            case 1 -> INTERESTING[input.below(INTERESTING.length)];
            case 2 -> input.nextLong();
            case 3 -> base(input.below(16)) + (long) input.below(17) * BLOCK;
            default -> present + (byte) input.next() * (long) BLOCK;
        };
    }

    private void set(byte[] bytes, int at, Field field) {
        if (at + field.offset() + field.bytes() > bytes.length) {
            return;
        }
        int where = at + field.offset();
        switch (field.bytes()) {
            case 1 -> bytes[where] = (byte) value(bytes[where]);
            case 2 -> {
                short value = (short) value(bytes[where]);
                bytes[where] = (byte) value;
                bytes[where + 1] = (byte) (value >> 8);
            }
            case 4 -> Format.putInt(bytes, where, (int) value(Format.getInt(bytes, where)));
            default -> Format.putLong(bytes, where, value(Format.getLong(bytes, where)));
        }
    }

    // ------------------------------------------------------------------------------------------- fields

    private void rootField() {
        byte[] root = medium.roots.get(input.below(2));
        if (root != null) {
            set(root, 0, Format.rootField(input.next()));
            if (input.next() % 8 != 0) {
                Mending.page(root);
            }
        }
    }

    /** The same change of both copies, so that it counts whichever is the better one. */
    private void bothRoots() {
        byte[] root = medium.roots.get(0);
        if (root != null) {
            set(root, 0, Format.rootField(input.next()));
            Mending.page(root);
            medium.roots.put(1, root.clone());
        }
    }

    private void segmentField() {
        long number = number();
        byte[] segment = medium.segments.get(number);
        if (segment != null) {
            set(segment, 0, Format.segmentField(input.next()));
            int mode = input.next() % 8;
            if (mode != 0) {
                Mending.page(segment);
            }
            if (mode == 1) {
                Mending.segment(segment, base(number));
            }
        }
    }

    private void unitField() {
        long number = number();
        byte[] segment = medium.segments.get(number);
        int unit = segment == null ? -1 : unit(segment);
        if (segment != null && unit >= 0) {
            set(segment, unit, Format.unitField(input.next()));
            int mode = input.next() % 8;
            if (mode != 0) {
                Mending.unit(segment, unit);
            }
            if (mode == 1) {
                Mending.place(segment, unit, base(number));
            }
        }
    }

    private void frameField() {
        long number = number();
        byte[] segment = medium.segments.get(number);
        int unit = segment == null ? -1 : unit(segment);
        if (segment != null && unit >= 0) {
            List<Integer> frames = Mending.frames(segment, unit);
            if (!frames.isEmpty()) {
                int frame = frames.get(input.below(frames.size()));
                set(segment, frame, Format.frameField(input.next()));
                if (input.next() % 8 != 0) {
                    Mending.frame(segment, frame);
                }
            }
        }
    }

    private void someByte() {
        byte[] bytes = input.next() % 4 == 0 ? medium.roots.get(input.below(2)) : medium.segments.get(number());
        if (bytes != null && bytes.length > 0) {
            int count = 1 + input.below(16);
            int at = input.flag() ? input.nextShort() % bytes.length : input.below(bytes.length / BLOCK + 1) * BLOCK
                    + input.next();
            for (int i = 0; i < count; i++) {
                if (at + i < bytes.length) {
                    bytes[at + i] ^= (byte) input.next();
                }
            }
        }
    }

    // ------------------------------------------------------------------------------------------- units and frames

    private void copyUnit() {
        byte[] from = medium.segments.get(number());
        int unit = from == null ? -1 : unit(from);
        long toNumber = number();
        byte[] to = medium.segments.get(toNumber);
        if (from == null || to == null || unit < 0) {
            return;
        }
        int length = Math.min(from.length - unit, Math.max(BLOCK, Format.getInt(from, unit + Format.UNIT_PADDED)));
        int at = input.below(18) * BLOCK;
        boolean placed = input.next() % 4 != 0;
        boolean sameSession = input.flag();
        byte[] grown = at + length > to.length && at + length <= LONGEST ? Arrays.copyOf(to, at + length) : to;
        System.arraycopy(from.clone(), unit, grown, Math.min(at, grown.length), Math.max(0, Math.min(length, grown.length - at)));
        medium.segments.put(toNumber, grown);
        if (placed && at >= BLOCK && at + Format.UNIT_HEADER <= grown.length) {
            if (sameSession) {
                Format.putLong(grown, at + Format.UNIT_SESSION, Format.getLong(grown, 48));
            }
            Mending.place(grown, at, base(toNumber));
        }
    }

    private void dropUnit() {
        byte[] segment = medium.segments.get(number());
        int unit = segment == null ? -1 : unit(segment);
        if (segment != null && unit >= 0) {
            int blocks = 1 + input.below(3);
            Arrays.fill(segment, unit, Math.min(segment.length, unit + blocks * BLOCK), (byte) input.next());
        }
    }

    /** A unit as the input describes it, with right tags and checksums. */
    private void newUnit() {
        long number = number();
        byte[] segment = medium.segments.get(number);
        if (segment == null) {
            return;
        }
        int unit = BLOCK * (1 + input.below(17));
        int frames = 1 + input.below(6);
        int length = Format.UNIT_HEADER;
        int[] lengths = new int[frames];
        for (int i = 0; i < frames; i++) {
            lengths[i] = 1 + (input.flag() ? input.next() : input.nextShort() % 12_000);
            length += Format.FRAME_HEADER + lengths[i] + 7 & -8;
        }
        int padded = length + BLOCK - 1 & -BLOCK;
        byte[] bytes =
                unit + padded <= LONGEST && unit + padded > segment.length ? Arrays.copyOf(segment, unit + padded) : segment;
        if (unit + padded > bytes.length || bytes.length < Format.PAGE) {
            return;
        }
        medium.segments.put(number, bytes);
        Arrays.fill(bytes, unit, unit + padded, (byte) 0);
        Format.putInt(bytes, unit, Format.UNIT_MAGIC);
        Format.putLong(bytes, unit + Format.UNIT_STABLE, value(base(number)));
        Format.putLong(bytes, unit + Format.UNIT_SESSION, Format.getLong(bytes, 48));
        Format.putInt(bytes, unit + Format.UNIT_LENGTH, length);
        Format.putInt(bytes, unit + Format.UNIT_PADDED, padded);
        int at = unit + Format.UNIT_HEADER;
        for (int payload : lengths) {
            Format.putInt(bytes, at + Format.FRAME_LENGTH, payload);
            bytes[at + Format.FRAME_KIND] = (byte) (1 + input.below(2));
            at += Format.FRAME_HEADER + payload + 7 & -8;
        }
        Mending.place(bytes, unit, base(number));
    }

    private void swapFrames() {
        long number = number();
        byte[] segment = medium.segments.get(number);
        int unit = segment == null ? -1 : unit(segment);
        List<Integer> frames = segment == null || unit < 0 ? List.of() : Mending.frames(segment, unit);
        if (segment == null || frames.size() < 2) {
            return;
        }
        int index = input.below(frames.size() - 1);
        int first = frames.get(index);
        int second = frames.get(index + 1);
        int end = (int) Math.min(segment.length, second + Format.frameBytes(segment, second));
        byte[] swapped = new byte[end - first];
        System.arraycopy(segment, second, swapped, 0, end - second);
        System.arraycopy(segment, first, swapped, end - second, second - first);
        System.arraycopy(swapped, 0, segment, first, swapped.length);
        if (input.next() % 4 != 0) {
            Mending.place(segment, unit, base(number));
        }
    }

    // ------------------------------------------------------------------------------------------- segments

    private void dropOrSwapSegments() {
        long one = number();
        byte[] bytes = medium.segments.remove(one);
        if (bytes != null && input.flag()) {
            long other = number();
            byte[] twin = medium.segments.get(other);
            if (twin == null) {
                medium.segments.put(one, bytes);
                return;
            }
            medium.segments.put(one, twin);
            medium.segments.put(other, bytes);
            if (input.flag()) {
                renumber(one);
                renumber(other);
            }
        }
    }

    private void copySegment() {
        long from = number();
        byte[] bytes = medium.segments.get(from);
        long to = input.next() % 3 == 0 ? value(from) : from + (byte) input.next();
        if (bytes != null && to > 0 && medium.segments.size() < MOST_SEGMENTS) {
            medium.segments.put(to, bytes.clone());
            if (input.flag()) {
                renumber(to);
            }
        }
    }

    private void renumber(long number) {
        byte[] bytes = medium.segments.get(number);
        if (bytes != null && bytes.length >= Format.PAGE) {
            Format.putLong(bytes, Format.SEGMENT_NUMBER, number);
            if (input.flag()) {
                Format.putLong(bytes, 56, number - 1);
            }
            Mending.segment(bytes, base(number));
        }
    }

    private void length() {
        long number = number();
        byte[] segment = medium.segments.get(number);
        if (segment != null) {
            int length = input.flag() ? input.below(48) * BLOCK : input.nextShort();
            medium.segments.put(number, Arrays.copyOf(segment, Math.min(LONGEST, length)));
        }
    }

    private void salt() {
        long number = number();
        byte[] segment = medium.segments.get(number);
        if (segment != null && segment.length >= Format.PAGE) {
            Format.putLong(segment, Format.SEGMENT_SALT, input.next());
            Mending.segment(segment, base(number));
        }
    }

    // ------------------------------------------------------------------------------------------- roots

    private void roots() {
        int copy = input.below(2);
        byte[] root = medium.roots.get(copy);
        switch (input.next() % 5) {
            case 0 -> medium.roots.remove(copy);
            case 1 -> {
                if (root != null) {
                    medium.roots.put(1 - copy, root.clone());
                }
            }
            case 2 -> {
                if (root != null && root.length >= Format.PAGE) {
                    Format.putLong(root, Format.ROOT_SEQUENCE, Format.getLong(root, Format.ROOT_SEQUENCE) + (byte) input.next());
                    Mending.page(root);
                }
            }
            case 3 -> {
                if (root != null) {
                    medium.roots.put(copy, Arrays.copyOf(root, input.nextShort() % 8_193));
                }
            }
            default -> {
                byte[] segment = medium.segments.get(number());
                if (segment != null) {
                    medium.roots.put(copy, Arrays.copyOf(segment, Format.PAGE));
                }
            }
        }
    }

    /** Other sizes, said by roots and headers alike. */
    private void sizes() {
        boolean segments = input.flag();
        long size = value(segments ? segmentSize() : BLOCK);
        boolean placed = input.flag();
        for (byte[] root : medium.roots.values()) {
            if (root.length >= Format.PAGE) {
                put(root, segments, Format.ROOT_SEGMENT_SIZE, Format.ROOT_BLOCK_SIZE, size);
            }
        }
        for (Map.Entry<Long, byte[]> each : medium.segments.entrySet()) {
            byte[] segment = each.getValue();
            if (segment.length >= Format.PAGE) {
                put(segment, segments, Format.SEGMENT_SIZE, Format.SEGMENT_BLOCK_SIZE, size);
                if (placed) {
                    Mending.segment(segment, base(each.getKey()));
                }
            }
        }
    }

    private static void put(byte[] page, boolean segments, int segmentField, int blockField, long size) {
        if (segments) {
            Format.putLong(page, segmentField, size);
        } else {
            Format.putInt(page, blockField, (int) size);
        }
        Mending.page(page);
    }
}
