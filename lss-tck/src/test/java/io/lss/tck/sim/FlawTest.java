package io.lss.tck.sim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.StoreLockedException;
import io.lss.spi.flush.Segment;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each broken device is broken in the way it says, visibly from outside. */
class FlawTest {

    private static Segment segment(Rig rig) throws IOException {
        return rig.device().create(1, 8 * Rig.BLOCK);
    }

    private static SimulatedSettings crashing(Flaw flaw, OperationKind kind, long nth) {
        return BrokenDevices.with(flaw).toBuilder().faults(SimulatedFaults.none().crashAt(kind, nth)).build();
    }

    @AfterEach
    void noInterruptIsLeft() {
        assertEquals(false, Thread.interrupted());
    }

    @Test
    void thereIsABrokenDeviceForEveryRuleOfProviders() {
        Set<String> rules = Arrays.stream(Flaw.values()).map(Flaw::rule).collect(Collectors.toSet());

        assertEquals(Set.of("F1", "F2", "F3", "F4", "F5", "F7", "F8", "F9", "F10", "F11", "F12"), rules);
        assertEquals(Flaw.values().length, BrokenDevices.all().size());
        Map<Set<Flaw>, Long> counted = BrokenDevices.all().stream()
                .collect(Collectors.groupingBy(SimulatedSettings::flaws, Collectors.counting()));
        assertEquals(Flaw.values().length, counted.size());
    }

    @Test
    void f1_aShortWriteIsReportedAsSuccess() throws IOException {
        Rig rig = Rig.on(BrokenDevices.shortWrites());
        Outcome write = rig.write(segment(rig), 0, 2, 7, false);
        rig.settle();

        assertTrue(write.succeeded());
        assertEquals(Rig.BLOCK, write.bytes());
        assertEquals(0, Rig.fill(rig.medium(), 1, 1));
    }

    @Test
    void f2_anOperationCompletesTwice() throws IOException {
        Rig rig = Rig.on(BrokenDevices.doubleCompletions());
        Outcome write = rig.write(segment(rig), 0, 1, 7, false);
        rig.settle();

        assertEquals(2, write.times());
    }

    @Test
    void f8_aReadThatWasStartedIsToldTooEarly() throws Exception {
        Rig rig = Rig.on(BrokenDevices.readsToldEarly().toBuilder().timing(Timing.THREADED).build());
        Segment segment = segment(rig);
        CompletableFuture<Long> written = new CompletableFuture<>();
        segment.write(rig.filled(1, 7), 0, false, (bytes, failure) -> written.complete(bytes));
        rig.device().submit();
        assertEquals(Rig.BLOCK, written.get());
        MemorySegment dst = MemorySegment.ofArray(new byte[Rig.BLOCK]);
        CompletableFuture<Byte> told = new CompletableFuture<>();
        assertTrue(segment.startRead(dst, 0, (bytes, failure) -> told.complete(dst.get(ValueLayout.JAVA_BYTE, 0))));

        assertEquals((byte) 0, told.get());
    }

    @Test
    void f2_everyThirdOperationNeverCompletes() throws IOException {
        Rig rig = Rig.on(BrokenDevices.lostCompletions());
        Segment segment = segment(rig);
        int completed = 0;
        for (int i = 0; i < 6; i++) {
            Outcome write = rig.write(segment, i, 1, 7, false);
            rig.settle();
            completed += write.times();
        }
        assertEquals(4, completed);
    }

    @Test
    void f3_aSyncMakesNothingDurable() throws IOException {
        Rig rig = Rig.on(BrokenDevices.lyingSync());
        rig.synced(segment(rig), 0, 1, 7);

        assertEquals(0, Rig.fill(rig.medium().crashDroppingAll(), 1, 0));
    }

    @Test
    void f3_aDurableWriteIsNot() throws IOException {
        Rig rig = Rig.on(BrokenDevices.durableIgnored());
        Outcome write = rig.write(segment(rig), 0, 1, 7, true);
        rig.settle();

        assertTrue(write.succeeded());
        assertEquals(0, Rig.fill(rig.medium().crashDroppingAll(), 1, 0));
    }

    @Test
    void f3_aWriteIsAcknowledgedAtSubmitAndNotCoveredByTheNextSync() throws IOException {
        Rig rig = Rig.on(BrokenDevices.acknowledgedAtSubmit());
        Segment segment = segment(rig);
        Outcome write = rig.write(segment, 0, 1, 7, false);
        rig.device().submit();
        assertTrue(write.succeeded());
        Outcome sync = rig.sync(segment);
        rig.settle();

        assertTrue(sync.succeeded());
        assertEquals(1, write.times());
        assertEquals(0, Rig.fill(rig.medium().crashDroppingAll(), 1, 0));
        assertEquals(7, Rig.fill(rig.medium(), 1, 0));
    }

    @Test
    void f4_aFailedSyncIsHidden() throws IOException {
        Rig rig = Rig.on(BrokenDevices.retriedSync().toBuilder()
                .faults(SimulatedFaults.none().failAt(OperationKind.SYNC, 1))
                .build());
        Segment segment = segment(rig);
        rig.written(segment, 0, 1, 7);
        Outcome sync = rig.sync(segment);
        rig.settle();

        assertTrue(sync.succeeded());
        assertEquals(0, Rig.fill(rig.medium().crashDroppingAll(), 1, 0));
    }

    @Test
    void f5_memoryIsReadAfterCompletion() throws IOException {
        Rig rig = Rig.on(BrokenDevices.lateMemoryAccess());
        Segment segment = segment(rig);
        var src = rig.filled(1, 7);
        rig.write(segment, 0, src, false);
        rig.settle();
        src.fill((byte) 9);

        assertEquals(9, rig.read(segment, 0, 1)[0]);
        assertEquals(0, rig.medium().violations().size());
    }

    @Test
    void f7_twoOwnersAtATime() throws IOException {
        Rig rig = Rig.on(BrokenDevices.notExclusive());

        assertDoesNotThrow(() -> rig.medium().open(Rig.OPTIONS));
    }

    @Test
    void f7_aDeadOwnerBlocks() throws IOException {
        Rig rig = Rig.on(BrokenDevices.deadOwnerBlocks());

        assertThrows(StoreLockedException.class, () -> rig.medium().kill(1).open(Rig.OPTIONS));
        rig.device().close();
        assertDoesNotThrow(() -> rig.medium().kill(1).open(Rig.OPTIONS));
    }

    @Test
    void f8_aReadOfWrittenBytesIsShort() throws IOException {
        Rig rig = Rig.on(BrokenDevices.shortReads());
        Segment segment = segment(rig);
        rig.written(segment, 0, 1, 7);

        assertEquals(Rig.BLOCK / 2, rig.read(segment, 0, Rig.BLOCK).length);
    }

    @Test
    void f8_aReadMissesACompletedWrite() throws IOException {
        Rig rig = Rig.on(BrokenDevices.staleReads());
        Segment segment = segment(rig);
        rig.written(segment, 0, 1, 7);
        assertEquals(0, rig.read(segment, 0, 1)[0]);
        rig.sync(segment);
        rig.settle();

        assertEquals(7, rig.read(segment, 0, 1)[0]);
    }

    @Test
    void f8_anInterruptBreaksTheDevice() throws IOException {
        Rig rig = Rig.on(BrokenDevices.brokenByInterrupt());
        Segment segment = segment(rig);
        Thread.currentThread().interrupt();
        assertThrows(IOException.class, () -> rig.read(segment, 0, 1));
        assertTrue(Thread.interrupted());

        assertThrows(IOException.class, () -> rig.read(segment, 0, 1));
    }

    @Test
    void f9_directoryEntriesAreNotDurable() throws IOException {
        Rig rig = Rig.on(BrokenDevices.noDirectorySync());
        rig.synced(segment(rig), 0, 1, 7);
        rig.device().writeRoot(0, new byte[1]);

        assertEquals(1, rig.medium().segments().length);
        assertEquals(0, rig.medium().crashDroppingAll().segments().length);
        assertEquals(7, Rig.fill(rig.medium().crashKeepingAll(), 1, 0));
        assertTrue(rig.medium().crashDroppingAll().root(0).isEmpty());
    }

    @Test
    void f9_aRootIsNotDurable() throws IOException {
        Rig rig = Rig.on(BrokenDevices.rootNotDurable());
        rig.device().writeRoot(0, new byte[1]);

        assertTrue(rig.medium().root(0).isPresent());
        assertTrue(rig.medium().crashDroppingAll().root(0).isEmpty());
    }

    @Test
    void f9_aCrashDamagesTheOtherRoot() throws IOException {
        Rig rig = Rig.on(crashing(Flaw.ROOT_DAMAGES_OTHER, OperationKind.WRITE_ROOT, 3));
        rig.device().writeRoot(0, new byte[] {1});
        rig.device().writeRoot(1, new byte[] {2});
        assertArrayEquals(new byte[] {1}, rig.medium().root(0).orElseThrow());

        assertThrows(SimulatedCrashException.class, () -> rig.device().writeRoot(1, new byte[] {3}));

        assertArrayEquals(new byte[] {0}, rig.medium().crashDroppingAll().root(0).orElseThrow());
    }

    @Test
    void f10_aLateWriteLandsInASegmentThatReusesTheSpace() throws IOException {
        Rig rig = Rig.on(BrokenDevices.foreignSpaceReused());
        rig.write(segment(rig), 0, 1, 7, false);
        rig.device().submit();
        rig.medium().powerOff();
        Rig next = Rig.on(rig.medium());
        next.device().delete(1);
        Segment reused = next.device().create(2, 8 * Rig.BLOCK);
        next.written(reused, 0, 1, 9);

        next.medium().landLateWrites();

        assertEquals(7, Rig.fill(next.medium(), 2, 0));
    }

    @Test
    void f11_aHalfMadeSegmentIsListed() throws IOException {
        Rig rig = Rig.on(crashing(Flaw.LISTS_HALF_MADE, OperationKind.CREATE, 1));
        assertThrows(SimulatedCrashException.class, () -> segment(rig));
        SimulatedDevice next = rig.medium().crashDroppingAll().open(Rig.OPTIONS);

        assertArrayEquals(new long[] {1}, next.segments());
        assertThrows(IOException.class, () -> next.open(1));
    }

    @Test
    void f12_closeLosesWhatIsInFlight() throws IOException {
        Rig rig = Rig.on(BrokenDevices.lossyClose());
        Outcome write = rig.write(segment(rig), 0, 1, 7, false);
        rig.device().submit();
        rig.device().close();

        assertEquals(0, write.times());
    }

    @Test
    void f12_theDeviceGoesOnAfterClose() throws IOException {
        Rig rig = Rig.on(BrokenDevices.livesAfterClose());
        rig.device().close();

        assertDoesNotThrow(() -> segment(rig));
    }

    @Test
    void flawsOutliveACrash() throws IOException {
        Rig rig = Rig.with(Flaw.SYNC_LIES);

        assertEquals(Set.of(Flaw.SYNC_LIES), rig.medium().crash(1).settings().flaws());
        assertNotEquals(rig.medium().settings().seed(), rig.medium().crash(1).settings().seed());
    }
}
