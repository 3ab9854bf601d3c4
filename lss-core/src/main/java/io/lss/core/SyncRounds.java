package io.lss.core;

import io.lss.spi.flush.Device;
import java.io.IOException;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * When to sync, and which segments: one {@link SyncRound} at a time, over all that is written and not synced. Run by the holder of the turn.
 *
 * <p><b>When.</b> Under SYNC: when somebody waits for what is written, when the window that may be unsynced is half used or full, when bytes have waited
 * for long, or nothing goes on. Under WRITTEN: when it is asked for, and once for each segment that is complete, so that
 * recovery begins behind it.
 */
final class SyncRounds {

    /** What is written is synced after so long at the latest, though nobody waits for it. */
    private static final long MAX_UNSYNCED_NANOS = 20_000_000;

    /** Where written bytes that are not yet synced lie. */
    private static final class Span {
        final LogSegment segment;
        long endLsn = Long.MAX_VALUE;

        Span(LogSegment segment) {
            this.segment = segment;
        }

        boolean isRolled() {
            return endLsn != Long.MAX_VALUE;
        }
    }

    private final Device device;
    private final Health health;
    private final StableWaiters waiters;
    private final FlushWaits waits;
    private final FlushCounts counts;
    private final Watermarks marks;
    private final boolean sync;
    private final long windowBytes;
    private final long ringBytes;
    private final long idleNanos;
    private final ArrayDeque<Span> spans = new ArrayDeque<>();
    private @Nullable SyncRound round;

    /** Since when written bytes wait for a sync that has not begun; only while some do. */
    private long unsyncedSince;

    SyncRounds(
            Device device,
            Health health,
            StableWaiters waiters,
            FlushWaits waits,
            FlushCounts counts,
            Watermarks marks,
            boolean sync,
            Flusher.Settings settings) {
        this.device = device;
        this.health = health;
        this.waiters = waiters;
        this.waits = waits;
        this.counts = counts;
        this.marks = marks;
        this.sync = sync;
        this.windowBytes = settings.windowBytes();
        this.ringBytes = settings.ringBytes();
        this.idleNanos = settings.idleNanos();
    }

    // -------------------------------------------------------------------------------- where

    /** Writes go on in another segment; what they went to before ends at {@code predecessorEnd}. */
    void enter(LogSegment segment, long predecessorEnd) {
        if (!spans.isEmpty()) {
            spans.getLast().endLsn = predecessorEnd;
        }
        spans.addLast(new Span(segment));
    }

    /** {@return whether writes go to a segment now} */
    boolean isIn(LogSegment segment) {
        return !spans.isEmpty() && spans.getLast().segment.number() == segment.number();
    }

    /** Hands on segments that are complete and synced. */
    void finishSynced() {
        while (!spans.isEmpty() && spans.getFirst().endLsn <= marks.synced()) {
            Span done = spans.removeFirst();
            waits.finished(new FinishedSegment(done.segment, done.endLsn));
        }
    }

    // -------------------------------------------------------------------------------- when

    /** Bytes begin to wait: all before them was synced at that time. */
    void waitFrom(long since) {
        unsyncedSince = since;
    }

    boolean isUnderWay() {
        return round != null;
    }

    /** {@return whether a round would begin now} */
    boolean isDue(boolean nothingInFlight, boolean windowFull, long lastActivity) {
        return round == null && !marks.isAllSynced() && isWanted(nothingInFlight, windowFull, lastActivity);
    }

    private boolean isWanted(boolean nothingInFlight, boolean windowFull, long lastActivity) {
        if (health.isOver()) {
            return nothingInFlight;
        }
        if (!sync) {
            return waits.askedLsn() > marks.synced()
                    || (!spans.isEmpty() && spans.getFirst().isRolled() && spans.getFirst().endLsn <= marks.written());
        }
        if ((!waiters.isEmpty() && waiters.lowest() < marks.written())
                || windowFull
                || marks.written() - marks.synced() >= (waiters.hasFollowers() ? ringBytes : windowBytes) / 2) {
            return true;
        }
        long now = device.nanoTime();
        return now - unsyncedSince >= MAX_UNSYNCED_NANOS || (nothingInFlight && now - lastActivity >= idleNanos);
    }

    /** Begins a round over all that is written: a sync of each segment that holds some of it. */
    void begin() {
        long target = marks.written();
        int count = 0;
        for (Span span : spans) {
            if (span.segment.base() < target) {
                count++;
            }
        }
        SyncRound fresh = new SyncRound(target, marks.writtenBytes(), count, counts.completed());
        round = fresh;
        unsyncedSince = device.nanoTime();
        int begun = 0;
        for (Span span : spans) {
            if (begun < count && span.segment.base() < target) {
                begun++;
                SyncRound.Part part = fresh.part();
                try {
                    span.segment.handle().sync(part);
                } catch (RuntimeException | Error e) {
                    part.done(0, new IOException("the device threw instead of syncing segment " + span.segment.number(), e));
                }
            }
        }
    }

    /** {@return the round that has ended, once; null if none has} */
    @Nullable SyncRound takeEnded() {
        SyncRound ended = round;
        if (ended == null || !ended.isDone()) {
            return null;
        }
        round = null;
        return ended;
    }
}
