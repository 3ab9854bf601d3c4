package io.lss.cli.demo;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;

/** Runs a task in several threads and waits for all of them. */
final class Workers {
    /** What one of them does. */
    interface Task {
        void run(int index) throws IOException;
    }

    private Workers() {}

    static ThreadFactory platform(String name) {
        return Thread.ofPlatform().name(name + "-", 0).factory();
    }

    static ThreadFactory virtual(String name) {
        return Thread.ofVirtual().name(name + "-", 0).factory();
    }

    /**
     * Runs {@code task} once for each index below {@code count}, each in a thread of its own.
     *
     * @throws IOException the failure of the lowest index that failed, when all have ended
     */
    static void run(ThreadFactory threads, int count, Task task) throws IOException {
        List<Future<?>> results = new ArrayList<>();
        try (ExecutorService executor = Executors.newThreadPerTaskExecutor(threads)) {
            for (int i = 0; i < count; i++) {
                int index = i;
                results.add(executor.submit(() -> {
                    task.run(index);
                    return null;
                }));
            }
        }
        for (Future<?> result : results) {
            rethrow(result);
        }
    }

    private static void rethrow(Future<?> ended) throws IOException {
        try {
            ended.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException failure -> throw failure;
                case RuntimeException failure -> throw failure;
                case Error failure -> throw failure;
                case null, default -> throw new IllegalStateException(e);
            }
        }
    }
}
