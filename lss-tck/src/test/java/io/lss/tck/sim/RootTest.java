package io.lss.tck.sim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The two root copies: durable on return, torn in sectors by a crash, never both (F9). */
class RootTest {

    private static byte[] image(int fill) {
        byte[] image = new byte[4096];
        Arrays.fill(image, (byte) fill);
        return image;
    }

    @Test
    void aRootIsDurableOnReturn() throws IOException {
        Rig rig = Rig.withSeed(1);
        assertEquals(Optional.empty(), rig.device().readRoot(0));
        rig.device().writeRoot(0, image(1));
        rig.device().writeRoot(0, image(2));

        assertArrayEquals(image(2), rig.device().readRoot(0).orElseThrow());
        assertEquals(Optional.empty(), rig.device().readRoot(1));
        assertArrayEquals(image(2), rig.medium().crashDroppingAll().root(0).orElseThrow());
    }

    @Test
    void aCrashInARootWriteMayLeaveAnythingAndLeavesTheOtherCopyAsItWas() throws IOException {
        Rig rig = Rig.withFaults(SimulatedFaults.none().crashAt(OperationKind.WRITE_ROOT, 3));
        rig.device().writeRoot(0, image(1));
        rig.device().writeRoot(1, image(2));

        assertThrows(SimulatedCrashException.class, () -> rig.device().writeRoot(0, image(3)));

        Set<String> outcomes = new TreeSet<>();
        for (long seed = 0; seed < 200; seed++) {
            SimulatedMedium left = rig.medium().crash(seed);
            assertArrayEquals(image(2), left.root(1).orElseThrow());
            outcomes.add(outcome(left.root(0).orElseThrow()));
        }
        assertEquals(Set.of("old", "new", "old and new sectors", "noise in one sector", "short"), outcomes);
    }

    private static String outcome(byte[] root) {
        if (root.length < 4096) {
            return "short";
        }
        int noisy = 0;
        Set<Byte> fills = new HashSet<>();
        for (int at = 0; at < root.length; at += 512) {
            byte[] uniform = new byte[512];
            Arrays.fill(uniform, root[at]);
            if (Arrays.equals(uniform, Arrays.copyOfRange(root, at, at + 512))) {
                fills.add(root[at]);
            } else {
                noisy++;
            }
        }
        assertTrue(noisy <= 1 && Set.of((byte) 1, (byte) 3).containsAll(fills));
        if (noisy == 1) {
            return "noise in one sector";
        }
        return fills.size() == 2 ? "old and new sectors" : fills.contains((byte) 1) ? "old" : "new";
    }

    @Test
    void aCrashInTheFirstRootWriteMayLeaveNoRootOrAShortOne() throws IOException {
        Rig rig = Rig.withFaults(SimulatedFaults.none().crashAt(OperationKind.WRITE_ROOT, 1));

        assertThrows(SimulatedCrashException.class, () -> rig.device().writeRoot(0, image(3)));

        boolean none = false;
        boolean incomplete = false;
        for (long seed = 0; seed < 200; seed++) {
            Optional<byte[]> root = rig.medium().crash(seed).root(0);
            none |= root.isEmpty();
            incomplete |= root.isPresent() && root.get().length < 4096;
        }
        assertTrue(none && incomplete);
    }

    @Test
    void aFailedRootWriteMayHaveHappenedAndALaterOneDecides() throws IOException {
        Rig rig = Rig.withFaults(SimulatedFaults.none().failAt(OperationKind.WRITE_ROOT, 2));
        rig.device().writeRoot(0, image(1));

        assertThrows(IOException.class, () -> rig.device().writeRoot(0, image(2)));
        assertFalse(rig.medium().crashed());
        assertArrayEquals(image(2), rig.medium().crashKeepingAll().root(0).orElseThrow());
        assertArrayEquals(image(1), rig.medium().crashDroppingAll().root(0).orElseThrow());

        rig.device().writeRoot(0, image(3));
        assertArrayEquals(image(3), rig.medium().crashDroppingAll().root(0).orElseThrow());
    }

    @Test
    void theImageIsCopied() throws IOException {
        Rig rig = Rig.withSeed(1);
        byte[] mine = image(1);
        rig.device().writeRoot(0, mine);
        mine[0] = 9;
        rig.device().readRoot(0).orElseThrow()[1] = 9;

        assertArrayEquals(image(1), rig.device().readRoot(0).orElseThrow());
    }
}
