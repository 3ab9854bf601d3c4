package io.lss.faults;

import java.util.List;
import java.util.stream.Collectors;

/** The table at the end. */
final class Summary {

    private Summary() {}

    /** Prints it. {@return how many violations there are} */
    static int print(List<LayerRun.Result> results, long seed) {
        System.out.println();
        System.out.println("FAULTS, seed " + seed);
        System.out.printf("  %-12s %10s %13s %11s %8s %6s%n", "layer", "faults", "crash points", "violations", "skipped", "s");
        for (LayerRun.Result each : results) {
            System.out.printf(
                    "  %-12s %,10d %,13d %11d %8d %6d%n",
                    each.layer(), each.faultCount(), each.crashPoints(), each.violations().size(), each.skipped().size(),
                    each.nanos() / 1_000_000_000);
        }
        for (LayerRun.Result each : results) {
            System.out.println("  " + each.layer() + ": " + each.faults().entrySet().stream()
                    .map(kind -> String.format("%s %,d", kind.getKey(), kind.getValue()))
                    .collect(Collectors.joining(", ")));
            each.notes().forEach(note -> System.out.println("    " + note));
        }
        int violations = 0;
        int skipped = 0;
        for (LayerRun.Result each : results) {
            violations += each.violations().size();
            skipped += each.skipped().size();
            each.violations().forEach(what -> System.out.println("FAULTS VIOLATION: " + each.layer() + ": " + what));
            each.skipped().forEach(what -> System.out.println("FAULTS SKIPPED: " + what));
        }
        System.out.println("FAULTS: " + violations + " violations, " + skipped + " skipped");
        return violations;
    }
}
