package io.lss.core.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.LogStructuredStore;
import io.lss.core.store.SimStore.Found;
import io.lss.core.store.SimStore.Work;
import io.lss.tck.sim.SimulatedMedium;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The application root: a few bytes, replaced atomically. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ApplicationRootTest {

    @ParameterizedTest
    @EnumSource
    void s14_aRootOfAnyLengthIsKeptAcrossReopens(Rig rig) throws Exception {
        try (SimStore sim = rig.open()) {
            assertArrayEquals(new byte[0], sim.store().root(), "never set");
            for (int length : new int[] {1, 100, LogStructuredStore.MAX_ROOT_LENGTH, 0, 17}) {
                byte[] root = SimStore.payload(length, 3);
                sim.store().setRoot(root);
                assertArrayEquals(root, sim.store().root());
                assertArrayEquals(root, sim.reopen().root());
            }
        }
    }

    @Test
    void s18_aRootThatIsTooLongIsRefused() throws Exception {
        try (SimStore sim = Rig.CALLER_DRIVEN.open()) {
            byte[] root = SimStore.payload(10, 1);
            sim.store().setRoot(root);
            byte[] tooLong = new byte[LogStructuredStore.MAX_ROOT_LENGTH + 1];
            assertThrows(IllegalArgumentException.class, () -> sim.store().setRoot(tooLong));
            assertThrows(NullPointerException.class, () -> sim.store().setRoot(null));
            assertArrayEquals(root, sim.store().root());
            assertArrayEquals(root, sim.reopen().root());
        }
    }

    @Test
    void theRootIsCopiedInAndOut() throws Exception {
        try (SimStore sim = Rig.CALLER_DRIVEN.open()) {
            byte[] root = {1, 2, 3};
            sim.store().setRoot(root);
            root[0] = 9;
            sim.store().root()[1] = 9;
            assertArrayEquals(new byte[] {1, 2, 3}, sim.store().root());
            assertArrayEquals(new byte[] {1, 2, 3}, sim.reopen().root());
        }
    }

    @Test
    void s14_aRootIsDurableOnReturnAndUnderCrashesOldOrNew() throws Exception {
        Rig rig = Rig.CALLER_DRIVEN;
        byte[] old = SimStore.payload(3_000, 1);
        byte[] next = SimStore.payload(2_500, 2);
        List<SimulatedMedium> during = new ArrayList<>();
        SimulatedMedium[] watched = new SimulatedMedium[1];
        var device = rig.device().observer(moment -> {
            if (watched[0] != null) {
                during.addAll(watched[0].possibleDisks(moment.ordinal(), 40));
            }
        });
        SimulatedMedium before;
        SimulatedMedium after;
        List<Found> all;
        try (SimStore sim = SimStore.open(device, rig.options())) {
            all = SimStore.appendMixed(sim.store(), 20, 1);
            sim.store().sync();
            sim.store().setRoot(old);
            before = sim.medium().crashDroppingAll();
            watched[0] = sim.medium();
            sim.store().setRoot(next);
            watched[0] = null;
            after = sim.medium().crashDroppingAll();
        }
        assertRoot(before, old, all);
        assertRoot(after, next, all);
        int olds = 0;
        for (SimulatedMedium disk : during) {
            try (SimStore left = SimStore.open(disk, rig.options())) {
                byte[] found = left.store().root();
                assertTrue(Arrays.equals(old, found) || Arrays.equals(next, found), "a mixture");
                assertEquals(all, SimStore.scan(left.store()));
                olds += Arrays.equals(old, found) ? 1 : 0;
            }
        }
        assertTrue(olds > 0 && olds < during.size(), olds + " of " + during.size() + " disks hold the old root");
    }

    private static void assertRoot(SimulatedMedium disk, byte[] root, List<Found> all) throws Exception {
        try (SimStore left = SimStore.open(disk, Rig.CALLER_DRIVEN.options())) {
            assertArrayEquals(root, left.store().root());
            assertEquals(all, SimStore.scan(left.store()));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STORE_THREAD", "DEVICE_THREAD"})
    void s14_concurrentRootsAndTrimsDoNotUndoEachOther(Rig rig) throws Exception {
        try (SimStore sim = rig.open()) {
            LogStructuredStore store = sim.store();
            List<Found> all = SimStore.appendMixed(store, 300, 1);
            store.sync();
            Work<Void> trimmer = Work.start(() -> {
                for (int i = 0; i < 200; i += 2) {
                    store.trimBefore(all.get(i).lsn());
                }
                return null;
            });
            for (int i = 1; i <= 150; i++) {
                store.setRoot(ByteBuffer.allocate(4).putInt(i).array());
                SimStore.append(store, SimStore.payload(300, i));
            }
            trimmer.get();
            LogStructuredStore reopened = sim.reopen();
            assertEquals(150, ByteBuffer.wrap(reopened.root()).getInt());
            assertEquals(all.get(198).lsn(), reopened.beginLsn());
            assertEquals(102 + 150, SimStore.scan(reopened).size());
        }
    }

    @Test
    void s14_aRootThatPointsAtAStableRecordNeverOutlivesIt() throws Exception {
        try (SimStore sim = Rig.CALLER_DRIVEN.open()) {
            LogStructuredStore store = sim.store();
            for (int i = 0; i < 10; i++) {
                Found checkpoint = SimStore.append(store, SimStore.payload(100, i));
                store.awaitStable(checkpoint.lsn());
                store.setRoot(ByteBuffer.allocate(8).putLong(checkpoint.lsn()).array());
                SimStore.appendMixed(store, 10, i);
                store = sim.crashAndReopen(i);
                assertEquals(checkpoint.lsn(), ByteBuffer.wrap(store.root()).getLong());
                SimStore.assertReads(store, checkpoint);
            }
        }
    }
}
