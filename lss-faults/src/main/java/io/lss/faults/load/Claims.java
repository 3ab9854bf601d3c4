package io.lss.faults.load;

/** What a run says of itself. For everything it does: that it has begun, and that it has been told of its end. */
public interface Claims {

    /** The store was opened: its session's number, from 1. */
    int OPENED = 0;

    /** The number in the application root that was last begun to be set. */
    int ROOT_BEGUN = 1;

    /** The number in the application root that was last told to be set. */
    int ROOT_TOLD = 2;

    /** The LSN of the last trim begun. */
    int TRIM_BEGUN = 3;

    /** The LSN of the last trim told. */
    int TRIM_TOLD = 4;

    /** Where the log ended that the store was opened with; said before {@link #OPENED}, and stable since then. */
    int ADOPTED = 5;

    /** Below which LSN records are stable, as the store's failure has said; 0 if it has not failed. */
    int STABLE_AT_FAILURE = 6;

    /**
     * {@return the value of a field; 0 before it has one}
     *
     * @param field one of the constants here, or {@link #begun} or {@link #stable} of a thread
     */
    long get(int field);

    /**
     * {@return the LSN of a record, 0 if its append has not returned}
     *
     * @param thread which
     * @param number of the record
     */
    long lsn(int thread, int number);

    /**
     * {@return the field in which a thread has the number of the last record it has begun to append}
     *
     * @param thread which
     */
    static int begun(int thread) {
        return 8 + thread * 2;
    }

    /**
     * {@return the field in which a thread has the number of the last record it was told is stable}
     *
     * @param thread which
     */
    static int stable(int thread) {
        return 9 + thread * 2;
    }

    /**
     * {@return whether a field is that of {@link #begun}: its value only bounds what may be there, and need not stand in the
     * stream of writes}
     *
     * @param field which
     */
    static boolean isQuiet(int field) {
        return field >= 8 && field % 2 == 0;
    }
}
