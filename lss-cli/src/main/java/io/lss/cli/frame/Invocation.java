package io.lss.cli.frame;

import picocli.CommandLine.Model.CommandSpec;

/** One run of the command line, as the commands in it see it. */
public interface Invocation {

    /** {@return where it reads and writes} */
    Streams streams();

    /** {@return what happens when the user wants to end it} */
    Interruption interruption();

    /** {@return whether failures are told with their stack traces} */
    boolean isVerbose();

    /**
     * {@return the run that a command belongs to}
     *
     * @param command whose
     */
    static Invocation of(CommandSpec command) {
        return (Invocation) command.root().userObject();
    }
}
