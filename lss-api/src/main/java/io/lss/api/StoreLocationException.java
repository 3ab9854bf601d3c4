package io.lss.api;

import org.jspecify.annotations.Nullable;

/** The location is missing, is no directory, is not accessible, or holds something that is not a store. */
public final class StoreLocationException extends StoreException {

    private static final long serialVersionUID = 1L;

    /**
     * A failure with its message.
     *
     * @param message what, where, and what to do
     */
    public StoreLocationException(String message) {
        this(message, null);
    }

    /**
     * A failure with its message and cause.
     *
     * @param message what, where, and what to do
     * @param cause what led to it, or null
     */
    public StoreLocationException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
