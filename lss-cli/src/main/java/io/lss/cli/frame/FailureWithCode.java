package io.lss.cli.frame;

import io.lss.cli.ExitCode;

/** A failure of a command's own that has an exit code of its own. */
public interface FailureWithCode {

    /** {@return the exit code} */
    ExitCode exitCode();
}
