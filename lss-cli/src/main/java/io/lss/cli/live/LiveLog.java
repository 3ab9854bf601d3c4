package io.lss.cli.live;

import io.lss.api.StoreCorruptException;
import io.lss.core.format.FrameDescriptor;
import io.lss.core.format.Root;
import io.lss.core.format.SegmentHeader;
import io.lss.core.format.UnitDescriptor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.NoSuchFileException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Walks over the records of a log that its owner may be writing, up to what the log records as stable; asked again later, it goes
 * on. Used by one thread.
 *
 * <p>{@code stable} is the highest stable LSN on record that has been met: in a root, a segment's header, a valid unit. Only units
 * below it are taken. Where a segment ends is known from the header of its successor alone; so the root, which says how far the log
 * reaches, is read before the names of the segments are: what is stable then has its segments among those names. What a unit says is
 * stable is below that unit itself, also in a unit that a recovery has cut.
 */
public final class LiveLog implements RecordWalk, AutoCloseable {
    /** How many units that are not known to be stable are looked at for one that says more; a ring has fewer, mostly. */
    private static final int LOOK_AHEAD = 256;

    private final LiveStore store;

    private Root root;
    private List<Long> segments;
    private long stable;

    /** Records below this are passed over. */
    private long from;

    /** The segment that holds the next unit; null before the first is found. */
    private @Nullable LiveSegment segment;

    /** LSN of the unit walked over, or of the next one. */
    private long unit;

    /** Offset in the unit at which its frames end; 0 while none is walked over. */
    private int framesEnd;

    /** Offset in the unit of the next frame, and of the current one. */
    private int nextFrame;

    private int frame;
    private long trims;

    /**
     * The log of a store, before its first record.
     *
     * @param store which
     * @throws IOException as {@link LiveStore#root()} says
     */
    public LiveLog(LiveStore store) throws IOException {
        this.store = store;
        root = store.root();
        segments = store.segments(root);
        stable = root.stableLsn();
        from = root.beginLsn();
    }

    @Override
    public void beginAt(long lsn) throws IOException {
        close();
        from = Math.max(lsn, root.beginLsn());
        unit = 0;
        framesEnd = 0;
        nextFrame = 0;
    }

    /**
     * Moves to the next record that is on record as stable.
     *
     * @return false if there is none now
     * @throws StoreCorruptException if what is stable cannot be read
     * @throws IOException if the medium fails
     */
    @Override
    public boolean next() throws IOException {
        while (true) {
            while (nextFrame < framesEnd) {
                frame = nextFrame;
                nextFrame += FrameDescriptor.frameLength(FrameDescriptor.length(memory(), frame));
                if (FrameDescriptor.kind(memory(), frame) == FrameDescriptor.KIND_RECORD && lsn() >= from) {
                    return true;
                }
            }
            if (!nextUnit()) {
                return false;
            }
        }
    }

    @Override
    public long lsn() {
        return unit + frame;
    }

    /** {@return the payload of the current record, valid until the next is moved to} */
    public MemorySegment payload() {
        return memory().asSlice(frame + FrameDescriptor.HEADER_LENGTH, FrameDescriptor.length(memory(), frame));
    }

    /** {@return how often records were trimmed before they were reached; the walk went on behind them} */
    public long trims() {
        return trims;
    }

    /** {@return the root, as it was read last} */
    public Root root() {
        return root;
    }

    /** {@return the numbers of the segments, ascending, as they were looked for last} */
    public List<Long> segments() {
        return segments;
    }

    // ---------------------------------------------------------------------------------------------- units

    /** Moves to the next unit that is stable, if there is one. */
    private boolean nextUnit() throws IOException {
        if (framesEnd > 0) {
            unit += UnitDescriptor.paddedLength(memory(), 0);
            framesEnd = 0;
            nextFrame = 0;
        }
        for (int attempt = 0; ; attempt++) {
            try {
                if (place() && follow() && take(attempt > 0)) {
                    return true;
                }
            } catch (NoSuchFileException e) {
                // Trimmed since its name was read. The names are read again; what was walked over is not.
                from = Math.max(from, unit);
                close();
            }
            if (attempt == 2) {
                return false;
            }
            refresh();
        }
    }

    /** Finds the first segment, where none has been found. */
    private boolean place() throws IOException {
        if (segment != null) {
            return true;
        }
        for (long number : segments) {
            if ((number + 1) * root.segmentSize() > from) {
                LiveSegment found = LiveSegment.open(store, root, number);
                if (found == null) {
                    return false;
                }
                segment = found;
                unit = found.firstUnit();
                if (found.header().predecessorEnd() > from && !isTrimmed(found.header().predecessorEnd() - 1)) {
                    throw store.at(new StoreCorruptException(from, "the segment before segment " + number + " is missing"));
                }
                return true;
            }
        }
        return false;
    }

    /** Goes to the segment where the log goes on, as long as it does at {@code unit}. */
    private boolean follow() throws IOException {
        LiveSegment here = segment;
        while (here != null) {
            SegmentHeader after = successor(here);
            if (after == null || unit < after.predecessorEnd()) {
                return true;
            }
            stable = Math.max(stable, after.stableLsn());
            LiveSegment next = LiveSegment.open(store, root, after.number());
            if (next == null) {
                return false;
            }
            here.close();
            segment = next;
            here = next;
            unit = next.firstUnit();
        }
        return false;
    }

    /** Reads the unit at {@code unit} if it is stable. */
    private boolean take(boolean isFresh) throws IOException {
        if (unit >= stable && isFresh && segment != null) {
            lookAhead(segment);
            // What it has met may say that the log goes on elsewhere.
            if (!follow()) {
                return false;
            }
        }
        LiveSegment here = segment;
        if (here == null || unit >= stable) {
            return false;
        }
        if (here.readUnit(unit)) {
            nextFrame = UnitDescriptor.HEADER_LENGTH;
            framesEnd = UnitDescriptor.length(here.memory(), 0);
            return true;
        }
        if (isTrimmed(unit)) {
            // And the space is used again.
            close();
            return false;
        }
        if (!isFresh) {
            return false;
        }
        throw store.at(new StoreCorruptException(
                unit,
                "no valid flush unit in segment " + here.header().number() + ", position " + (unit - here.header().base())
                        + ", though LSN " + stable + " is on record as stable"));
    }

    /** Whether an LSN is below the log's begin by now: that is on record before any file goes. If so, the walk goes on at the begin. */
    private boolean isTrimmed(long lsn) throws IOException {
        root = store.root();
        if (root.beginLsn() <= lsn) {
            return false;
        }
        passOverTrimmed();
        return true;
    }

    private void passOverTrimmed() {
        if (root.beginLsn() > from) {
            from = root.beginLsn();
            trims++;
        }
    }

    /** Looks at units that may not be stable for one that says that the next one is. */
    private void lookAhead(LiveSegment here) throws IOException {
        LiveSegment at = here;
        long lsn = unit;
        try {
            for (int n = 0; n < LOOK_AHEAD && stable <= unit; n++) {
                SegmentHeader after = successor(at);
                if (after != null && lsn >= after.predecessorEnd()) {
                    stable = Math.max(stable, after.stableLsn());
                    LiveSegment next = LiveSegment.open(store, root, after.number());
                    if (at != here) {
                        at.close();
                    }
                    if (next == null) {
                        at = here;
                        return;
                    }
                    at = next;
                    lsn = next.firstUnit();
                } else if (at.readUnit(lsn)) {
                    stable = Math.max(stable, UnitDescriptor.stableLsn(at.memory(), 0));
                    lsn += UnitDescriptor.paddedLength(at.memory(), 0);
                } else {
                    return;
                }
            }
        } finally {
            if (at != here) {
                at.close();
            }
        }
    }

    /** {@return the header of the segment where the log goes on after a segment; null if there is none yet} */
    private @Nullable SegmentHeader successor(LiveSegment here) throws IOException {
        long number = here.header().number();
        for (long each : segments) {
            if (each > number) {
                try (LiveSegment after = LiveSegment.open(store, root, each)) {
                    return after != null && after.header().predecessor() == number ? after.header() : null;
                }
            }
        }
        return null;
    }

    /** The root first, then the names: what the root says is stable is in segments whose names are read. */
    private void refresh() throws IOException {
        root = store.root();
        segments = store.segments(root);
        stable = Math.max(stable, root.stableLsn());
        if (segment == null) {
            passOverTrimmed();
        }
    }

    private MemorySegment memory() {
        LiveSegment here = segment;
        if (here == null) {
            throw new IllegalStateException("there is no current record");
        }
        return here.memory();
    }

    /** Lets go of the file that is open. */
    @Override
    public void close() throws IOException {
        if (segment != null) {
            segment.close();
            segment = null;
        }
    }
}
