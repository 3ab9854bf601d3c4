package io.lss.localfiles.crew;

import java.io.IOException;

/** What no operation is expected to throw, as the failure of that operation: it must end in any case (F2). */
public final class Unexpected {

    /** For the case that there is no memory for a message, nor for an exception. */
    @SuppressWarnings("StaticAssignmentOfThrowable")
    private static final IOException LAST_RESORT = new IOException("operation failed, and there was no memory to say why");

    private Unexpected() {}

    /**
     * {@return a failure that tells of {@code cause}}
     *
     * @param operation what was tried
     * @param cause what was thrown
     */
    public static IOException asFailure(String operation, Throwable cause) {
        try {
            return new IOException(operation + " failed: " + cause, cause);
        } catch (Throwable t) {
            // Not only an OutOfMemoryError: what links code on its first use, as the string above does, wraps it in others.
            return LAST_RESORT;
        }
    }
}
