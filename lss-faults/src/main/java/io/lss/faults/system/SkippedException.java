package io.lss.faults.system;

/** A fault cannot be brought about here. */
final class SkippedException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Says what is missing, and how to get it. */
    SkippedException(String why) {
        super(why);
    }
}
