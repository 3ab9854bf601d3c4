package io.lss.api;

/** Bytes that were stable are not what was written. Nothing has been changed or dropped. */
public final class StoreCorruptException extends StoreException {

    private static final long serialVersionUID = 1L;

    /** Where the damage begins. */
    private final long lsn;

    /** What is wrong there. */
    private final String reason;

    /**
     * Damage was found.
     *
     * @param lsn where the damage begins, or -1 if it is in the root
     * @param reason what is wrong there, with segment and position
     */
    public StoreCorruptException(long lsn, String reason) {
        super(
                (lsn < 0 ? "store corrupt in its root: " : "store corrupt at LSN " + lsn + ": ") + reason,
                "nothing was changed: restore from a backup, or append what a scan still reads to a new store",
                null);
        this.lsn = lsn;
        this.reason = reason;
    }

    /** {@return the LSN at which the damage begins, or -1 if it is in the root} */
    public long lsn() {
        return lsn;
    }

    /** {@return what is wrong there} */
    public String reason() {
        return reason;
    }
}
