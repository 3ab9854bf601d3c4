package io.lss.api;

import org.jspecify.annotations.Nullable;

/** There is no space to go on. Recoverable: reads work, and appends do again when space has returned. */
public final class StoreFullException extends StoreException {

    private static final long serialVersionUID = 1L;

    /**
     * A failure with its message.
     *
     * @param message what, where, and what to do
     */
    public StoreFullException(String message) {
        this(message, null);
    }

    /**
     * A failure with its message and cause.
     *
     * @param message what, where, and what to do
     * @param cause what led to it, or null
     */
    public StoreFullException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /**
     * A failure whose advice is had apart.
     *
     * @param problem what and where
     * @param advice what a program can do about it
     * @param cause what led to it, or null
     */
    public StoreFullException(String problem, String advice, @Nullable Throwable cause) {
        super(problem, advice, cause);
    }
}
