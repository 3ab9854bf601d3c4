package io.lss.core.salvage;

/**
 * A stretch of the log that is not in the new store.
 *
 * @param lsn of its first byte
 * @param endLsn of the byte behind its last; the most there can have been, where that is not known
 * @param segment in which it is
 * @param position of its first byte in the segment
 * @param records how many records were in it; -1 if that is not known
 * @param acknowledged whether it is below the recorded stable LSN: somebody may have been told that it was stable
 * @param reason what is wrong with it
 */
public record Loss(long lsn, long endLsn, long segment, long position, long records, boolean acknowledged, String reason) {

    /** {@return its length in bytes of log, headers and padding included} */
    public long bytes() {
        return endLsn - lsn;
    }
}
