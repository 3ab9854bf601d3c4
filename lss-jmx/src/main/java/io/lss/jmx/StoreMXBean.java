package io.lss.jmx;

/**
 * What can be seen of a store. Counts are those of {@link io.lss.api.StoreStats}: since the store was opened, each only growing. Every
 * attribute can be read at any time, also after the store was closed; then it says what was last.
 */
public interface StoreMXBean {

    /** {@return the name of the provider in use} */
    String getProvider();

    /** {@return what the provider says it uses, for people} */
    String getDevice();

    /** {@return what stable means for this store: SYNC or WRITTEN} */
    String getDurability();

    /** {@return whether the medium forgets everything when the machine stops} */
    boolean isVolatileMedium();

    // ------------------------------------------------------------------------------------------- watermarks

    /** {@return where the log begins, inclusive: lower LSNs are trimmed} */
    long getBeginLsn();

    /** {@return the stable watermark, exclusive} */
    long getStableLsn();

    /** {@return the written watermark, exclusive} */
    long getWrittenLsn();

    /** {@return where the log ends now, exclusive} */
    long getTailLsn();

    /** {@return how much of the log is not stable, in bytes: what a power cut could take at this moment} */
    long getUnstableBytes();

    /** {@return how long the log is, from begin to tail, in bytes of LSN space; headers, padding and gaps included} */
    long getLogBytes();

    // ------------------------------------------------------------------------------------------- counts

    /** {@return records published} */
    long getRecords();

    /** {@return bytes of their payload} */
    long getPayloadBytes();

    /** {@return flush units written} */
    long getFlushes();

    /** {@return bytes of flush units written, headers and padding included} */
    long getFlushedBytes();

    /** {@return bytes of them that are padding} */
    long getPaddingBytes();

    /** {@return flush units written with durability asked for in the write itself} */
    long getDurableFlushes();

    /** {@return syncs completed} */
    long getSyncs();

    /** {@return how often a thread had to wait for space in the ring} */
    long getBackPressureWaits();

    /** {@return segments created} */
    long getSegmentsCreated();

    /** {@return segments deleted by trim} */
    long getSegmentsDeleted();

    /** {@return reservations given up because they were open too long} */
    long getExpiredReservations();

    /** {@return records looked up by LSN} */
    long getReads();

    /** {@return flush units in flight at this moment} */
    int getInFlight();

    /** {@return bytes written for each byte of payload; NaN before the first record} */
    double getWriteAmplification();

    // ------------------------------------------------------------------------------------------- opening

    /** {@return why opening took the log to end where it did; a name of {@link io.lss.api.EndOfLog}} */
    String getRecoveryEnd();

    /** {@return for people: what opening found at the end of the log} */
    String getRecoveryDetail();

    /** {@return how many bytes behind the end opening cut off; under SYNC none had been acknowledged, unless it rotted} */
    long getRecoveryBytesCut();

    /** {@return how long opening took, in milliseconds} */
    long getRecoveryMillis();

    /** {@return the number of the session that this opening began; the first is 1} */
    long getSession();
}
