package io.lss.core.recovery;

import static io.lss.core.recovery.LogImage.B;
import static io.lss.core.recovery.LogImage.S;
import static io.lss.core.recovery.LogImage.base;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.StoreCorruptException;
import io.lss.core.format.SegmentHeader;
import io.lss.core.recovery.LogImage.SegmentImage;
import io.lss.spi.flush.Segment;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The chain of segments and the handles on them. */
class LogSegmentsTest {

    private static final int COUNT = 20;
    private static final int HANDLES = 4;

    private final LogImage image = new LogImage();
    private final LogSegments segments = new LogSegments(image.device, LogImage.IDENTITY, HANDLES);

    LogSegmentsTest() {
        long end = 0;
        for (long n = 1; n <= COUNT; n++) {
            SegmentImage s = image.segment(n, 1, n - 1, end, base(1));
            s.unit(base(1), (int) n);
            end = s.end();
            segments.add(LiveSegment.stored(n, LogImage.IDENTITY));
        }
    }

    private LiveSegment segment(long number) {
        LiveSegment segment = segments.containing(base(number));
        if (segment == null) {
            throw new AssertionError("no segment " + number);
        }
        return segment;
    }

    private void touch(long number) throws IOException {
        LiveSegment segment = segment(number);
        assertNotNull(segments.acquire(segment));
        segments.release(segment);
    }

    @Test
    void nothingIsOpenedUntilItIsNeeded() {
        assertEquals(COUNT, segments.size());
        assertEquals(0, image.device.opens.get());
    }

    @Test
    void aHeaderIsReadOnce() throws IOException {
        assertEquals(5, header(5).number());
        long bytes = image.device.bytesRead.get();
        assertEquals(4, header(5).predecessor());
        assertEquals(bytes, image.device.bytesRead.get());
    }

    private SegmentHeader header(long number) throws IOException {
        SegmentHeader header = segments.header(segment(number));
        if (header == null) {
            throw new AssertionError("segment " + number + " is gone");
        }
        return header;
    }

    @Test
    void whereASegmentEndsIsInTheNextOne() throws IOException {
        assertEquals(base(7) + 2 * B, segments.end(segment(7)));
        assertEquals(base(7) + 2 * B, segment(7).knownEnd());
        assertEquals(LiveSegment.OPEN_END, segments.end(segment(COUNT)));
        segments.sealEnd(COUNT, base(COUNT) + 8 * B);
        assertEquals(base(COUNT) + 8 * B, segments.end(segment(COUNT)));
    }

    @Test
    void aRottenHeaderIsDamageOfItsSegment() {
        image.device.segment(8)[70] ^= 1;
        assertEquals(base(8), assertThrows(StoreCorruptException.class, () -> segments.header(segment(8))).lsn());
        assertEquals(base(8), assertThrows(StoreCorruptException.class, () -> segments.end(segment(7))).lsn());
    }

    @Test
    void atMostSoManyHandlesAreOpen() throws IOException {
        for (int round = 0; round < 3; round++) {
            for (long n = 1; n <= COUNT; n++) {
                touch(n);
                assertTrue(image.device.openHandles.get() <= HANDLES);
            }
        }
        segments.close();
        assertEquals(0, image.device.openHandles.get());
    }

    @Test
    void theLeastRecentlyUsedHandleIsClosedFirst() throws IOException {
        for (long n = 1; n <= HANDLES; n++) {
            touch(n);
        }
        touch(1);
        touch(9);
        assertTrue(image.device.open.contains(1L));
        assertTrue(!image.device.open.contains(2L));
    }

    @Test
    void aHandleInUseIsNotClosedForAnother() throws IOException {
        for (long n = 1; n <= HANDLES + 3; n++) {
            assertNotNull(segments.acquire(segment(n)));
        }
        assertEquals(HANDLES + 3, image.device.openHandles.get());
        for (long n = 1; n <= HANDLES + 3; n++) {
            segments.release(segment(n));
        }
        touch(15);
        assertTrue(image.device.openHandles.get() <= HANDLES);
    }

    @Test
    void theEnginesHandleIsNotClosedBeforeItIsDone() throws IOException {
        SegmentImage next = image.segment(COUNT + 1, 1, COUNT, base(COUNT) + 2 * B, base(1));
        Segment handle = image.device.open(COUNT + 1);
        segments.add(LiveSegment.written(next.header, handle));
        for (int round = 0; round < 2; round++) {
            for (long n = 1; n <= COUNT + 1; n++) {
                touch(n);
            }
        }
        assertTrue(image.device.open.contains(COUNT + 1L));
        assertEquals(HANDLES + 1, image.device.openHandles.get());
        segments.writingDone(COUNT + 1);
        for (long n = 1; n <= COUNT; n++) {
            touch(n);
        }
        assertEquals(HANDLES, image.device.openHandles.get());
        assertTrue(!image.device.open.contains(COUNT + 1L));
        // What the engine said of the segment is known without reading.
        assertEquals(base(COUNT) + 2 * B, segments.end(segment(COUNT)));
    }

    @Test
    void segmentsBelowTheBeginAreDroppedAndNeverTheLast() throws IOException {
        assertEquals(List.of(), segments.dropBelow(base(1) + 3 * B));
        assertEquals(List.of(1L, 2L), segments.dropBelow(base(3)));
        assertEquals(List.of(), segments.dropBelow(base(3) + 2 * B), "the end of segment 3 is not known without reading");
        assertEquals(base(3) + 2 * B, segments.end(segment(3)));
        assertEquals(List.of(), segments.dropBelow(base(3) + B + 64));
        assertEquals(List.of(3L), segments.dropBelow(base(3) + 2 * B));
        assertEquals(COUNT - 4, segments.dropBelow(base(COUNT + 5)).size());
        assertEquals(1, segments.size());
        assertNull(segments.containing(base(3)));
    }

    @Test
    void aDroppedSegmentHasNoHandleAndNoNewReaders() throws IOException {
        LiveSegment first = segment(1);
        touch(1);
        segments.dropBelow(base(2));
        assertEquals(0, image.device.openHandles.get());
        assertNull(segments.acquire(first));
        assertNull(segments.header(first));
    }

    @Test
    void droppingWaitsForReadersEvenIfInterrupted() throws Exception {
        LiveSegment first = segment(1);
        assertNotNull(segments.acquire(first));
        CountDownLatch dropped = new CountDownLatch(1);
        boolean[] stillInterrupted = new boolean[1];
        @Nullable Throwable[] failure = new Throwable[1];
        Thread dropper = Thread.ofPlatform().start(() -> {
            try {
                segments.dropBelow(base(2));
                stillInterrupted[0] = Thread.currentThread().isInterrupted();
            } catch (Throwable t) {
                failure[0] = t;
            }
            dropped.countDown();
        });
        dropper.interrupt();
        assertTrue(!dropped.await(50, TimeUnit.MILLISECONDS));
        assertEquals(1, image.device.openHandles.get());
        segments.release(first);
        dropper.join();
        assertNull(failure[0]);
        assertTrue(stillInterrupted[0]);
        assertEquals(0, image.device.openHandles.get());
    }

    @Test
    void aSegmentTheEngineStillWritesIsNotDropped() throws IOException {
        SegmentImage next = image.segment(COUNT + 1, 1, COUNT, base(COUNT) + 2 * B, base(1));
        segments.add(LiveSegment.written(next.header, image.device.open(COUNT + 1)));
        image.segment(COUNT + 2, 1, COUNT + 1, next.end(), base(1));
        segments.add(LiveSegment.stored(COUNT + 2, LogImage.IDENTITY));
        assertEquals(COUNT, segments.dropBelow((COUNT + 3) * S).size());
        segments.writingDone(COUNT + 1);
        assertEquals(List.of(COUNT + 1L), segments.dropBelow((COUNT + 3) * S));
    }

    @Test
    void theChainDrawsItself() throws IOException {
        touch(1);
        assertTrue(segments.toString().startsWith("segments of " + S + " bytes: 1 [" + base(1) + ", ?)* 2 ["), segments.toString());
    }
}
