package io.lss.cli.frame;

import io.lss.api.LogStructuredStore;
import io.lss.api.OpenMode;
import io.lss.api.StoreOptions;
import io.lss.core.inspect.StoreInspection;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A mixin: the store that a command is about, and through which provider to open it. */
public final class StoreArgument {
    /** For the help of every command that opens the store without meaning to change it. */
    public static final String OPENS = "This opens the store, as an application would: it must not be in use; it is recovered if its last owner did"
            + " not close it; and a new session begins, for which a segment and the root are written, so there must be"
            + " permission and space for that. No record is changed.";

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec command;

    @Parameters(index = "0", paramLabel = "STORE", description = "The directory of the store.")
    private Path path = Path.of("");

    @Option(
            names = "--provider",
            paramLabel = "NAME",
            description = "Open it through this storage provider (uring, filechannel). Default: the best that works there.")
    private @Nullable String provider;

    /** Made by the command line parser. */
    public StoreArgument() {}

    /** {@return the store's directory, as it was given} */
    public Path path() {
        return path;
    }

    /** {@return the store's location} */
    public URI location() {
        return path.toAbsolutePath().toUri();
    }

    /** {@return the provider asked for, if any} */
    public Optional<String> provider() {
        if (provider != null && provider.isBlank()) {
            throw new ParameterException(
                    spec().commandLine(), "--provider is empty; give the name of one, or leave it out");
        }
        return Optional.ofNullable(provider);
    }

    /** {@return options for a store that must be there, with the provider asked for} */
    public StoreOptions.Builder options() {
        StoreOptions.Builder options = StoreOptions.builder().openMode(OpenMode.OPEN_EXISTING);
        provider().ifPresent(options::provider);
        return options;
    }

    /**
     * Opens the store, which must be there, with the largest flush buffers that suit it. Ctrl-C closes it.
     *
     * @return the store, to be closed
     * @throws IOException as {@link LogStructuredStore#open(URI, StoreOptions)} says
     */
    public LogStructuredStore open() throws IOException {
        return openWithSuitableBuffers(options());
    }

    /**
     * Opens the store in a way of the command's own, with the largest flush buffers that suit it. Ctrl-C closes it.
     *
     * @param options how, made from {@link #options()}; their buffer size is set
     * @return the store, to be closed
     * @throws IllegalArgumentException if an option does not suit the store
     * @throws IOException as {@link LogStructuredStore#open(URI, StoreOptions)} says
     */
    public LogStructuredStore openWithSuitableBuffers(StoreOptions.Builder options) throws IOException {
        return covered(OpenedStore.open(location(), options));
    }

    /**
     * Opens the store in a way of the command's own. Ctrl-C closes it.
     *
     * @param options how, made from {@link #options()}
     * @return the store, to be closed
     * @throws IOException as {@link LogStructuredStore#open(URI, StoreOptions)} says
     */
    public LogStructuredStore open(StoreOptions options) throws IOException {
        return covered(OpenedStore.open(location(), options));
    }

    /**
     * Looks into the store, which may be one that does not open. If nothing can be written there, that is said.
     *
     * @param reporting where to say it
     * @return the store, to be closed
     * @throws IOException as {@link StoreInspection#open} says
     */
    public StoreInspection inspect(Reporting reporting) throws IOException {
        StoreInspection inspection = StoreInspection.open(location(), provider());
        if (inspection.isReadOnly()) {
            reporting.screen().warn(path + " cannot be written, by this user or at all: it is looked at without the right to write");
        }
        return inspection;
    }

    /**
     * Opens another store than the one named, through the same provider. Ctrl-C closes it.
     *
     * @param directory of the other store, which must be there
     * @return the store, to be closed
     * @throws IOException as {@link LogStructuredStore#open(URI, StoreOptions)} says
     */
    public LogStructuredStore openCopy(Path directory) throws IOException {
        return covered(OpenedStore.open(directory.toAbsolutePath().toUri(), options()));
    }

    private LogStructuredStore covered(LogStructuredStore store) throws IOException {
        try {
            Invocation.of(spec()).interruption().before(store::close);
            return store;
        } catch (Throwable t) {
            store.close();
            throw t;
        }
    }

    private CommandSpec spec() {
        return Objects.requireNonNull(command, "the parser sets it");
    }
}
