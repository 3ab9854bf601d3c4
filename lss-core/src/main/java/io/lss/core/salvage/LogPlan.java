package io.lss.core.salvage;

import io.lss.api.StoreCorruptException;
import io.lss.api.StoreVersionException;
import io.lss.core.format.Root;
import io.lss.core.format.RootDescriptor;
import io.lss.core.format.RootImage;
import io.lss.core.format.SegmentHeader;
import io.lss.core.format.SegmentHeaderImage;
import io.lss.core.inspect.RootCopy;
import io.lss.core.inspect.SegmentView;
import io.lss.core.inspect.StoreInspection;
import io.lss.core.recovery.StoreIdentity;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which segments of a store are of its log, and how far each of them goes, as root and segment headers have it on record.
 *
 * <pre>
 *   numbers   ... | begin ...       P | ...            F | F+1 ...       | ...
 *             trimmed | the log       | void by root     | last session  | prepared, or void
 * </pre>
 *
 * <p>Void, too, is what lies between a segment and the predecessor that its header names.
 */
final class LogPlan {

    private final StoreIdentity identity;
    private final @Nullable Root root;
    private final TreeMap<Long, LogPart> parts = new TreeMap<>();
    private final long highest;

    private LogPlan(StoreIdentity identity, @Nullable Root root, long highest) {
        this.identity = identity;
        this.root = root;
        this.highest = highest;
    }

    /**
     * {@return the plan of a store}
     *
     * @throws StoreVersionException if any of it is of a format that this release does not know
     * @throws StoreCorruptException if nothing says what its sizes are, or its two roots contradict each other
     */
    static LogPlan of(StoreInspection store) throws IOException {
        for (RootCopy copy : store.roots()) {
            if (copy.image() instanceof RootImage.UnknownVersion(int version)) {
                throw otherVersion("root copy " + copy.copy(), version);
            }
        }
        if (store.isRootAmbiguous()) {
            throw new StoreCorruptException(-1, "both root copies are whole and contradict each other: " + store.roots().get(0).root()
                    + ", " + store.roots().get(1).root() + "; move away the one that does not belong here, and try again");
        }
        StoreIdentity identity = store.identity();
        if (identity == null) {
            throw new StoreCorruptException(-1, "neither a root copy nor a segment header is left that says how large segments and blocks are"
                    + " (copy 0: " + store.roots().get(0).fault() + ", copy 1: " + store.roots().get(1).fault() + ", "
                    + store.segments().length + " segments); nothing can be read");
        }
        long[] numbers = store.segments();
        LogPlan plan = new LogPlan(identity, store.root(), numbers.length == 0 ? 0 : numbers[numbers.length - 1]);
        for (long number : numbers) {
            if (!plan.isDroppedByRoot(number)) {
                plan.add(store, number);
            }
        }
        plan.nameWhatUnitsName();
        plan.dropWhatHeadersVoid();
        plan.setLimits();
        return plan;
    }

    private static StoreVersionException otherVersion(String where, int version) {
        return new StoreVersionException(where + " has format version " + version + ", this release knows version "
                + RootDescriptor.VERSION + ": use the release that wrote it, or a later one");
    }

    private boolean isDroppedByRoot(long number) {
        Root r = root;
        return r != null
                && (number < identity.number(r.beginLsn()) || number > r.predecessor() && number < r.firstSegment());
    }

    private void add(StoreInspection store, long number) throws IOException {
        try (SegmentView view = store.view(number, true)) {
            if (view.image() instanceof SegmentHeaderImage.UnknownVersion(int version)) {
                throw otherVersion("segment " + number, version);
            }
            boolean named = view.header() != null && !view.isRebuilt();
            parts.put(
                    number,
                    new LogPart(number, view.header(), view.isRebuilt(), named, view.headerFault(), LogPart.UNKNOWN));
        }
    }

    /**
     * A session begins with the watermark at the end of what it took over, so that is the stable LSN of its first unit: what a lost header of its first
     * segment said of the predecessor, it says too, unless the log was trimmed beyond that.
     */
    private void nameWhatUnitsName() {
        for (LogPart part : List.copyOf(parts.values())) {
            SegmentHeader header = part.header();
            Map.Entry<Long, LogPart> before = parts.lowerEntry(part.number());
            SegmentHeader earlier = before == null ? null : before.getValue().header();
            if (header != null && part.rebuilt() && earlier != null && earlier.session() != header.session()) {
                long end = header.stableLsn();
                long predecessor = identity.number(Math.max(0, end - 1));
                boolean trimmed = root != null && end <= root.beginLsn();
                if (!trimmed && predecessor >= before.getKey() && predecessor < part.number()) {
                    parts.put(part.number(), named(part, header, predecessor, end));
                }
            }
        }
    }

    private static LogPart named(LogPart part, SegmentHeader h, long predecessor, long predecessorEnd) {
        SegmentHeader header = new SegmentHeader(
                h.blockSize(),
                h.number(),
                h.segmentSize(),
                h.uuidHigh(),
                h.uuidLow(),
                h.session(),
                predecessor,
                predecessorEnd,
                h.salt(),
                h.window(),
                h.stableLsn());
        return new LogPart(part.number(), header, part.rebuilt(), true, part.fault(), part.limit());
    }

    private void dropWhatHeadersVoid() {
        for (LogPart part : List.copyOf(parts.values())) {
            SegmentHeader header = part.header();
            if (header != null && part.named() && parts.containsKey(part.number())) {
                parts.subMap(header.predecessor(), false, part.number(), false).clear();
            }
        }
    }

    private void setLimits() {
        for (LogPart part : List.copyOf(parts.values())) {
            SegmentHeader header = part.header();
            if (header != null && part.named()) {
                limit(header.predecessor(), header.predecessorEnd());
            }
        }
        Root r = root;
        if (r != null) {
            limit(r.predecessor(), r.predecessorEnd());
            if (r.closed()) {
                limit(identity.number(lastRecorded() - 1), lastRecorded());
                parts.tailMap(identity.number(lastRecorded() - 1), false).clear();
            }
        }
    }

    private void limit(long number, long lsn) {
        parts.computeIfPresent(number, (_, part) -> part.withLimit(lsn));
    }

    // ------------------------------------------------------------------------------------------- queries

    StoreIdentity identity() {
        return identity;
    }

    @Nullable Root root() {
        return root;
    }

    /** {@return the segments of the log that are there, by number; blank ones at the end among them} */
    TreeMap<Long, LogPart> parts() {
        return parts;
    }

    /** {@return the end of what the root has on record as stable; 0 without a root} */
    long lastRecorded() {
        Root r = root;
        if (r == null) {
            return 0;
        }
        boolean before = r.stableLsn() <= identity.firstUnit(r.firstSegment());
        return before ? r.predecessorEnd() : r.stableLsn();
    }

    /** {@return where the log begins, inclusive; without a root that is where the first segment does} */
    long begin() {
        Root r = root;
        if (r != null) {
            return r.beginLsn();
        }
        return parts.isEmpty() ? 0 : identity.base(parts.firstKey());
    }

    /** {@return the highest number that any segment is known to have had} */
    long highestNumber() {
        Root r = root;
        return r == null
                ? highest
                : Math.max(highest, Math.max(r.firstSegment(), identity.number(Math.max(r.stableLsn(), r.predecessorEnd()))));
    }

    /** {@return the highest session that is known} */
    long lastSession() {
        long last = root == null ? 1 : root.session();
        for (LogPart part : parts.values()) {
            SegmentHeader header = part.header();
            last = header == null ? last : Math.max(last, header.session());
        }
        return last;
    }

    /** {@return the parts in runs of one session each, ascending; what has no header goes with the one before it, or the one behind} */
    List<List<LogPart>> sessions() {
        List<List<LogPart>> runs = new ArrayList<>();
        long session = 0;
        for (Map.Entry<Long, LogPart> entry : parts.entrySet()) {
            SegmentHeader header = entry.getValue().header();
            boolean begins = header != null && session != 0 && header.session() != session;
            if (runs.isEmpty() || begins) {
                runs.add(new ArrayList<>());
            }
            session = header == null ? session : header.session();
            runs.getLast().add(entry.getValue());
        }
        return runs;
    }
}
