package io.lss.tck.sim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.spi.flush.Segment;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Damage is done where it is said to be, and durably. */
class RotTest {

    private SimulatedMedium medium;
    private long sound;

    @BeforeEach
    void fill() throws IOException {
        Rig rig = Rig.withSeed(1);
        Segment segment = rig.device().create(1, 4 * Rig.BLOCK);
        for (int block = 0; block < 4; block++) {
            rig.synced(segment, block, 1, 10 + block);
        }
        rig.device().writeRoot(0, new byte[] {1, 2, 3, 4});
        rig.device().writeRoot(1, new byte[] {5, 6, 7, 8});
        medium = rig.medium().crashDroppingAll();
        sound = medium.hash();
    }

    private int[] fills() {
        assertEquals(medium.hash(), medium.crashDroppingAll().hash());
        assertNotEquals(sound, medium.hash());
        int[] fills = new int[4];
        for (int block = 0; block < 4; block++) {
            fills[block] = Rig.fill(medium, 1, block);
        }
        return fills;
    }

    @Test
    void flippingABitTwiceRestores() {
        medium.rot().flipBit(1, 5000, 7);
        assertEquals((byte) (11 ^ 0x80), medium.segment(1)[5000]);
        assertNotEquals(sound, medium.hash());
        medium.rot().flipBit(1, 5000, 7);
        assertEquals(sound, medium.hash());
    }

    @Test
    void blocksAreZeroedLostSwappedAndDuplicated() {
        medium.rot().zeroBlock(1, 3 * Rig.BLOCK + 9);
        assertArrayEquals(new int[] {10, 11, 12, 0}, fills());
        medium.rot().swapBlocks(1, 0, 1, 2 * Rig.BLOCK);
        assertArrayEquals(new int[] {12, 11, 10, 0}, fills());
        medium.rot().duplicateBlock(1, Rig.BLOCK, 1, 3 * Rig.BLOCK);
        assertArrayEquals(new int[] {12, 11, 10, 11}, fills());
        medium.rot().loseBlock(1, 0);
        assertArrayEquals(new int[] {0, 11, 10, 11}, fills());
    }

    @Test
    void bytesAreOverwrittenAcrossBlocks() {
        medium.rot().overwrite(1, Rig.BLOCK - 1, new byte[] {77, 78});

        assertEquals(10, medium.segment(1)[Rig.BLOCK - 2]);
        assertEquals(77, medium.segment(1)[Rig.BLOCK - 1]);
        assertEquals(78, medium.segment(1)[Rig.BLOCK]);
        assertEquals(11, medium.segment(1)[Rig.BLOCK + 1]);
    }

    @Test
    void truncationLosesWhatIsBehind() {
        medium.rot().truncate(1, Rig.BLOCK + 10);

        assertEquals(Rig.BLOCK + 10, medium.segment(1).length);
        assertEquals(11, medium.segment(1)[Rig.BLOCK + 9]);
    }

    @Test
    void segmentsAreDeletedAndCopied() {
        SimulatedMedium other = medium.crashDroppingAll();
        medium.rot().copySegment(other, 1, 5);
        medium.rot().deleteSegment(1);

        assertArrayEquals(new long[] {5}, medium.segments());
        assertArrayEquals(other.segment(1), medium.segment(5));
        assertThrows(IllegalArgumentException.class, () -> medium.segment(1));
    }

    @Test
    void rootsAreDamaged() {
        medium.rot().flipRootBit(0, 1, 0);
        assertArrayEquals(new byte[] {1, 3, 3, 4}, medium.root(0).orElseThrow());
        medium.rot().zeroRoot(0, 2, 2);
        assertArrayEquals(new byte[] {1, 3, 0, 0}, medium.root(0).orElseThrow());
        medium.rot().truncateRoot(0, 1);
        assertArrayEquals(new byte[] {1}, medium.root(0).orElseThrow());
        medium.rot().swapRoots();
        assertArrayEquals(new byte[] {5, 6, 7, 8}, medium.root(0).orElseThrow());
        medium.rot().putRoot(0, null);
        assertTrue(medium.root(0).isEmpty());
        assertArrayEquals(new byte[] {1}, medium.root(1).orElseThrow());
    }

    @Test
    void placesThatDoNotExistAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> medium.rot().flipBit(2, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> medium.rot().flipBit(1, 4 * Rig.BLOCK, 0));
        assertThrows(IllegalArgumentException.class, () -> medium.rot().zeroBlock(1, -1));
        assertThrows(IllegalArgumentException.class, () -> medium.rot().truncateRoot(0, 5));
        assertEquals(sound, medium.hash());
    }
}
