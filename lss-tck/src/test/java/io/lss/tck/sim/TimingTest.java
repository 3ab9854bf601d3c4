package io.lss.tck.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.spi.flush.Segment;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clocks, and who delivers completions. */
@Timeout(60)
class TimingTest {

    private static Rig rig(Timing timing) throws IOException {
        return Rig.on(SimulatedSettings.builder().timing(timing).latency(1_000, 100_000).build());
    }

    @Test
    void nothingCompletesBeforeItIsSubmittedAndDriven() throws IOException {
        Rig rig = rig(Timing.VIRTUAL);
        Outcome write = rig.write(rig.device().create(1, Rig.BLOCK), 0, 1, 7, false);
        for (int i = 0; i < 10; i++) {
            rig.device().drive(1_000_000_000);
        }
        assertEquals(0, write.times());
        rig.device().submit();
        assertEquals(0, write.times());
        assertEquals(1, rig.device().drive(1_000_000_000));
        assertEquals(1, write.times());
        assertEquals(Rig.BLOCK, write.bytes());
        assertEquals(Thread.currentThread(), write.thread());
    }

    @Test
    void virtualTimeJumpsToTheNextCompletionOrByWhatWasAskedFor() throws IOException {
        Rig rig = rig(Timing.VIRTUAL);
        long start = rig.device().nanoTime();
        rig.device().drive(5_000_000_000L);
        assertEquals(5_000_000_000L, rig.device().nanoTime() - start);

        rig.write(rig.device().create(1, Rig.BLOCK), 0, 1, 7, false);
        rig.device().submit();
        long submitted = rig.device().nanoTime();
        assertEquals(1, rig.device().drive(5_000_000_000L));
        assertTrue(rig.device().nanoTime() - submitted <= 100_000);
    }

    @Test
    void pollingMakesVirtualTimePass() throws IOException {
        Rig rig = rig(Timing.VIRTUAL);
        Outcome write = rig.write(rig.device().create(1, Rig.BLOCK), 0, 1, 7, false);
        rig.device().submit();
        int polls = 0;
        while (write.times() == 0) {
            rig.device().drive(0);
            polls++;
        }
        assertTrue(polls <= 101, polls + " polls");
    }

    @Test
    void aWakeupKeepsTheNextDriveFromWaiting() throws IOException {
        Rig rig = rig(Timing.VIRTUAL);
        long start = rig.device().nanoTime();
        rig.device().wakeup();
        rig.device().drive(5_000_000_000L);

        assertTrue(rig.device().nanoTime() - start < 5_000_000_000L);
    }

    @Test
    void inlineCompletionsComeBeforeTheCallReturns() throws IOException {
        Rig rig = Rig.on(SimulatedSettings.builder().inlinePercent(100).build());
        Segment segment = rig.device().create(1, Rig.BLOCK);

        Outcome write = rig.write(segment, 0, 1, 7, false);
        Outcome sync = rig.sync(segment);

        assertTrue(write.succeeded() && sync.succeeded());
        assertEquals(7, Rig.fill(rig.medium().crashDroppingAll(), 1, 0));
    }

    @Test
    void aRealDriveWaitsUntilAnotherThreadWakesIt() throws Exception {
        Rig rig = rig(Timing.REAL);
        var ended = new CountDownLatch(1);
        Thread driver = Thread.ofPlatform().start(() -> {
            rig.device().drive(Duration.ofHours(1).toNanos());
            ended.countDown();
        });
        rig.device().wakeup();
        driver.join();

        assertTrue(ended.await(0, TimeUnit.SECONDS));
    }

    @Test
    void anInterruptDoesNotHarmADriveAndStaysPending() throws Exception {
        Rig rig = rig(Timing.REAL);
        Segment segment = rig.device().create(1, Rig.BLOCK);
        MemorySegment src = rig.filled(1, 7);
        var outcome = new Outcome();
        boolean[] pending = new boolean[1];
        Thread driver = Thread.ofPlatform().start(() -> {
            Thread.currentThread().interrupt();
            segment.write(src, 0, false, outcome);
            rig.settle();
            pending[0] = Thread.currentThread().isInterrupted();
        });
        driver.join();

        assertTrue(outcome.succeeded());
        assertTrue(pending[0]);
    }

    @Test
    void aThreadedDeviceCompletesWithoutBeingDriven() throws Exception {
        Rig rig = rig(Timing.THREADED);
        assertTrue(rig.device().traits().anyThread());
        Segment segment = rig.device().create(1, 16 * Rig.BLOCK);
        var completed = new CountDownLatch(16);
        List<Outcome> outcomes = new ArrayList<>();
        MemorySegment src = rig.filled(1, 7);
        for (int i = 0; i < 16; i++) {
            var outcome = new Outcome();
            outcomes.add(outcome);
            segment.write(src, (long) i * Rig.BLOCK, false, (bytes, failure) -> {
                outcome.done(bytes, failure);
                completed.countDown();
            });
        }
        rig.device().submit();

        completed.await();
        for (Outcome outcome : outcomes) {
            assertEquals(1, outcome.times());
            assertNotNull(outcome.thread());
            assertNotEquals(Thread.currentThread(), outcome.thread());
        }
        rig.device().close();
        assertEquals(List.of(), rig.medium().violations());
    }

    @Test
    void aThreadedDeviceCompletesEverythingBeforeCloseReturns() throws IOException {
        for (int round = 0; round < 50; round++) {
            Rig rig = rig(Timing.THREADED);
            Segment segment = rig.device().create(1, 8 * Rig.BLOCK);
            List<Outcome> outcomes = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                outcomes.add(rig.write(segment, i, 1, 7, false));
            }
            rig.device().submit();
            rig.device().close();

            for (Outcome outcome : outcomes) {
                assertEquals(1, outcome.times());
            }
        }
    }

    @Test
    void aPowerCutFailsWhatThreadsWaitFor() throws Exception {
        Rig rig = Rig.on(SimulatedSettings.builder()
                .timing(Timing.THREADED)
                .faults(SimulatedFaults.none().stuck(OperationKind.WRITE, 1, 1))
                .build());
        var completed = new CountDownLatch(1);
        rig.device().create(1, Rig.BLOCK).write(rig.filled(1, 7), 0, false, (_, failure) -> {
            assertNotNull(failure);
            completed.countDown();
        });
        rig.device().submit();

        rig.medium().powerOff();

        completed.await();
    }

    @Test
    void readsGoOnWhileAnotherThreadDrives() throws Exception {
        Rig rig = rig(Timing.REAL);
        Segment segment = rig.device().create(1, 64 * Rig.BLOCK);
        rig.synced(segment, 0, 1, 7);
        MemorySegment src = rig.filled(1, 8);
        Thread driver = Thread.ofPlatform().start(() -> {
            for (int i = 1; i < 64; i++) {
                rig.write(segment, (long) i * Rig.BLOCK, src, false);
                rig.settle();
            }
        });
        while (driver.isAlive()) {
            assertEquals(7, rig.read(segment, 10, 100)[50]);
            rig.device().wakeup();
        }
        assertEquals(8, Rig.fill(rig.medium(), 1, 63));
        assertEquals(List.of(), rig.medium().violations());
    }
}
