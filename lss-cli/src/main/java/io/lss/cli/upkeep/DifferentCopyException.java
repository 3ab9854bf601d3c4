package io.lss.cli.upkeep;

import io.lss.cli.ExitCode;
import io.lss.cli.frame.FailureWithCode;
import java.io.IOException;

/** A copy is not what it was made from. */
final class DifferentCopyException extends IOException implements FailureWithCode {
    private static final long serialVersionUID = 1L;

    DifferentCopyException(String what) {
        super("the copy is not good: " + what + "; the store itself was not changed");
    }

    @Override
    public ExitCode exitCode() {
        return ExitCode.VERIFICATION_FAILED;
    }
}
