package io.lss.tck.sim;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of a file as seen from one side: by reads, or by somebody who looks after power was lost. A block that was
 * never written is null. Copies share the array until one of them changes: {@code blocks} is never modified while
 * {@code shared}.
 */
final class Plane {

    private @Nullable Block[] blocks;
    private boolean shared;

    /** A plane on which nothing was written. */
    Plane() {
        this(new Block[0], false);
    }

    private Plane(@Nullable Block[] blocks, boolean shared) {
        this.blocks = blocks;
        this.shared = shared;
    }

    /** {@return a plane with the same content, independent of this one} Costs nothing until one of the two changes. */
    Plane copy() {
        shared = true;
        return new Plane(blocks, true);
    }

    /** {@return an index above which nothing was written} */
    int limit() {
        return blocks.length;
    }

    /** {@return the block at an index, null if it was never written} */
    @Nullable Block get(int index) {
        return index < blocks.length ? blocks[index] : null;
    }

    /** Puts a block at an index; null makes it one that was never written. */
    void set(int index, @Nullable Block block) {
        if (shared || index >= blocks.length) {
            blocks = Arrays.copyOf(blocks, Math.max(blocks.length, index + 1));
            shared = false;
        }
        blocks[index] = block;
    }

    /** Puts those of {@code content} that are not null, the first at {@code first}. */
    void setAll(int first, @Nullable Block[] content) {
        for (int i = content.length - 1; i >= 0; i--) { // from the end: grows the array once
            Block block = content[i];
            if (block != null) {
                set(first + i, block);
            }
        }
    }

    /** {@return a hash of the content; blocks never written and blocks of zeros are the same} */
    long hash() {
        long sum = 0;
        for (int i = 0; i < blocks.length; i++) {
            Block block = blocks[i];
            if (block != null && block.hash() != 0) {
                sum += ContentHash.combine(i, block.hash());
            }
        }
        return sum;
    }
}
