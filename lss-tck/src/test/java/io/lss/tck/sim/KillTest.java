package io.lss.tck.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.spi.flush.Segment;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The process dies, the machine goes on. */
class KillTest {

    @Test
    void whatHadCompletedIsThereButStillNotDurable() throws IOException {
        Rig rig = Rig.withSeed(1);
        rig.written(rig.device().create(1, 4 * Rig.BLOCK), 0, 1, 7);

        for (long seed = 0; seed < 20; seed++) {
            SimulatedMedium medium = rig.medium().kill(seed);
            assertEquals(7, Rig.fill(medium, 1, 0));
            assertEquals(0, Rig.fill(medium.crashDroppingAll(), 1, 0));
        }
    }

    @Test
    void aSyncByTheNextOwnerMakesWhatItFindsDurable() throws IOException {
        Rig rig = Rig.withSeed(1);
        rig.written(rig.device().create(1, 4 * Rig.BLOCK), 0, 1, 7);
        Rig next = Rig.on(rig.medium().kill(1));

        Segment found = next.device().open(1);
        next.sync(found);
        next.settle();

        assertEquals(7, Rig.fill(next.medium().crashDroppingAll(), 1, 0));
        assertEquals(List.of(), next.medium().violations());
    }

    @Test
    void aWriteInFlightLandsOrNot() throws IOException {
        Rig rig = Rig.withSeed(1);
        rig.write(rig.device().create(1, 4 * Rig.BLOCK), 0, 1, 7, false);
        rig.device().submit();

        Set<Integer> fills = new TreeSet<>();
        for (long seed = 0; seed < 50; seed++) {
            SimulatedMedium medium = rig.medium().kill(seed);
            assertEquals(0, medium.lateWrites());
            fills.add(Rig.fill(medium, 1, 0));
        }
        assertEquals(Set.of(0, 7), fills);
    }

    @Test
    void aWriteInFlightMayLandWhenTheNextOwnerIsThere() throws IOException {
        Rig rig = Rig.withSeed(1);
        rig.write(rig.device().create(1, 4 * Rig.BLOCK), 0, 1, 7, false);
        rig.device().submit();

        int late = 0;
        for (long seed = 0; seed < 50; seed++) {
            SimulatedMedium medium = rig.medium().killWithLateWrites(seed);
            if (medium.lateWrites() > 0) {
                late++;
                Rig next = Rig.on(medium);
                assertEquals(0, Rig.fill(medium, 1, 0));
                assertEquals(1, medium.landLateWrites());
                assertEquals(7, Rig.fill(medium, 1, 0));
                assertEquals(0, Rig.fill(medium.crashDroppingAll(), 1, 0), "landed, but not synced");
                assertEquals(0, medium.lateWrites());
                next.device().close();
            }
        }
        assertTrue(late > 0);
    }

    @Test
    void aDeadOwnerDoesNotBlock() throws IOException {
        Rig rig = Rig.withSeed(1);
        rig.device().create(1, Rig.BLOCK).close();

        rig.medium().kill(1).open(Rig.OPTIONS).close();
        rig.medium().crash(1).open(Rig.OPTIONS).close();
        assertFalse(rig.device().crashed(), "the old device goes on, on the old medium");
        rig.medium().powerOff();
        rig.medium().open(Rig.OPTIONS).close();
        assertTrue(rig.device().crashed());
    }

    @Test
    void whatWasInFlightWhenThePowerWasCutIsStillToComeOnTheSameMedium() throws IOException {
        Rig rig = Rig.withSeed(1);
        Outcome outcome = rig.write(rig.device().create(1, 4 * Rig.BLOCK), 0, 1, 7, false);
        rig.device().submit();
        rig.medium().powerOff();
        rig.device().drive(0);

        assertTrue(outcome.failed());
        assertEquals(1, rig.medium().lateWrites());
        assertEquals(0, Rig.fill(rig.medium(), 1, 0));
        rig.medium().landLateWrites();
        assertEquals(7, Rig.fill(rig.medium(), 1, 0));
    }
}
