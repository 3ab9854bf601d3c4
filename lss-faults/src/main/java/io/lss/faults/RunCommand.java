package io.lss.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs layers. */
@Command(name = "run", description = "Runs the layers once: about eight minutes on two cores.", mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {

    /** Where a run's randomness begins that names no seed. */
    static final String SEED = "20261121";

    @Option(names = "--only", split = ",", paramLabel = "LAYER", description = "Only these layers.")
    private List<String> only = List.of();

    @Option(names = "--seed", defaultValue = SEED, description = "Where randomness begins (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--scale", defaultValue = "1", description = "How much to do; 1 is the default run.")
    private double scale;

    @Option(names = "--minutes", description = "For layers that run for a time: how long.")
    private @Nullable Double minutes;

    @Option(names = "--until-caught", description = "Stop at the first violation: to see a broken store caught.")
    private boolean untilCaught;

    @Option(
            names = "--in",
            paramLabel = "DIR",
            description = "Where the stores are; on a real disk (default: the directory for temporary files).")
    private @Nullable Path place;

    @Override
    public Integer call() throws IOException {
        List<Layer> chosen = Layers.ALL.stream()
                .filter(layer -> only.isEmpty() || only.contains(layer.name()))
                .toList();
        if (chosen.size() < only.size() || chosen.isEmpty()) {
            System.err.println("lss-faults: no such layer among " + only + "; there are "
                    + Layers.ALL.stream().map(layer -> layer.name() + " (" + layer.description() + ")").toList());
            return 2;
        }
        return Layers.run(chosen, new Request(seed, scale, untilCaught, duration(minutes)), place(place));
    }

    /** {@return so many minutes; zero if there is no number} */
    static Duration duration(@Nullable Double minutes) {
        return minutes == null ? Duration.ZERO : Duration.ofMillis((long) (minutes * 60_000));
    }

    /** {@return a directory, made if it is not there; that for temporary files if there is none} */
    static Path place(@Nullable Path place) throws IOException {
        return place == null ? Path.of(System.getProperty("java.io.tmpdir")) : Files.createDirectories(place.toAbsolutePath());
    }
}
