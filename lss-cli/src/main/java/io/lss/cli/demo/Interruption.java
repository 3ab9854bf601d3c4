package io.lss.cli.demo;

import io.lss.api.LogStructuredStore;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What Ctrl-C does: it kills the child and closes the store, so that the demo's own thread fails wherever it is,
 * cleans up, and says that it has; then the JVM may end.
 */
final class Interruption implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 20;

    private final CountDownLatch ended = new CountDownLatch(1);
    private final CountDownLatch cleanedUp = new CountDownLatch(1);
    private final Thread hook = Thread.ofPlatform().name("interruption").unstarted(this::interrupt);
    private @Nullable Process process;
    private @Nullable LogStructuredStore store;
    private boolean requested;

    private Interruption() {}

    /** {@return one that is in force until it is closed} */
    static Interruption install() {
        Interruption interruption = new Interruption();
        Runtime.getRuntime().addShutdownHook(interruption.hook);
        return interruption;
    }

    /** {@return whether the user wants to end} */
    synchronized boolean isRequested() {
        return requested;
    }

    /** Kills this process too, when it comes to that. */
    synchronized void covers(Process child) {
        process = child;
        if (requested) {
            child.destroyForcibly();
        }
    }

    /** Closes this store too, when it comes to that. */
    void covers(LogStructuredStore open) throws IOException {
        synchronized (this) {
            store = open;
        }
        if (isRequested()) {
            open.close();
        }
    }

    private void interrupt() {
        LogStructuredStore open;
        synchronized (this) {
            requested = true;
            if (process != null) {
                process.destroyForcibly();
            }
            open = store;
        }
        try {
            if (open != null) {
                open.close();
            }
        } catch (IOException e) {
            // It is about to be deleted.
        } finally {
            ended.countDown();
        }
        await(cleanedUp);
    }

    /** Waits, if the user wants to end, until nothing writes to the store any more: only then can it be deleted. */
    void awaitEnded() {
        if (isRequested()) {
            await(ended);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Says that everything is cleaned up. */
    @Override
    public void close() {
        cleanedUp.countDown();
        if (!isRequested()) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // The JVM is ending: the hook runs, and no longer has anything to wait for.
            }
        }
    }
}
