package io.lss.api;

import org.jspecify.annotations.Nullable;

/** The store was written in a format this release does not know; the message names both versions. */
public final class StoreVersionException extends StoreException {

    private static final long serialVersionUID = 1L;

    /**
     * A failure with its message.
     *
     * @param message what, where, and what to do
     */
    public StoreVersionException(String message) {
        this(message, null);
    }

    /**
     * A failure with its message and cause.
     *
     * @param message what, where, and what to do
     * @param cause what led to it, or null
     */
    public StoreVersionException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
