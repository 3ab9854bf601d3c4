package io.lss.tck.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.Durability;
import io.lss.spi.flush.Segment;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every way in which an engine can break its side of the SPI is noticed, and named. */
class ViolationTest {

    private Rig rig;
    private Segment segment;

    @BeforeEach
    void open() throws IOException {
        rig = Rig.withSeed(1);
        segment = rig.device().create(1, 32 * Rig.BLOCK);
    }

    private void assertViolated(String... words) {
        List<String> violations = rig.medium().violations();
        assertEquals(1, violations.size(), violations::toString);
        for (String word : words) {
            assertTrue(violations.getFirst().contains(word), violations.getFirst());
        }
    }

    private void assertRefused(Outcome outcome, String... words) {
        assertTrue(outcome.failed());
        assertEquals(1, outcome.times());
        assertViolated(words);
    }

    @Test
    void f6_memoryModifiedBeforeCompletion() throws IOException {
        MemorySegment src = rig.filled(2, 7);
        rig.write(segment, 0, src, false);
        rig.device().submit();
        src.set(java.lang.foreign.ValueLayout.JAVA_BYTE, Rig.BLOCK + 5, (byte) 8);
        rig.settle();

        assertViolated("F6", "modified before completion", "block 1");
    }

    @Test
    void f6_memoryReleasedBeforeCompletion() {
        try (Arena arena = Arena.ofConfined()) {
            rig.write(segment, 0, arena.allocate(Rig.BLOCK, Rig.BLOCK), false);
        }
        rig.settle();

        assertViolated("F6", "released before completion");
    }

    @Test
    void f6_memoryMayBeModifiedAfterCompletion() throws IOException {
        MemorySegment src = rig.filled(1, 7);
        rig.write(segment, 0, src, false);
        rig.settle();
        src.fill((byte) 8);
        rig.sync(segment);
        rig.settle();

        assertEquals(List.of(), rig.medium().violations());
        assertEquals(7, Rig.fill(rig.medium(), 1, 0));
    }

    @Test
    void f6_anUnalignedPosition() throws IOException {
        rig.written(segment, 0, 1, 7);
        assertRefused(rig.write(segment, 100, rig.filled(1, 7), false), "F6", "whole blocks");
    }

    @Test
    void f6_anUnalignedLength() throws IOException {
        assertRefused(rig.write(segment, 0, rig.filled(1, 7).asSlice(0, 100), false), "F6", "whole blocks");
    }

    @Test
    void f6_anEmptyWrite() throws IOException {
        assertRefused(rig.write(segment, 0, rig.filled(1, 7).asSlice(0, 0), false), "F6", "whole blocks");
    }

    @Test
    void f6_unalignedMemory() throws IOException {
        assertRefused(rig.write(segment, 0, rig.filled(2, 7).asSlice(8, Rig.BLOCK), false), "F6", "not aligned");
    }

    @Test
    void f6_memoryOnTheHeap() {
        assertRefused(rig.write(segment, 0, MemorySegment.ofArray(new byte[Rig.BLOCK]), false), "F6", "not aligned");
    }

    @Test
    void f6_aGap() throws IOException {
        assertRefused(rig.write(segment, 1, 1, 7, false), "F6", "gap");
    }

    @Test
    void f6_aPositionWrittenTwice() throws IOException {
        rig.written(segment, 0, 2, 7);
        assertRefused(rig.write(segment, 1, 1, 7, false), "F6", "twice");
    }

    @Test
    void f6_aTransferThatIsTooLong() throws IOException {
        assertRefused(rig.write(segment, 0, 17, 7, false), "F6", "largest transfer");
    }

    @Test
    void f6_aWriteBeyondTheEnd() throws IOException {
        rig.written(segment, 0, 16, 7);
        rig.written(segment, 16, 15, 7);
        assertRefused(rig.write(segment, 31, 2, 7, false), "F6", "beyond");
    }

    @Test
    void f6_aWriteToASegmentOfAnotherDevice() throws IOException {
        rig.synced(segment, 0, 1, 7);
        rig = Rig.on(rig.medium().kill(1));
        assertRefused(rig.write(rig.device().open(1), 1, 1, 7, false), "F6", "not created");
    }

    @Test
    void f6_aWriteAfterFinish() throws IOException {
        rig.synced(segment, 0, 1, 7);
        segment.finish(Rig.BLOCK);
        assertRefused(rig.write(segment, 1, 1, 7, false), "F6", "finished");
    }

    @Test
    void f6_aWriteToAClosedHandle() throws IOException {
        segment.close();
        assertRefused(rig.write(segment, 0, 1, 7, false), "F6", "closed");
    }

    @Test
    void f14_moreWritesInFlightThanBuffers() throws IOException {
        for (int i = 0; i < Rig.BUFFERS; i++) {
            rig.write(segment, i, 1, 7, false);
        }
        assertRefused(rig.write(segment, Rig.BUFFERS, 1, 7, false), "F14", "in flight");
    }

    @Test
    void f14_aDurableWriteOfAStoreThatIsNotDurable() throws IOException {
        SimulatedMedium medium = SimulatedMedium.blank(SimulatedSettings.builder().build());
        rig = new Rig(medium, medium.open(Rig.options(Durability.WRITTEN)));
        segment = rig.device().create(1, 4 * Rig.BLOCK);

        assertRefused(rig.write(segment, 0, 1, 7, true), "F14", "WRITTEN");
        Outcome sync = rig.sync(segment);
        rig.settle();
        assertTrue(sync.succeeded());
    }

    @Test
    void f14_aNumberUsedTwice() throws IOException {
        segment.close();
        rig.device().delete(1);
        assertThrows(IOException.class, () -> rig.device().create(1, Rig.BLOCK));
        assertViolated("F14", "used before");
    }

    @Test
    void f14_aNumberUsedTwiceAcrossACrash() throws IOException {
        segment.close();
        rig.device().delete(1);
        rig = Rig.on(rig.medium().crash(1));
        assertThrows(IOException.class, () -> rig.device().create(1, Rig.BLOCK));
        assertViolated("F14", "used before");
    }

    @Test
    void f14_aCreationOutOfRange() {
        assertThrows(IOException.class, () -> rig.device().create(2, 0));
        assertViolated("F14", "out of range");
    }

    @Test
    void f14_aDeletionWithAnOpenHandle() {
        assertThrows(IOException.class, () -> rig.device().delete(1));
        assertViolated("F14", "handles");
    }

    @Test
    void f14_finishAtTheWrongEnd() throws IOException {
        rig.synced(segment, 0, 2, 7);
        assertThrows(IOException.class, () -> segment.finish(Rig.BLOCK));
        assertViolated("F14", "finish");
    }

    @Test
    void f14_finishWithAWriteInFlight() throws IOException {
        rig.write(segment, 0, 1, 7, false);
        assertThrows(IOException.class, () -> segment.finish(Rig.BLOCK));
        assertViolated("F14", "in flight");
    }

    @Test
    void f14_aHandleClosedWithAWriteInFlight() throws IOException {
        rig.write(segment, 0, 1, 7, false);
        segment.close();
        assertViolated("F14", "in flight");
    }

    @Test
    void f14_aRootThatIsTooLongOrTheThirdCopy() {
        assertThrows(IOException.class, () -> rig.device().writeRoot(0, new byte[4097]));
        assertViolated("F14", "4097");
        assertThrows(IOException.class, () -> rig.device().writeRoot(2, new byte[1]));
        assertEquals(2, rig.medium().violations().size());
    }

    @Test
    void f14_anAllocationNotInBlocks() {
        assertThrows(IOException.class, () -> rig.device().allocate(100));
        assertViolated("F14", "allocate");
    }

    @Test
    void f14_operationsAfterClose() throws IOException {
        MemorySegment src = rig.filled(1, 7);
        rig.device().close();

        assertTrue(rig.write(segment, 0, src, false).failed());
        assertTrue(rig.sync(segment).failed());
        assertThrows(IOException.class, () -> rig.device().create(2, Rig.BLOCK));
        assertThrows(IOException.class, () -> rig.device().writeRoot(0, new byte[1]));
        assertEquals(4, rig.medium().violations().size());
        assertTrue(rig.medium().violations().stream().allMatch(v -> v.contains("closed")));
    }

    @Test
    void f12_readsAfterCloseFailAndAreNoViolation() throws IOException {
        rig.synced(segment, 0, 1, 7);
        rig.device().close();

        assertThrows(IOException.class, () -> rig.read(segment, 0, 1));
        assertEquals(List.of(), rig.medium().violations());
    }

    @Test
    void f2_aCompletionThatThrows() throws IOException {
        segment.write(rig.filled(1, 7), 0, false, (_, _) -> {
            throw new IllegalStateException("from the engine");
        });
        rig.settle();
        assertViolated("F2", "from the engine");
    }

    @Test
    void f13_aThreadThatEndsBeforeItsWriteHasCompleted() throws Exception {
        MemorySegment src = rig.filled(1, 7);
        Thread shortLived = Thread.ofPlatform().start(() -> {
            rig.write(segment, 0, src, false);
            rig.device().submit();
        });
        shortLived.join();
        rig.settle();
        assertViolated("F13", "ended before");
    }

    @Test
    void f13_twoThreadsDrivingAtATime() throws Exception {
        rig = Rig.on(SimulatedSettings.builder().timing(Timing.REAL).latency(0, 0).build());
        segment = rig.device().create(1, 4 * Rig.BLOCK);
        var inCompletion = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        MemorySegment src = rig.filled(1, 7);
        Thread driver = Thread.ofPlatform().start(() -> {
            segment.write(src, 0, false, (_, _) -> {
                inCompletion.countDown();
                awaitQuietly(goOn);
            });
            rig.settle();
        });
        inCompletion.await();
        rig.device().drive(0);
        goOn.countDown();
        driver.join();

        assertViolated("F13", "drive by thread");
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void f13_issuingFromWithinACompletionIsAllowed() throws IOException {
        Outcome sync = new Outcome();
        segment.write(rig.filled(1, 7), 0, false, (_, _) -> {
            segment.sync(sync);
            rig.device().submit();
        });
        rig.settle();

        assertTrue(sync.succeeded());
        assertEquals(7, Rig.fill(rig.medium().crashDroppingAll(), 1, 0));
        assertEquals(List.of(), rig.medium().violations());
    }
}
