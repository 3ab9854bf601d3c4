package io.lss.core.recovery;

import static io.lss.core.recovery.LogImage.B;
import static io.lss.core.recovery.LogImage.base;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lss.api.VerificationReport;
import io.lss.core.recovery.LogImage.SegmentImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Everything from begin to stable. */
class VerificationTest {

    private final LogImage image = new LogImage();
    private final SegmentImage one = image.segment(1, 1, 0, 0, base(1));
    private final long a = one.unit(base(1), 10, -20, 3000);
    private final long b = one.unit(base(1), 20_000);
    private final SegmentImage two = image.segment(2, 1, 1, one.end(), base(1));
    private final long c = two.unit(base(1), 5000, 7);
    private final long d = two.unit(base(1), 1);
    private final List<Long> damages = new ArrayList<>();
    private final List<Long> progress = new ArrayList<>();

    private VerificationReport verify(long begin, long end) throws IOException {
        LogSegments segments = StoredLogReaderTest.segments(image, one.end(), two.end());
        damages.clear();
        progress.clear();
        VerificationReport summary =
                Verification.verify(segments, begin, end, damage -> damages.add(damage.lsn()), progress::add);
        segments.close();
        assertEquals(0, image.device.openHandles.get());
        return summary;
    }

    @Test
    void aWholeLogHasNoDamage() throws IOException {
        VerificationReport summary = verify(base(1), two.end());
        assertEquals(List.of(), damages);
        assertEquals(2, summary.segments());
        assertEquals(4, summary.units());
        assertEquals(6, summary.records());
    }

    @Test
    void howFarItIsIsToldAfterEachUnit() throws IOException {
        verify(base(1), two.end());
        assertEquals(List.of(b, one.end(), d, two.end(), two.end()), progress);
        verify(b + 64, d);
        assertEquals(List.of(b + 64, one.end(), d, d), progress, "neither below the begin nor above the end");
        two.rot(base(2) + 5);
        verify(base(1), two.end());
        assertEquals(List.of(b, one.end(), two.end()), progress, "the header of the second segment is lost");
    }

    @Test
    void everyDamageIsReportedAtItsPlace() throws IOException {
        one.rot(b + 64 + 1000);
        two.lose(c, B);
        verify(base(1), two.end());
        assertEquals(List.of(b + 64, c), damages);
    }

    @Test
    void bytesThatMustBeZeroAreLookedAt() throws IOException {
        one.rot(a + 64 + 16 + 12);
        verify(base(1), two.end());
        assertEquals(List.of(a + 64), damages);
        one.rot(a + 64 + 16 + 12);
        two.rot(two.end() - 1);
        verify(base(1), two.end());
        assertEquals(List.of(d + 64 + 24), damages);
    }

    @Test
    void aLostHeaderIsReportedAndTheSegmentBeforeItVerifiedAllTheSame() throws IOException {
        two.rot(base(2) + 5);
        VerificationReport summary = verify(base(1), two.end());
        assertEquals(List.of(base(2)), damages);
        assertEquals(2, summary.units());
        one.rot(a + 70);
        verify(base(1), two.end());
        assertEquals(List.of(a + 64, base(2)), damages);
    }

    @Test
    void nothingBehindTheEndIsLookedAt() throws IOException {
        two.lose(d, B);
        assertEquals(0, verify(base(1), d).damages());
        assertEquals(1, verify(base(1), two.end()).damages());
    }

    @Test
    void nothingBelowTheBeginsSegmentIsLookedAt() throws IOException {
        one.lose(a, B);
        assertEquals(0, verify(base(2), two.end()).damages());
        assertEquals(0, verify(b, two.end()).damages());
        assertEquals(1, verify(a + 64, two.end()).damages());
    }

    @Test
    void noByteThatMustBeZeroIsLookedAtInUnitsThatAreTrimmed() throws IOException {
        one.rot(a + 64 + 16 + 12);
        assertEquals(0, verify(b, two.end()).damages());
        assertEquals(1, verify(b - 8, two.end()).damages());
    }
}
