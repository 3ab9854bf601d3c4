package io.lss.cli.records;

import java.io.IOException;

/** The input holds what cannot be a record. */
final class InputException extends IOException {
    private static final long serialVersionUID = 1L;

    InputException(String message) {
        super(message);
    }
}
