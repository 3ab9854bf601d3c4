package io.lss.faults;

import io.lss.faults.fuzz.ReplayCommand;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code lss-faults} command. */
@Command(
        name = "lss-faults",
        description = "Crashes and faults, on real files. The exit code is 0 if everything held, 1 if something did not.",
        subcommands = {RunCommand.class, SoakCommand.class, ReplayCommand.class},
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
public final class Main implements Runnable {

    /** Loggers are held weakly by the platform; the level is lost with the logger. */
    private static final Logger LSS_LOG = Logger.getLogger("io.lss");

    private Main() {}

    /** Without a command. */
    @Override
    public void run() {
        CommandLine.usage(this, System.out);
    }

    /**
     * Runs a command and ends the JVM with its exit code.
     *
     * @param args the command line
     */
    public static void main(String... args) {
        LSS_LOG.setLevel(Level.OFF); // thousands of stores are opened, and fail, on purpose
        System.exit(new CommandLine(new Main()).execute(args));
    }
}
