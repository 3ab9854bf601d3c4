package io.lss.tck.sim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.spi.flush.Segment;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Which segments exist, now and after a crash (F9, F11). */
class NameSpaceTest {

    private static Set<String> possibleNames(SimulatedMedium medium) {
        Set<String> names = new TreeSet<>();
        for (long seed = 0; seed < 50; seed++) {
            names.add(Arrays.toString(medium.crash(seed).segments()));
        }
        return names;
    }

    @Test
    void createdAndDeletedSegmentsAreDurableOnReturn() throws IOException {
        Rig rig = Rig.withSeed(1);
        rig.device().create(3, Rig.BLOCK).close();
        rig.device().create(1, Rig.BLOCK).close();
        rig.device().delete(3);
        rig.device().create(7, Rig.BLOCK).close();

        assertArrayEquals(new long[] {1, 7}, rig.device().segments());
        assertEquals(Set.of("[1, 7]"), possibleNames(rig.medium()));
        assertEquals(List.of(), rig.medium().violations());
    }

    @Test
    void aCrashInTheMiddleOfACreationLeavesItDoneOrNotDone() throws IOException {
        Rig rig = Rig.withFaults(SimulatedFaults.none().crashAt(OperationKind.CREATE, 1));

        assertThrows(SimulatedCrashException.class, () -> rig.device().create(1, Rig.BLOCK));

        assertEquals(Set.of("[]", "[1]"), possibleNames(rig.medium()));
    }

    @Test
    void aCrashInTheMiddleOfADeletionLeavesItDoneOrNotDone() throws IOException {
        Rig rig = Rig.withFaults(SimulatedFaults.none().crashAt(OperationKind.DELETE, 1));
        rig.device().create(1, Rig.BLOCK).close();

        assertThrows(SimulatedCrashException.class, () -> rig.device().delete(1));

        assertEquals(Set.of("[]", "[1]"), possibleNames(rig.medium()));
    }

    @Test
    void aSegmentThatDoesNotExistCannotBeOpenedButBeDeleted() throws IOException {
        Rig rig = Rig.withSeed(1);

        assertThrows(NoSuchFileException.class, () -> rig.device().open(5));
        rig.device().delete(5);

        assertEquals(List.of(), rig.medium().violations());
    }

    @Test
    void aDeletedSegmentIsAnotherFileThanOneCreatedUnderItsNumberLater() throws IOException {
        Rig first = Rig.withSeed(1);
        Segment old = first.device().create(1, 4 * Rig.BLOCK);
        first.write(old, 0, 1, 7, false);
        first.device().submit();
        first.medium().powerOff();
        SimulatedMedium medium = withLateWrites(first.medium());
        Rig second = Rig.on(medium);
        second.device().delete(1);
        // A number is never used twice on one medium; so look at what lands nowhere.
        second.device().create(2, 4 * Rig.BLOCK).close();

        assertTrue(medium.landLateWrites() > 0);

        assertEquals(0, Rig.fill(medium, 2, 0));
    }

    private static SimulatedMedium withLateWrites(SimulatedMedium dead) {
        for (long seed = 0; seed < 100; seed++) {
            SimulatedMedium medium = dead.killWithLateWrites(seed);
            if (medium.lateWrites() > 0) {
                return medium;
            }
        }
        throw new AssertionError("no write was late");
    }
}
