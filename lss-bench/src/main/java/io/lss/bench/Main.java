package io.lss.bench;

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
        System.exit(new CommandLine(new Main()).execute(args));
    }
}
