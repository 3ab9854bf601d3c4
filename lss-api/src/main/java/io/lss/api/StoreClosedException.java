package io.lss.api;

import org.jspecify.annotations.Nullable;

/** The store was closed, by this thread or another. */
public final class StoreClosedException extends StoreException {

    private static final long serialVersionUID = 1L;

    /**
     * A failure with its message.
     *
     * @param message what, where, and what to do
     */
    public StoreClosedException(String message) {
        this(message, null);
    }

    /**
     * A failure with its message and cause.
     *
     * @param message what, where, and what to do
     * @param cause what led to it, or null
     */
    public StoreClosedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
