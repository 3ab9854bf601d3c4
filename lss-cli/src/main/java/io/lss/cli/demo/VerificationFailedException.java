package io.lss.cli.demo;

import java.util.ArrayList;
import java.util.List;

/** The store does not hold what it must. */
final class VerificationFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    /** The message. */
    private final String summary;

    /** One line for each thing that is wrong, as far as they are listed. */
    private final ArrayList<String> findings;

    VerificationFailedException(long faults, List<String> findings) {
        super(summary(faults));
        summary = summary(faults);
        this.findings = new ArrayList<>(findings);
    }

    private static String summary(long faults) {
        return faults + (faults == 1 ? " thing is" : " things are") + " not as it should be";
    }

    /** {@return how much is wrong} */
    String summary() {
        return summary;
    }

    List<String> findings() {
        return List.copyOf(findings);
    }
}
