package io.lss.localfiles.crew;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CrewTest {

    /** A task made of a lambda. */
    private static final class Act extends Task {
        private final Runnable body;
        private final AtomicInteger refused = new AtomicInteger();
        private final AtomicInteger broken = new AtomicInteger();

        Act(Runnable body) {
            this.body = body;
        }

        @Override
        public void run(DeviceThread thread) {
            body.run();
        }

        @Override
        public void broken(OutOfMemoryError error) {
            if (broken.incrementAndGet() < 3) {
                throw error;
            }
        }

        @Override
        public void refuse(String why) {
            refused.incrementAndGet();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError("a device thread was interrupted", e);
        }
    }

    @Test
    void oneThreadDoesTasksInTheOrderInWhichTheyCome() {
        List<Integer> seen = Collections.synchronizedList(new ArrayList<>());
        Crew crew = new Crew("test", 1);
        for (int i = 0; i < 1000; i++) {
            int number = i;
            crew.offer(new Act(() -> seen.add(number)));
        }
        crew.close();
        assertEquals(java.util.stream.IntStream.range(0, 1000).boxed().toList(), seen);
    }

    @Test
    void aTaskThatWantOfMemoryBrokeOffIsToldUntilItHasTakenItIn() {
        Crew crew = new Crew("test", 1);
        Act act = new Act(() -> {
            throw new OutOfMemoryError("pretended");
        });
        crew.offer(act);
        crew.close();
        assertEquals(3, act.broken.get(), "the first two had no memory either");
    }

    @Test
    void asManyTasksRunAtOnceAsThereAreThreads() {
        Crew crew = new Crew("test", 4);
        CountDownLatch all = new CountDownLatch(4);
        for (int i = 0; i < 4; i++) {
            crew.offer(new Act(() -> {
                all.countDown();
                await(all);
            }));
        }
        crew.close();
        assertEquals(0, all.getCount());
    }

    @Test
    void closeWaitsForWhatWasAcceptedAndWhatComesAfterIsRefused() {
        Crew crew = new Crew("test", 2);
        AtomicInteger done = new AtomicInteger();
        CountDownLatch release = new CountDownLatch(1);
        for (int i = 0; i < 100; i++) {
            crew.offer(new Act(() -> {
                await(release);
                done.incrementAndGet();
            }));
        }
        release.countDown();
        crew.close();
        assertEquals(100, done.get());
        Act late = new Act(done::incrementAndGet);
        crew.offer(late);
        assertEquals(1, late.refused.get());
        assertEquals(100, done.get());
        crew.close();
    }

    @Test
    void whatARunningTaskOffersOnIsDoneEvenWhileTheCrewCloses() {
        Crew crew = new Crew("test", 1);
        AtomicInteger done = new AtomicInteger();
        CountDownLatch release = new CountDownLatch(1);
        crew.offer(new Act(() -> {
            await(release);
            crew.offerMore(new Act(done::incrementAndGet));
        }));
        Thread closer = Thread.ofPlatform().start(crew::close);
        while (closer.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        release.countDown();
        crew.close();
        assertEquals(1, done.get());
    }

    @Test
    void aDeviceThreadCannotBeInterrupted() throws Exception {
        Crew crew = new Crew("test", 1);
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        crew.offer(new Act(() -> {
            Thread.currentThread().interrupt();
            interrupted.complete(Thread.currentThread().isInterrupted());
        }));
        assertFalse(interrupted.get());
        crew.close();
    }

    @Test
    void aTaskThatThrowsDoesNotEndItsThread() throws Exception {
        Crew crew = new Crew("test", 1);
        CompletableFuture<Thread> before = new CompletableFuture<>();
        CompletableFuture<Thread> after = new CompletableFuture<>();
        CompletableFuture<Throwable> reported = new CompletableFuture<>();
        Error error = new AssertionError("pretended");
        crew.offer(new Act(() -> {
            Thread.currentThread().setUncaughtExceptionHandler((thread, t) -> {
                reported.complete(t);
                throw new IllegalStateException("a handler that throws");
            });
            before.complete(Thread.currentThread());
            throw error;
        }));
        crew.offer(new Act(() -> after.complete(Thread.currentThread())));
        assertEquals(before.get(), after.get());
        assertEquals(error, reported.get());
        crew.close();
    }

    @Test
    void manyThreadsHandOverToFewAndNothingIsLost() throws Exception {
        Crew crew = new Crew("test", 3);
        int producers = 4;
        int each = 20_000;
        AtomicInteger done = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int p = 0; p < producers; p++) {
            Thread.Builder builder = p % 2 == 0 ? Thread.ofPlatform() : Thread.ofVirtual();
            threads.add(builder.start(() -> {
                for (int i = 0; i < each; i++) {
                    crew.offer(new Act(done::incrementAndGet));
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        crew.close();
        assertEquals(producers * each, done.get());
    }

    @Test
    void aCallReturnsWhatItsBodyReturnsAndThrowsWhatItThrows() throws Exception {
        Crew crew = new Crew("test", 1);
        Thread runner = Call.in(crew, Thread::currentThread);
        assertNotSame(Thread.currentThread(), runner);
        assertTrue(runner.isDaemon());
        IOException failure = new IOException("expected");
        for (Throwable expected : List.of(failure, new IllegalStateException("expected"), new SilentError())) {
            Throwable thrown = null;
            try {
                Call.run(crew, () -> {
                    switch (expected) {
                        case IOException e -> throw e;
                        case RuntimeException e -> throw e;
                        default -> throw (Error) expected;
                    }
                });
            } catch (IOException | RuntimeException | Error e) {
                thrown = e;
            }
            assertEquals(expected, thrown);
        }
        crew.close();
    }

    private static final class SilentError extends Error {
        private static final long serialVersionUID = 1L;

        SilentError() {
            super("expected");
        }
    }
}
