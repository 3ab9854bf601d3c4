package io.lss.cli.frame;

import io.lss.cli.ExitCode;
import java.io.IOException;

/** The user has ended the command, and must know what it leaves behind; said although all else about an interruption is not. */
public final class LeftBehindException extends IOException implements FailureWithCode {
    private static final long serialVersionUID = 1L;

    /**
     * After an interruption.
     *
     * @param message what is left, where, what it is good for, and what to type
     * @param cause how the command's own thread met the interruption
     */
    public LeftBehindException(String message, Throwable cause) {
        super(message, cause);
    }

    @Override
    public ExitCode exitCode() {
        return ExitCode.INTERRUPTED;
    }
}
