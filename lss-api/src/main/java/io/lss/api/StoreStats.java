package io.lss.api;

/**
 * Counts since the store was opened. Taken without stopping anybody, so the counts may be of slightly different moments;
 * each only grows, but for the last two.
 *
 * @param records records published
 * @param payloadBytes their payload
 * @param flushes flush units written
 * @param flushedBytes bytes of flush units written, headers and padding included
 * @param paddingBytes bytes of them that are padding at the end of a unit
 * @param durableFlushes flush units written with durability asked for in the write itself
 * @param syncs syncs completed
 * @param backPressureWaits how often a thread had to wait for space in the ring
 * @param segmentsCreated segments created
 * @param segmentsDeleted segments deleted by trim
 * @param expiredReservations reservations given up because they were open too long
 * @param reads records looked up by LSN
 * @param inFlight flush units written at this moment and not yet completed
 * @param device what the store writes with, for people: as {@link LogStructuredStore#device()}
 */
public record StoreStats(
        long records,
        long payloadBytes,
        long flushes,
        long flushedBytes,
        long paddingBytes,
        long durableFlushes,
        long syncs,
        long backPressureWaits,
        long segmentsCreated,
        long segmentsDeleted,
        long expiredReservations,
        long reads,
        int inFlight,
        String device) {

    /** {@return bytes written for each byte of payload; NaN before the first record} */
    public double writeAmplification() {
        return payloadBytes == 0 ? Double.NaN : (double) flushedBytes / payloadBytes;
    }
}
