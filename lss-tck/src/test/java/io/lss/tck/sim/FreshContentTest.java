package io.lss.tck.sim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.lss.spi.flush.Segment;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What was never written reads as anything, or ends the read short, and nothing else is short (F8). */
class FreshContentTest {

    private static Rig rig(FreshContent fresh) throws IOException {
        return Rig.on(SimulatedSettings.builder().freshContent(fresh).build());
    }

    @Test
    void zeros() throws IOException {
        Rig rig = rig(FreshContent.ZEROS);
        Segment segment = rig.device().create(1, 4 * Rig.BLOCK);

        assertArrayEquals(new byte[Rig.BLOCK], rig.read(segment, 0, Rig.BLOCK));
    }

    @Test
    void garbageIsTheSameEachTimeAndNotZero() throws IOException {
        Rig rig = rig(FreshContent.GARBAGE);
        Segment segment = rig.device().create(1, 4 * Rig.BLOCK);

        byte[] read = rig.read(segment, 0, Rig.BLOCK);

        assertFalse(Arrays.equals(new byte[Rig.BLOCK], read));
        assertArrayEquals(read, rig.read(segment, 0, Rig.BLOCK));
        assertArrayEquals(Arrays.copyOfRange(read, 100, 300), rig.read(segment, 100, 200));
    }

    @Test
    void recycledSegmentsHoldWhatADeletedOneHeld() throws IOException {
        Rig rig = rig(FreshContent.RECYCLED);
        Segment old = rig.device().create(1, 4 * Rig.BLOCK);
        rig.synced(old, 0, 2, 7);
        old.close();
        rig.device().delete(1);

        Segment recycled = rig.device().create(2, 4 * Rig.BLOCK);

        assertEquals(7, rig.read(recycled, Rig.BLOCK, 1)[0]);
        rig.written(recycled, 0, 1, 9);
        assertEquals(9, Rig.fill(rig.medium(), 2, 0));
        assertEquals(7, Rig.fill(rig.medium(), 2, 1));
        assertEquals(7, Rig.fill(rig.medium().crashDroppingAll(), 2, 0), "the old content is back");
    }

    @Test
    void aReadIsShortAfterTheLastWrittenBlockAndNotInAHoleBeforeIt() throws IOException {
        Rig rig = rig(FreshContent.SHORT);
        Segment segment = rig.device().create(1, 8 * Rig.BLOCK);
        rig.written(segment, 0, 3, 7);

        assertEquals(3 * Rig.BLOCK, rig.read(segment, 0, 8 * Rig.BLOCK).length);
        assertEquals(0, rig.read(segment, 4 * Rig.BLOCK, 10).length);
        assertEquals(10, rig.read(segment, 0, 10).length);

        rig.medium().rot().loseBlock(1, Rig.BLOCK);
        assertEquals(3 * Rig.BLOCK, rig.read(segment, 0, 8 * Rig.BLOCK).length);
    }

    @Test
    void aReadEndsWhereTheSegmentWasFinished() throws IOException {
        Rig rig = rig(FreshContent.GARBAGE);
        Segment segment = rig.device().create(1, 8 * Rig.BLOCK);
        rig.synced(segment, 0, 2, 7);
        segment.finish(2 * Rig.BLOCK);

        assertEquals(2 * Rig.BLOCK, rig.read(segment, 0, 8 * Rig.BLOCK).length);
    }
}
