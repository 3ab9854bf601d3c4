package io.lss.spike.uring;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Does what goes through the shared file code, which uses FileChannel: on a thread that nobody interrupts, since an interrupt
 * would close the channel, and a failed root write fails the store.
 */
final class FilesThread implements AutoCloseable {

    /** Something that may fail with an I/O failure. */
    interface Work<T> {
        T run() throws IOException;
    }

    private final ExecutorService executor = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "lss-uring-files");
        thread.setDaemon(true);
        return thread;
    });

    /** Waits for the work; an interrupt of the caller stays for the caller to see. */
    <T> T call(Work<T> work) throws IOException {
        CompletableFuture<Object[]> outcome = new CompletableFuture<>();
        try {
            executor.execute(() -> {
                try {
                    outcome.complete(new Object[] {work.run(), null});
                } catch (Throwable t) {
                    outcome.complete(new Object[] {null, t});
                }
            });
        } catch (java.util.concurrent.RejectedExecutionException e) {
            throw new IOException("the device is closed", e);
        }
        Object[] ended = outcome.join();
        switch (ended[1]) {
            case null -> {}
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IllegalStateException((Throwable) ended[1]);
        }
        @SuppressWarnings("unchecked")
        T result = (T) ended[0];
        return result;
    }

    @Override
    public void close() {
        executor.shutdown();
    }
}
