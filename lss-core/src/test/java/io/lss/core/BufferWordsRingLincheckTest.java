package io.lss.core;

import io.lss.core.BufferWordsRingTest.NullDevice;
import io.lss.core.BufferWordsRingTest.SmallRing;
import org.jetbrains.lincheck.Lincheck;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The ring under Lincheck's model checker: threads that are delayed, for a whole turn of the ring, between any two steps.
 *
 * <p>Two buffers of four blocks; one segment follows another after three or four of them. Each program is run under many
 * interleavings, and the log it leaves is checked.
 */
@Tag("lincheck")
class BufferWordsRingLincheckTest {

    /** Lincheck 3.7 takes an object that only lambdas share for one thread's own, and switches at none of its fields. */
    private static volatile SmallRing shared;

    private static final int INVOCATIONS = 1_000;

    @Test
    void sealingABufferThatWasOpenedAgainMeanwhileLosesNoSegmentHeader() {
        Lincheck.runConcurrentTest(INVOCATIONS, () -> {
            SmallRing small = ring();
            small.append(24);
            small.ring.seal();
            small.flush();
            together(small.ring::seal, () -> {
                small.prepareAhead();
                for (int i = 0; i < 2; i++) {
                    small.append(24);
                    small.ring.seal();
                    small.flush();
                }
            });
            small.finishAndCheck();
        });
    }

    @Test
    void whatADelayedThreadReservesInABufferOpenedAgainIsSealedByASealAfterIt() {
        Lincheck.runConcurrentTest(INVOCATIONS, () -> {
            SmallRing small = ring();
            // What a thread holds that looked for the current buffer now and goes on a turn of the ring later.
            FlushBuffer seen = small.ring.current();
            small.append(24);
            small.ring.seal();
            small.append(192);
            small.ring.seal();
            small.flush();
            together(small::prepareAhead, () -> {
                if (seen.looksOpen()) {
                    long found = seen.reserve(24);
                    small.claim(seen.baseLsn + seen.offsetOf(found), 24);
                    small.ring.publish(seen, 24);
                    small.ring.seal();
                }
            });
            FlushBuffer last = shared.ring.current();
            small.check(last.phase != FlushBuffer.Phase.OPEN || last.isEmpty(), "who reserves and then seals leaves nothing open");
            small.finishAndCheck();
        });
    }

    @Test
    void producersAndSealersLeaveALogWithoutAGap() {
        Lincheck.runConcurrentTest(INVOCATIONS, () -> {
            SmallRing small = ring();
            small.append(24);
            small.prepareAhead();
            together(
                    () -> {
                        small.append(128);
                        small.append(100);
                    },
                    () -> {
                        small.append(48);
                        small.ring.seal();
                    },
                    () -> {
                        small.flush();
                        small.prepareAhead();
                    });
            small.finishAndCheck();
        });
    }

    @Test
    void whoWaitsForSpaceIsWoken() {
        Lincheck.runConcurrentTest(INVOCATIONS, () -> {
            SmallRing small = ring();
            small.serveAtOnce();
            Runnable producer = () -> {
                for (int i = 0; i < 3; i++) {
                    small.append(100, true);
                }
            };
            together(producer, producer);
            small.finishAndCheck();
        });
    }

    @Test
    void theTailIsNeverTakenBack() {
        Lincheck.runConcurrentTest(INVOCATIONS, () -> {
            SmallRing small = ring();
            small.append(24);
            small.ring.seal();
            small.append(24);
            long[] seen = new long[1];
            together(() -> small.append(180), () -> seen[0] = small.ring.tailLsn());
            small.check(small.ring.tailLsn() >= seen[0], "the tail never shrinks");
        });
    }

    /** {@return a ring that threads are going to share} */
    private static SmallRing ring() {
        SmallRing small = new SmallRing(2, 256, 512, new NullDevice(0), 16);
        shared = small;
        return small;
    }

    private static void together(Runnable... programs) {
        Thread[] threads = new Thread[programs.length];
        for (int i = 0; i < programs.length; i++) {
            threads[i] = new Thread(programs[i]);
            threads[i].start();
        }
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
