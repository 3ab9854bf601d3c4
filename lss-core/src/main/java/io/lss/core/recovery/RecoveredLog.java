package io.lss.core.recovery;

import io.lss.api.RecoveryReport;
import io.lss.core.format.Root;
import java.util.List;

/**
 * The log as {@link Recovery} found it, for the engine to adopt. Nothing was written yet. The order of adoption:
 *
 * <ol>
 *   <li>sync {@code unsynced};</li>
 *   <li>delete {@code voidByRoot} and {@code trimmed}: the root on the device, which is durable (F9), says that they are not of
 *       the log, and the next one would no longer say it of the former;</li>
 *   <li>create segment {@code nextSegment};</li>
 *   <li>write the root, {@link #nextRoot}: session + 1, that segment, {@code predecessor} and {@code predecessorEnd};</li>
 *   <li>delete {@code voidByNextRoot}.</li>
 * </ol>
 *
 * @param identity of the store
 * @param session the last session; the next is one more
 * @param nextSegment a number greater than all ever seen
 * @param predecessor the number of the segment in which the log ends; 0 if nothing was ever appended
 * @param predecessorEnd the LSN at which the log ends there, exclusive; 0 if nothing was ever appended
 * @param beginLsn where the log begins
 * @param stableLsn the stable watermark to go on with: {@code predecessorEnd}, or {@code beginLsn} if that is higher
 * @param root the best root on the device
 * @param bestCopy which copy holds it; the other is written first
 * @param segments the chain of live segments; it now belongs to the engine
 * @param voidByRoot segments between the last session and the one before it, ascending
 * @param voidByNextRoot segments behind the end of the log, ascending
 * @param trimmed segments below the begin of the log, ascending
 * @param unsynced live segments that hold bytes not known to survive power loss, ascending
 * @param report what to tell the user, as of the next session
 * @param rows as {@link Recovered#rows()}
 */
public record RecoveredLog(
        StoreIdentity identity,
        long session,
        long nextSegment,
        long predecessor,
        long predecessorEnd,
        long beginLsn,
        long stableLsn,
        Root root,
        int bestCopy,
        LogSegments segments,
        List<Long> voidByRoot,
        List<Long> voidByNextRoot,
        List<Long> trimmed,
        List<Long> unsynced,
        RecoveryReport report,
        List<RecoveryTable.Row> rows)
        implements Recovered {

    /** {@return the root of the next session, which begins in segment {@code nextSegment}} */
    public Root nextRoot() {
        return new Root(
                root.uuidHigh(),
                root.uuidLow(),
                root.sequence() + 1,
                root.segmentSize(),
                root.blockSize(),
                false,
                session + 1,
                nextSegment,
                predecessor,
                predecessorEnd,
                beginLsn,
                stableLsn,
                root.appRoot());
    }

    /** {@return the application's root, not a copy} */
    public byte[] appRoot() {
        return root.appRoot();
    }
}
