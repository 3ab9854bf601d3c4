package io.lss.bench;

import io.lss.bench.run.Comparison;
import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine.Command;

/** Lists the parts of the suite. */
@Command(name = "list", description = "Lists the parts of the suite: id, title.")
final class ListCommand implements Runnable {

    @Override
    public void run() {
        for (Comparison each : Suite.of(new Scene(Path.of("."), Path.of("limit"), 1, Duration.ofSeconds(1)))) {
            System.out.printf("%-32s %s%s%n", each.id(), each.title(), each.hasBars() ? "" : " (no bar)");
        }
    }
}
