package io.lss.faults.fuzz;

/** What Jazzer calls, by name, for the inputs of {@link DecoderCheck}. */
public final class DecoderTarget {

    private DecoderTarget() {}

    /**
     * Runs an input.
     *
     * @param input any bytes
     */
    public static void fuzzerTestOneInput(byte[] input) {
        DecoderCheck.run(input);
    }
}
