package io.lss.tck.sim;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The content of one block. Immutable: planes, pending writes and disk images share it. */
final class Block {

    private final byte[] bytes;
    private final long hash;

    private Block(byte[] bytes) {
        this.bytes = bytes;
        this.hash = ContentHash.of(bytes);
    }

    /** {@return a block that holds these bytes; the array is not copied and belongs to the block from now on} */
    static Block owning(byte[] bytes) {
        return new Block(bytes);
    }

    /**
     * {@return the blocks that hold what is in memory now} The length of {@code src} is a multiple of the block size.
     */
    static Block[] copyOf(MemorySegment src, int blockSize) {
        Block[] blocks = new Block[Math.toIntExact(src.byteSize() / blockSize)];
        for (int i = 0; i < blocks.length; i++) {
            byte[] content = new byte[blockSize];
            MemorySegment.copy(src, ValueLayout.JAVA_BYTE, (long) i * blockSize, content, 0, blockSize);
            blocks[i] = new Block(content);
        }
        return blocks;
    }

    /** {@return a copy of the content} */
    byte[] toBytes() {
        return bytes.clone();
    }

    /** Copies {@code length} bytes, from {@code from} in this block, to {@code dst} at {@code offset}. */
    void copyTo(MemorySegment dst, long offset, int from, int length) {
        MemorySegment.copy(bytes, from, dst, ValueLayout.JAVA_BYTE, offset, length);
    }

    /** {@return whether memory holds this content at {@code offset}} */
    boolean isAt(MemorySegment memory, long offset) {
        return memory.asSlice(offset, bytes.length).mismatch(MemorySegment.ofArray(bytes)) < 0;
    }

    /** {@return a hash of the content, 0 if it is all zero} */
    long hash() {
        return hash;
    }
}
