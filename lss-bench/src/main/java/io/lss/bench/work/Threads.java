package io.lss.bench.work;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Runs the same on several threads, which begin together, and gives the time from then until the last has ended. */
final class Threads {

    /** What one thread does. */
    interface Body {
        void run(int thread) throws IOException, InterruptedException;
    }

    private Threads() {}

    /**
     * Runs it.
     *
     * @param last runs on the calling thread when all have ended; part of the time
     * @return nanoseconds
     */
    static long run(int threads, boolean virtual, Body body, Body last) throws IOException, InterruptedException {
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        CountDownLatch ready = new CountDownLatch(threads);
        CountDownLatch start = new CountDownLatch(1);
        List<Thread> started = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            int thread = i;
            Thread.Builder builder = virtual ? Thread.ofVirtual() : Thread.ofPlatform();
            started.add(builder.name("bench-" + thread).start(() -> {
                try {
                    ready.countDown();
                    start.await();
                    body.run(thread);
                } catch (IOException | InterruptedException | RuntimeException | Error e) {
                    failure.compareAndSet(null, e);
                }
            }));
        }
        ready.await();
        long begin = System.nanoTime();
        start.countDown();
        for (Thread each : started) {
            each.join();
        }
        Throwable failed = failure.get();
        if (failed != null) {
            throw new IOException("a thread failed: " + failed, failed);
        }
        last.run(-1);
        return System.nanoTime() - begin;
    }
}
