package io.lss.tck.sim;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Damages what is on a medium: what a disk does to data over the years, or a person with an editor. Takes effect at
 * once and durably. Positions are bytes; a position or number that does not exist is an
 * {@link IllegalArgumentException}. Safe for use by many threads.
 */
public final class Rot {

    private final SimulatedMedium medium;
    private final Monitor monitor;
    private final Disk disk;

    Rot(SimulatedMedium medium, Monitor monitor, Disk disk) {
        this.medium = medium;
        this.monitor = monitor;
        this.disk = disk;
    }

    // -------------------------------------------------------------------------------------------- segments

    /**
     * Flips one bit.
     *
     * @param segment in which segment
     * @param position in which byte
     * @param bit which, from 0 to 7
     */
    public void flipBit(long segment, long position, int bit) {
        byte[] one = {(byte) (byteAt(segment, position) ^ 1 << bit)};
        overwrite(segment, position, one);
    }

    private byte byteAt(long segment, long position) {
        byte[] content = medium.segment(segment);
        if (position < 0 || position >= content.length) {
            throw new IllegalArgumentException("segment " + segment + " has no position " + position);
        }
        return content[(int) position];
    }

    /**
     * Replaces bytes.
     *
     * @param segment in which segment
     * @param position from where on
     * @param bytes by what
     */
    public void overwrite(long segment, long position, byte[] bytes) {
        try (var _ = monitor.hold()) {
            SimulatedFile file = file(segment);
            if (position < 0 || position + bytes.length > file.size()) {
                throw new IllegalArgumentException(
                        "segment " + segment + " has no positions " + position + " to " + (position + bytes.length));
            }
            for (int done = 0; done < bytes.length; ) {
                long at = position + done;
                int index = Math.toIntExact(at / disk.blockSize());
                int from = (int) (at % disk.blockSize());
                int length = Math.min(disk.blockSize() - from, bytes.length - done);
                Block old = file.seen().get(index);
                byte[] content = old == null ? new byte[disk.blockSize()] : old.toBytes();
                System.arraycopy(bytes, done, content, from, length);
                file.damage(index, Block.owning(content));
                done += length;
            }
        }
    }

    /**
     * Fills one block with zeros.
     *
     * @param segment in which segment
     * @param position any in that block
     */
    public void zeroBlock(long segment, long position) {
        try (var _ = monitor.hold()) {
            file(segment).damage(index(segment, position), Block.owning(new byte[disk.blockSize()]));
        }
    }

    /**
     * Loses one block: it reads as one that was never written.
     *
     * @param segment in which segment
     * @param position any in that block
     */
    public void loseBlock(long segment, long position) {
        try (var _ = monitor.hold()) {
            file(segment).damage(index(segment, position), null);
        }
    }

    /**
     * Loses everything from a position on.
     *
     * @param segment of which segment
     * @param end the position
     */
    public void truncate(long segment, long end) {
        try (var _ = monitor.hold()) {
            if (end < 0) {
                throw new IllegalArgumentException("end " + end + " is negative");
            }
            file(segment).finish(end);
        }
    }

    /**
     * Swaps two blocks.
     *
     * @param segment where the one is
     * @param position any in it
     * @param otherSegment where the other is; may be the same
     * @param otherPosition any in it
     */
    public void swapBlocks(long segment, long position, long otherSegment, long otherPosition) {
        try (var _ = monitor.hold()) {
            Block one = file(segment).seen().get(index(segment, position));
            Block other = file(otherSegment).seen().get(index(otherSegment, otherPosition));
            file(segment).damage(index(segment, position), other);
            file(otherSegment).damage(index(otherSegment, otherPosition), one);
        }
    }

    /**
     * Puts a copy of one block in the place of another, as a misdirected write does.
     *
     * @param segment where the block is
     * @param position any in it
     * @param toSegment where the copy goes; may be the same
     * @param toPosition any in the block that is replaced
     */
    public void duplicateBlock(long segment, long position, long toSegment, long toPosition) {
        try (var _ = monitor.hold()) {
            Block block = file(segment).seen().get(index(segment, position));
            file(toSegment).damage(index(toSegment, toPosition), block);
        }
    }

    /**
     * Loses a segment.
     *
     * @param segment which
     */
    public void deleteSegment(long segment) {
        try (var _ = monitor.hold()) {
            file(segment);
            disk.directory().remove(segment);
        }
    }

    /**
     * Puts a copy of a segment here, in the place of one of the same number if there is one.
     *
     * @param from where the segment is; may be this medium
     * @param segment which
     * @param newNumber under which number
     * @throws IllegalArgumentException if the block sizes differ
     */
    public void copySegment(SimulatedMedium from, long segment, long newNumber) {
        if (from.settings().blockSize() != disk.blockSize()) {
            throw new IllegalArgumentException("the media have different block sizes");
        }
        SimulatedFile copy = from.copyOf(segment, newNumber); // before this medium is held: no two monitors at a time
        try (var _ = monitor.hold()) {
            disk.directory().put(copy);
        }
    }

    private SimulatedFile file(long segment) {
        SimulatedFile file = disk.directory().get(segment);
        if (file == null) {
            throw new IllegalArgumentException("there is no segment " + segment);
        }
        return file;
    }

    private int index(long segment, long position) {
        if (position < 0 || position >= file(segment).size()) {
            throw new IllegalArgumentException("segment " + segment + " has no position " + position);
        }
        return Math.toIntExact(position / disk.blockSize());
    }

    // -------------------------------------------------------------------------------------------- roots

    /**
     * Flips one bit of a root copy.
     *
     * @param copy 0 or 1
     * @param position in which byte
     * @param bit which, from 0 to 7
     */
    public void flipRootBit(int copy, int position, int bit) {
        byte[] image = image(copy);
        checkRange(image, position, 1);
        image[position] ^= (byte) (1 << bit);
        putRoot(copy, image);
    }

    /**
     * Fills a part of a root copy with zeros.
     *
     * @param copy 0 or 1
     * @param position from where on
     * @param length how many bytes
     */
    public void zeroRoot(int copy, int position, int length) {
        byte[] image = image(copy);
        checkRange(image, position, length);
        Arrays.fill(image, position, position + length, (byte) 0);
        putRoot(copy, image);
    }

    /**
     * Shortens a root copy.
     *
     * @param copy 0 or 1
     * @param length how many bytes are left
     */
    public void truncateRoot(int copy, int length) {
        byte[] image = image(copy);
        checkRange(image, 0, length);
        putRoot(copy, Arrays.copyOf(image, length));
    }

    /**
     * Puts an image into a root copy.
     *
     * @param copy 0 or 1
     * @param image what; null: the copy is lost
     */
    public void putRoot(int copy, byte @Nullable [] image) {
        try (var _ = monitor.hold()) {
            disk.root(copy).put(image == null ? null : image.clone());
        }
    }

    /** Swaps the root copies. */
    public void swapRoots() {
        try (var _ = monitor.hold()) {
            byte[] one = disk.root(0).seen();
            disk.root(0).put(disk.root(1).seen());
            disk.root(1).put(one);
        }
    }

    private byte[] image(int copy) {
        return medium.root(copy)
                .orElseThrow(() -> new IllegalArgumentException("root copy " + copy + " was never written"));
    }

    private static void checkRange(byte[] image, int position, int length) {
        if (position < 0 || length < 0 || position + length > image.length) {
            throw new IllegalArgumentException("the root copy has no bytes " + position + " to " + (position + length));
        }
    }
}
