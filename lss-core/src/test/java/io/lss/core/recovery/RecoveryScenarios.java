package io.lss.core.recovery;

import static io.lss.core.recovery.LogImage.B;
import static io.lss.core.recovery.LogImage.S;
import static io.lss.core.recovery.LogImage.WINDOW;
import static io.lss.core.recovery.LogImage.base;
import static io.lss.core.recovery.LogImage.first;
import static io.lss.core.recovery.LogImage.root;

import io.lss.core.format.Root;
import io.lss.core.format.RootDescriptor;
import io.lss.core.format.SegmentHeader;
import io.lss.core.recovery.LogImage.SegmentImage;
import io.lss.core.recovery.RecoveryTable.Row;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32C;

/** States of a device, one or more for each row of the recovery table, with what recovery must make of them. */
final class RecoveryScenarios {

    /** What recovery must say. */
    enum Outcome {
        FRESH,
        CLEAN,
        TORN,
        CUT,
        CORRUPT,
        OTHER_VERSION
    }

    /** A device, the rows that must be among those taken, and the outcome: where the log ends, or where the damage is. */
    record Scenario(String name, MemoryDevice device, Outcome outcome, long lsn, Set<Row> rows) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final List<Scenario> ALL = new ArrayList<>();

    private RecoveryScenarios() {}

    static List<Scenario> all() {
        synchronized (ALL) {
            if (ALL.isEmpty()) {
                roots();
                headers();
                heads();
                links();
                anchors();
                starts();
                steps();
                ends();
            }
            return List.copyOf(ALL);
        }
    }

    private static void add(String name, LogImage image, Outcome outcome, long lsn, Row... rows) {
        ALL.add(new Scenario(name, image.device, outcome, lsn, Set.of(rows)));
    }

    // ------------------------------------------------------------------------------------------- building

    /** Session 1, segment 1, three units, the last of which says that the first was stable. */
    private static SegmentImage threeUnits(LogImage image) {
        SegmentImage s = image.roots(root()).segment(1, 1, 0, 0, base(1));
        s.unit(base(1), 100, 200);
        s.unit(base(1), 5000);
        s.unit(first(1) + B, 10, -20, 30);
        return s;
    }

    private static byte[] torn() {
        byte[] image = RootDescriptor.encode(root());
        java.util.Arrays.fill(image, 512, 4096, (byte) 0x55);
        return image;
    }

    /** The same image under another format version. */
    private static byte[] version(byte[] image, int version) {
        byte[] changed = image.clone();
        ByteBuffer b = ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN);
        b.putInt(4, version);
        b.putInt(8, 0);
        CRC32C crc = new CRC32C();
        crc.update(changed, 0, 4096);
        b.putInt(8, (int) crc.getValue());
        return changed;
    }

    private static Root begin(Root root, long begin) {
        return root.withBeginLsn(begin, Math.max(root.stableLsn(), begin & -B));
    }

    // ------------------------------------------------------------------------------------------- ROOTS

    private static void roots() {
        add("nothing at all is a fresh location", new LogImage(), Outcome.FRESH, 1, Row.ROOTS_NONE_WRITTEN, Row.ROOTS_NOTHING);
        add(
                "a creation that crashed before it wrote the root leaves a fresh location",
                new LogImage().blank(1),
                Outcome.FRESH,
                2,
                Row.ROOTS_CREATION);
        LogImage torn0 = new LogImage().blank(1).blank(2);
        torn0.device.roots[0] = torn();
        add(
                "creations that crashed, the last one while it wrote the root, leave a fresh location",
                torn0,
                Outcome.FRESH,
                3,
                Row.ROOTS_TORN_0,
                Row.ROOTS_CREATION_TORN_0);
        LogImage torn1 = new LogImage().blank(1);
        torn1.device.roots[1] = new byte[17];
        add(
                "the first copy may be copy 1",
                torn1,
                Outcome.FRESH,
                2,
                Row.ROOTS_TORN_1,
                Row.ROOTS_CREATION_TORN_1);
        LogImage alone0 = new LogImage();
        alone0.device.roots[0] = torn();
        add("a torn root without a segment is no creation", alone0, Outcome.CORRUPT, -1, Row.ROOTS_TORN_0_ALONE);
        LogImage alone1 = new LogImage();
        alone1.device.roots[1] = torn();
        add("a torn copy 1 without a segment is no creation", alone1, Outcome.CORRUPT, -1, Row.ROOTS_TORN_1_ALONE);
        LogImage lost = new LogImage();
        threeUnits(lost);
        lost.device.roots[0] = null;
        lost.device.roots[1] = null;
        add("a log without a root is no fresh location", lost, Outcome.CORRUPT, -1, Row.ROOTS_LOST);
        LogImage headerless = new LogImage();
        threeUnits(headerless).loseHeader();
        headerless.device.roots[0] = null;
        headerless.device.roots[1] = null;
        add("units without root and header are no fresh location", headerless, Outcome.CORRUPT, -1, Row.ROOTS_LOST);
        add(
                "of a killed creation's segment nothing may be left",
                new LogImage().blank(3),
                Outcome.FRESH,
                4,
                Row.ROOTS_CREATION);
        add("a high number is no fresh location", new LogImage().blank(17), Outcome.CORRUPT, -1, Row.ROOTS_LOST);
        LogImage lost1 = new LogImage();
        threeUnits(lost1);
        lost1.device.roots[0] = torn();
        lost1.device.roots[1] = null;
        add("a log with one rotten and one lost root is corrupt", lost1, Outcome.CORRUPT, -1, Row.ROOTS_LOST_1);
        LogImage lost0 = new LogImage();
        threeUnits(lost0);
        lost0.device.roots[0] = null;
        lost0.device.roots[1] = torn();
        add("a log with one lost and one rotten root is corrupt", lost0, Outcome.CORRUPT, -1, Row.ROOTS_LOST_0);
        LogImage invalid = new LogImage().blank(1);
        invalid.device.roots[0] = torn();
        invalid.device.roots[1] = torn();
        add("two rotten roots are no creation", invalid, Outcome.CORRUPT, -1, Row.ROOTS_BOTH_INVALID);

        LogImage version0 = new LogImage();
        threeUnits(version0);
        version0.device.roots[0] = version(RootDescriptor.encode(root()), 2);
        add("a root of another version is refused by its number", version0, Outcome.OTHER_VERSION, 2, Row.ROOTS_VERSION_0);
        LogImage version1 = new LogImage();
        threeUnits(version1);
        version1.device.roots[1] = version(RootDescriptor.encode(root()), 77);
        add("a copy 1 of another version is refused", version1, Outcome.OTHER_VERSION, 77, Row.ROOTS_VERSION_1);

        LogImage conflict = new LogImage();
        threeUnits(conflict);
        conflict.device.roots[1] = RootDescriptor.encode(root().withAppRoot(new byte[] {1}));
        add("two roots of one number are corrupt", conflict, Outcome.CORRUPT, -1, Row.ROOTS_CONFLICT);

        for (int newer = 0; newer < 2; newer++) {
            LogImage image = new LogImage();
            SegmentImage s = threeUnits(image);
            image.device.roots[newer] = RootDescriptor.encode(root().withSequence(2).withStableLsn(s.end()));
            add(
                    "the newer root counts, copy " + newer,
                    image,
                    Outcome.TORN,
                    s.end(),
                    newer == 0 ? Row.ROOTS_0_NEWER : Row.ROOTS_1_NEWER);
            LogImage only = new LogImage();
            SegmentImage t = threeUnits(only);
            only.device.roots[1 - newer] = newer == 0 ? torn() : null;
            add(
                    "one root is enough, copy " + newer,
                    only,
                    Outcome.TORN,
                    t.end(),
                    newer == 0 ? Row.ROOTS_ONLY_0 : Row.ROOTS_ONLY_1);
        }
    }

    // ------------------------------------------------------------------------------------------- HEADER

    private static void headers() {
        LogImage prepared = new LogImage();
        SegmentImage s = threeUnits(prepared);
        prepared.blank(2);
        add("a prepared segment is nothing", prepared, Outcome.TORN, s.end(), Row.HEADER_NONE, Row.HEADER_OF_SESSION);

        LogImage recycled = new LogImage();
        SegmentImage r = threeUnits(recycled);
        SegmentImage old = recycled.segment(40, 1, 39, first(39), base(39));
        old.unit(first(39), 77);
        recycled.device.segments.put(2L, old.bytes);
        recycled.device.segments.remove(40L);
        add("what a recycled file held is nothing", recycled, Outcome.TORN, r.end(), Row.HEADER_NONE, Row.END_BARE);

        LogImage foreign = new LogImage();
        SegmentImage f = threeUnits(foreign);
        foreign.segment(new SegmentHeader(B, 2, S, 1, 2, 5, 1, f.end(), 3, WINDOW, base(1))).unit(base(1), 9);
        add("the segment of another store is nothing", foreign, Outcome.TORN, f.end(), Row.HEADER_NONE);

        LogImage later = new LogImage();
        threeUnits(later);
        later.segment(2, 2, 1, first(1) + B, base(1));
        add("a segment of a later session means that the root is old", later, Outcome.CORRUPT, base(2), Row.HEADER_OF_LATER_SESSION);

        LogImage earlier = new LogImage();
        SegmentImage e = threeUnits(earlier);
        earlier.roots(root(2, 2, 1, e.end(), e.end()));
        earlier.segment(2, 2, 1, e.end(), e.end());
        earlier.segment(3, 1, 2, first(2), base(1));
        add("a number is not used by two sessions", earlier, Outcome.CORRUPT, base(3), Row.HEADER_OF_EARLIER_SESSION);

        LogImage contradictory = new LogImage();
        SegmentImage c = threeUnits(contradictory);
        contradictory.segment(3, 1, 1, c.end(), base(1));
        add("a session skips no number", contradictory, Outcome.CORRUPT, base(3), Row.HEADER_CONTRADICTORY);

        LogImage otherPredecessor = new LogImage();
        SegmentImage o = threeUnits(otherPredecessor);
        otherPredecessor.roots(root(2, 2, 1, o.end(), o.end()));
        otherPredecessor.segment(2, 2, 1, first(1), base(1)).unit(first(1), 12);
        add(
                "the first header of a session must say what the root says",
                otherPredecessor,
                Outcome.CORRUPT,
                base(2),
                Row.HEADER_CONTRADICTORY);

        LogImage version = new LogImage();
        SegmentImage v = threeUnits(version);
        SegmentImage next = version.segment(2, 1, 1, v.end(), base(1));
        System.arraycopy(version(next.bytes, 9), 0, next.bytes, 0, (int) S);
        add("a segment of another version is refused", version, Outcome.OTHER_VERSION, 9, Row.HEADER_VERSION);
    }

    // ------------------------------------------------------------------------------------------- HEAD

    /** Session 1 in segments 1 and 2, session 2 in segment 3. */
    private static LogImage threeSegments() {
        LogImage image = new LogImage();
        SegmentImage a = image.segment(1, 1, 0, 0, base(1));
        a.unit(base(1), 100);
        a.unit(base(1), 100);
        SegmentImage b = image.segment(2, 1, 1, a.end(), base(1));
        b.unit(a.end(), 100);
        SegmentImage c = image.segment(3, 2, 2, b.end(), b.end());
        c.unit(b.end(), 100);
        c.unit(c.end(), 100);
        image.roots(root(2, 3, 2, b.end(), b.end()));
        return image;
    }

    private static void heads() {
        LogImage whole = threeSegments();
        add("a log of several sessions", whole, Outcome.TORN, first(3) + 2 * B, Row.HEAD_LISTED, Row.LINK_ADJACENT);

        LogImage inGap = threeSegments();
        inGap.roots(begin(root(2, 3, 2, first(2) + B, first(2) + B), first(1) + 2 * B));
        inGap.device.segments.remove(1L);
        add(
                "a log trimmed to the exact end of a segment may begin in the next",
                inGap,
                Outcome.TORN,
                first(3) + 2 * B,
                Row.HEAD_NOT_READ,
                Row.HEAD_TRIMMED);

        LogImage lost = threeSegments();
        lost.device.segments.remove(1L);
        add("a log whose first segment is lost is corrupt", lost, Outcome.CORRUPT, base(1), Row.HEAD_LOST);

        LogImage allLost = threeSegments();
        allLost.device.segments.clear();
        add("a log without segments is corrupt", allLost, Outcome.CORRUPT, base(1), Row.HEAD_LOST);

        LogImage unreadable = threeSegments();
        unreadable.device.segments.remove(1L);
        unreadable.device.segment(2)[100] ^= 1;
        add(
                "a log whose first segment is lost and whose second is rotten is corrupt",
                unreadable,
                Outcome.CORRUPT,
                base(1),
                Row.HEAD_UNREADABLE);
    }

    // ------------------------------------------------------------------------------------------- LINK

    /** Session 1 in segment 1, session 2 in segment 4, session 3 in segment 6. */
    static LogImage gaps() {
        LogImage image = new LogImage();
        SegmentImage a = image.segment(1, 1, 0, 0, base(1));
        a.unit(base(1), 100);
        SegmentImage b = image.segment(4, 2, 1, a.end(), a.end());
        b.unit(a.end(), 100);
        SegmentImage c = image.segment(6, 3, 4, b.end(), b.end());
        c.unit(b.end(), 100);
        image.roots(root(3, 6, 4, b.end(), b.end()));
        return image;
    }

    private static void links() {
        add("numbers may be missing between sessions", gaps(), Outcome.TORN, first(6) + B, Row.LINK_GAP, Row.LINK_GAP_OF_VOID);

        LogImage stray = gaps();
        stray.blank(2);
        add("no void segment outlives the next root", stray, Outcome.CORRUPT, base(3), Row.LINK_GAP_AFTER_VOID);

        LogImage lost = gaps();
        lost.segment(4, 2, 3, first(3), first(3)).unit(first(3), 100);
        add("a segment lost from an earlier session is noticed", lost, Outcome.CORRUPT, base(2), Row.LINK_GAP_LOST);

        LogImage predecessorLost = gaps();
        predecessorLost.device.segments.remove(4L);
        add("the segment before the last session cannot be missing", predecessorLost, Outcome.CORRUPT, base(2), Row.LINK_GAP_LOST);

        LogImage unreadable = gaps();
        unreadable.device.segment(4)[50] ^= 4;
        add("a gap before a rotten header is not believed", unreadable, Outcome.CORRUPT, base(2), Row.LINK_GAP_UNREADABLE);

        LogImage session = new LogImage();
        SegmentImage a = session.roots(root()).segment(1, 1, 0, 0, base(1));
        a.unit(base(1), 100);
        SegmentImage b = session.segment(2, 1, 1, a.end(), base(1));
        b.unit(base(1), 100);
        SegmentImage c = session.segment(3, 1, 2, b.end(), a.end());
        c.unit(a.end(), 100);
        session.device.segments.remove(2L);
        add("a session has no gap", session, Outcome.CORRUPT, base(2), Row.LINK_SESSION_GAP);

        LogImage firstLost = new LogImage();
        SegmentImage d = firstLost.roots(root()).segment(1, 1, 0, 0, base(1));
        d.unit(base(1), 100);
        firstLost.segment(2, 1, 1, d.end(), d.end()).unit(d.end(), 100);
        firstLost.roots(root(2, 3, 2, first(2) + B, first(2) + B));
        firstLost.segment(4, 2, 3, first(3) + B, first(3) + B).unit(first(3) + B, 100);
        add("the first segment of a session that went on cannot be missing", firstLost, Outcome.CORRUPT, base(3), Row.LINK_SESSION_GAP);
    }

    // ------------------------------------------------------------------------------------------- ANCHOR

    private static void anchors() {
        add(
                "a store in which nothing was ever appended is empty",
                new LogImage().roots(root()).blank(1),
                Outcome.TORN,
                base(1),
                Row.ANCHOR_NONE,
                Row.START_BEFORE_FIRST,
                Row.END_UNUSED_SESSION);

        LogImage trimmed = new LogImage();
        SegmentImage a = trimmed.segment(1, 1, 0, 0, base(1));
        a.unit(base(1), 100);
        trimmed.roots(begin(root(), a.end()));
        trimmed.device.segments.remove(1L);
        trimmed.blank(2);
        add("a log trimmed to its end may have lost its last segment", trimmed, Outcome.TORN, a.end(), Row.ANCHOR_TRIMMED);

        LogImage trimmedOn = new LogImage();
        SegmentImage b = trimmedOn.segment(1, 1, 0, 0, base(1));
        b.unit(base(1), 100);
        trimmedOn.roots(begin(root(), b.end()));
        trimmedOn.segment(2, 1, 1, b.end(), base(1)).unit(b.end(), 100);
        trimmedOn.device.segments.remove(1L);
        add(
                "a log trimmed to the end of a segment goes on in the next",
                trimmedOn,
                Outcome.TORN,
                first(2) + B,
                Row.ANCHOR_TRIMMED,
                Row.STEP_SEGMENT_ENDS);

        LogImage trimmedHole = new LogImage();
        SegmentImage h = trimmedHole.segment(1, 1, 0, 0, base(1));
        h.unit(base(1), 100);
        trimmedHole.roots(begin(root(), h.end()));
        SegmentImage h2 = trimmedHole.segment(2, 1, 1, h.end(), h.end());
        h2.blocks(h.end(), 1);
        h2.blocks(h.end(), 1);
        h2.loseHeader().lose(first(2), B);
        trimmedHole.device.segments.remove(1L);
        add("behind a trimmed segment there may be a hole", trimmedHole, Outcome.CUT, h.end(), Row.ANCHOR_TRIMMED, Row.END_HOLE);

        LogImage notTrimmed = new LogImage();
        SegmentImage i = notTrimmed.segment(1, 1, 0, 0, base(1));
        i.unit(base(1), 100);
        notTrimmed.roots(begin(root(), i.end()));
        i.unit(base(1), 100);
        notTrimmed.segment(2, 1, 1, i.end(), base(1)).unit(base(1), 100);
        notTrimmed.device.segments.remove(1L);
        add(
                "a segment that went on above the begin was not trimmed",
                notTrimmed,
                Outcome.CORRUPT,
                i.end() - B,
                Row.END_SEGMENT_MISSING);

        LogImage trimmedBefore = gaps();
        trimmedBefore.roots(begin(root(3, 6, 4, first(4) + B, first(4) + B), first(4) + B));
        trimmedBefore.device.segments.remove(1L);
        trimmedBefore.device.segments.remove(4L);
        trimmedBefore.blank(6);
        add("everything before a session may be trimmed", trimmedBefore, Outcome.TORN, first(4) + B, Row.ANCHOR_TRIMMED);

        LogImage missing = new LogImage();
        SegmentImage c = threeUnits(missing);
        missing.roots(root().withStableLsn(c.end()));
        missing.device.segments.remove(1L);
        missing.device.segments.put(2L, new byte[(int) S]);
        add("what was on record cannot be missing", missing, Outcome.CORRUPT, base(1), Row.HEAD_UNREADABLE);

        LogImage lastMissing = new LogImage();
        SegmentImage d = lastMissing.segment(1, 1, 0, 0, base(1));
        d.unit(base(1), 100);
        lastMissing.roots(root().withStableLsn(first(2) + B));
        add("the last segment on record cannot be missing", lastMissing, Outcome.CORRUPT, base(2), Row.ANCHOR_MISSING);

        LogImage headerless = new LogImage();
        SegmentImage e = threeUnits(headerless);
        headerless.roots(root().withStableLsn(e.end()));
        e.rot(base(1) + 40);
        add("a segment with something on record has a header", headerless, Outcome.CORRUPT, base(1), Row.ANCHOR_HEADERLESS);

        LogImage other = gaps();
        other.segment(4, 3, 1, first(1) + B, first(1) + B);
        other.blank(6);
        add("the segment before a session is of an earlier one", other, Outcome.CORRUPT, base(4), Row.ANCHOR_OTHER_SESSION);

        LogImage shorter = new LogImage();
        SegmentImage f = threeUnits(shorter);
        shorter.roots(root().withStableLsn(f.end()));
        shorter.device.truncate(1, 3 * B);
        add("a truncated segment is noticed", shorter, Outcome.CORRUPT, base(1), Row.ANCHOR_SHORT);
    }

    // ------------------------------------------------------------------------------------------- START

    private static void starts() {
        LogImage closed = new LogImage();
        SegmentImage a = threeUnits(closed);
        closed.roots(root().closedAt(a.end()));
        closed.blank(2);
        add("a closed store ends where it says", closed, Outcome.CLEAN, a.end(), Row.START_CLOSED, Row.ANCHOR_WHOLE);

        add(
                "a store closed without an append is empty",
                new LogImage().roots(root().closedAt(base(1))).blank(1),
                Outcome.CLEAN,
                base(1),
                Row.START_CLOSED_UNUSED);

        LogImage exceeded = new LogImage();
        SegmentImage b = threeUnits(exceeded);
        exceeded.roots(root().closedAt(b.end()));
        exceeded.segment(2, 1, 1, b.end(), b.end()).unit(b.end(), 5);
        add("a closed store has nothing behind its end", exceeded, Outcome.CORRUPT, base(1), Row.START_CLOSED_EXCEEDED);

        LogImage used = new LogImage();
        threeUnits(used);
        used.roots(root().closedAt(base(1)));
        add("a store closed without an append has no header", used, Outcome.CORRUPT, base(1), Row.START_CLOSED_USED);

        LogImage recorded = new LogImage();
        SegmentImage c = threeUnits(recorded);
        recorded.roots(root().withStableLsn(first(1) + B));
        add("the walk begins at the record", recorded, Outcome.TORN, c.end(), Row.START_AT_RECORD, Row.STEP_UNIT);

        LogImage first = new LogImage();
        SegmentImage d = threeUnits(first);
        add("the walk begins at the first unit of the session", first, Outcome.TORN, d.end(), Row.START_AT_FIRST);

        LogImage unused = new LogImage();
        SegmentImage e = threeUnits(unused);
        unused.roots(root(2, 2, 1, e.end(), e.end())).blank(2);
        // What still arrives behind the predecessor's end is never looked at.
        e.blocks(base(1), 1);
        add("a session that wrote nothing leaves the log as it was", unused, Outcome.TORN, e.end() - B, Row.START_BEFORE_FIRST);

        LogImage missing = new LogImage();
        SegmentImage f = threeUnits(missing);
        missing.roots(root(2, 2, 1, f.end(), f.end()));
        add("the first segment of a session cannot be missing", missing, Outcome.CORRUPT, base(2), Row.START_FIRST_MISSING);

        LogImage voids = new LogImage();
        SegmentImage g = threeUnits(voids);
        voids.roots(root(2, 4, 1, g.end(), g.end()));
        voids.segment(2, 1, 1, g.end(), g.end()).unit(g.end(), 100);
        voids.blank(3);
        SegmentImage h = voids.segment(4, 2, 1, g.end(), g.end());
        h.unit(g.end(), 100);
        add("what lies between two sessions is void", voids, Outcome.TORN, h.end(), Row.START_AT_FIRST);
    }

    // ------------------------------------------------------------------------------------------- STEP

    private static void steps() {
        LogImage rolled = new LogImage();
        SegmentImage a = threeUnits(rolled);
        SegmentImage b = rolled.segment(2, 1, 1, a.end(), a.end() - B);
        b.unit(a.end() - B, 100);
        add("the log goes on in the next segment", rolled, Outcome.TORN, b.end(), Row.STEP_SEGMENT_ENDS);

        LogImage full = new LogImage();
        SegmentImage c = full.roots(root()).segment(1, 1, 0, 0, base(1));
        while (c.position < S) {
            c.blocks(Math.max(base(1), c.end() - WINDOW / 2), 1);
        }
        SegmentImage d = full.segment(2, 1, 1, base(2), base(2) - B);
        d.blocks(base(2), 1);
        add("a segment may be full to its last block", full, Outcome.TORN, d.end(), Row.STEP_SEGMENT_ENDS);

        LogImage fullAndTorn = new LogImage();
        SegmentImage e = fullAndTorn.roots(root()).segment(1, 1, 0, 0, base(1));
        while (e.position < S) {
            e.blocks(Math.max(base(1), e.end() - WINDOW / 2), 1);
        }
        fullAndTorn.roots(root().withStableLsn(base(2)));
        fullAndTorn.segment(2, 1, 1, base(2), base(2)).unit(base(2), 6000);
        fullAndTorn.device.segment(2)[(int) (first(2) - base(2)) + 5000] ^= 1;
        add("the record may be at the end of a full segment", fullAndTorn, Outcome.TORN, first(2), Row.STEP_TORN);

        LogImage overrun = new LogImage();
        SegmentImage f = overrun.roots(root()).segment(1, 1, 0, 0, base(1));
        f.blocks(base(1), 4);
        overrun.segment(2, 1, 1, first(1) + 2 * B, base(1)).unit(base(1), 10);
        add("no unit reaches beyond its segment's end", overrun, Outcome.CORRUPT, first(1) + 4 * B, Row.STEP_OVERRUN);

        LogImage headerOnly = new LogImage();
        SegmentImage g = threeUnits(headerOnly);
        headerOnly.segment(2, 1, 1, g.end(), g.end());
        add("a segment of which only the header arrived ends the log", headerOnly, Outcome.TORN, first(2), Row.STEP_NOTHING);
    }

    // ------------------------------------------------------------------------------------------- END

    private static void ends() {
        LogImage bare = new LogImage();
        SegmentImage a = threeUnits(bare);
        add("nothing behind the last unit is the end", bare, Outcome.TORN, a.end(), Row.END_BARE);

        LogImage torn = new LogImage();
        SegmentImage b = threeUnits(torn);
        long t = b.blocks(first(1) + B, 3);
        b.lose(t + 2 * B, B);
        add("a torn unit is the end", torn, Outcome.TORN, t, Row.END_TORN, Row.STEP_TORN);

        LogImage shorter = new LogImage();
        SegmentImage sh = threeUnits(shorter);
        long shortUnit = sh.blocks(first(1) + B, 3);
        shorter.device.truncate(1, (int) (shortUnit - base(1)) + B + 100);
        add("a segment that ends within a unit is a torn tail", shorter, Outcome.TORN, shortUnit, Row.END_TORN);

        LogImage hole = new LogImage();
        SegmentImage c = threeUnits(hole);
        long gap = c.blocks(first(1) + B, 1);
        c.blocks(first(1) + B, 1);
        c.lose(gap, B);
        add("a hole that nobody was told about is cut", hole, Outcome.CUT, gap, Row.END_HOLE);

        LogImage tornHole = new LogImage();
        SegmentImage d = threeUnits(tornHole);
        long tornGap = d.blocks(first(1) + B, 2);
        d.blocks(first(1) + B, 1);
        d.lose(tornGap + B, B);
        add("a torn unit with others behind it is cut", tornHole, Outcome.CUT, tornGap, Row.END_TORN_HOLE);

        LogImage firstHole = new LogImage();
        SegmentImage e = threeUnits(firstHole);
        firstHole.roots(root(2, 2, 1, e.end(), e.end()));
        SegmentImage e2 = firstHole.segment(2, 2, 1, e.end(), e.end());
        e2.blocks(e.end(), 1);
        e2.blocks(e.end(), 1);
        e2.loseHeader().lose(first(2), B);
        add("the first unit of a session may be the hole", firstHole, Outcome.CUT, e.end(), Row.END_FIRST_HOLE);

        LogImage nextHole = new LogImage();
        SegmentImage f = threeUnits(nextHole);
        SegmentImage f2 = nextHole.segment(2, 1, 1, f.end(), f.end() - B);
        f2.blocks(f.end() - B, 1);
        f2.blocks(f.end() - B, 1);
        f2.loseHeader().lose(first(2), B);
        add("the first unit of a segment may be the hole", nextHole, Outcome.CUT, f.end(), Row.END_HOLE);

        LogImage holeBeforeRoll = new LogImage();
        SegmentImage g = threeUnits(holeBeforeRoll);
        long lastOfSegment = g.blocks(first(1) + B, 1);
        holeBeforeRoll.segment(2, 1, 1, g.end(), lastOfSegment).blocks(lastOfSegment, 1);
        g.lose(lastOfSegment, B);
        add("the last unit of a segment may be the hole", holeBeforeRoll, Outcome.CUT, lastOfSegment, Row.END_HOLE);

        LogImage rot = new LogImage();
        SegmentImage h = threeUnits(rot);
        long rotten = h.blocks(first(1) + B, 1);
        h.blocks(h.end(), 1);
        h.rot(rotten + 1000);
        add("damage that a later unit proves is corruption", rot, Outcome.CORRUPT, rotten, Row.END_WAS_STABLE);

        LogImage rotInNext = new LogImage();
        SegmentImage i = threeUnits(rotInNext);
        long lastRotten = i.blocks(first(1) + B, 1);
        SegmentImage i2 = rotInNext.segment(2, 1, 1, i.end(), first(1) + B);
        i2.blocks(first(1) + B, 1);
        i2.blocks(i.end(), 1);
        i.rot(lastRotten + 1000);
        add("so is damage that a unit of the next segment proves", rotInNext, Outcome.CORRUPT, lastRotten, Row.END_WAS_STABLE);

        LogImage headerRot = new LogImage();
        SegmentImage j = threeUnits(headerRot);
        SegmentImage j2 = headerRot.segment(2, 1, 1, j.end(), j.end() - B);
        j2.blocks(j.end() - B, 1);
        j2.blocks(first(2) + B, 1);
        j2.rot(base(2) + 20);
        add("a rotten segment header is proven by the units behind it", headerRot, Outcome.CORRUPT, j.end(), Row.END_WAS_STABLE);

        LogImage firstRot = new LogImage();
        SegmentImage k = threeUnits(firstRot);
        firstRot.roots(root(2, 2, 1, k.end(), k.end()));
        SegmentImage k2 = firstRot.segment(2, 2, 1, k.end(), k.end());
        k2.blocks(k.end(), 1);
        k2.blocks(first(2) + B, 1);
        k2.rot(base(2) + 20);
        add("so is that of a session's first segment", firstRot, Outcome.CORRUPT, first(2), Row.END_WAS_STABLE);

        LogImage beyond = new LogImage();
        SegmentImage l = threeUnits(beyond);
        long lostStable = l.end();
        for (int n = 0; n < 9; n++) {
            l.blocks(first(1) + B, 1);
        }
        l.lose(lostStable, 8 * B);
        add("a unit beyond the window proves damage", beyond, Outcome.CORRUPT, lostStable, Row.END_BEYOND_WINDOW);

        LogImage atWindow = new LogImage();
        SegmentImage m = threeUnits(atWindow);
        long edge = m.end();
        for (int n = 0; n < 8; n++) {
            m.blocks(first(1) + B, 1);
        }
        m.lose(edge, 7 * B);
        add("a unit that ends at the window's edge does not", atWindow, Outcome.CUT, edge, Row.END_HOLE);

        LogImage missing = new LogImage();
        SegmentImage n = threeUnits(missing);
        SegmentImage n3 = missing.segment(3, 1, 2, first(2) + B, first(1) + B);
        n3.blocks(first(1) + B, 1);
        n3.blocks(first(1) + B, 1);
        n3.loseHeader();
        add("a segment is not written before the one below it exists", missing, Outcome.CORRUPT, n.end(), Row.END_SEGMENT_MISSING);
    }
}
