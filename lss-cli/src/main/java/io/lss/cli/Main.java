package io.lss.cli;

import io.lss.api.StoreCorruptException;
import io.lss.cli.demo.DemoCommand;
import io.lss.cli.demo.LoaderCommand;
import io.lss.cli.doctor.DoctorCommand;
import io.lss.cli.dump.DumpCommand;
import io.lss.cli.frame.ByteCount;
import io.lss.cli.frame.ClosedPipeException;
import io.lss.cli.frame.Interruption;
import io.lss.cli.frame.Invocation;
import io.lss.cli.frame.LeftBehindException;
import io.lss.cli.frame.Streams;
import io.lss.cli.records.AppendCommand;
import io.lss.cli.records.CatCommand;
import io.lss.cli.records.TailCommand;
import io.lss.cli.salvage.SalvageCommand;
import io.lss.cli.text.JsonObject;
import io.lss.cli.upkeep.BackupCommand;
import io.lss.cli.upkeep.StatCommand;
import io.lss.cli.upkeep.TrimCommand;
import io.lss.cli.upkeep.VerifyCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.module.ModuleDescriptor;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
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
        subcommands = {
            AppendCommand.class,
            CatCommand.class,
            TailCommand.class,
            StatCommand.class,
            VerifyCommand.class,
            TrimCommand.class,
            BackupCommand.class,
            DumpCommand.class,
            SalvageCommand.class,
            DoctorCommand.class,
            DemoCommand.class,
            AutoComplete.GenerateCompletion.class,
            HelpCommand.class,
            LoaderCommand.class
        },
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        footer = {"", "'lss COMMAND --help' tells more about one command, with examples."})
public final class Main implements Invocation {
    /** Loggers are held weakly by the platform; the level is lost with the logger. */
    private static final Logger LSS_LOG = Logger.getLogger("io.lss");

    /** The commands that are for damaged stores, to whose users nobody need say so. */
    private static final Set<String> RESCUERS = Set.of("dump", "salvage", "doctor");

    private final Streams streams;
    private final Interruption interruption;

    @Option(
            names = "--verbose",
            scope = ScopeType.INHERIT,
            description = "Show the store's log, and stack traces of failures.")
    private boolean verbose;

    private Main(Streams streams, Interruption interruption) {
        this.streams = streams;
        this.interruption = interruption;
    }

    /**
     * Runs a command and ends the JVM with its exit code.
     *
     * @param args the command line
     */
    public static void main(String... args) {
        System.exit(run(Streams.ofProcess(), args));
    }

    static int run(Streams streams, String... args) {
        try (Interruption interruption = Interruption.install(streams.screen()::endBars)) {
            Main main = new Main(streams, interruption);
            int code = main.commandLine().execute(args);
            return main.finished(code);
        }
    }

    /** {@return the parser, with all commands} */
    private CommandLine commandLine() {
        CommandLine lss = new CommandLine(this);
        Map<String, String> codes = new LinkedHashMap<>();
        for (ExitCode each : ExitCode.values()) {
            codes.put(String.format("%3d", each.code()), each.meaning());
        }
        lss.getCommandSpec().usageMessage().exitCodeList(codes);
        lss.getSubcommands().values().forEach(each -> each.getCommandSpec().versionProvider(new Version()));
        lss.setOut(new PrintWriter(streams.report(), true, streams.report().charset()));
        lss.setErr(new PrintWriter(streams.notes(), true, streams.notes().charset()));
        lss.setExecutionStrategy(parsed -> {
            LSS_LOG.setLevel(verbose ? Level.ALL : Level.WARNING);
            return new CommandLine.RunLast().execute(parsed);
        });
        lss.registerConverter(Path.class, Main::path);
        ByteCount.registerAt(lss);
        lss.setCaseInsensitiveEnumValuesAllowed(true);
        lss.setUsageHelpAutoWidth(true);
        lss.setParameterExceptionHandler(Main::wrongUsage);
        lss.setExecutionExceptionHandler((failure, command, parsed) -> {
            boolean rescues = failure instanceof StoreCorruptException && RESCUERS.contains(command.getCommandName());
            String explanation = rescues ? Explanation.damage((StoreCorruptException) failure) : Explanation.of(failure);
            return failed(failure, explanation, parsed.originalArgs());
        });
        return lss;
    }

    @Override
    public Streams streams() {
        return streams;
    }

    @Override
    public Interruption interruption() {
        return interruption;
    }

    @Override
    public boolean isVerbose() {
        return verbose;
    }

    private static Path path(String text) {
        if (text.isEmpty()) {
            throw new TypeConversionException("a path is empty, which would be the directory you are in; for that one give .");
        }
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
        if (isJson(Arrays.asList(args))) {
            command.getErr().println(json(ExitCode.USAGE, String.valueOf(e.getMessage())));
            return ExitCode.USAGE.code();
        }
        if (command.getCommandSpec().userObject() instanceof Main && !isAboutOptions(e)) {
            command.getErr().println("lss: " + noCommand(e) + "; the commands are: " + commands(command));
        } else {
            command.getErr().println("lss: " + e.getMessage());
            UnmatchedArgumentException.printSuggestions(e, command.getErr());
        }
        command.getErr()
                .println("     '" + command.getCommandSpec().qualifiedName() + " --help' shows what can be given.");
        return ExitCode.USAGE.code();
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

    /** Tells a failure, unless it only is how a command ends that nobody reads any more, or that the user has ended and that leaves nothing behind. */
    private int failed(Exception failure, String explanation, List<String> args) {
        if (failure instanceof ClosedPipeException) {
            return ExitCode.OK.code();
        }
        if (interruption.isRequested() && !(failure instanceof LeftBehindException)) {
            return ExitCode.INTERRUPTED.code();
        }
        ExitCode code = ExitCode.of(failure);
        streams.notes().print((isJson(args) ? json(code, explanation) : "lss: " + explanation) + "\n");
        if (verbose) {
            failure.printStackTrace(streams.notes());
        }
        streams.notes().flush();
        return code.code();
    }

    /** Asked of the words, because it must be known also where they were not understood. */
    private static boolean isJson(List<String> args) {
        return args.contains("--json");
    }

    private static JsonObject json(ExitCode code, String message) {
        return new JsonObject().put("error", code.word()).put("exitCode", code.code()).put("message", message);
    }

    /** What was written may not have arrived; that nobody wants it any more is no failure. */
    private int finished(int code) {
        try {
            streams.flush();
            return code;
        } catch (ClosedPipeException e) {
            return code;
        } catch (IOException e) {
            return code == ExitCode.OK.code() ? failed(e, Explanation.of(e), List.of()) : code;
        }
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
                    .or(() -> Optional.ofNullable(Main.class.getPackage().getImplementationVersion()))
                    .orElse("(unknown version)");
        }
    }
}
