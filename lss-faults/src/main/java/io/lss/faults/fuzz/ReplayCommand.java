package io.lss.faults.fuzz;

import java.util.Base64;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Runs one input that fuzzing has found. */
@Command(
        name = "fuzz-replay",
        description = "Runs one input that the layer fuzz has found. The exit code is 0 if it finds nothing any more.",
        mixinStandardHelpOptions = true)
public final class ReplayCommand implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "TARGET", description = "DecoderTarget or RecoveryTarget.")
    private String target = "";

    @Parameters(index = "1", paramLabel = "BASE64", description = "The input.")
    private String input = "";

    /** For the command line. */
    public ReplayCommand() {}

    @Override
    public Integer call() {
        byte[] bytes = Base64.getDecoder().decode(input);
        try {
            switch (target) {
                case "DecoderTarget" -> DecoderTarget.fuzzerTestOneInput(bytes);
                case "RecoveryTarget" -> RecoveryTarget.fuzzerTestOneInput(bytes);
                default -> throw new IllegalArgumentException("no target " + target);
            }
        } catch (RuntimeException | Error e) {
            e.printStackTrace();
            return 1;
        }
        System.out.println("nothing is found");
        return 0;
    }
}
