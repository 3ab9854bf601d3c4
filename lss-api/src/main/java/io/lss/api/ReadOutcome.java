package io.lss.api;

/**
 * What a read found.
 *
 * @param status what is at the LSN
 * @param length for {@link Status#RECORD} the length of the record in bytes, which may exceed what the destination took;
 *     otherwise 0
 */
public record ReadOutcome(Status status, int length) {

    /** What is at an LSN. */
    public enum Status {
        /** A record; its first bytes, as many as fit, are in the destination. */
        RECORD,
        /** A reservation that is not yet published. */
        UNPUBLISHED,
        /** A reservation that was aborted or given up. */
        ABORTED,
        /** Nothing any more: the LSN is below {@link LogStructuredStore#beginLsn()}. */
        TRIMMED
    }

    /** {@return whether a record was found} */
    public boolean isRecord() {
        return status == Status.RECORD;
    }
}
