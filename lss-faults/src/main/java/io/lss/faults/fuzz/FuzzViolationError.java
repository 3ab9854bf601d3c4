package io.lss.faults.fuzz;

/** What an input must not bring about. */
final class FuzzViolationError extends AssertionError {
    private static final long serialVersionUID = 1L;

    FuzzViolationError(String message) {
        super(message);
    }

    FuzzViolationError(String message, Throwable cause) {
        super(message, cause);
    }
}
