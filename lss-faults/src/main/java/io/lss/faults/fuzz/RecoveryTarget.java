package io.lss.faults.fuzz;

/** What Jazzer calls, by name, for the inputs of {@link RecoveryCheck}. */
public final class RecoveryTarget {

    private RecoveryTarget() {}

    /**
     * Runs an input.
     *
     * @param input any bytes
     */
    public static void fuzzerTestOneInput(byte[] input) {
        RecoveryCheck.run(input);
    }
}
