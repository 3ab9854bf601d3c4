package io.lss.tck.crash;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Takes steps out of a program as long as it still shows a violation. */
final class Shrinking {

    private static final int ATTEMPTS = 200;

    private Shrinking() {}

    /**
     * {@return the counterexample, short}
     *
     * @param program what has shown a violation
     * @param first that violation
     * @param intensity how long to try
     * @param run runs a program; null: no violation
     */
    static Counterexample shrink(Program program, Finding first, CrashSweep.Intensity intensity, Function<Program, @Nullable Finding> run) {
        long began = System.nanoTime();
        Program best = program;
        Finding finding = first;
        int attempts = 0;
        for (int size = (program.length() + 1) / 2; size >= 1; size /= 2) {
            for (int from = best.length() - size; from >= 0; from -= size) {
                if (++attempts > ATTEMPTS || System.nanoTime() - began > intensity.shrinking().toNanos()) {
                    return new Counterexample(finding.violation(), finding.way(), best, program.length());
                }
                Program candidate = best.without(from, from + size);
                Finding still = run.apply(candidate);
                if (still != null) {
                    best = candidate;
                    finding = still;
                }
            }
        }
        return new Counterexample(finding.violation(), finding.way(), best, program.length());
    }
}
