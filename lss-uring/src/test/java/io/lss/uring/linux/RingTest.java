package io.lss.uring.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The queues themselves, in both ways. */
class RingTest {

    private static void nop(Ring ring, long userData) {
        ring.fill(Ring.OP_NOP, 0, -1, 0, 0, 0, 0, 0, userData);
    }

    @ParameterizedTest
    @ValueSource(strings = {RingLibrary.AUTO, RingLibrary.NONE})
    void whatIsFilledInIsTakenInOrderAndTheQueuesWrapAround(String way) throws Exception {
        try (Ring ring = new Ring(RingLibrary.of(way), 4)) {
            List<Long> ended = new ArrayList<>();
            for (long i = 0; i < 1000; i++) {
                nop(ring, i);
                if (!ring.hasRoom()) {
                    assertEquals(4, ring.submit());
                    assertEquals(0, ring.unsubmitted());
                    ring.reap((userData, result) -> {
                        assertEquals(0, result);
                        ended.add(userData);
                    });
                }
            }
            assertEquals(LongStream.range(0, 1000).boxed().toList(), ended);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {RingLibrary.AUTO, RingLibrary.NONE})
    void completionsThatTheQueueHasNoRoomForAreHeldBackAndBroughtByTheNextCall(String way) throws Exception {
        try (Ring ring = new Ring(RingLibrary.of(way), 4)) {
            int count = 5 * ring.completionEntries();
            for (int i = 0; i < count; i++) {
                nop(ring, i);
                assertEquals(1, ring.submit());
            }
            assertTrue(ring.hasOverflown());
            List<Long> ended = new ArrayList<>();
            while (ended.size() < count) {
                assertTrue(ring.hasCompletions() || ring.hasOverflown(), "lost after " + ended.size());
                ring.reap((userData, result) -> ended.add(userData));
                ring.await(0, 0);
            }
            assertEquals(LongStream.range(0, count).boxed().toList(), ended);
            assertFalse(ring.hasOverflown());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {RingLibrary.AUTO, RingLibrary.NONE})
    void aWaitEndsWithItsTimeAndAWakeupEndsItBefore(String way) throws Exception {
        try (Ring ring = new Ring(RingLibrary.of(way), 4);
                WakeupEvent event = new WakeupEvent()) {
            assertEquals(-Errno.ETIME, ring.await(1000, 0));
            ring.fill(Ring.OP_READ, 0, event.fd(), -1, event.sink().address(), Long.BYTES, 0, 0, 7);
            assertEquals(1, ring.await(1000, ring.publish()));
            assertFalse(ring.hasCompletions());
            Thread.ofPlatform().start(event::signal);
            assertEquals(0, ring.await(Long.MAX_VALUE, 0));
            assertEquals(1, ring.reap((userData, result) -> {
                assertEquals(7, userData);
                assertEquals(Long.BYTES, result);
            }));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {RingLibrary.AUTO, RingLibrary.NONE})
    void aRequestThatTheKernelDoesNotUnderstandEndsWithItsErrno(String way) throws Exception {
        try (Ring ring = new Ring(RingLibrary.of(way), 4)) {
            ring.fill(255, 0, -1, 0, 0, 0, 0, 0, 1);
            ring.fill(Ring.OP_READ, 0, -1, 0, 0, 0, 0, 0, 2);
            nop(ring, 3);
            List<String> ended = new ArrayList<>();
            while (ended.size() < 3) {
                ring.await(1_000_000, ring.publish());
                ring.reap((userData, result) -> ended.add(userData + ":" + result));
            }
            assertEquals(List.of("1:" + -Errno.EINVAL, "2:" + -Errno.EBADF, "3:0"), ended.stream().sorted().toList());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {RingLibrary.AUTO, RingLibrary.NONE})
    void whatTheKernelStillHasIsCountedWhateverIsDoneWithTheRest(String way) throws Exception {
        try (Ring ring = new Ring(RingLibrary.of(way), 4);
                WakeupEvent event = new WakeupEvent()) {
            ring.fill(Ring.OP_READ, 0, event.fd(), -1, event.sink().address(), Long.BYTES, 0, 0, 1);
            nop(ring, 2);
            assertEquals(0, ring.inKernel(), "not handed over yet");
            assertEquals(2, ring.submit());
            assertEquals(2, ring.inKernel());
            nop(ring, 3);
            ring.discard();
            assertEquals(1, ring.inKernel(), "the read, and not what was only filled in");
            event.signal();
            assertEquals(0, ring.await(1_000_000_000, 0));
            ring.discard();
            assertEquals(0, ring.inKernel());
            assertFalse(ring.hasCompletions());
        }
    }
}
