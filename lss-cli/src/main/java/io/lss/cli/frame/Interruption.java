package io.lss.cli.frame;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What Ctrl-C does: it runs what the command has registered, the last first, such as closing its store; so the command's own thread fails
 * wherever it is, says what there is to say, and ends. Only then, or after a few seconds, does the JVM end.
 */
public final class Interruption implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 2;

    /** How long to wait for a command that is known to be on its way out: it may have much to remove. */
    private static final long LONG_PATIENCE_SECONDS = 60;

    /** What to do when the user wants to end. */
    @FunctionalInterface
    public interface Action {
        /**
         * Does it.
         *
         * @throws IOException if it does not work; that is told by the command's own thread, which meets the same
         */
        void run() throws IOException;
    }

    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread hook = Thread.ofPlatform().name("interruption").unstarted(this::interrupt);
    private final Deque<Action> actions = new ArrayDeque<>();
    private final AtomicBoolean requested = new AtomicBoolean();
    private final AtomicBoolean leaving = new AtomicBoolean();

    private final Runnable lastly;

    private Interruption(Runnable lastly) {
        this.lastly = lastly;
    }

    /**
     * {@return one that is in force until it is closed}
     *
     * @param lastly done when the JVM is about to end because the user wants that
     */
    public static Interruption install(Runnable lastly) {
        Interruption interruption = new Interruption(lastly);
        try {
            Runtime.getRuntime().addShutdownHook(interruption.hook);
        } catch (IllegalStateException e) {
            // The JVM is ending already.
            interruption.requested.set(true);
        }
        return interruption;
    }

    /** {@return whether the user wants to end} */
    public boolean isRequested() {
        return requested.get();
    }

    /**
     * Ends the command's own thread where it is, if the user wants to end: for work that goes on for long, between its steps. It cleans up then, which is
     * waited for.
     *
     * @throws UncheckedIOException if the user wants to end
     */
    public void throwIfRequested() {
        if (isRequested()) {
            leaving.set(true);
            throw new UncheckedIOException(new InterruptedIOException("interrupted"));
        }
    }

    /**
     * Has the end wait for the command's own thread for long, whatever it does just then: between its steps it looks by {@link #throwIfRequested}, and
     * what it has made is to be removed, or told.
     *
     * @throws IOException never
     */
    public void waitLong() throws IOException {
        leaving.set(true);
        before(() -> {});
    }

    /**
     * Says what to do when it comes to that; at once if it has. Done at most once, by another thread than the command's.
     *
     * @param action what
     * @throws IOException if it is done at once and does not work
     */
    public void before(Action action) throws IOException {
        synchronized (actions) {
            if (!isRequested()) {
                actions.push(action);
                return;
            }
        }
        action.run();
    }

    private void interrupt() {
        try {
            runAll();
        } finally {
            lastly.run();
        }
    }

    private void runAll() {
        Deque<Action> all;
        synchronized (actions) {
            requested.set(true);
            all = new ArrayDeque<>(actions);
        }
        for (Action action : all) {
            try {
                action.run();
            } catch (IOException e) {
                System.getLogger("io.lss").log(System.Logger.Level.DEBUG, "while ending", e);
            }
        }
        if (all.isEmpty()) {
            return;
        }
        try {
            // The command may be waiting for input, or for somebody to read its output: then there is nothing to wait for.
            boolean inTime = ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS)
                    || leaving.get() && ended.await(LONG_PATIENCE_SECONDS, TimeUnit.SECONDS);
            System.getLogger("io.lss").log(System.Logger.Level.DEBUG, "ended in time: {0}", inTime);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Says that the command's own thread has nothing to do any more that is worth waiting for; it may be waiting for input. */
    public void nothingIsLeft() {
        ended.countDown();
    }

    /** Says that the command has ended, and all that it had to say is said. */
    @Override
    public void close() {
        ended.countDown();
        if (!isRequested()) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // The JVM is ending: the hook runs, and no longer has anything to wait for.
            }
        }
    }
}
