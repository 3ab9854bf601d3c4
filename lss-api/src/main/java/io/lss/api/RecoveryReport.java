package io.lss.api;

import java.time.Duration;

/**
 * What opening the store found.
 *
 * @param end why the log ends where it does
 * @param session the number of the session that this open began; the first is 1
 * @param recordedStableLsn the highest stable LSN that was on record, from which recovery read on
 * @param endLsn where the recovered log ends (exclusive)
 * @param records how many records were found between {@code recordedStableLsn} and {@code endLsn}
 * @param bytesScanned how many bytes were read after {@code recordedStableLsn}
 * @param bytesCut how many bytes of whole or torn flush units behind the end were cut off; none was ever acknowledged
 * @param segments how many segments the log has
 * @param detail for a person: what was found at the end
 * @param took how long it took
 */
public record RecoveryReport(
        EndOfLog end,
        long session,
        long recordedStableLsn,
        long endLsn,
        long records,
        long bytesScanned,
        long bytesCut,
        int segments,
        String detail,
        Duration took) {}
