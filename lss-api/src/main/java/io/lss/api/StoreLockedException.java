package io.lss.api;

import org.jspecify.annotations.Nullable;

/** Another live owner has the store open, in this process or another; the message names it. */
public final class StoreLockedException extends StoreException {

    private static final long serialVersionUID = 1L;

    /**
     * A failure with its message.
     *
     * @param message what, where, and what to do
     */
    public StoreLockedException(String message) {
        this(message, null);
    }

    /**
     * A failure with its message and cause.
     *
     * @param message what, where, and what to do
     * @param cause what led to it, or null
     */
    public StoreLockedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
