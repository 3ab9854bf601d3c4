package io.lss.bench;

import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code lss-bench} command. */
@Command(
        name = "lss-bench",
        description = "Benchmarks of LSS on a real disk. Contenders take turns; only ratios within one run mean anything.",
        subcommands = LimitCommand.class,
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
        LSS_LOG.setLevel(Level.WARNING);
        System.exit(new CommandLine(new Main()).execute(args));
    }
}
