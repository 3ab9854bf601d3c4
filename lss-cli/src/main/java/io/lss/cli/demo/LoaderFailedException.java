package io.lss.cli.demo;

import java.io.IOException;

/** The child process ended before it was killed. */
final class LoaderFailedException extends IOException {
    private static final long serialVersionUID = 1L;

    /** How the process ended. */
    private final int exitCode;

    LoaderFailedException(int exitCode, String said) {
        super(said.isEmpty()
                ? "the loading process ended by itself, with exit code " + exitCode + ", and said nothing"
                : "the loading process failed: " + said.replaceFirst("^lss: ", ""));
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }
}
