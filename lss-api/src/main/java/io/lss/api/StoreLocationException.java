package io.lss.api;

import org.jspecify.annotations.Nullable;

/** The location is missing, is no directory, is not accessible, or holds something that is not a store. */
public final class StoreLocationException extends StoreException {

    private static final long serialVersionUID = 1L;

    /** Whether there would be a store if one were made. */
    private final boolean vacant;

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
        this(message, "", cause, false);
    }

    private StoreLocationException(String problem, String advice, @Nullable Throwable cause, boolean vacant) {
        super(problem, advice, cause);
        this.vacant = vacant;
    }

    /**
     * {@return the failure to open what is not there, where a store could be made}
     *
     * @param problem what and where
     * @param advice what a program can do about it
     */
    public static StoreLocationException vacant(String problem, String advice) {
        return new StoreLocationException(problem, advice, null, true);
    }

    /** {@return whether nothing is there, so that an open mode that creates would make a store} */
    public boolean isVacant() {
        return vacant;
    }
}
