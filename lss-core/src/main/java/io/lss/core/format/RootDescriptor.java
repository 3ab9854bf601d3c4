package io.lss.core.format;

import io.lss.api.LogStructuredStore;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A root copy: 4096 bytes.
 *
 * <pre>
 *     offset  0        4         8       12         16         24              40
 *            +--------+---------+-------+----------+----------+---------------+
 *            | "LSSR" | version | crc   | app root | sequence | store UUID    |
 *            | u32    | u32     | u32   | len u32  | u64      | 2 x u64       |
 *            +--------+---------+-------+----------+----------+---------------+
 *        40  | segment size u64 | block size u32   | flags u32 (1: closed)     |
 *        56  | session u64      | first segment of the session u64             |
 *        72  | predecessor segment u64 (0: none)   | predecessor end LSN u64   |
 *        88  | begin LSN u64    | recorded stable LSN u64                      |
 *       104  | zero ...                                                        |
 *       256  | application root, then zero to 4096                             |
 *            +-----------------------------------------------------------------+
 * </pre>
 *
 * <p>{@code crc}: CRC32C over all 4096 bytes with this field zero. Magic, version and crc stay where they are in every version; a
 * reader checks magic, crc, version, in this order.
 */
public final class RootDescriptor {

    /** "LSSR". */
    public static final int MAGIC = 'L' | 'S' << 8 | 'S' << 16 | 'R' << 24;

    /** The version of the format that this release writes, and the only one it knows. */
    public static final int VERSION = 1;

    /** How many bytes a copy has. */
    public static final int LENGTH = 4096;

    /** The flag of a root that a close wrote. */
    static final int FLAG_CLOSED = 1;

    private static final int MAGIC_OFFSET = 0;
    private static final int VERSION_OFFSET = 4;
    private static final int CRC_OFFSET = 8;
    private static final int APP_ROOT_LENGTH_OFFSET = 12;
    private static final int SEQUENCE_OFFSET = 16;
    private static final int UUID_HIGH_OFFSET = 24;
    private static final int UUID_LOW_OFFSET = 32;
    private static final int SEGMENT_SIZE_OFFSET = 40;
    private static final int BLOCK_SIZE_OFFSET = 48;
    private static final int FLAGS_OFFSET = 52;
    private static final int SESSION_OFFSET = 56;
    private static final int FIRST_SEGMENT_OFFSET = 64;
    private static final int PREDECESSOR_OFFSET = 72;
    private static final int PREDECESSOR_END_OFFSET = 80;
    private static final int BEGIN_LSN_OFFSET = 88;
    private static final int STABLE_LSN_OFFSET = 96;
    private static final int ZERO_OFFSET = 104;
    private static final int APP_ROOT_OFFSET = 256;

    private RootDescriptor() {}

    /**
     * {@return the image of a root}
     *
     * @param root what it says; its application root has at most {@link LogStructuredStore#MAX_ROOT_LENGTH} bytes
     * @throws IllegalArgumentException if it contradicts itself, so that {@link #decode} would refuse it
     */
    public static byte[] encode(Root root) {
        String contradiction = contradiction(root);
        if (!contradiction.isEmpty()) {
            throw new IllegalArgumentException("no root can say: " + contradiction);
        }
        byte[] image = new byte[LENGTH];
        ByteBuffer b = view(image);
        b.putInt(MAGIC_OFFSET, MAGIC);
        b.putInt(VERSION_OFFSET, VERSION);
        b.putInt(APP_ROOT_LENGTH_OFFSET, root.appRoot().length);
        b.putLong(SEQUENCE_OFFSET, root.sequence());
        b.putLong(UUID_HIGH_OFFSET, root.uuidHigh());
        b.putLong(UUID_LOW_OFFSET, root.uuidLow());
        b.putLong(SEGMENT_SIZE_OFFSET, root.segmentSize());
        b.putInt(BLOCK_SIZE_OFFSET, root.blockSize());
        b.putInt(FLAGS_OFFSET, root.closed() ? FLAG_CLOSED : 0);
        b.putLong(SESSION_OFFSET, root.session());
        b.putLong(FIRST_SEGMENT_OFFSET, root.firstSegment());
        b.putLong(PREDECESSOR_OFFSET, root.predecessor());
        b.putLong(PREDECESSOR_END_OFFSET, root.predecessorEnd());
        b.putLong(BEGIN_LSN_OFFSET, root.beginLsn());
        b.putLong(STABLE_LSN_OFFSET, root.stableLsn());
        b.put(APP_ROOT_OFFSET, root.appRoot());
        b.putInt(CRC_OFFSET, crc(image));
        return image;
    }

    /**
     * {@return what is in a copy that was written once}
     *
     * @param image the copy's content, of any length
     */
    public static RootImage decode(byte[] image) {
        if (image.length != LENGTH) {
            return new RootImage.Invalid("root copy has " + image.length + " bytes instead of " + LENGTH);
        }
        ByteBuffer b = view(image);
        if (b.getInt(MAGIC_OFFSET) != MAGIC) {
            return new RootImage.Invalid("no root");
        }
        if (b.getInt(CRC_OFFSET) != crc(image)) {
            return new RootImage.Invalid("root checksum wrong");
        }
        int version = b.getInt(VERSION_OFFSET);
        if (version != VERSION) {
            return new RootImage.UnknownVersion(version);
        }
        int appRootLength = b.getInt(APP_ROOT_LENGTH_OFFSET);
        if (!isAppRootLength(appRootLength)) {
            return new RootImage.Invalid("root impossible: application root of " + appRootLength + " bytes");
        }
        int flags = b.getInt(FLAGS_OFFSET);
        if ((flags & ~FLAG_CLOSED) != 0) {
            return new RootImage.Invalid("root impossible: flags " + flags);
        }
        byte[] appRoot = new byte[appRootLength];
        b.get(APP_ROOT_OFFSET, appRoot);
        Root root = new Root(
                b.getLong(UUID_HIGH_OFFSET),
                b.getLong(UUID_LOW_OFFSET),
                b.getLong(SEQUENCE_OFFSET),
                b.getLong(SEGMENT_SIZE_OFFSET),
                b.getInt(BLOCK_SIZE_OFFSET),
                flags == FLAG_CLOSED,
                b.getLong(SESSION_OFFSET),
                b.getLong(FIRST_SEGMENT_OFFSET),
                b.getLong(PREDECESSOR_OFFSET),
                b.getLong(PREDECESSOR_END_OFFSET),
                b.getLong(BEGIN_LSN_OFFSET),
                b.getLong(STABLE_LSN_OFFSET),
                appRoot);
        String contradiction = contradiction(root);
        if (contradiction.isEmpty()
                && !(isZero(image, ZERO_OFFSET, APP_ROOT_OFFSET) && isZero(image, APP_ROOT_OFFSET + appRootLength, LENGTH))) {
            contradiction = "unused bytes are not zero";
        }
        return contradiction.isEmpty()
                ? new RootImage.Valid(root)
                : new RootImage.Invalid("root impossible: " + contradiction);
    }

    /** {@return what no root can say; empty if all is well} */
    private static String contradiction(Root r) {
        if (!SegmentHeaderDescriptor.isGeometry(r.segmentSize(), r.blockSize())) {
            return "segment size " + r.segmentSize() + ", block size " + r.blockSize();
        }
        if (r.sequence() < 1 || r.session() < 1) {
            return "sequence " + r.sequence() + ", session " + r.session();
        }
        if (r.firstSegment() < 1 || r.firstSegment() > Long.MAX_VALUE / r.segmentSize() - 1) {
            return "first segment " + r.firstSegment();
        }
        if (r.predecessor() < 0
                || r.predecessor() >= r.firstSegment()
                || !SegmentHeaderDescriptor.endsIn(r.predecessorEnd(), r.predecessor(), r.segmentSize(), r.blockSize())) {
            return "predecessor " + r.predecessor() + " of segment " + r.firstSegment() + " ends at LSN " + r.predecessorEnd();
        }
        if (r.stableLsn() % r.blockSize() != 0) {
            return "stable LSN " + r.stableLsn() + " is not at a block";
        }
        if (!isAppRootLength(r.appRoot().length)) {
            return "application root of " + r.appRoot().length + " bytes";
        }
        if (r.beginLsn() < 0 || r.beginLsn() > r.stableLsn() || r.stableLsn() < r.predecessorEnd()) {
            return "begin LSN " + r.beginLsn() + ", stable LSN " + r.stableLsn() + ", predecessor end " + r.predecessorEnd();
        }
        return "";
    }

    private static boolean isAppRootLength(int length) {
        return length >= 0 && length <= LogStructuredStore.MAX_ROOT_LENGTH;
    }

    private static boolean isZero(byte[] image, int from, int to) {
        for (int i = from; i < to; i++) {
            if (image[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private static ByteBuffer view(byte[] image) {
        return ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static int crc(byte[] image) {
        return new Checksums().crc32cWithout(view(image), 0, LENGTH, CRC_OFFSET);
    }
}
