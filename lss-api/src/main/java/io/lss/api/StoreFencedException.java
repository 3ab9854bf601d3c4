package io.lss.api;

import org.jspecify.annotations.Nullable;

/** Another owner has taken the store over; this one can do nothing more (F7). */
public final class StoreFencedException extends StoreException {

    private static final long serialVersionUID = 1L;

    /**
     * A failure with its message.
     *
     * @param message what, where, and what to do
     */
    public StoreFencedException(String message) {
        this(message, null);
    }

    /**
     * A failure with its message and cause.
     *
     * @param message what, where, and what to do
     * @param cause what led to it, or null
     */
    public StoreFencedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
