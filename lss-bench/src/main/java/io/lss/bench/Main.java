package io.lss.bench;

import io.lss.bench.work.Quiet;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code lss-bench} command. */
@Command(
        name = "lss-bench",
        description = "Benchmarks of LSS on a real disk. Contenders take turns; only ratios within one run mean anything. Without a command: run.",
        subcommands = {RunCommand.class, CheckCommand.class, ListCommand.class},
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
public final class Main implements Runnable {

    private Main() {}

    /** Without a command. */
    @Override
    public void run() {
        throw new IllegalStateException("main adds the command");
    }

    /**
     * Runs a command and ends the JVM with its exit code.
     *
     * @param args the command line
     */
    public static void main(String... args) {
        Quiet.logs();
        String[] command = args.length == 0 ? new String[] {"run"} : args;
        System.exit(new CommandLine(new Main()).execute(command));
    }
}
