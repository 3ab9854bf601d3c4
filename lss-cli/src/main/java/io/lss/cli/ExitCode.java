package io.lss.cli;

/** What the command's exit codes mean. */
public final class ExitCode {
    /** Everything asked for was done; for the demo: and verified. */
    public static final int OK = 0;

    /** The store does not hold what it must. */
    public static final int VERIFICATION_FAILED = 1;

    /** The command line is wrong. */
    public static final int USAGE = 2;

    /** The store or a file could not be used. */
    public static final int FAILED = 3;

    /** Ended by Ctrl-C or a termination signal. */
    public static final int INTERRUPTED = 130;

    private ExitCode() {}
}
