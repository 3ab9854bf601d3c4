package io.lss.localfiles.crew;

import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A task whose caller waits for its result: opening, creating, deleting, roots.
 *
 * @param <T> what comes of it
 */
public final class Call<T> extends Task {

    /**
     * What is to be done.
     *
     * @param <T> what comes of it
     */
    @FunctionalInterface
    public interface Body<T> {
        /**
         * {@return what came of it}
         *
         * @throws IOException if it failed
         */
        T call() throws IOException;
    }

    /** What is to be done, if nothing comes of it but its effect. */
    @FunctionalInterface
    public interface Action {
        /**
         * Does it.
         *
         * @throws IOException if it failed
         */
        void run() throws IOException;
    }

    private static final int TRIES = 10_000;
    private static final long RETRY_NANOS = 1_000_000;

    private final Body<T> body;
    private final Waiting waiting = new Waiting();

    /** One of both is set before {@link #waiting} is told. */
    private @Nullable T result;

    private @Nullable Throwable failure;

    private Call(Body<T> body) {
        this.body = body;
    }

    /**
     * Has {@code body} done by the crew and waits for it.
     *
     * @param <T> what comes of it
     * @param crew whose thread does it
     * @param body what is to be done
     * @return what came of it
     * @throws IOException if it failed, or the crew is closed
     */
    public static <T> T in(Crew crew, Body<T> body) throws IOException {
        Call<T> call = new Call<>(body);
        crew.offer(call);
        call.waiting.await();
        return call.outcome();
    }

    /**
     * Has {@code action} done by the crew and waits for it.
     *
     * @param crew whose thread does it
     * @param action what is to be done
     * @throws IOException if it failed, or the crew is closed
     */
    public static void run(Crew crew, Action action) throws IOException {
        in(crew, () -> {
            action.run();
            return true;
        });
    }

    @Override
    public void run(DeviceThread thread) {
        try {
            result = body.call();
        } catch (Throwable t) {
            failure = t;
        } finally {
            waiting.ended();
        }
    }

    @Override
    public void broken(OutOfMemoryError error) {
        if (result == null && failure == null) {
            failure = error;
        }
        waiting.ended();
    }

    @Override
    public void refuse(String why) {
        failure = new IOException("device refused: " + why);
        waiting.ended();
    }

    private T outcome() throws IOException {
        switch (failure) {
            case null -> {}
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IOException(failure);
        }
        return Objects.requireNonNull(result);
    }

    /**
     * As {@link #run}, of an action that must be done though there may be no memory just now, and can be done again if that broke it off.
     * For about ten seconds.
     *
     * @param crew whose thread does it
     * @param action what is to be done
     * @throws IOException if it failed, or the crew is closed
     */
    public static void insist(Crew crew, Action action) throws IOException {
        for (int i = 0; i < TRIES; i++) {
            try {
                run(crew, action);
                return;
            } catch (OutOfMemoryError e) {
                LockSupport.parkNanos(RETRY_NANOS);
            }
        }
        run(crew, action);
    }

    /**
     * Has {@code action} done by the crew some time later; if the crew is closed, not at all. Nobody waits, so it tells nobody what fails.
     *
     * @param crew whose thread does it
     * @param action what is to be done
     */
    public static void later(Crew crew, Action action) {
        crew.offer(new Call<>(() -> {
            action.run();
            return true;
        }));
    }
}
