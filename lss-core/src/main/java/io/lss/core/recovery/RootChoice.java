package io.lss.core.recovery;

import io.lss.api.StoreCorruptException;
import io.lss.api.StoreVersionException;
import io.lss.core.format.Checksums;
import io.lss.core.format.Root;
import io.lss.core.format.RootDescriptor;
import io.lss.core.format.RootImage;
import io.lss.core.format.SegmentHeaderDescriptor;
import io.lss.core.format.SegmentHeaderImage;
import io.lss.core.format.UnitDescriptor;
import io.lss.spi.flush.Device;
import io.lss.spi.flush.Segment;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads both root copies and decides which one counts, or that there is no store. */
final class RootChoice {

    /** How much of a segment is looked at before it is called blank, in bytes. */
    private static final int BLANK_LOOK = 1 << 20;

    /** So many creations in a row may crash, each leaving its segment or, if its process was killed, perhaps not. */
    private static final long MOST_CREATIONS = 16;

    /** The smallest distance between two units. */
    private static final int BLOCK = 4096;

    /**
     * The root that counts, or none.
     *
     * @param root the root; null if there is no store
     * @param copy which copy holds it; -1 if there is no store
     */
    record Choice(@Nullable Root root, int copy) {}

    private final Device device;
    private final Consumer<RecoveryTable.Row> rows;

    RootChoice(Device device, Consumer<RecoveryTable.Row> rows) {
        this.device = device;
        this.rows = rows;
    }

    /**
     * {@return the root that counts}
     *
     * @param segments the numbers of all segments, ascending
     */
    Choice choose(long[] segments) throws IOException {
        RootImage image0 = read(0);
        RootImage image1 = read(1);
        RecoveryTable.Segments examined = RecoveryTable.Segments.NOT_EXAMINED;
        for (; ; ) {
            RecoveryTable.Row row = RecoveryTable.roots(letter(image0), letter(image1), newer(image0, image1), examined);
            rows.accept(row);
            switch (row.decision()) {
                case USE_COPY_0 -> {
                    return new Choice(root(image0), 0);
                }
                case USE_COPY_1 -> {
                    return new Choice(root(image1), 1);
                }
                case FRESH -> {
                    return new Choice(null, -1);
                }
                case EXAMINE_SEGMENTS -> examined = examine(segments);
                case OTHER_VERSION -> throw otherVersion(image0, image1);
                default -> throw new StoreCorruptException(
                        -1, "copy 0: " + words(image0) + ", copy 1: " + words(image1) + ", " + segments.length + " segments");
            }
        }
    }

    private RootImage read(int copy) throws IOException {
        Optional<byte[]> bytes = device.readRoot(copy);
        return bytes.isEmpty() ? new RootImage.Absent() : RootDescriptor.decode(bytes.get());
    }

    private static RecoveryTable.Copy letter(RootImage image) {
        return switch (image) {
            case RootImage.Absent absent -> RecoveryTable.Copy.ABSENT;
            case RootImage.Invalid invalid -> RecoveryTable.Copy.INVALID;
            case RootImage.UnknownVersion version -> RecoveryTable.Copy.OTHER_VERSION;
            case RootImage.Valid valid -> RecoveryTable.Copy.VALID;
        };
    }

    private static RecoveryTable.Newer newer(RootImage image0, RootImage image1) {
        Root a = root(image0);
        Root b = root(image1);
        if (a == null || b == null || a.equals(b)) {
            return RecoveryTable.Newer.NEITHER;
        }
        if (a.sequence() == b.sequence() || !StoreIdentity.of(a).equals(StoreIdentity.of(b))) {
            return RecoveryTable.Newer.CONFLICT;
        }
        return a.sequence() > b.sequence() ? RecoveryTable.Newer.COPY_0 : RecoveryTable.Newer.COPY_1;
    }

    private static @Nullable Root root(RootImage image) {
        return image instanceof RootImage.Valid(Root root) ? root : null;
    }

    private static String words(RootImage image) {
        return switch (image) {
            case RootImage.Absent absent -> "absent";
            case RootImage.Invalid(String reason) -> reason;
            case RootImage.UnknownVersion(int version) -> "format version " + version;
            case RootImage.Valid(Root root) -> root.toString();
        };
    }

    private static StoreVersionException otherVersion(RootImage... images) {
        for (int copy = 0; copy < images.length; copy++) {
            if (images[copy] instanceof RootImage.UnknownVersion(int version)) {
                return new StoreVersionException("root copy " + copy + " has format version " + version
                        + ", this release knows version " + RootDescriptor.VERSION
                        + ": use the release that wrote it, or a later one");
            }
        }
        throw new AssertionError("no copy has another version");
    }

    // ------------------------------------------------------------------------------------------- without a root

    private RecoveryTable.Segments examine(long[] numbers) throws IOException {
        if (numbers.length == 0) {
            return RecoveryTable.Segments.NONE;
        }
        for (long number : numbers) {
            if (number > MOST_CREATIONS || !isBlank(number)) {
                return RecoveryTable.Segments.USED;
            }
        }
        return RecoveryTable.Segments.BLANK;
    }

    private boolean isBlank(long number) throws IOException {
        ChunkReader chunks = new ChunkReader();
        Checksums checksums = new Checksums();
        try (Segment handle = device.open(number)) {
            chunks.ensure(handle::read, 0, BLANK_LOOK, BLANK_LOOK);
            long there = chunks.available(0);
            if (!(SegmentHeaderDescriptor.read(chunks.memory(), 0, there) instanceof SegmentHeaderImage.Invalid)) {
                return false;
            }
            for (int at = BLOCK; at + UnitDescriptor.HEADER_LENGTH <= there; at += BLOCK) {
                if (UnitDescriptor.isAnyUnit(chunks.memory(), at, chunks.view(), checksums)) {
                    return false;
                }
            }
            return true;
        }
    }
}
