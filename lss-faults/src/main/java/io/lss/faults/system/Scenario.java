package io.lss.faults.system;

import io.lss.faults.load.ViolationException;
import java.io.IOException;

/** One fault of the system, for one provider. */
interface Scenario {

    /** {@return a word or two; for messages, and to choose it on the command line} */
    String title();

    /**
     * Brings the fault about and checks what comes of it.
     *
     * @param stage where, and where to report
     * @throws SkippedException if it cannot be brought about here
     * @throws ViolationException if something did not hold
     * @throws IOException if the store cannot be opened or read, which is a violation, or the harness fails
     * @throws InterruptedException if interrupted
     */
    void run(Stage stage) throws IOException, ViolationException, InterruptedException, SkippedException;
}
