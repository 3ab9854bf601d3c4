package io.lss.tck.sim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.spi.flush.Segment;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What survives power loss, and what need not. */
class DurabilityTest {

    private Rig rig;
    private Segment segment;

    @BeforeEach
    void open() throws IOException {
        rig = Rig.withSeed(1);
        segment = rig.device().create(1, 16 * Rig.BLOCK);
    }

    @AfterEach
    void theEngineKeptItsSide() {
        assertEquals(List.of(), rig.medium().violations());
    }

    /** {@return what block 0 may hold after power loss now} */
    private Set<Integer> possibleFills(int block) {
        Set<Integer> fills = new TreeSet<>();
        for (long seed = 0; seed < 100; seed++) {
            fills.add(Rig.fill(rig.medium().crash(seed), 1, block));
        }
        return fills;
    }

    @Test
    void aWriteBeforeACompletedSyncAlwaysSurvives() throws IOException {
        rig.synced(segment, 0, 1, 7);

        assertEquals(Set.of(7), possibleFills(0));
        assertEquals(7, Rig.fill(rig.medium().crashDroppingAll(), 1, 0));
    }

    @Test
    void aCompletedDurableWriteAlwaysSurvives() throws IOException {
        rig.write(segment, 0, 1, 7, true);
        rig.settle();

        assertEquals(Set.of(7), possibleFills(0));
    }

    @Test
    void aCompletedWriteWithoutASyncMaySurviveOrNot() throws IOException {
        rig.written(segment, 0, 1, 7);

        assertEquals(Set.of(0, 7), possibleFills(0));
        assertEquals(0, Rig.fill(rig.medium().crashDroppingAll(), 1, 0));
        assertEquals(7, Rig.fill(rig.medium().crashKeepingAll(), 1, 0));
    }

    @Test
    void aWriteThatWasNotEvenSubmittedMaySurvive() throws IOException {
        rig.write(segment, 0, 1, 7, false);

        assertEquals(Set.of(0, 7), possibleFills(0));
    }

    @Test
    void aDurableWriteInFlightMaySurviveOrNot() throws IOException {
        rig.write(segment, 0, 1, 7, true);
        rig.device().submit();

        assertEquals(Set.of(0, 7), possibleFills(0));
    }

    @Test
    void aSyncDoesNotCoverAWriteThatHadNotCompletedWhenItWasAskedFor() throws IOException {
        rig.write(segment, 0, 1, 7, false);
        Outcome sync = rig.sync(segment);
        rig.settle();

        assertTrue(sync.succeeded());
        assertEquals(Set.of(0, 7), possibleFills(0));
    }

    @Test
    void aSyncInFlightMakesNothingCertain() throws IOException {
        rig.written(segment, 0, 1, 7);
        rig.sync(segment);
        rig.device().submit();

        assertEquals(Set.of(0, 7), possibleFills(0));
    }

    @Test
    void aSyncCoversItsOwnSegmentOnly() throws IOException {
        Segment other = rig.device().create(2, 16 * Rig.BLOCK);
        rig.written(other, 0, 1, 9);
        rig.synced(segment, 0, 1, 7);

        assertEquals(7, Rig.fill(rig.medium().crashDroppingAll(), 1, 0));
        assertEquals(0, Rig.fill(rig.medium().crashDroppingAll(), 2, 0));
    }

    @Test
    void anUnsyncedWriteTearsIntoAnySubsetOfItsBlocks() throws IOException {
        rig.written(segment, 0, 3, 7);

        Set<Integer> subsets = new TreeSet<>();
        for (long seed = 0; seed < 1000; seed++) {
            SimulatedMedium left = rig.medium().crash(seed);
            int subset = 0;
            for (int block = 0; block < 3; block++) {
                subset |= Rig.fill(left, 1, block) == 7 ? 1 << block : 0;
            }
            subsets.add(subset);
        }
        assertEquals(Set.of(0, 1, 2, 3, 4, 5, 6, 7), subsets);
    }

    @Test
    void writesAreKeptIndependentlyOfEachOther() throws IOException {
        rig.written(segment, 0, 1, 7);
        rig.written(segment, 1, 1, 8);

        Set<String> seen = new TreeSet<>();
        for (long seed = 0; seed < 200; seed++) {
            SimulatedMedium left = rig.medium().crash(seed);
            seen.add(Rig.fill(left, 1, 0) + " " + Rig.fill(left, 1, 1));
        }
        assertEquals(Set.of("0 0", "0 8", "7 0", "7 8"), seen);
    }

    @Test
    void readsSeeEveryCompletedWrite() throws IOException {
        rig.written(segment, 0, 2, 7);

        byte[] read = rig.read(segment, 100, Rig.BLOCK);

        assertEquals(Rig.BLOCK, read.length);
        for (byte b : read) {
            assertEquals(7, b);
        }
    }

    @Test
    void acrashImageIsIndependentOfTheMediumItWasTakenFrom() throws IOException {
        rig.synced(segment, 0, 1, 7);
        SimulatedMedium image = rig.medium().crashKeepingAll();
        long hash = image.hash();

        rig.synced(segment, 1, 1, 8);
        image.rot().flipBit(1, 5, 3);

        assertEquals(7 ^ 1 << 3, image.segment(1)[5]);
        assertEquals(7, Rig.fill(rig.medium(), 1, 0));
        assertEquals(8, Rig.fill(rig.medium(), 1, 1));
        image.rot().flipBit(1, 5, 3);
        assertEquals(hash, image.hash());
    }

    @Test
    void crashingTwiceChangesNothingMore() throws IOException {
        rig.written(segment, 0, 3, 7);
        SimulatedMedium once = rig.medium().crash(5);

        SimulatedMedium twice = once.crash(6);

        assertEquals(once.hash(), twice.hash());
        assertArrayEquals(once.segment(1), twice.segment(1));
    }

    @Test
    void theHashTellsDurableContentApart() throws IOException {
        long blank = rig.medium().hash();
        rig.written(segment, 0, 1, 7);
        assertEquals(blank, rig.medium().hash(), "what is not durable does not count");
        rig.sync(segment);
        rig.settle();
        long seven = rig.medium().hash();
        rig.synced(segment, 1, 1, 8);

        assertNotEquals(blank, seven);
        assertNotEquals(seven, rig.medium().hash());
    }

    @Test
    void theHashDoesNotSeeSwappedBlocksAsTheSame() throws IOException {
        rig.synced(segment, 0, 1, 7);
        rig.synced(segment, 1, 1, 8);
        SimulatedMedium image = rig.medium().crashKeepingAll();
        long before = image.hash();

        image.rot().swapBlocks(1, 0, 1, Rig.BLOCK);

        assertNotEquals(before, image.hash());
    }

    @Test
    void possibleDisksAreDifferentAndBeginWithTheExtremes() throws IOException {
        rig.written(segment, 0, 3, 7);

        List<SimulatedMedium> disks = rig.medium().possibleDisks(3, 100);

        assertEquals(8, disks.size());
        assertEquals(rig.medium().crashDroppingAll().hash(), disks.get(0).hash());
        assertEquals(rig.medium().crashKeepingAll().hash(), disks.get(1).hash());
        assertEquals(8, disks.stream().map(SimulatedMedium::hash).distinct().count());
    }

    @Test
    void aVolatileMediumForgetsEverything() throws IOException {
        Rig memory = Rig.on(SimulatedSettings.builder().volatileMedium(true).build());
        Segment forgotten = memory.device().create(1, 16 * Rig.BLOCK);
        memory.synced(forgotten, 0, 1, 7);

        assertTrue(memory.device().traits().volatileMedium());
        assertEquals(0, memory.medium().crashKeepingAll().segments().length);
        assertEquals(7, Rig.fill(memory.medium().kill(1), 1, 0));
    }
}
