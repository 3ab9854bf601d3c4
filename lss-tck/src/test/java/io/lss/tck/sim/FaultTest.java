package io.lss.tck.sim;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.StoreFullException;
import io.lss.spi.flush.Segment;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Each fault does what it says. */
class FaultTest {

    private static final SimulatedFaults NONE = SimulatedFaults.none();

    private static Set<Integer> possibleFills(SimulatedMedium medium) {
        Set<Integer> fills = new TreeSet<>();
        for (long seed = 0; seed < 100; seed++) {
            fills.add(Rig.fill(medium.crash(seed), 1, 0));
        }
        return fills;
    }

    @Test
    void afterACrashEveryOperationFailsAndNothingReachesTheMedium() throws IOException {
        Rig rig = Rig.withFaults(NONE.crashAt(OperationKind.SYNC, 1));
        Segment segment = rig.device().create(1, 4 * Rig.BLOCK);
        rig.written(segment, 0, 1, 7);
        var src = rig.filled(1, 8);
        long operations = rig.device().operations();
        Outcome sync = rig.sync(segment);
        assertTrue(rig.medium().crashed());
        long hash = rig.medium().crashKeepingAll().hash();

        Outcome write = rig.write(segment, Rig.BLOCK, src, true);
        Outcome again = rig.sync(segment);
        rig.settle();

        assertTrue(sync.failed() && write.failed() && again.failed());
        assertEquals(1, sync.times());
        assertThrows(SimulatedCrashException.class, () -> rig.device().create(2, Rig.BLOCK));
        assertThrows(SimulatedCrashException.class, () -> rig.device().open(1));
        assertThrows(SimulatedCrashException.class, () -> rig.device().delete(1));
        assertThrows(SimulatedCrashException.class, () -> rig.device().segments());
        assertThrows(SimulatedCrashException.class, () -> rig.device().readRoot(0));
        assertThrows(SimulatedCrashException.class, () -> rig.device().writeRoot(0, new byte[1]));
        assertThrows(SimulatedCrashException.class, () -> rig.read(segment, 0, 1));
        assertThrows(SimulatedCrashException.class, () -> segment.finish(Rig.BLOCK));
        assertThrows(SimulatedCrashException.class, () -> rig.device().allocate(Rig.BLOCK));
        assertThrows(SimulatedCrashException.class, () -> rig.device().close());
        assertDoesNotThrow(() -> rig.device().close());
        assertEquals(operations + 1, rig.device().operations());
        assertEquals(hash, rig.medium().crashKeepingAll().hash());
        assertEquals(0, rig.medium().violations().size());
    }

    @Test
    void everyKindOfOperationCanCrash() throws IOException {
        for (OperationKind kind : OperationKind.values()) {
            SimulatedMedium medium = SimulatedMedium.blank(
                    SimulatedSettings.builder().faults(NONE.crashAt(kind, 1)).build());
            try {
                everything(Rig.on(medium));
            } catch (SimulatedCrashException e) {
                assertTrue(e.getMessage().contains(kind.toString()), kind + ": " + e.getMessage());
            }
            assertTrue(medium.crashed(), kind.toString());
            assertEquals(0, medium.violations().size(), () -> kind + ": " + medium.violations());
        }
    }

    private static void everything(Rig rig) throws IOException {
        rig.device().readRoot(0);
        rig.device().writeRoot(0, new byte[1]);
        Segment segment = rig.device().create(1, 4 * Rig.BLOCK);
        rig.synced(segment, 0, 1, 7);
        rig.read(segment, 0, 1);
        segment.finish(Rig.BLOCK);
        segment.close();
        rig.device().segments();
        rig.device().open(1).close();
        rig.device().delete(1);
        rig.device().close();
    }

    @Test
    void aFaultAtTheNthOperationStrikesThereAndOnlyThere() throws IOException {
        Rig rig = Rig.withFaults(NONE.failAt(3));
        rig.device().segments();
        assertThrows(IOException.class, () -> rig.device().segments());
        rig.device().segments();

        assertEquals(4, rig.device().operations());
        assertEquals(3, rig.device().operations(OperationKind.LIST));
    }

    @Test
    void aFailedWriteIsReportedAndItsBlocksMayHaveArrived() throws IOException {
        Rig rig = Rig.withFaults(NONE.failAt(OperationKind.WRITE, 2));
        Segment segment = rig.device().create(1, 4 * Rig.BLOCK);
        Outcome first = rig.write(segment, 0, 1, 7, false);
        Outcome second = rig.write(segment, 1, 1, 8, false);
        rig.settle();
        Outcome sync = rig.sync(segment);
        rig.settle();

        assertTrue(first.succeeded());
        assertTrue(second.failed());
        assertTrue(sync.succeeded());
        assertTrue(second.failure().getMessage().contains("EIO"), second.failure().getMessage());
        Set<Integer> fills = new TreeSet<>();
        for (long seed = 0; seed < 100; seed++) {
            fills.add(Rig.fill(rig.medium().crash(seed), 1, 1));
            assertEquals(7, Rig.fill(rig.medium().crash(seed), 1, 0));
        }
        assertEquals(Set.of(0, 8), fills);
    }

    @Test
    void afterAFailedSyncTheNextOneSucceedsAndMakesTheEarlierDataNoMoreDurable() throws IOException {
        Rig rig = Rig.withFaults(NONE.failAt(OperationKind.SYNC, 1));
        Segment segment = rig.device().create(1, 4 * Rig.BLOCK);
        rig.written(segment, 0, 1, 7);
        Outcome failed = rig.sync(segment);
        rig.settle();
        Outcome succeeded = rig.sync(segment);
        rig.settle();

        assertTrue(failed.failed());
        assertTrue(succeeded.succeeded());
        assertEquals(7, Rig.fill(rig.medium(), 1, 0), "reads still see it");
        assertEquals(Set.of(0, 7), possibleFills(rig.medium()));
    }

    @Test
    void theNextOpenDecidesWhatIsLeftOfDataWhoseSyncFailed() throws IOException {
        Set<Integer> fills = new TreeSet<>();
        for (long seed = 0; seed < 30; seed++) {
            Rig rig = Rig.withFaults(NONE.failAt(OperationKind.SYNC, 1));
            Segment segment = rig.device().create(1, 4 * Rig.BLOCK);
            rig.written(segment, 0, 1, 7);
            rig.sync(segment);
            rig.settle();
            SimulatedMedium killed = rig.medium().kill(seed);
            killed.open(Rig.OPTIONS).close();

            int seen = Rig.fill(killed, 1, 0);
            fills.add(seen);
            assertEquals(Set.of(seen), possibleFills(killed), "what reads see is durable");
        }
        assertEquals(Set.of(0, 7), fills);
    }

    @Test
    void withAPageCacheDataWhoseSyncFailedStaysReadableAndNotDurable() throws IOException {
        Rig rig = Rig.on(SimulatedSettings.builder()
                .freshContent(FreshContent.ZEROS)
                .lostStaysReadable(true)
                .faults(NONE.failAt(OperationKind.SYNC, 1))
                .build());
        Segment segment = rig.device().create(1, 4 * Rig.BLOCK);
        rig.written(segment, 0, 1, 7);
        rig.sync(segment);
        rig.settle();
        Rig next = Rig.on(rig.medium().kill(1));
        Outcome sync = next.sync(next.device().open(1));
        next.settle();

        assertTrue(sync.succeeded());
        assertEquals(7, Rig.fill(next.medium(), 1, 0));
        assertEquals(0, Rig.fill(next.medium().crashDroppingAll(), 1, 0));
    }

    @Test
    void creationWithoutSpaceChangesNothingAndSucceedsWhenSpaceHasReturned() throws IOException {
        Rig rig = Rig.withFaults(NONE.noSpace(OperationKind.CREATE, 2, 2));
        rig.device().create(1, Rig.BLOCK).close();

        assertThrows(StoreFullException.class, () -> rig.device().create(2, Rig.BLOCK));
        assertThrows(StoreFullException.class, () -> rig.device().create(2, Rig.BLOCK));
        assertEquals(1, rig.medium().crashKeepingAll().segments().length);
        rig.device().create(2, Rig.BLOCK).close();

        assertEquals(0, rig.medium().violations().size());
    }

    @Test
    void capacityIsSharedByAllSegmentsAndReturnsWithDeleteAndFinish() throws IOException {
        Rig rig = Rig.withSeed(1);
        rig.medium().capacity(4 * Rig.BLOCK);
        Segment first = rig.device().create(1, 4 * Rig.BLOCK);

        assertThrows(StoreFullException.class, () -> rig.device().create(2, Rig.BLOCK));
        rig.synced(first, 0, 2, 7);
        first.finish(2 * Rig.BLOCK);
        rig.device().create(2, 2 * Rig.BLOCK).close();
        assertThrows(StoreFullException.class, () -> rig.device().create(3, Rig.BLOCK));
        rig.device().delete(2);
        rig.device().create(3, 2 * Rig.BLOCK).close();
        assertThrows(StoreFullException.class, () -> rig.device().create(4, Rig.BLOCK));
        rig.medium().capacity(5 * Rig.BLOCK);
        rig.device().create(4, Rig.BLOCK).close();
    }

    @Test
    void aWriteWithoutSpaceFails() throws IOException {
        Rig rig = Rig.withFaults(NONE.noSpace(OperationKind.WRITE, 1, SimulatedFaults.ALWAYS));
        Outcome write = rig.write(rig.device().create(1, 4 * Rig.BLOCK), 0, 1, 7, false);
        rig.settle();

        assertTrue(write.failed());
        assertFalse(write.failure() instanceof StoreFullException);
        assertTrue(write.failure().getMessage().contains("ENOSPC"));
    }

    @Test
    void aFailedCreationOrDeletionMayHaveHappened() throws IOException {
        Rig rig = Rig.withFaults(NONE.failAt(OperationKind.CREATE, 2).failAt(OperationKind.DELETE, 1));
        rig.device().create(1, Rig.BLOCK).close();
        assertThrows(IOException.class, () -> rig.device().create(2, Rig.BLOCK));
        assertThrows(IOException.class, () -> rig.device().delete(1));

        Set<Integer> counts = new TreeSet<>();
        for (long seed = 0; seed < 50; seed++) {
            counts.add(rig.medium().crash(seed).segments().length);
        }
        assertEquals(Set.of(0, 1, 2), counts);
    }

    @Test
    void aFailedReadFailsAndIsNothingElse() throws IOException {
        Rig rig = Rig.withFaults(NONE.failAt(OperationKind.READ, 2));
        Segment segment = rig.device().create(1, 4 * Rig.BLOCK);
        rig.synced(segment, 0, 1, 7);

        assertEquals(1, rig.read(segment, 0, 1).length);
        assertThrows(IOException.class, () -> rig.read(segment, 0, 1));
        assertEquals(1, rig.read(segment, 0, 1).length);
    }

    @Test
    void aSlowWriteTakesVirtualTimeOnly() throws IOException {
        Rig rig = Rig.withFaults(NONE.slow(OperationKind.WRITE, 1, 1, 5_000_000_000L));
        Segment segment = rig.device().create(1, 4 * Rig.BLOCK);
        Outcome slow = rig.write(segment, 0, 1, 7, false);
        Outcome quick = rig.write(segment, 1, 1, 8, false);
        rig.device().submit();
        long before = rig.device().nanoTime();

        assertEquals(1, rig.device().drive(10_000_000_000L));
        assertTrue(quick.succeeded());
        assertEquals(0, slow.times());
        assertEquals(1, rig.device().drive(10_000_000_000L));
        assertTrue(slow.succeeded());
        assertTrue(rig.device().nanoTime() - before >= 5_000_000_000L);
    }

    @Test
    void aStuckWriteCompletesWhenItIsReleased() throws IOException {
        Rig rig = Rig.withFaults(NONE.stuck(OperationKind.WRITE, 1, 1));
        Segment segment = rig.device().create(1, 4 * Rig.BLOCK);
        Outcome stuck = rig.write(segment, 0, 1, 7, false);
        rig.device().submit();
        for (int i = 0; i < 100; i++) {
            rig.device().drive(1_000_000_000);
        }

        assertEquals(0, stuck.times());
        assertEquals(1, rig.device().stuckOperations());
        assertEquals(1, rig.device().releaseStuck());
        rig.settle();
        assertTrue(stuck.succeeded());
    }

    @Test
    void closeEndsWhatIsStuckOrQueuedWithAFailure() throws IOException {
        Rig rig = Rig.withFaults(NONE.stuck(OperationKind.WRITE, 1, 1));
        Segment segment = rig.device().create(1, 4 * Rig.BLOCK);
        Outcome stuck = rig.write(segment, 0, 1, 7, false);
        Outcome inFlight = rig.write(segment, 1, 1, 8, false);
        rig.device().submit();
        Outcome queued = rig.write(segment, 2, 1, 9, false);

        rig.device().close();

        assertTrue(stuck.failed() && queued.failed());
        assertTrue(inFlight.succeeded());
        assertEquals(1, stuck.times());
        assertEquals(1, inFlight.times());
        assertEquals(1, queued.times());
        assertEquals(0, rig.medium().lateWrites());
    }

    @Test
    void faultsOutOfRangeAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> NONE.crashAt(0));
        assertThrows(IllegalArgumentException.class, () -> NONE.fail(OperationKind.READ, 1, 0));
        assertThrows(IllegalArgumentException.class, () -> NONE.stuck(OperationKind.CREATE, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> NONE.slow(OperationKind.READ, 1, 1, -1));
    }
}
