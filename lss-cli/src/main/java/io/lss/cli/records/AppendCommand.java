package io.lss.cli.records;

import io.lss.api.EndOfLog;
import io.lss.api.LogStructuredStore;
import io.lss.api.OpenMode;
import io.lss.api.StoreOptions;
import io.lss.cli.ExitCode;
import io.lss.cli.Explanation;
import io.lss.cli.frame.ByteCount;
import io.lss.cli.frame.Interruption;
import io.lss.cli.frame.Reporting;
import io.lss.cli.frame.StoreArgument;
import io.lss.cli.text.Progress;
import io.lss.cli.text.Quantity;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lss append}: records from files or standard input into a store. */
@Command(
        name = "append",
        description = {
            "Appends records, and tells how many are stable: those survive a power cut, whatever happens to this command.",
            ""
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "The last line that begins with 'stable:' counts; after a kill, records that came later may be there or not,"
                    + " but none without all before it. At the end, and after Ctrl-C, everything that was appended is"
                    + " stable, and the last line says so. Empty lines are passed over and counted: a record has at"
                    + " least one byte.",
            "",
            "Examples:",
            "  lss append --create data notes.txt   every line becomes a record",
            "  make | lss append data               as it comes; Ctrl-C ends it cleanly",
            "  lss append --sync each --lsns data   an LSN for each line, when it is safe",
            "  lss cat --format u32le old | lss append --create --format u32le new",
        })
public final class AppendCommand implements Callable<Integer> {
    private static final Path STANDARD_INPUT = Path.of("-");

    @Mixin
    private StoreArgument store = new StoreArgument();

    @Parameters(
            index = "1..*",
            paramLabel = "FILE",
            description = "Where the records are, in this order; - is standard input, the default.")
    private List<Path> files = List.of(STANDARD_INPUT);

    @Option(names = "--create", description = "Create the store if there is none.")
    private boolean create;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            completionCandidates = RecordFormat.Names.class,
            description = "lines (default), u32le or u32be: a record is preceded by its length, four bytes, the lowest"
                    + " or the highest first.")
    private RecordFormat format = RecordFormat.LINES;

    @Option(
            names = "--sync",
            paramLabel = "WHEN",
            converter = SyncPolicy.Converter.class,
            description = "When to wait until records are stable and say so: each, a number of records, end, or auto"
                    + " (default): never before the end, but twice a second it says what has become stable.")
    private SyncPolicy sync = new SyncPolicy(Long.MAX_VALUE, true);

    @Option(names = "--lsns", description = "Write the LSN of each record when it is stable, not how many are.")
    private boolean lsns;

    @Option(
            names = "--segment-size",
            paramLabel = "BYTES",
            description = "The segment size of a store that is created, such as 64M (default).")
    private @Nullable ByteCount segmentSize;

    @Option(
            names = "--buffer-size",
            paramLabel = "BYTES",
            description = "The length of a flush buffer, which bounds that of a record. Default: 1M, or less for small segments.")
    private @Nullable ByteCount bufferSize;

    @Mixin
    private Reporting reporting = new Reporting();

    /** Made by the command line parser. */
    public AppendCommand() {}

    @Override
    public Integer call() throws IOException {
        for (Path file : files) {
            check(file);
        }
        try (LogStructuredStore log = open()) {
            if (log.recovery().end() == EndOfLog.CREATED) {
                reporting.screen().warn("created the store " + store.path());
            }
            Acknowledgements told = new Acknowledgements(reporting, lsns);
            try (Appending appending = new Appending(log, told, sync)) {
                Interruption interruption = reporting.invocation().interruption();
                interruption.before(() -> {
                    try {
                        appending.finish();
                    } catch (IOException e) {
                        reporting.screen().warn(Explanation.of(e));
                    }
                    interruption.nothingIsLeft();
                });
                appendAll(log, appending);
            }
        }
        return ExitCode.OK.code();
    }

    private void appendAll(LogStructuredStore log, Appending appending) throws IOException {
        try {
            for (Path file : files) {
                append(log, appending, file);
            }
        } catch (IOException | RuntimeException e) {
            finishAfter(e, appending);
            throw e;
        }
        appending.finish();
    }

    /** What was appended before a failure is told all the same. */
    private void finishAfter(Exception failure, Appending appending) {
        try {
            appending.finish();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
        if (appending.unknown() > 0) {
            reporting.screen().warn(Quantity.count(appending.unknown(), "record") + " appended after those may be kept or not");
        }
    }

    private void append(LogStructuredStore log, Appending appending, Path file) throws IOException {
        boolean isInput = file.equals(STANDARD_INPUT);
        String name = isInput ? "standard input" : file.toString();
        try (InputStream in = isInput ? reporting.streams().in() : Files.newInputStream(file)) {
            RecordReader reader = format.reader(in, name, log.maxRecordLength());
            try (Progress _ = progress(file, reader)) {
                while (reader.next()) {
                    if (!appending.append(reader.record())) {
                        break;
                    }
                }
            }
            if (reader.empty() > 0) {
                reporting.screen().warn(Quantity.count(reader.empty(), "empty line") + " of " + name
                        + " passed over: a record has at least one byte");
            }
        }
    }

    /** What comes from standard input may be typed, there beside the bar; of a pipe with a name, nobody knows how long it is. */
    private Progress progress(Path file, RecordReader reader) throws IOException {
        if (file.equals(STANDARD_INPUT)) {
            return Progress.hidden();
        }
        return Files.isRegularFile(file)
                ? reporting.screen().progress("appending", Files.size(file), reader::position)
                : reporting.screen().busy("appending");
    }

    private LogStructuredStore open() throws IOException {
        StoreOptions.Builder options = store.options();
        if (create) {
            options.openMode(OpenMode.OPEN_OR_CREATE);
        }
        try {
            if (segmentSize != null) {
                options.segmentSize(segmentSize.bytes());
            }
            if (bufferSize != null) {
                // What is longer than an int is too long, and refused as that.
                int bytes = Math.clamp(bufferSize.bytes(), Integer.MIN_VALUE, Integer.MAX_VALUE);
                return store.open(options.bufferSize(bytes).build());
            }
            return store.openWithSuitableBuffers(options);
        } catch (IllegalArgumentException e) {
            throw reporting.wrong(String.valueOf(e.getMessage()));
        }
    }

    private static void check(Path file) throws IOException {
        if (file.equals(STANDARD_INPUT)) {
            return;
        }
        if (!Files.exists(file)) {
            throw new NoSuchFileException(file.toString());
        }
        if (Files.isDirectory(file)) {
            throw new InputException(file + " is a directory; give the files in it");
        }
    }
}
