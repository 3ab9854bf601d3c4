package io.lss.cli.frame;

import io.lss.cli.text.JsonObject;
import io.lss.cli.text.Screen;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A mixin: how a command tells what it has to tell, for people or, with {@code --json}, for machines. */
public final class Reporting {
    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec command;

    @Option(
            names = "--json",
            description = "Write JSON, one object a line; a failure is one too, on standard error.")
    private boolean json;

    /** Made by the command line parser. */
    public Reporting() {}

    /** {@return whether machines are to read it} */
    public boolean isJson() {
        return json;
    }

    /** {@return where the run reads and writes} */
    public Streams streams() {
        return invocation().streams();
    }

    /** {@return where to write for people; warnings and progress in any case} */
    public Screen screen() {
        return streams().screen();
    }

    /** {@return the run that the command belongs to} */
    public Invocation invocation() {
        return Invocation.of(spec());
    }

    /**
     * Writes an object, on a line of its own.
     *
     * @param object which
     */
    public void json(JsonObject object) {
        screen().line(object.toString());
    }

    /**
     * {@return the refusal of a command line, to be thrown}
     *
     * @param message which option or argument, what it is, and what it may be
     */
    public ParameterException wrong(String message) {
        return new ParameterException(spec().commandLine(), message);
    }

    private CommandSpec spec() {
        return Objects.requireNonNull(command, "the parser sets it");
    }
}
