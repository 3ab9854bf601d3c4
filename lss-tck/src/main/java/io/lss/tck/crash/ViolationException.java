package io.lss.tck.crash;

import java.io.Serial;

/** The engine did what it must not do. */
final class ViolationException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    ViolationException(String message) {
        super(message);
    }

    ViolationException(String message, Throwable cause) {
        super(message, cause);
    }
}
