package io.lss.core.recovery;

import io.lss.api.StoreCorruptException;
import io.lss.core.format.Root;
import io.lss.core.format.SegmentHeader;
import io.lss.core.format.SegmentHeaderImage;
import io.lss.spi.flush.Device;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sorts the segments that are there by what the root says of them, reads the few headers that are needed, and proves that
 * nothing on record is missing (tables HEADER, HEAD, LINK, ANCHOR).
 *
 * <pre>
 *   numbers   ... | begin ...            P | ...          F | F+1 ...      R ... | ...
 *             trimmed | earlier sessions   | void by root   | last session       | perhaps void
 * </pre>
 */
final class SegmentCensus {

    private final Root root;
    private final StoreIdentity identity;
    private final LogSegments segments;
    private final Consumer<RecoveryTable.Row> rows;

    private final long beginNumber;
    private final List<Long> voidByRoot = new ArrayList<>();
    private final List<Long> trimmed = new ArrayList<>();
    private final NavigableSet<Long> earlier = new TreeSet<>();
    private final NavigableSet<Long> ofSession = new TreeSet<>();

    /** Headers of the last session that were read, by number. */
    private final NavigableMap<Long, SegmentHeader> headers = new TreeMap<>();

    private long recorded;

    /** Sorts; reads nothing. */
    SegmentCensus(Device device, Root root, long[] numbers, Consumer<RecoveryTable.Row> rows) {
        this.root = root;
        this.identity = StoreIdentity.of(root);
        this.segments = new LogSegments(device, identity, LogSegments.DEFAULT_MAX_HANDLES);
        this.rows = rows;
        this.beginNumber = identity.number(root.beginLsn());
        this.recorded = root.stableLsn();
        for (long number : numbers) {
            if (number > root.predecessor() && number < root.firstSegment()) {
                voidByRoot.add(number);
            } else if (number < beginNumber) {
                trimmed.add(number);
            } else {
                (number < root.firstSegment() ? earlier : ofSession).add(number);
                segments.add(LiveSegment.stored(number, identity));
            }
        }
    }

    /** Reads headers and checks. Afterwards the queries below have answers. */
    void check() throws IOException {
        readHeaders();
        checkHead();
        checkLinks();
        checkAnchor();
    }

    // ------------------------------------------------------------------------------------------- queries

    LogSegments segments() {
        return segments;
    }

    List<Long> voidByRoot() {
        return voidByRoot;
    }

    List<Long> trimmed() {
        return trimmed;
    }

    /** {@return R, as root and headers tell it} */
    long recorded() {
        return recorded;
    }

    /** {@return whether nothing of the last session is on record} */
    boolean isBeforeSession() {
        return recorded <= identity.firstUnit(root.firstSegment());
    }

    /** {@return the number of the segment that holds the last byte below R, or would} */
    long anchorNumber() {
        return isBeforeSession() ? root.predecessor() : identity.number(recorded - 1);
    }

    boolean isListed(long number) {
        return earlier.contains(number) || ofSession.contains(number);
    }

    /** {@return the numbers from F on that are there and not trimmed, ascending} */
    NavigableSet<Long> ofSession() {
        return ofSession;
    }

    /** {@return the header of a segment of the last session; null if it has none, or lies below what was read} */
    @Nullable SegmentHeader header(long number) {
        return headers.get(number);
    }

    /** {@return the highest number whose header is of the last session; 0 if there is none} */
    long highestHeader() {
        return headers.isEmpty() ? 0 : headers.lastKey();
    }

    // ------------------------------------------------------------------------------------------- HEADER

    /** Reads the headers from the newest segment down to the one that holds the last byte below R. */
    private void readHeaders() throws IOException {
        for (long number : ofSession.descendingSet()) {
            if (number < Math.max(root.firstSegment(), identity.number(recorded - 1))) {
                return;
            }
            SegmentHeaderImage image = image(number);
            RecoveryTable.Row row = RecoveryTable.header(letter(image));
            rows.accept(row);
            switch (row.decision()) {
                case OTHER_VERSION -> throw LogSegments.unknownVersion(
                        number, image instanceof SegmentHeaderImage.UnknownVersion(int version) ? version : 0);
                case CORRUPT -> throw new StoreCorruptException(
                        identity.base(number),
                        "the header in segment " + number + ", position 0, does not go with the root: "
                                + (image instanceof SegmentHeaderImage.Valid(SegmentHeader h) ? h : image) + "; " + root);
                default -> {
                    if (image instanceof SegmentHeaderImage.Valid(SegmentHeader header)) {
                        headers.put(number, header);
                        recorded = Math.max(recorded, header.stableLsn());
                    }
                }
            }
        }
    }

    private SegmentHeaderImage image(long number) throws IOException {
        LiveSegment segment = segments.atOrAfter(number);
        SegmentHeaderImage image = segment == null || segment.number() != number ? null : segments.image(segment);
        return image == null ? new SegmentHeaderImage.Invalid("segment missing") : image;
    }

    private RecoveryTable.Header letter(SegmentHeaderImage image) {
        return switch (image) {
            case SegmentHeaderImage.Invalid invalid -> RecoveryTable.Header.NONE;
            case SegmentHeaderImage.UnknownVersion version -> RecoveryTable.Header.OTHER_VERSION;
            case SegmentHeaderImage.Valid(SegmentHeader h) -> {
                if (h.session() != root.session()) {
                    yield h.session() > root.session()
                            ? RecoveryTable.Header.LATER_SESSION
                            : RecoveryTable.Header.EARLIER_SESSION;
                }
                boolean agrees = h.number() == root.firstSegment()
                        ? h.predecessor() == root.predecessor() && h.predecessorEnd() == root.predecessorEnd()
                        : h.predecessor() == h.number() - 1;
                yield agrees ? RecoveryTable.Header.LAST_SESSION : RecoveryTable.Header.CONTRADICTORY;
            }
        };
    }

    // ------------------------------------------------------------------------------------------- HEAD

    private void checkHead() throws IOException {
        RecoveryTable.Head head = RecoveryTable.Head.LISTED;
        Long next = nextAfterHead();
        if (root.beginLsn() < recorded && !isListed(beginNumber) && !(beginNumber == root.firstSegment() && isBeforeSession())) {
            head = next == null ? RecoveryTable.Head.LOST : RecoveryTable.Head.NOT_READ;
        }
        for (; ; ) {
            RecoveryTable.Row row = RecoveryTable.head(head);
            rows.accept(row);
            switch (row.decision()) {
                case READ_HEADER -> head = next == null ? RecoveryTable.Head.LOST : headBefore(next);
                case CORRUPT -> throw new StoreCorruptException(
                        root.beginLsn(),
                        "segment " + beginNumber + ", in which the log begins, is missing"
                                + (next == null ? ", and all after it" : "; the next is segment " + next));
                default -> {
                    return;
                }
            }
        }
    }

    private @Nullable Long nextAfterHead() {
        Long next = earlier.higher(beginNumber);
        return next != null ? next : ofSession.higher(beginNumber);
    }

    /** {@return whether the log enters a segment at or below its begin} */
    private RecoveryTable.Head headBefore(long next) throws IOException {
        long entry;
        if (next == root.firstSegment()) {
            entry = root.predecessorEnd();
        } else if (image(next) instanceof SegmentHeaderImage.Valid(SegmentHeader header)) {
            entry = header.predecessorEnd();
        } else {
            return RecoveryTable.Head.UNREADABLE;
        }
        return entry <= root.beginLsn() ? RecoveryTable.Head.TRIMMED : RecoveryTable.Head.LOST;
    }

    // ------------------------------------------------------------------------------------------- LINK

    private void checkLinks() throws IOException {
        Long before = null;
        for (long number : earlier) {
            if (before != null) {
                checkLink(RecoveryTable.Era.EARLIER, before, number, RecoveryTable.Names.NOT_READ);
            }
            before = number;
        }
        boolean predecessorLives = root.beginLsn() < root.predecessorEnd();
        if (predecessorLives && before != null && before != root.predecessor()) {
            checkLink(RecoveryTable.Era.EARLIER, before, root.firstSegment(), RecoveryTable.Names.MISSING);
        }
        // From F, unless the begin has left it; a lost F without anything of the session on record is for table START.
        before = beginNumber < root.firstSegment() && !isBeforeSession() ? (Long) (root.firstSegment() - 1) : null;
        for (long number : ofSession.headSet(Math.max(highestHeader(), lastNeeded()), true)) {
            if (before != null) {
                checkLink(RecoveryTable.Era.LAST_SESSION, before, number, RecoveryTable.Names.NOT_READ);
            }
            before = number;
        }
    }

    /** {@return the number up to which segments of the last session must be there} */
    private long lastNeeded() {
        return isBeforeSession() ? 0 : identity.number(recorded - 1);
    }

    private void checkLink(RecoveryTable.Era era, long before, long number, RecoveryTable.Names first) throws IOException {
        RecoveryTable.Numbers numbers =
                number == before + 1 ? RecoveryTable.Numbers.ADJACENT : RecoveryTable.Numbers.GAP;
        RecoveryTable.Names names = first;
        for (; ; ) {
            RecoveryTable.Row row = RecoveryTable.link(era, numbers, names);
            rows.accept(row);
            switch (row.decision()) {
                case READ_HEADER -> names = names(before, number);
                case CORRUPT -> throw new StoreCorruptException(identity.base(before + 1), reason(era, names, before, number));
                default -> {
                    return;
                }
            }
        }
    }

    private String reason(RecoveryTable.Era era, RecoveryTable.Names names, long before, long number) throws IOException {
        return switch (names) {
            case EARLIER -> "segment " + before + " is there, though segment " + number + " names an earlier one as the one before it: "
                    + "segment " + before + " was given up once, or is another store's";
            case UNREADABLE -> "the header of segment " + number + " cannot be read, which would say whether a segment is missing between it and "
                    + "segment " + before;
            default -> missing(era, before, number) + " is missing between segment " + before + " and segment " + number;
        };
    }

    /** {@return which segment is missing, as far as what is there says so} Of several, one. */
    private String missing(RecoveryTable.Era era, long before, long number) throws IOException {
        long named = before;
        if (era == RecoveryTable.Era.LAST_SESSION) {
            named = before + 1;
        } else if (number == root.firstSegment()) {
            named = root.predecessor();
        } else if (image(number) instanceof SegmentHeaderImage.Valid(SegmentHeader header)) {
            named = header.predecessor();
        }
        return named > before && named < number ? "segment " + named : "a segment";
    }

    private RecoveryTable.Names names(long before, long number) throws IOException {
        if (image(number) instanceof SegmentHeaderImage.Valid(SegmentHeader header)) {
            if (header.predecessor() == before) {
                return RecoveryTable.Names.NEIGHBOUR;
            }
            return header.predecessor() < before ? RecoveryTable.Names.EARLIER : RecoveryTable.Names.MISSING;
        }
        return RecoveryTable.Names.UNREADABLE;
    }

    // ------------------------------------------------------------------------------------------- ANCHOR

    private void checkAnchor() throws IOException {
        long number = anchorNumber();
        RecoveryTable.Anchor letter = anchor(number);
        RecoveryTable.Row row = RecoveryTable.anchor(letter);
        rows.accept(row);
        if (row.decision() == RecoveryTable.Decision.CORRUPT) {
            throw new StoreCorruptException(
                    identity.base(number),
                    "segment " + number + ", which held what was stable up to LSN " + lastRecorded() + " (position "
                            + (lastRecorded() - identity.base(number)) + "), is " + words(letter));
        }
    }

    /** {@return the end of what is on record: R, or the predecessor's end} */
    private long lastRecorded() {
        return isBeforeSession() ? root.predecessorEnd() : recorded;
    }

    private RecoveryTable.Anchor anchor(long number) throws IOException {
        if (number == 0) {
            return RecoveryTable.Anchor.NONE;
        }
        boolean nothingLives = root.beginLsn() >= lastRecorded();
        if (nothingLives && (isBeforeSession() || !isListed(number))) {
            return RecoveryTable.Anchor.TRIMMED;
        }
        if (!isListed(number)) {
            return RecoveryTable.Anchor.MISSING;
        }
        return switch (image(number)) {
            case SegmentHeaderImage.Invalid invalid -> RecoveryTable.Anchor.HEADERLESS;
            case SegmentHeaderImage.UnknownVersion(int version) -> throw LogSegments.unknownVersion(number, version);
            case SegmentHeaderImage.Valid(SegmentHeader header) -> {
                if (isBeforeSession() ? header.session() >= root.session() : header.session() != root.session()) {
                    yield RecoveryTable.Anchor.OTHER_SESSION;
                }
                yield reaches(number, lastRecorded() - identity.base(number))
                        ? RecoveryTable.Anchor.WHOLE
                        : RecoveryTable.Anchor.SHORT;
            }
        };
    }

    private boolean reaches(long number, long position) throws IOException {
        LiveSegment segment = segments.atOrAfter(number);
        if (segment == null || segment.number() != number) {
            return false;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment last = arena.allocate(Long.BYTES, Long.BYTES);
            return segments.read(segment, last, position - Long.BYTES) == Long.BYTES;
        }
    }

    private static String words(RecoveryTable.Anchor letter) {
        return switch (letter) {
            case MISSING -> "missing";
            case HEADERLESS -> "without a valid header at position 0";
            case OTHER_SESSION -> "of another session, by its header at position 0";
            case SHORT -> "shorter than that";
            case NONE, TRIMMED, WHOLE -> "there";
        };
    }
}
