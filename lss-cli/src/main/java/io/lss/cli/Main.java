package io.lss.cli;

import io.lss.cli.demo.DemoCommand;
import io.lss.cli.demo.LoaderCommand;
import java.lang.module.ModuleDescriptor;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The {@code lss} command. A further command is one more class among the subcommands. */
@Command(
        name = "lss",
        description = "LSS, a log-structured store for the JVM.",
        subcommands = {DemoCommand.class, LoaderCommand.class},
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "'lss COMMAND --help' tells more about one command."})
public final class Main {
    /** Loggers are held weakly by the platform; the level is lost with the logger. */
    private static final Logger LSS_LOG = Logger.getLogger("io.lss");

    @Option(
            names = "--verbose",
            scope = ScopeType.INHERIT,
            description = "Show the store's log, and stack traces of failures.")
    private boolean verbose;

    private Main() {}

    /**
     * Runs a command and ends the JVM with its exit code.
     *
     * @param args the command line
     */
    public static void main(String... args) {
        System.exit(run(args));
    }

    static int run(String... args) {
        Main main = new Main();
        CommandLine lss = new CommandLine(main);
        lss.setExecutionStrategy(parsed -> {
            LSS_LOG.setLevel(main.verbose ? Level.ALL : Level.WARNING);
            return new CommandLine.RunLast().execute(parsed);
        });
        lss.registerConverter(Path.class, Main::path);
        lss.setParameterExceptionHandler(Main::wrongUsage);
        lss.setExecutionExceptionHandler((failure, command, parsed) -> main.failed(failure, command));
        return lss.execute(args);
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new TypeConversionException(
                    "'" + text + "' cannot be a path here (" + e.getReason()
                            + "); LC_ALL=C.UTF-8 before the command may help");
        }
    }

    private static int wrongUsage(ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        if (command.getCommandSpec().userObject() instanceof Main && !isAboutOptions(e)) {
            command.getErr().println("lss: " + noCommand(e) + "; the commands are: " + commands(command));
        } else {
            command.getErr().println("lss: " + e.getMessage());
            UnmatchedArgumentException.printSuggestions(e, command.getErr());
        }
        command.getErr()
                .println("     '" + command.getCommandSpec().qualifiedName() + " --help' shows what can be given.");
        return ExitCode.USAGE;
    }

    private static boolean isAboutOptions(ParameterException e) {
        return e instanceof UnmatchedArgumentException unmatched && unmatched.isUnknownOption();
    }

    private static String noCommand(ParameterException e) {
        return e instanceof UnmatchedArgumentException unmatched
                ? "unknown command '" + unmatched.getUnmatched().getFirst() + "'"
                : "no command is given";
    }

    private static String commands(CommandLine command) {
        return command.getSubcommands().entrySet().stream()
                .filter(each -> !each.getValue().getCommandSpec().usageMessage().hidden())
                .map(Map.Entry::getKey)
                .collect(Collectors.joining(", "));
    }

    private int failed(Exception failure, CommandLine command) {
        command.getErr().println("lss: " + Explanation.of(failure));
        if (verbose) {
            failure.printStackTrace(command.getErr());
        }
        return ExitCode.FAILED;
    }

    /** The version of the module; a class path has none. */
    static final class Version implements IVersionProvider {
        Version() {}

        @Override
        public String[] getVersion() {
            return new String[] {"lss " + current(), "Java " + Runtime.version()};
        }

        private static String current() {
            return Optional.ofNullable(Main.class.getModule().getDescriptor())
                    .flatMap(ModuleDescriptor::rawVersion)
                    .orElse("(unknown version)");
        }
    }
}
