package io.lss.tck.sim;

/**
 * The operations of a device that have an ordinal, and at which a {@link Fault} can strike. Waiting ({@code drive},
 * {@code wakeup}) and asking ({@code traits}, {@code nanoTime}, {@code allocate}) have none.
 */
public enum OperationKind {
    /** The device is being opened; always the first operation. */
    OPEN_DEVICE,
    /** A root copy is being read. */
    READ_ROOT,
    /** A root copy is being written. */
    WRITE_ROOT,
    /** The segments are being listed. */
    LIST,
    /** A segment is being created. */
    CREATE,
    /** A segment is being opened. */
    OPEN,
    /** A segment is being deleted. */
    DELETE,
    /** A write is being handed over. */
    WRITE,
    /** A sync is being handed over. */
    SYNC,
    /** What is queued is being started. */
    SUBMIT,
    /** A write or sync has ended and is about to be reported. */
    COMPLETE,
    /** A segment is being read. */
    READ,
    /** A segment is being finished. */
    FINISH,
    /** The device is being closed. */
    CLOSE
}
