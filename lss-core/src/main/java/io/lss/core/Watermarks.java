package io.lss.core;

/**
 * How far the session is written, synced and stable: LSNs, exclusive. Moved by the holder of the turn ({@link FlusherTurn}); what others read is published
 * when a step has moved them.
 *
 * <p><b>Invariants.</b> synced &lt;= written; neither passes a hole, because units are moved over in LSN order. stable = synced under SYNC, written
 * under WRITTEN. What goes to disk as "stable LSN" is always synced. None ever moves back.
 */
final class Watermarks {

    private final boolean sync;
    private long written;
    private long synced;

    /** The lengths of the session's units below {@code written}; LSNs have gaps, between sessions and between segments. */
    private long writtenBytes;

    /** The same below {@code synced}. */
    private long syncedBytes;

    // Written in a step only; volatile, so that a thread that reads a watermark sees what the device's completion published.
    private volatile long writtenLsn;
    private volatile long stableLsn;
    private volatile long syncedLsn;

    /** All at {@code startLsn}. With {@code sync}, stable means synced. */
    Watermarks(boolean sync, long startLsn) {
        this.sync = sync;
        this.written = startLsn;
        this.synced = startLsn;
        publish();
    }

    // -------------------------------------------------------------------------------- read by anybody

    long writtenLsn() {
        return writtenLsn;
    }

    long stableLsn() {
        return stableLsn;
    }

    /** {@return the watermark that may be put on disk as stable} */
    long syncedLsn() {
        return syncedLsn;
    }

    // -------------------------------------------------------------------------------- by the holder of the turn

    long written() {
        return written;
    }

    long synced() {
        return synced;
    }

    boolean isAllSynced() {
        return synced == written;
    }

    long writtenBytes() {
        return writtenBytes;
    }

    /** {@return how many of the session's first {@code bytes} are not synced} */
    long unsyncedOf(long bytes) {
        return bytes - syncedBytes;
    }

    /** The unit above {@code written} is written, and synced if its write was durable and all below it is synced. */
    void wrote(FlushUnit unit) {
        writtenBytes += unit.length;
        if (unit.durable && synced == written) {
            synced = unit.endLsn;
            syncedBytes = writtenBytes;
        }
        written = unit.endLsn;
    }

    /** A sync of what was below an LSN, so many bytes of the session, has ended. */
    void syncedUpTo(long lsn, long bytes) {
        synced = Math.max(synced, lsn);
        syncedBytes = Math.max(syncedBytes, bytes);
    }

    /** Shows others how far they have come. */
    void publish() {
        // In this order: a reader that takes stable first and written second never finds stable above written.
        writtenLsn = written;
        syncedLsn = synced;
        stableLsn = sync ? synced : written;
    }
}
