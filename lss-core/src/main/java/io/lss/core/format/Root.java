package io.lss.core.format;

import java.util.Arrays;

/**
 * What a root copy says; {@link RootDescriptor} draws it.
 *
 * @param uuidHigh upper half of the store's UUID
 * @param uuidLow lower half of the store's UUID
 * @param sequence the higher one is the newer root
 * @param segmentSize of the store, in bytes
 * @param blockSize of the store, in bytes
 * @param closed whether the session ended by a close that drained everything: nothing follows {@code stableLsn}
 * @param session the running session, or the last one
 * @param firstSegment where that session begins
 * @param predecessor the number of the segment in which the log ended before that session; 0: none
 * @param predecessorEnd the LSN at which it ended there, exclusive; 0 if there is no predecessor
 * @param beginLsn where the log begins
 * @param stableLsn the recorded stable LSN: damage below it is corruption
 * @param appRoot the application's root; neither copied nor modified
 */
@SuppressWarnings("ArrayRecordComponent") // compared by content below
public record Root(
        long uuidHigh,
        long uuidLow,
        long sequence,
        long segmentSize,
        int blockSize,
        boolean closed,
        long session,
        long firstSegment,
        long predecessor,
        long predecessorEnd,
        long beginLsn,
        long stableLsn,
        byte[] appRoot) {

    /**
     * {@return the same with another sequence number}
     *
     * @param next the new value
     */
    public Root withSequence(long next) {
        return copy(next, closed, beginLsn, stableLsn, appRoot);
    }

    /**
     * {@return the same with another recorded stable LSN}
     *
     * @param stable the new value
     */
    public Root withStableLsn(long stable) {
        return copy(sequence, closed, beginLsn, stable, appRoot);
    }

    /**
     * {@return the same with another begin}
     *
     * @param begin the new value, not above {@code stable}
     * @param stable the new recorded stable LSN
     */
    public Root withBeginLsn(long begin, long stable) {
        return copy(sequence, closed, begin, stable, appRoot);
    }

    /**
     * {@return the same with another application root}
     *
     * @param root the new value, not copied
     */
    public Root withAppRoot(byte[] root) {
        return copy(sequence, closed, beginLsn, stableLsn, root);
    }

    /**
     * {@return the same, closed}
     *
     * @param stable where the log ends; everything below it is durable, nothing was issued beyond it
     */
    public Root closedAt(long stable) {
        return copy(sequence, true, beginLsn, stable, appRoot);
    }

    private Root copy(long nextSequence, boolean isClosed, long begin, long stable, byte[] root) {
        return new Root(
                uuidHigh,
                uuidLow,
                nextSequence,
                segmentSize,
                blockSize,
                isClosed,
                session,
                firstSegment,
                predecessor,
                predecessorEnd,
                begin,
                stable,
                root);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Root o
                && uuidHigh == o.uuidHigh
                && uuidLow == o.uuidLow
                && sequence == o.sequence
                && segmentSize == o.segmentSize
                && blockSize == o.blockSize
                && closed == o.closed
                && session == o.session
                && firstSegment == o.firstSegment
                && predecessor == o.predecessor
                && predecessorEnd == o.predecessorEnd
                && beginLsn == o.beginLsn
                && stableLsn == o.stableLsn
                && Arrays.equals(appRoot, o.appRoot);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(uuidHigh ^ uuidLow) * 31 + Long.hashCode(sequence);
    }

    @Override
    public String toString() {
        return "Root[sequence=" + sequence + (closed ? ", closed" : "") + ", session=" + session + " from segment "
                + firstSegment + ", predecessor " + predecessor + " to LSN " + predecessorEnd + ", begin=" + beginLsn
                + ", stable=" + stableLsn + ", appRoot " + appRoot.length + " bytes]";
    }
}
