package io.lss.faults;

import io.lss.faults.soak.SoakLayer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the soak for a time of one's choice. */
@Command(name = "soak", description = "Everything at once with faults, for as long as you like.", mixinStandardHelpOptions = true)
final class SoakCommand implements Callable<Integer> {

    @Option(names = "--minutes", defaultValue = "30", description = "How long (default: ${DEFAULT-VALUE}).")
    private double minutes;

    @Option(
            names = "--seed",
            defaultValue = RunCommand.SEED,
            description = "Where randomness begins (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--in",
            paramLabel = "DIR",
            description = "Where the stores are; on a real disk (default: the directory for temporary files).")
    private @Nullable Path place;

    @Override
    public Integer call() throws IOException {
        Request request = new Request(seed, 1, false, RunCommand.duration(minutes));
        return Layers.run(List.of(new SoakLayer()), request, RunCommand.place(place));
    }
}
