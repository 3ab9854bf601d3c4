package io.lss.core.salvage;

/**
 * What a salvage did.
 *
 * @param rootKept whether a root copy was good: with it the begin of the log and the application root are kept
 * @param appRootLength the length of the application root that was kept, in bytes
 * @param beginLsn where the new log begins
 * @param endLsn where it ends
 * @param recordedStableLsn the highest stable LSN on record in the old store
 * @param segments how many segments were written
 * @param records how many records were kept, from {@code beginLsn} on
 * @param payloadBytes their payload
 * @param digest CRC32C over LSN (8 bytes, little-endian) and payload of each of them, in order
 * @param losses how many losses were told
 * @param acknowledgedLosses how many of them are below what was recorded as stable
 * @param lostBytes their length together, in bytes of log
 * @param repairs how many repairs were told
 * @param segmentSize of both stores, in bytes
 */
public record SalvageReport(
        boolean rootKept,
        int appRootLength,
        long beginLsn,
        long endLsn,
        long recordedStableLsn,
        int segments,
        long records,
        long payloadBytes,
        int digest,
        long losses,
        long acknowledgedLosses,
        long lostBytes,
        long repairs,
        long segmentSize) {

    /** {@return whether every record that was there is kept, and the application root too} */
    public boolean isComplete() {
        return losses == 0 && rootKept;
    }
}
