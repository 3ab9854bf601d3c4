package io.lss.core.recovery;

import java.util.Arrays;
import java.util.List;

/**
 * What every state of a device means: recovery as decision tables. Pure; {@link Recovery} reads the letters off the device.
 *
 * <p><b>Fault model.</b> A crash drops, reorders and tears (at blocks) writes that were not yet synced. Before a root is written,
 * everything that it speaks of is durable; the second copy is written when the first is durable; a root that can be read is
 * durable (F9); the begin of the log is durable before a segment is deleted. Rot and loss may hit anything, but "crash" below
 * means a crash alone. A state that no crash alone produces is called <i>impossible</i>, and means damage.
 *
 * <p><b>The eight tables</b>, in the order in which they are asked:
 *
 * <pre>
 * ROOTS    which root copy counts               copy 0 x copy 1 x which is newer x what segments there are
 * HEADER   is the root as new as the log        what the header of a segment of the last session says
 * HEAD     does the log begin where it says     the segment that holds the begin
 * LINK     is a segment missing                 session x numbers x what the later header says
 * ANCHOR   is the last byte on record there     the segment that holds it
 * START    where does the walk begin            closed x where the record is x the session's first segment
 * STEP     what is at p                         unit at p x what the next segment says
 * END      is this the end                      what is at p x what is behind p
 * </pre>
 *
 * <p>R is the recorded stable LSN, p the place the walk has come to, F the first segment of the last session, PE the end of the log
 * before that session ("predecessor end").
 *
 * <p>For every combination of letters exactly one row matches; a test tries them all.
 */
public final class RecoveryTable {

    private RecoveryTable() {}

    // ------------------------------------------------------------------------------------------- letters

    /** ROOTS: what is in a root copy. */
    public enum Copy {
        /** Never written: the store is being created; or lost. */
        ABSENT,
        /** Written, and no root: torn by a crash during its write; or rotten. */
        INVALID,
        /** A whole root of another format. */
        OTHER_VERSION,
        /** A root. */
        VALID
    }

    /** ROOTS: which of two valid copies is newer. Without meaning unless both are valid. */
    public enum Newer {
        /** They are the same: the last change was completed. */
        NEITHER,
        /** A crash between the write of copy 0 and that of copy 1. */
        COPY_0,
        /** A crash between the write of copy 1 and that of copy 0. */
        COPY_1,
        /** The same sequence number and other content, or another store: no crash does that. */
        CONFLICT
    }

    /** ROOTS: what segments there are. Examined only if no copy is valid. */
    public enum Segments {
        /** Not looked at yet. */
        NOT_EXAMINED,
        /** None. */
        NONE,
        /**
         * None above 16, none with a header or a unit at its begin: creations crashed between creating the segment and writing
         * the root. Every appended record leaves a header in its segment; so there is none, and numbers are still low.
         */
        BLANK,
        /** Anything else: there was a store. */
        USED
    }

    /** HEADER: what the header of a segment numbered from F on says. */
    public enum Header {
        /** There is none: the segment was prepared, or made by an open that crashed, or its first write did not arrive. */
        NONE,
        /** It is of the last session, and repeats what root and numbers say of its predecessor. */
        LAST_SESSION,
        /** It is of a later session. */
        LATER_SESSION,
        /** It is of an earlier session. */
        EARLIER_SESSION,
        /** It is of the last session, and names another predecessor than the root or the numbers do. */
        CONTRADICTORY,
        /** It is a whole header of another format. */
        OTHER_VERSION
    }

    /** HEAD: the segment in whose LSN space the log begins. */
    public enum Head {
        /** It is there; or the log is empty and nothing needs to be there. */
        LISTED,
        /** It is not there, and the header of the first one that is there was not read yet. */
        NOT_READ,
        /** It is not there, and the next one says that the log enters it at or below the begin: trimmed away, as it should be. */
        TRIMMED,
        /** It is not there, though it held live bytes. */
        LOST,
        /** It is not there, and the next one has no header that would say so. */
        UNREADABLE
    }

    /** LINK: to which session two neighbours in the list of segments belong. */
    public enum Era {
        /** The last session: numbers follow each other. */
        LAST_SESSION,
        /** Earlier sessions: a number may be missing between two of them. */
        EARLIER
    }

    /** LINK: whether numbers are missing between two neighbours in the list of segments. */
    public enum Numbers {
        /** None. */
        ADJACENT,
        /** At least one. */
        GAP
    }

    /** LINK: which predecessor the header after the gap names. Read only if there is a gap. */
    public enum Names {
        /** Not read yet. */
        NOT_READ,
        /** The neighbour: the numbers between are those of void segments, deleted since. */
        NEIGHBOUR,
        /** One of those missing. */
        MISSING,
        /** One before the neighbour: the neighbour would be void. */
        EARLIER,
        /** There is no header. */
        UNREADABLE
    }

    /** ANCHOR: the segment that holds the last byte below R. */
    public enum Anchor {
        /** No byte was ever recorded as stable. */
        NONE,
        /** It is not there, but everything below R is trimmed. */
        TRIMMED,
        /** It is there, its header is valid, and it reaches R. */
        WHOLE,
        /** It is not there. */
        MISSING,
        /** It has no header. */
        HEADERLESS,
        /** Its header is of a session that cannot have written it. */
        OTHER_SESSION,
        /** It ends below R. */
        SHORT
    }

    /** START: how the last session ended, as the root says. */
    public enum Closed {
        /** By a close that drained everything. */
        CLOSED,
        /** By a close, but the header of a segment beyond R is valid. */
        CLOSED_EXCEEDED,
        /** By a crash, or it failed. */
        RUNNING
    }

    /** START: where R is. */
    public enum Recorded {
        /** At or below the first unit of F: nothing of the last session is on record. */
        BEFORE_SESSION,
        /** Above it. */
        IN_SESSION
    }

    /** START: the first segment of the last session. Of meaning only if nothing of the session is on record. */
    public enum First {
        /** Its header is valid and repeats what the root says. */
        READABLE,
        /** It has no header: its first write did not arrive. */
        HEADERLESS,
        /** It is not there. */
        MISSING
    }

    /** STEP: what is at p. */
    public enum Unit {
        /** A whole unit. */
        VALID,
        /** The header of one, but not all its frames. */
        TORN,
        /** No header of a unit that belongs here. */
        NONE
    }

    /** STEP: where the next segment of the session says that the log leaves this one. */
    public enum Successor {
        /** At p. */
        AT_P,
        /** Above p. */
        ABOVE_P,
        /** Below p. */
        BELOW_P,
        /** There is none, or it has no header. */
        SILENT
    }

    /** END: what is at p, where no unit is valid. */
    public enum AtEnd {
        /** The header of a unit, but not all its frames. */
        TORN,
        /** No header of a unit. */
        NONE,
        /** F has no header, p is its first unit. */
        NO_SEGMENT_HEADER
    }

    /** END: what is behind p, to the end of its segment and in all later ones. The strongest that was found. */
    public enum Behind {
        /** Nothing of this session. */
        NOTHING,
        /** Units or headers of this session, all within the window from p; none says that p was stable. */
        UNACKNOWLEDGED,
        /** A unit or header that was made when something above p was stable. */
        STABLE_ABOVE_P,
        /** A unit that ends farther from p than the window: it was issued when p was stable. */
        BEYOND_WINDOW,
        /** Something of this session in a segment before which a number is missing. */
        SEGMENT_MISSING
    }

    /** What to do. */
    public enum Decision {
        /** There is no store. */
        FRESH,
        /** Look at the segments, then ask again. */
        EXAMINE_SEGMENTS,
        /** Read the header in question, then ask again. */
        READ_HEADER,
        /** Root copy 0 counts. */
        USE_COPY_0,
        /** Root copy 1 counts. */
        USE_COPY_1,
        /** All is well so far. */
        GO_ON,
        /** Walk from R, or from the first unit of F. */
        WALK,
        /** The log ends at R; nothing needs to be looked at. */
        END_CLEAN,
        /** The log may end at PE. */
        LOOK_BEHIND_SESSION_START,
        /** Take the unit at p. */
        TAKE_UNIT,
        /** Go on in the next segment. */
        NEXT_SEGMENT,
        /** The log may end at p. */
        LOOK_BEHIND,
        /** The log ends at p. */
        END_TORN,
        /** The log ends at p; what is behind was never acknowledged. */
        END_CUT,
        /** Refuse: what was stable is damaged. */
        CORRUPT,
        /** Refuse: written by a release with another format. */
        OTHER_VERSION
    }

    /** Which table. */
    public enum Table {
        /** Copy, Copy, Newer, Segments. */
        ROOTS(Copy.class, Copy.class, Newer.class, Segments.class),
        /** Header. */
        HEADER(RecoveryTable.Header.class),
        /** Head. */
        HEAD(RecoveryTable.Head.class),
        /** Era, Numbers, Names. */
        LINK(Era.class, Numbers.class, Names.class),
        /** Anchor. */
        ANCHOR(RecoveryTable.Anchor.class),
        /** Closed, Recorded, First. */
        START(Closed.class, Recorded.class, First.class),
        /** Unit, Successor. */
        STEP(Unit.class, Successor.class),
        /** AtEnd, Behind. */
        END(AtEnd.class, Behind.class);

        @SuppressWarnings("ImmutableEnumChecker") // never handed out
        private final Class<? extends Enum<?>>[] inputs;

        @SafeVarargs
        @SuppressWarnings("varargs") // only read
        Table(Class<? extends Enum<?>>... inputs) {
            this.inputs = inputs;
        }

        /** {@return the letters' types, in order} */
        public List<Class<? extends Enum<?>>> inputs() {
            return List.of(inputs);
        }
    }

    // ------------------------------------------------------------------------------------------- rows

    /** The rows. The comment of each names the crash or the damage that produces it. */
    public enum Row {

        // ---- ROOTS: copy 0, copy 1, newer, segments

        /** Both copies of the last change were written. */
        ROOTS_SAME(Table.ROOTS, Decision.USE_COPY_0, in(0, Copy.VALID) | in(1, Copy.VALID) | in(2, Newer.NEITHER) | any(3)),
        /** Crash between the two writes of a change. */
        ROOTS_0_NEWER(Table.ROOTS, Decision.USE_COPY_0, in(0, Copy.VALID) | in(1, Copy.VALID) | in(2, Newer.COPY_0) | any(3)),
        /** Crash between the two writes of a change. */
        ROOTS_1_NEWER(Table.ROOTS, Decision.USE_COPY_1, in(0, Copy.VALID) | in(1, Copy.VALID) | in(2, Newer.COPY_1) | any(3)),
        /** Impossible: two roots of one sequence number, or files of two stores mixed. */
        ROOTS_CONFLICT(Table.ROOTS, Decision.CORRUPT, in(0, Copy.VALID) | in(1, Copy.VALID) | in(2, Newer.CONFLICT) | any(3)),
        /** Crash during the write of copy 1, or during the creation before it; or copy 1 is rotten or lost. */
        ROOTS_ONLY_0(
                Table.ROOTS, Decision.USE_COPY_0, in(0, Copy.VALID) | in(1, Copy.ABSENT, Copy.INVALID) | any(2) | any(3)),
        /** Crash during the write of copy 0; or copy 0 is rotten or lost. */
        ROOTS_ONLY_1(
                Table.ROOTS, Decision.USE_COPY_1, in(0, Copy.ABSENT, Copy.INVALID) | in(1, Copy.VALID) | any(2) | any(3)),
        /** A release with another format wrote copy 0. */
        ROOTS_VERSION_0(Table.ROOTS, Decision.OTHER_VERSION, in(0, Copy.OTHER_VERSION) | any(1) | any(2) | any(3)),
        /** A release with another format wrote copy 1. */
        ROOTS_VERSION_1(
                Table.ROOTS,
                Decision.OTHER_VERSION,
                in(0, Copy.ABSENT, Copy.INVALID, Copy.VALID) | in(1, Copy.OTHER_VERSION) | any(2) | any(3)),
        /** Impossible: the second copy is written only when the first is durable. Both are rotten. */
        ROOTS_BOTH_INVALID(Table.ROOTS, Decision.CORRUPT, in(0, Copy.INVALID) | in(1, Copy.INVALID) | any(2) | any(3)),
        /** No root. Whether there ever was one, the segments tell. */
        ROOTS_NONE_WRITTEN(
                Table.ROOTS,
                Decision.EXAMINE_SEGMENTS,
                in(0, Copy.ABSENT) | in(1, Copy.ABSENT) | any(2) | in(3, Segments.NOT_EXAMINED)),
        /** No root, copy 0 torn. */
        ROOTS_TORN_0(
                Table.ROOTS,
                Decision.EXAMINE_SEGMENTS,
                in(0, Copy.INVALID) | in(1, Copy.ABSENT) | any(2) | in(3, Segments.NOT_EXAMINED)),
        /** No root, copy 1 torn. */
        ROOTS_TORN_1(
                Table.ROOTS,
                Decision.EXAMINE_SEGMENTS,
                in(0, Copy.ABSENT) | in(1, Copy.INVALID) | any(2) | in(3, Segments.NOT_EXAMINED)),
        /** Nothing was ever here; or a creation crashed before it made its segment. */
        ROOTS_NOTHING(
                Table.ROOTS, Decision.FRESH, in(0, Copy.ABSENT) | in(1, Copy.ABSENT) | any(2) | in(3, Segments.NONE)),
        /** A creation crashed after it made its segment, before it began to write the root. */
        ROOTS_CREATION(
                Table.ROOTS, Decision.FRESH, in(0, Copy.ABSENT) | in(1, Copy.ABSENT) | any(2) | in(3, Segments.BLANK)),
        /** A creation crashed while it wrote the first copy of the root. */
        ROOTS_CREATION_TORN_0(
                Table.ROOTS, Decision.FRESH, in(0, Copy.INVALID) | in(1, Copy.ABSENT) | any(2) | in(3, Segments.BLANK)),
        /** The same, where the first copy is copy 1. */
        ROOTS_CREATION_TORN_1(
                Table.ROOTS, Decision.FRESH, in(0, Copy.ABSENT) | in(1, Copy.INVALID) | any(2) | in(3, Segments.BLANK)),
        /** Impossible: the segment is made before the root. One copy is rotten, the other and the segments are lost. */
        ROOTS_TORN_0_ALONE(
                Table.ROOTS, Decision.CORRUPT, in(0, Copy.INVALID) | in(1, Copy.ABSENT) | any(2) | in(3, Segments.NONE)),
        /** Impossible, likewise. */
        ROOTS_TORN_1_ALONE(
                Table.ROOTS, Decision.CORRUPT, in(0, Copy.ABSENT) | in(1, Copy.INVALID) | any(2) | in(3, Segments.NONE)),
        /** Impossible: nothing is appended before both copies are durable. Both roots are lost, the log is there. */
        ROOTS_LOST(
                Table.ROOTS, Decision.CORRUPT, in(0, Copy.ABSENT) | in(1, Copy.ABSENT) | any(2) | in(3, Segments.USED)),
        /** Impossible, likewise: one is lost, one rotten. */
        ROOTS_LOST_1(
                Table.ROOTS, Decision.CORRUPT, in(0, Copy.INVALID) | in(1, Copy.ABSENT) | any(2) | in(3, Segments.USED)),
        /** Impossible, likewise: one is lost, one rotten. */
        ROOTS_LOST_0(
                Table.ROOTS, Decision.CORRUPT, in(0, Copy.ABSENT) | in(1, Copy.INVALID) | any(2) | in(3, Segments.USED)),

        // ---- HEADER: the header of a segment numbered from F on

        /** Prepared and not yet used; made by an open that crashed; or its first write did not arrive. */
        HEADER_NONE(Table.HEADER, Decision.GO_ON, in(0, Header.NONE)),
        /** The usual case. */
        HEADER_OF_SESSION(Table.HEADER, Decision.GO_ON, in(0, Header.LAST_SESSION)),
        /** Impossible: both copies of a root are durable before its session appends. The root is older than the log. */
        HEADER_OF_LATER_SESSION(Table.HEADER, Decision.CORRUPT, in(0, Header.LATER_SESSION)),
        /** Impossible: numbers are not used twice. A file was put in the place of another. */
        HEADER_OF_EARLIER_SESSION(Table.HEADER, Decision.CORRUPT, in(0, Header.EARLIER_SESSION)),
        /** Impossible: a session uses its numbers in order. */
        HEADER_CONTRADICTORY(Table.HEADER, Decision.CORRUPT, in(0, Header.CONTRADICTORY)),
        /** A release with another format wrote the segment. */
        HEADER_VERSION(Table.HEADER, Decision.OTHER_VERSION, in(0, Header.OTHER_VERSION)),

        // ---- HEAD: the segment that holds the begin

        /** The usual case. */
        HEAD_LISTED(Table.HEAD, Decision.GO_ON, in(0, Head.LISTED)),
        /** The begin is in the LSN space of a segment that is not there. */
        HEAD_NOT_READ(Table.HEAD, Decision.READ_HEADER, in(0, Head.NOT_READ)),
        /** Trimmed up to the exact end of a segment, and that segment deleted. */
        HEAD_TRIMMED(Table.HEAD, Decision.GO_ON, in(0, Head.TRIMMED)),
        /** Impossible: the begin is durable before a segment is deleted, and only segments below it are. Lost. */
        HEAD_LOST(Table.HEAD, Decision.CORRUPT, in(0, Head.LOST)),
        /** Impossible: a segment is lost, and the header of the next is rotten. */
        HEAD_UNREADABLE(Table.HEAD, Decision.CORRUPT, in(0, Head.UNREADABLE)),

        // ---- LINK: era, numbers, which predecessor the later header names

        /** The usual case. Headers of earlier segments are read when they are needed. */
        LINK_ADJACENT(Table.LINK, Decision.GO_ON, any(0) | in(1, Numbers.ADJACENT) | any(2)),
        /** Impossible: a session uses its numbers in order and deletes from below only. A segment is lost. */
        LINK_SESSION_GAP(Table.LINK, Decision.CORRUPT, in(0, Era.LAST_SESSION) | in(1, Numbers.GAP) | any(2)),
        /** Perhaps a number given up between sessions. */
        LINK_GAP(Table.LINK, Decision.READ_HEADER, in(0, Era.EARLIER) | in(1, Numbers.GAP) | in(2, Names.NOT_READ)),
        /** Void segments between two sessions were deleted. */
        LINK_GAP_OF_VOID(Table.LINK, Decision.GO_ON, in(0, Era.EARLIER) | in(1, Numbers.GAP) | in(2, Names.NEIGHBOUR)),
        /** Impossible: what a root makes void is deleted before the next root is written. */
        LINK_GAP_AFTER_VOID(Table.LINK, Decision.CORRUPT, in(0, Era.EARLIER) | in(1, Numbers.GAP) | in(2, Names.EARLIER)),
        /** Impossible: a segment is lost. */
        LINK_GAP_LOST(Table.LINK, Decision.CORRUPT, in(0, Era.EARLIER) | in(1, Numbers.GAP) | in(2, Names.MISSING)),
        /** Impossible: the header after the gap is rotten, or the gap was made by a loss. */
        LINK_GAP_UNREADABLE(Table.LINK, Decision.CORRUPT, in(0, Era.EARLIER) | in(1, Numbers.GAP) | in(2, Names.UNREADABLE)),

        // ---- ANCHOR: the segment that holds the last byte on record

        /** A store in which nothing was ever recorded. */
        ANCHOR_NONE(Table.ANCHOR, Decision.GO_ON, in(0, Anchor.NONE)),
        /** Everything was trimmed, and the segment deleted. */
        ANCHOR_TRIMMED(Table.ANCHOR, Decision.GO_ON, in(0, Anchor.TRIMMED)),
        /** The usual case. */
        ANCHOR_WHOLE(Table.ANCHOR, Decision.GO_ON, in(0, Anchor.WHOLE)),
        /** Impossible: lost. */
        ANCHOR_MISSING(Table.ANCHOR, Decision.CORRUPT, in(0, Anchor.MISSING)),
        /** Impossible: the header is rotten; it arrived before R could be recorded. */
        ANCHOR_HEADERLESS(Table.ANCHOR, Decision.CORRUPT, in(0, Anchor.HEADERLESS)),
        /** Impossible: numbers are not used twice. A file was put in the place of another. */
        ANCHOR_OTHER_SESSION(Table.ANCHOR, Decision.CORRUPT, in(0, Anchor.OTHER_SESSION)),
        /** Impossible: truncated. */
        ANCHOR_SHORT(Table.ANCHOR, Decision.CORRUPT, in(0, Anchor.SHORT)),

        // ---- START: closed, where R is, the session's first segment

        /** Closed after appends. */
        START_CLOSED(Table.START, Decision.END_CLEAN, in(0, Closed.CLOSED) | in(1, Recorded.IN_SESSION) | any(2)),
        /** Closed without an append. */
        START_CLOSED_UNUSED(
                Table.START,
                Decision.END_CLEAN,
                in(0, Closed.CLOSED) | in(1, Recorded.BEFORE_SESSION) | in(2, First.HEADERLESS)),
        /** Impossible: a close drains and then records; a header comes with a unit that would be below R. */
        START_CLOSED_EXCEEDED(Table.START, Decision.CORRUPT, in(0, Closed.CLOSED_EXCEEDED) | in(1, Recorded.IN_SESSION) | any(2)),
        /** Impossible, likewise; F or a later segment has a header, and nothing of the session is on record. */
        START_CLOSED_USED(
                Table.START,
                Decision.CORRUPT,
                in(0, Closed.CLOSED_EXCEEDED) | in(1, Recorded.BEFORE_SESSION) | in(2, First.HEADERLESS, First.READABLE)),
        /** Never asked: a readable F is a header beyond R, so the root is exceeded. */
        START_CLOSED_READABLE(
                Table.START,
                Decision.CORRUPT,
                in(0, Closed.CLOSED) | in(1, Recorded.BEFORE_SESSION) | in(2, First.READABLE)),
        /** Crash after R was recorded in the session. */
        START_AT_RECORD(Table.START, Decision.WALK, in(0, Closed.RUNNING) | in(1, Recorded.IN_SESSION) | any(2)),
        /** Crash before anything of the session was recorded, after its first segment's header arrived. */
        START_AT_FIRST(
                Table.START, Decision.WALK, in(0, Closed.RUNNING) | in(1, Recorded.BEFORE_SESSION) | in(2, First.READABLE)),
        /** Crash before the first write of the session arrived. */
        START_BEFORE_FIRST(
                Table.START,
                Decision.LOOK_BEHIND_SESSION_START,
                in(0, Closed.RUNNING) | in(1, Recorded.BEFORE_SESSION) | in(2, First.HEADERLESS)),
        /** Impossible: F is durable before the root that names it, and is deleted only when the begin has left it. Lost. */
        START_FIRST_MISSING(Table.START, Decision.CORRUPT, any(0) | in(1, Recorded.BEFORE_SESSION) | in(2, First.MISSING)),

        // ---- STEP: unit at p, what the next segment says

        /** The segment ends at p. What follows p in it is not of the log. */
        STEP_SEGMENT_ENDS(Table.STEP, Decision.NEXT_SEGMENT, any(0) | in(1, Successor.AT_P)),
        /** Impossible: a unit spans the end of its segment. */
        STEP_OVERRUN(Table.STEP, Decision.CORRUPT, any(0) | in(1, Successor.BELOW_P)),
        /** A unit. */
        STEP_UNIT(Table.STEP, Decision.TAKE_UNIT, in(0, Unit.VALID) | in(1, Successor.ABOVE_P, Successor.SILENT)),
        /** A torn unit. */
        STEP_TORN(Table.STEP, Decision.LOOK_BEHIND, in(0, Unit.TORN) | in(1, Successor.ABOVE_P, Successor.SILENT)),
        /** Nothing was written here, or it did not arrive; or it is rotten. */
        STEP_NOTHING(Table.STEP, Decision.LOOK_BEHIND, in(0, Unit.NONE) | in(1, Successor.ABOVE_P, Successor.SILENT)),

        // ---- END: what is at p, what is behind p

        /** Crash while nothing was in flight; or none of what was in flight arrived. */
        END_BARE(Table.END, Decision.END_TORN, in(0, AtEnd.NONE) | in(1, Behind.NOTHING)),
        /** Crash while the last unit was written. */
        END_TORN(Table.END, Decision.END_TORN, in(0, AtEnd.TORN) | in(1, Behind.NOTHING)),
        /** Crash before the first append of the session, or while its first unit was written. */
        END_UNUSED_SESSION(Table.END, Decision.END_TORN, in(0, AtEnd.NO_SEGMENT_HEADER) | in(1, Behind.NOTHING)),
        /** Crash while several units were in flight: this one did not arrive, later ones did. Nobody was told. */
        END_HOLE(Table.END, Decision.END_CUT, in(0, AtEnd.NONE) | in(1, Behind.UNACKNOWLEDGED)),
        /** The same; this one arrived in part. */
        END_TORN_HOLE(Table.END, Decision.END_CUT, in(0, AtEnd.TORN) | in(1, Behind.UNACKNOWLEDGED)),
        /** The same with the first unit of the session, and with it the header of F. */
        END_FIRST_HOLE(Table.END, Decision.END_CUT, in(0, AtEnd.NO_SEGMENT_HEADER) | in(1, Behind.UNACKNOWLEDGED)),
        /** Impossible: p was stable. Rot, or a lost or misdirected write. */
        END_WAS_STABLE(Table.END, Decision.CORRUPT, any(0) | in(1, Behind.STABLE_ABOVE_P)),
        /** Impossible: the later unit was issued when p was stable. Rot, or a lost or misdirected write. */
        END_BEYOND_WINDOW(Table.END, Decision.CORRUPT, any(0) | in(1, Behind.BEYOND_WINDOW)),
        /** Impossible: a segment is durable before the next is written. Lost. */
        END_SEGMENT_MISSING(Table.END, Decision.CORRUPT, any(0) | in(1, Behind.SEGMENT_MISSING));

        private final Table table;
        private final Decision decision;
        private final long pattern;

        Row(Table table, Decision decision, long pattern) {
            this.table = table;
            this.decision = decision;
            this.pattern = pattern;
        }

        /** {@return its table} */
        public Table table() {
            return table;
        }

        /** {@return what to do} */
        public Decision decision() {
            return decision;
        }

        /**
         * {@return whether these letters are this row's}
         *
         * @param letters one for each input of the table, in order
         */
        public boolean matches(Enum<?>... letters) {
            for (int i = 0; i < letters.length; i++) {
                if ((pattern & letter(i, letters[i])) == 0) {
                    return false;
                }
            }
            return true;
        }

        /*
         * A pattern: one byte for each input, in it one bit for each letter that matches.
         *
         *      63 ...    23       16 15        8 7         0
         *     +--------+-----------+-----------+-----------+
         *     |  ...   | input 2   | input 1   | input 0   |
         *     +--------+-----------+-----------+-----------+
         */

        private static final int BITS_PER_INPUT = 8;
        private static final long ALL_LETTERS = 0xff;

        @SuppressWarnings("EnumOrdinal") // never stored
        private static long letter(int input, Enum<?> letter) {
            return 1L << (input * BITS_PER_INPUT + letter.ordinal());
        }

        private static long in(int input, Enum<?>... letters) {
            long bits = 0;
            for (Enum<?> each : letters) {
                bits |= letter(input, each);
            }
            return bits;
        }

        private static long any(int input) {
            return ALL_LETTERS << (input * BITS_PER_INPUT);
        }
    }

    // ------------------------------------------------------------------------------------------- questions

    /** {@return the row of table ROOTS} */
    static Row roots(Copy copy0, Copy copy1, Newer newer, Segments segments) {
        return find(Table.ROOTS, copy0, copy1, newer, segments);
    }

    /** {@return the row of table HEADER} */
    static Row header(Header header) {
        return find(Table.HEADER, header);
    }

    /** {@return the row of table HEAD} */
    static Row head(Head head) {
        return find(Table.HEAD, head);
    }

    /** {@return the row of table LINK} */
    static Row link(Era era, Numbers numbers, Names names) {
        return find(Table.LINK, era, numbers, names);
    }

    /** {@return the row of table ANCHOR} */
    static Row anchor(Anchor anchor) {
        return find(Table.ANCHOR, anchor);
    }

    /** {@return the row of table START} */
    static Row start(Closed closed, Recorded recorded, First first) {
        return find(Table.START, closed, recorded, first);
    }

    /** {@return the row of table STEP} */
    static Row step(Unit unit, Successor successor) {
        return find(Table.STEP, unit, successor);
    }

    /** {@return the row of table END} */
    static Row end(AtEnd atEnd, Behind behind) {
        return find(Table.END, atEnd, behind);
    }

    private static final Row[] ROWS = Row.values();

    private static Row find(Table table, Enum<?>... letters) {
        for (Row row : ROWS) {
            if (row.table == table && row.matches(letters)) {
                return row;
            }
        }
        throw new AssertionError("no row of " + table + " for " + Arrays.toString(letters));
    }
}
