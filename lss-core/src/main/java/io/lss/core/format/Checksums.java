package io.lss.core.format;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * CRC32C of memory, one thread's. Allocates nothing after construction; the JVM's intrinsic does the work.
 *
 * <p>Views are passed as {@link ByteBuffer} because {@link CRC32C} takes nothing else without copying. A call moves the view's
 * position and limit, so a view is used by one thread at a time.
 */
public final class Checksums {

    private final CRC32C crc = new CRC32C();

    /** A calculator for one thread. */
    public Checksums() {}

    /**
     * {@return the CRC32C of a part of a view}
     *
     * @param view the memory; its position and limit are changed, its content is not
     * @param from the first byte, from the view's start
     * @param to the byte after the last
     */
    public int crc32c(ByteBuffer view, int from, int to) {
        crc.reset();
        update(view, from, to);
        return (int) crc.getValue();
    }

    /**
     * {@return the CRC32C of a part of a view, four bytes of it counted as zero} For structures that hold their own checksum.
     *
     * @param view the memory; its position and limit are changed, its content is not
     * @param from the first byte, from the view's start
     * @param to the byte after the last
     * @param zeroed where the four bytes are, from the view's start
     */
    int crc32cWithout(ByteBuffer view, int from, int to, int zeroed) {
        crc.reset();
        update(view, from, zeroed);
        for (int i = 0; i < Integer.BYTES; i++) {
            crc.update(0);
        }
        update(view, zeroed + Integer.BYTES, to);
        return (int) crc.getValue();
    }

    private void update(ByteBuffer view, int from, int to) {
        view.limit(to);
        view.position(from);
        crc.update(view);
    }
}
