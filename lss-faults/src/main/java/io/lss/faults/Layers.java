package io.lss.faults;

import io.lss.faults.block.BlockLayer;
import io.lss.faults.disk.TemporaryDirectory;
import io.lss.faults.fuzz.FuzzLayer;
import io.lss.faults.kill.KillLayer;
import io.lss.faults.mutants.MutantsLayer;
import io.lss.faults.order.OrderLayer;
import io.lss.faults.rot.RotLayer;
import io.lss.faults.sim.SimulatedLayer;
import io.lss.faults.soak.SoakLayer;
import io.lss.faults.system.SystemLayer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** All layers, and how they are run: one after the other, since each uses all processors. */
final class Layers {

    static final List<Layer> ALL = List.of(
            new SimulatedLayer(),
            new KillLayer(),
            new BlockLayer(),
            new SystemLayer(),
            new RotLayer(),
            new FuzzLayer(),
            new OrderLayer(),
            new SoakLayer(),
            new MutantsLayer());

    private Layers() {}

    /**
     * Runs some and prints the table.
     *
     * @param layers which
     * @param request what is asked of them
     * @param place where their scratch directories are made
     * @return the exit code: 0 if everything held
     */
    static int run(List<Layer> layers, Request request, Path place) throws IOException {
        List<LayerRun.Result> results = new ArrayList<>();
        for (Layer layer : layers) {
            System.out.println("[" + layer.name() + "] " + layer.description());
            results.add(run(layer, request, place));
        }
        return Summary.print(results, request.seed()) == 0 ? 0 : 1;
    }

    private static LayerRun.Result run(Layer layer, Request request, Path place) throws IOException {
        TemporaryDirectory scratch = TemporaryDirectory.in(place, "lss-faults-" + layer.name() + "-");
        LayerRun run = new LayerRun(layer.name(), request, scratch.path());
        long began = System.nanoTime();
        try (Watchdog _ = new Watchdog(layer.name(), request)) {
            layer.run(run);
        } catch (Throwable e) { // whatever it is, the other layers have something to say, too
            e.printStackTrace();
            run.violation("the layer itself failed: " + e);
        }
        try {
            scratch.close();
        } catch (IOException e) {
            run.violation("what it has made cannot be taken away: " + e);
        }
        run.checkThatSomethingWasDone();
        return run.result(System.nanoTime() - began);
    }
}
