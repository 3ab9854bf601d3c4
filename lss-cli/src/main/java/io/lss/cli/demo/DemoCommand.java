package io.lss.cli.demo;

import io.lss.cli.frame.Invocation;
import io.lss.cli.text.Quantity;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lss demo}: its options. */
@Command(
        name = "demo",
        description = {
            "Loads real data in a child process, kills that process while it writes, opens the store again, verifies"
                    + " that every record acknowledged as stable is there byte for byte and nothing else is, finishes"
                    + " the load, measures, and verifies again.",
            ""
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        usageHelpAutoWidth = true,
        footer = {"", "What was made is deleted at the end, also after Ctrl-C; a store that fails verification is kept."})
public final class DemoCommand implements Callable<Integer> {
    private static final long MAX_MEGABYTES = 1_000_000;
    private static final int MAX_THREADS = 64;
    private static final int MAX_COMMIT_SECONDS = 600;
    private static final int SEEDS = 1_000_000;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(
            paramLabel = "DIR",
            arity = "0..1",
            description = "Take the files of this directory, and of those below it, as the data."
                    + " Default: lib/modules and lib/src.zip of the JDK.")
    private @Nullable Path directory;

    @Option(
            names = "--mb",
            paramLabel = "N",
            description = "How many megabytes to load; the data is taken as often as needed."
                    + " Default: ${DEFAULT-VALUE}.")
    private long megabytes = 1_000;

    @Option(names = "--threads", paramLabel = "N", description = "How many threads load. Default: ${DEFAULT-VALUE}.")
    private int threads = 4;

    @Option(
            names = "--commit",
            paramLabel = "SECONDS",
            description = "How long to measure commits with 1, 8 and 64 threads, each; 0: not at all."
                    + " Default: ${DEFAULT-VALUE}.")
    private double commitSeconds = 2;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Makes the lengths of the records and the moment of the kill. Default: a random one.")
    private long seed = new SplittableRandom().nextInt(SEEDS);

    @Option(
            names = "--store",
            paramLabel = "PATH",
            description = "Put the store there: an empty directory, or a new one. Default: a temporary directory.")
    private @Nullable Path store;

    @Option(names = "--keep", description = "Keep the store when everything is done.")
    private boolean keep;

    @Option(
            names = "--provider",
            paramLabel = "NAME",
            description = "Use this storage provider. Default: the best that works at the store's place.")
    private @Nullable String provider;

    /** Made by the command line parser. */
    public DemoCommand() {}

    @Override
    public Integer call() throws IOException {
        check();
        return new Demo(
                        Invocation.of(spec()).streams().screen(),
                        new DemoSettings(
                                directory,
                                store,
                                keep,
                                megabytes * Quantity.MEGABYTE,
                                threads,
                                seed,
                                Duration.ofNanos((long) (commitSeconds * TimeUnit.SECONDS.toNanos(1))),
                                Optional.ofNullable(provider)))
                .run();
    }

    private void check() throws IOException {
        inRange("--mb", megabytes, 1, MAX_MEGABYTES);
        inRange("--threads", threads, 1, MAX_THREADS);
        if (!(commitSeconds >= 0 && commitSeconds <= MAX_COMMIT_SECONDS)) {
            throw wrong("--commit " + commitSeconds + " is not from 0 to " + MAX_COMMIT_SECONDS);
        }
        if (directory != null && !Files.isDirectory(directory)) {
            throw wrong(
                    directory + (Files.exists(directory) ? " is not a directory" : ": there is no such directory"));
        }
        if (store != null) {
            checkStore(store);
        }
        if (provider != null && provider.isBlank()) {
            throw wrong("--provider is empty; give the name of one, or leave it out");
        }
    }

    private void checkStore(Path place) throws IOException {
        if (!Files.exists(place)) {
            Path parent = place.toAbsolutePath().getParent();
            if (parent != null && !Files.isDirectory(parent)) {
                throw wrong("--store " + place + ": there is no directory " + parent);
            }
            return;
        }
        if (!Files.isDirectory(place)) {
            throw wrong("--store " + place + " is not a directory");
        }
        try (DirectoryStream<Path> children = Files.newDirectoryStream(place)) {
            if (children.iterator().hasNext()) {
                throw wrong("--store " + place + " is not empty; give an empty directory, or a new one");
            }
        }
    }

    private void inRange(String option, long value, long min, long max) {
        if (value < min || value > max) {
            throw wrong(option + " " + value + " is not from " + min + " to " + max);
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec().commandLine(), message);
    }

    private CommandSpec spec() {
        return Objects.requireNonNull(spec, "the parser sets it");
    }
}
