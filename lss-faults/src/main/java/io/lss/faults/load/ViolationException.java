package io.lss.faults.load;

/** What a crash must not do. */
public final class ViolationException extends Exception {
    private static final long serialVersionUID = 1L;

    /**
     * Says what is wrong.
     *
     * @param message names the record, thread and run
     */
    public ViolationException(String message) {
        super(message);
    }
}
