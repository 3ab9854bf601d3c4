package io.lss.tck.program;

import java.io.Serial;

/** The engine did what it must not do. */
public final class ViolationException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    public ViolationException(String message) {
        super(message);
    }

    public ViolationException(String message, Throwable cause) {
        super(message, cause);
    }
}
