package io.lss.core.recovery;

import io.lss.core.format.Checksums;
import io.lss.core.format.SegmentHeader;
import io.lss.core.format.UnitDescriptor;
import io.lss.core.format.UnitFault;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Looks at everything behind the place where the log may end: to the end of its segment and in all later ones, at every block.
 *
 * <p>A unit's header is evidence by itself, whatever became of its frames: it was issued, and what it says of stability was true.
 * In a segment whose header is lost the salt is unknown; there a header counts that has the right LSN, session and checksum.
 *
 * <p>Distances are measured in bytes of log: headers, unused ends of segments and what is not known count as nothing, so a
 * distance is never overestimated.
 */
final class LookBehind {

    private final SegmentCensus census;
    private final LogSegments segments;
    private final StoreIdentity identity;
    private final ChunkReader chunks;
    private final Checksums checksums;
    private final long session;

    // What was found.
    private RecoveryTable.Behind behind = RecoveryTable.Behind.NOTHING;
    private String detail = "";
    private long bytes;

    // Where it is being looked for.
    private long p;
    private long window = Long.MAX_VALUE;
    private boolean numberMissing;

    /** How many bytes of log lie between p and the first unit of the segment being looked at, at least. */
    private long distance;

    LookBehind(SegmentCensus census, long session, ChunkReader chunks, Checksums checksums) {
        this.census = census;
        this.segments = census.segments();
        this.identity = segments.identity();
        this.session = session;
        this.chunks = chunks;
        this.checksums = checksums;
    }

    /**
     * Looks.
     *
     * @param number of the segment in which the log may end; it need not be there
     * @param at the LSN at which it may end
     */
    RecoveryTable.Behind look(long number, long at) throws IOException {
        p = at;
        window = window(number);
        boolean listed = census.isListed(number);
        SegmentHeader next = census.header(number + 1);
        // If it is not there because it is trimmed, the log left it at p.
        numberMissing = !listed && next != null && next.predecessorEnd() > p;
        if (listed) {
            // Within the segment the distance of a unit is its distance from p.
            distance = identity.firstUnit(number) - p;
            scan(number, p - identity.base(number));
        }
        distance = 0;
        long before = number;
        for (long later : census.ofSession().tailSet(number, false)) {
            if (behind.compareTo(RecoveryTable.Behind.UNACKNOWLEDGED) > 0) {
                break;
            }
            numberMissing |= later != before + 1;
            SegmentHeader header = census.header(later);
            if (header != null) {
                // What the log holds of the segment before is known now: all of it, or what is above p.
                distance += Math.max(0, header.predecessorEnd() - Math.max(p, identity.firstUnit(before)));
                found(header.stableLsn(), 0, "segment " + later);
            }
            scan(later, identity.blockSize());
            before = later;
        }
        return behind;
    }

    /** {@return what was found, in words} */
    String detail() {
        return detail;
    }

    /** {@return how many bytes of units begin at or behind p, their padding included} */
    long bytes() {
        return bytes;
    }

    private long window(long number) {
        SegmentHeader header = census.header(number);
        for (long later : census.ofSession().tailSet(number, false)) {
            header = header == null ? census.header(later) : header;
        }
        return header == null ? Long.MAX_VALUE : header.window();
    }

    private void scan(long number, long from) throws IOException {
        LiveSegment segment = segments.containing(identity.base(number));
        if (segment == null) {
            return;
        }
        SegmentHeader header = census.header(number);
        ChunkReader.Source source = (dst, position) -> segments.read(segment, dst, position);
        chunks.reset();
        long size = identity.segmentSize();
        for (long position = from;
                position + UnitDescriptor.HEADER_LENGTH <= size && behind.compareTo(RecoveryTable.Behind.UNACKNOWLEDGED) <= 0;
                position += identity.blockSize()) {
            if (!chunks.ensure(source, position, UnitDescriptor.HEADER_LENGTH, size)) {
                return;
            }
            if (isUnit(header, number, position)) {
                unit(number, position);
            }
        }
    }

    private boolean isUnit(@Nullable SegmentHeader header, long number, long position) {
        int at = chunks.offset(position);
        long lsn = identity.base(number) + position;
        UnitFault fault = header != null
                ? UnitDescriptor.check(
                        chunks.memory(),
                        at,
                        chunks.view(),
                        checksums,
                        header.salt(),
                        lsn,
                        session,
                        identity.blockSize(),
                        UnitProbe.room(header, position))
                : UnitDescriptor.checkWithoutSalt(
                        chunks.memory(),
                        at,
                        chunks.view(),
                        checksums,
                        lsn,
                        session,
                        identity.blockSize(),
                        Math.min(window, identity.segmentSize() - position));
        return fault == UnitFault.NONE;
    }

    private void unit(long number, long position) {
        int at = chunks.offset(position);
        int length = UnitDescriptor.paddedLength(chunks.memory(), at);
        bytes += length;
        if (identity.base(number) + position == p) {
            return;
        }
        long end = distance + (position - identity.blockSize()) + length;
        found(UnitDescriptor.stableLsn(chunks.memory(), at), end, "unit at " + place(number, position));
    }

    private String place(long number, long position) {
        return "LSN " + (identity.base(number) + position) + " (segment " + number + ", position " + position + ")";
    }

    /** Weighs a header of the session behind p. */
    private void found(long stable, long end, String what) {
        if (stable > p) {
            behind = RecoveryTable.Behind.STABLE_ABOVE_P;
            detail = what + " says that the log was stable up to LSN " + stable;
        } else if (end > window) {
            behind = RecoveryTable.Behind.BEYOND_WINDOW;
            detail = what + " was issued farther ahead than the in-flight window of " + window + " bytes allows";
        } else if (numberMissing) {
            behind = RecoveryTable.Behind.SEGMENT_MISSING;
            detail = what + " was written, and a segment before it is missing";
        } else if (behind == RecoveryTable.Behind.NOTHING) {
            behind = RecoveryTable.Behind.UNACKNOWLEDGED;
            detail = what + " was in flight, and nothing behind it was acknowledged";
        }
    }
}
