package io.lss.core.recovery;

import static io.lss.core.recovery.LogImage.B;
import static io.lss.core.recovery.LogImage.S;
import static io.lss.core.recovery.LogImage.base;
import static io.lss.core.recovery.LogImage.first;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.Damage;
import io.lss.api.StoreCorruptException;
import io.lss.api.StoreException;
import io.lss.api.VerificationReport;
import io.lss.core.format.SegmentHeader;
import io.lss.core.format.SegmentHeaderImage;
import io.lss.core.format.Tags;
import io.lss.core.inspect.SegmentView;
import io.lss.core.inspect.SegmentVisitor;
import io.lss.core.inspect.SegmentWalk;
import io.lss.core.inspect.StoreInspection;
import io.lss.core.recovery.LogImage.SegmentImage;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is found in a store that is looked into, whatever became of it; the device refuses every write. */
class StoreInspectionTest {

    private final LogImage image = new LogImage().roots(LogImage.root(1, 1, 0, 0, base(1)));
    private final SegmentImage one = image.segment(1, 1, 0, 0, base(1));
    private final long a = one.unit(base(1), 10, -20, 3000);
    private final long b = one.unit(base(1), 100, 200, 300);
    private final long c = one.unit(base(1), 20_000);

    /** Everything that a walk tells, a line each: {@code U} a unit, {@code F} a frame, {@code G} a gap. */
    private List<String> walk(long number) throws IOException {
        List<String> told = new ArrayList<>();
        try (StoreInspection store = new StoreInspection(image.device, "memory");
                SegmentView view = store.view(number, true)) {
            SegmentHeader header = view.header();
            assertNotNull(header);
            long end = new SegmentWalk(view, header).walk(new SegmentVisitor() {
                @Override
                public boolean unit(Unit unit) {
                    told.add("U " + unit.lsn() + " " + unit.length() + " " + unit.paddedLength() + " " + unit.records() + unit.fault());
                    return true;
                }

                @Override
                public void frame(Frame frame) {
                    told.add("F " + frame.lsn() + " " + frame.kind() + " " + frame.length() + frame.fault());
                    if (frame.kind() == 1) {
                        assertEquals(-1, frame.payload().mismatch(MemorySegment.ofArray(
                                LogImage.payload(frame.lsn(), (int) frame.length()))));
                    }
                }

                @Override
                public void gap(Gap gap) {
                    told.add("G " + gap.lsn() + " " + gap.bytes() + (gap.zero() ? " zero " : " ") + gap.fault());
                }
            });
            told.add("end " + end);
        }
        assertEquals(0, image.device.openHandles.get());
        return told;
    }

    private List<String> whole() {
        return List.of(
                "U " + a + " " + (64 + 32 + 40 + 3016) + " " + B + " 2",
                "F " + (a + 64) + " 1 10",
                "F " + (a + 96) + " 2 20",
                "F " + (a + 136) + " 1 3000",
                "U " + b + " " + (64 + 120 + 216 + 320) + " " + B + " 3",
                "F " + (b + 64) + " 1 100",
                "F " + (b + 184) + " 1 200",
                "F " + (b + 400) + " 1 300",
                "U " + c + " " + (64 + 20_016) + " " + 5 * B + " 1",
                "F " + (c + 64) + " 1 20000",
                "G " + (c + 5 * B) + " " + (S - 8 * B) + " zero no unit header",
                "end " + S);
    }

    @Test
    void aWholeSegmentIsToldUnitByUnitAndFrameByFrame() throws IOException {
        assertEquals(whole(), walk(1));
    }

    @Test
    void aBadFrameIsToldAtItsPlaceAndTheWalkGoesOnAtTheNextGoodOne() throws IOException {
        one.rot(b + 184 + 16 + 7);
        List<String> expected = new ArrayList<>(whole());
        expected.set(4, "U " + b + " 720 " + B + " 1frame checksum wrong");
        expected.set(6, "F " + (b + 184) + " 0 216frame checksum wrong");
        assertEquals(expected, walk(1));
    }

    @Test
    void aBadUnitHeaderIsAGapUpToTheNextUnit() throws IOException {
        one.rot(b + 20);
        List<String> expected = new ArrayList<>(whole());
        expected.subList(4, 8).clear();
        expected.add(4, "G " + b + " " + B + " unit header checksum wrong");
        assertEquals(expected, walk(1));
    }

    @Test
    void aSegmentThatWasCutIsToldToItsEnd() throws IOException {
        image.device.truncate(1, 2 * B + 100);
        List<String> expected = new ArrayList<>(whole().subList(0, 4));
        expected.add("U " + b + " 720 " + B + " 0unit ends early: the segment has no more bytes");
        expected.add("F " + (b + 64) + " 0 656frame longer than its unit");
        expected.add("end " + (2 * B + 100));
        assertEquals(expected, walk(1));
    }

    @Test
    void aLostHeaderIsPutTogetherFromTheUnits() throws IOException {
        one.loseHeader();
        // The first unit's only proof is gone, so a later one has to serve.
        one.rot(a + 64 + 3);
        try (StoreInspection store = new StoreInspection(image.device, "memory");
                SegmentView view = store.view(1, true);
                SegmentView plain = store.view(1, false)) {
            assertTrue(view.isRebuilt());
            assertEquals("no segment header", view.headerFault());
            SegmentHeader header = view.header();
            assertNotNull(header);
            assertEquals(one.header.salt(), header.salt());
            assertEquals(one.header.session(), header.session());
            assertNull(plain.header());
        }
        List<String> told = walk(1);
        assertEquals(whole().subList(4, 12), told.subList(told.size() - 8, told.size()));
    }

    @Test
    void unitsOfAnotherPlaceMakeNoHeader() throws IOException {
        byte[] foreign = image.device.segment(1).clone();
        image.device.segments.put(2L, foreign);
        try (StoreInspection store = new StoreInspection(image.device, "memory");
                SegmentView view = store.view(2, true)) {
            assertEquals("header of segment 1", view.headerFault());
            assertNull(view.header());
            assertFalse(view.isRebuilt());
        }
    }

    @Test
    void withBothRootsLostTheHeadersSayWhatTheStoreIs() throws IOException {
        image.device.roots[0] = new byte[17];
        image.device.roots[1] = null;
        try (StoreInspection store = new StoreInspection(image.device, "memory")) {
            assertNull(store.root());
            assertEquals(LogImage.IDENTITY, store.identity());
            assertEquals("root copy has 17 bytes instead of 4096", store.roots().get(0).fault());
            assertEquals("missing", store.roots().get(1).fault());
        }
        assertEquals(whole(), walk(1));
    }

    @Test
    void whyItWouldNotOpenIsFoundWithoutWriting() throws IOException {
        try (StoreInspection store = new StoreInspection(image.device, "memory")) {
            assertEquals(Optional.empty(), store.opening().refusal());
        }
        image.roots(LogImage.root(1, 1, 0, 0, c));
        one.rot(base(1) + 10);
        try (StoreInspection store = new StoreInspection(image.device, "memory")) {
            StoreException refusal = store.opening().refusal().orElseThrow();
            assertEquals(base(1), assertInstanceOf(StoreCorruptException.class, refusal).lsn());
        }
        assertEquals(0, image.device.openHandles.get());
        image.device.rootsUnreadable = true;
        try (StoreInspection store = new StoreInspection(image.device, "memory")) {
            assertThrows(IOException.class, store::opening, "a medium that fails is no damage");
        }
    }

    @Test
    void itIsVerifiedWithoutBeingOpened() throws IOException {
        List<Damage> found = new ArrayList<>();
        image.roots(LogImage.root(1, 1, 0, 0, c));
        try (StoreInspection store = new StoreInspection(image.device, "memory")) {
            VerificationReport report = store.verify(found::add, _ -> {});
            assertEquals(new VerificationReport(1, 3, 6, report.bytes(), 0), report);
            one.rot(a + 64 + 20);
            assertEquals(1, store.verify(found::add, _ -> {}).damages());
            assertEquals(1, found.size());
            one.rot(base(1) + 10);
            assertThrows(StoreCorruptException.class, () -> store.verify(found::add, _ -> {}));
        }
        assertEquals(0, image.device.openHandles.get());
    }

    @Test
    void whatTheMediumRefusesIsToldAsThat() throws IOException {
        image.device.unreadable.add(1L);
        image.segment(2, 1, 1, one.end(), base(1)).unit(base(1), 5);
        try (StoreInspection store = new StoreInspection(image.device, "memory");
                SegmentView view = store.view(1, true)) {
            assertEquals("cannot be read: segment 1: EIO", view.headerFault());
            assertTrue(view.image() instanceof SegmentHeaderImage.Invalid);
        }
        assertEquals("U " + first(2), walk(2).getFirst().substring(0, 2 + String.valueOf(first(2)).length()));
        image.device.rootsUnreadable = true;
        try (StoreInspection store = new StoreInspection(image.device, "memory")) {
            assertEquals("cannot be read: root 0: EIO", store.roots().get(0).fault());
        }
    }

    @Test
    void mixingCanBeUndone() {
        Random random = new Random(5);
        for (int i = 0; i < 1000; i++) {
            long x = i < 3 ? i - 1 : random.nextLong();
            assertEquals(x, Tags.unmix(Tags.mix(x)));
        }
    }
}
