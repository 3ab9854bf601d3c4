package io.lss.faults;

/** A family of faults, the ways to bring them about, and what must hold then. */
public interface Layer {

    /** {@return a word: for the command line and the table} */
    String name();

    /** {@return what it does, in a few words} */
    String description();

    /**
     * Does it. A violation is reported to {@code run}, and so is what cannot be done here; an exception is the harness's own
     * failure and counts as one.
     *
     * @param run what is asked for, and where to report
     * @throws Exception if the harness itself fails
     */
    void run(LayerRun run) throws Exception;
}
