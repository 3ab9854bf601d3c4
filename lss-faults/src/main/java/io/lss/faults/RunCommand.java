package io.lss.faults;

import io.lss.faults.fuzz.FuzzLayer;
import io.lss.faults.kill.KillLayer;
import io.lss.faults.rot.RotLayer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs layers, one after the other. */
@Command(name = "run", description = "Runs the layers once: about eight minutes on two cores.", mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {

    private static final List<Layer> LAYERS = List.of(
            new KillLayer(),
            new RotLayer(),
            new FuzzLayer());

    @Option(names = "--only", split = ",", paramLabel = "LAYER", description = "Only these layers.")
    private List<String> only = List.of();

    @Option(names = "--seed", defaultValue = "20261121", description = "Where randomness begins (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--scale", defaultValue = "1", description = "How much to do; 1 is the default run.")
    private double scale;

    @Option(names = "--minutes", description = "For layers that run for a time: how long.")
    private @Nullable Double minutes;

    @Option(names = "--until-caught", description = "Stop at the first violation: to see a broken store caught.")
    private boolean untilCaught;

    @Option(names = "--in", paramLabel = "DIR", description = "Where the stores are; on a real disk (default: the directory for temporary files).")
    private @Nullable Path place;

    @Override
    public Integer call() throws IOException {
        List<Layer> chosen = LAYERS.stream()
                .filter(layer -> only.isEmpty() || only.contains(layer.name()))
                .toList();
        if (chosen.size() < only.size() || chosen.isEmpty()) {
            System.err.println("lss-faults: no such layer among " + only + "; there are "
                    + LAYERS.stream().map(layer -> layer.name() + " (" + layer.description() + ")").toList());
            return 2;
        }
        Duration limit = minutes == null ? Duration.ZERO : Duration.ofMillis((long) (minutes * 60_000));
        Request request = new Request(seed, scale, untilCaught, limit);
        Path root = place == null ? Path.of(System.getProperty("java.io.tmpdir")) : Files.createDirectories(place);
        List<LayerRun.Result> results = new ArrayList<>();
        for (Layer layer : chosen) {
            System.out.println("[" + layer.name() + "] " + layer.description());
            results.add(run(layer, request, Files.createTempDirectory(root, "lss-faults-" + layer.name() + "-")));
        }
        return Summary.print(results, seed) == 0 ? 0 : 1;
    }

    private static LayerRun.Result run(Layer layer, Request request, Path scratch) throws IOException {
        LayerRun run = new LayerRun(layer.name(), request, scratch);
        long began = System.nanoTime();
        try {
            layer.run(run);
        } catch (Exception | LinkageError | AssertionError e) {
            e.printStackTrace();
            run.violation("the layer itself failed: " + e);
        } finally {
            deleteTree(scratch);
        }
        return run.result(System.nanoTime() - began);
    }

    private static void deleteTree(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path each : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
