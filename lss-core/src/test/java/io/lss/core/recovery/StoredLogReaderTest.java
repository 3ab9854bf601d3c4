package io.lss.core.recovery;

import static io.lss.core.recovery.LogImage.B;
import static io.lss.core.recovery.LogImage.base;
import static io.lss.core.recovery.LogImage.first;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.ReadOutcome;
import io.lss.api.StoreClosedException;
import io.lss.api.StoreCorruptException;
import io.lss.core.recovery.LogImage.SegmentImage;
import io.lss.core.recovery.LogImage.Written;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Records from the device by LSN. */
class StoredLogReaderTest {

    private final LogImage image = new LogImage();
    private final SegmentImage one = image.segment(1, 1, 0, 0, base(1));
    private final long small = one.unit(base(1), 10, -20, 3000, 1);
    private final long large = one.unit(base(1), 30_000);
    private final SegmentImage two = image.segment(2, 1, 1, one.end(), base(1));
    private final long next = two.unit(base(1), 5000, 7, 9000);
    private final LogSegments segments = segments(image, one.end(), two.end());
    private final StoredLogReader reader = new StoredLogReader(segments);

    /** The chain of segments 1 and 2. */
    static LogSegments segments(LogImage image, long end1, long end2) {
        LogSegments segments = new LogSegments(image.device, LogImage.IDENTITY, 4);
        segments.add(LiveSegment.stored(1, LogImage.IDENTITY));
        segments.add(LiveSegment.stored(2, LogImage.IDENTITY));
        segments.sealEnd(2, end2);
        assertTrue(end1 < end2);
        return segments;
    }

    private ReadOutcome read(long lsn) throws IOException {
        return reader.read(lsn, MemorySegment.ofArray(new byte[100]));
    }

    private String noRecord(long lsn) {
        return String.valueOf(assertThrows(IllegalArgumentException.class, () -> read(lsn)).getMessage());
    }

    @Test
    void everyRecordIsReadByteForByte() throws IOException {
        for (Written w : image.records) {
            byte[] dst = new byte[w.payload().length];
            assertEquals(
                    new ReadOutcome(ReadOutcome.Status.RECORD, dst.length), reader.read(w.lsn(), MemorySegment.ofArray(dst)));
            assertArrayEquals(w.payload(), dst);
        }
        assertEquals(7, image.records.size());
    }

    @Test
    void aDestinationThatIsTooShortTakesTheBegin() throws IOException {
        for (Written w : image.records) {
            for (int length : new int[] {0, 1, w.payload().length - 1, w.payload().length + 5000}) {
                byte[] dst = new byte[length];
                assertEquals(w.payload().length, reader.read(w.lsn(), MemorySegment.ofArray(dst)).length());
                int common = Math.min(length, w.payload().length);
                assertArrayEquals(Arrays.copyOf(w.payload(), common), Arrays.copyOf(dst, common));
                assertArrayEquals(new byte[length - common], Arrays.copyOfRange(dst, common, length));
            }
        }
    }

    @Test
    void aSmallRecordCostsOneSmallRead() throws IOException {
        read(small + 64);
        long before = image.device.bytesRead.get();
        read(small + 64);
        assertEquals(B, image.device.bytesRead.get() - before);
    }

    @Test
    void aFillerIsAborted() throws IOException {
        assertEquals(ReadOutcome.Status.ABORTED, read(small + 64 + 32).status());
    }

    @Test
    void aBatchGivesWhatSingleReadsGive() throws IOException {
        long[] lsns = new long[150];
        List<MemorySegment> dsts = new ArrayList<>();
        for (int i = 0; i < lsns.length; i++) {
            lsns[i] = i % 7 == 6 ? small + 64 + 32 : image.records.get(i % 6).lsn();
            dsts.add(MemorySegment.ofArray(new byte[i % 3 == 0 ? 10 : 40_000]));
        }
        List<ReadOutcome> outcomes = reader.readAll(lsns, dsts);
        for (int i = 0; i < lsns.length; i++) {
            byte[] single = new byte[(int) dsts.get(i).byteSize()];
            assertEquals(reader.read(lsns[i], MemorySegment.ofArray(single)), outcomes.get(i));
            assertEquals(-1, dsts.get(i).mismatch(MemorySegment.ofArray(single)));
        }
        segments.close();
        assertEquals(0, image.device.openHandles.get());
    }

    @Test
    void aBatchFailsWithItsFirstFailureInOrderAndKeepsNothing() throws IOException {
        one.rot(large + 1000);
        long[] lsns = {small + 64, large + 64, small + 65};
        List<MemorySegment> dsts = List.of(
                MemorySegment.ofArray(new byte[9]), MemorySegment.ofArray(new byte[9]), MemorySegment.ofArray(new byte[9]));
        assertEquals(large + 64, assertThrows(StoreCorruptException.class, () -> reader.readAll(lsns, dsts)).lsn());
        long[] reversed = {small + 64, small + 65, large + 64};
        assertThrows(IllegalArgumentException.class, () -> reader.readAll(reversed, dsts));
        segments.close();
        assertEquals(0, image.device.openHandles.get());
    }

    @Test
    void anLsnOfNoRecordIsTheCallersMistakeAndSaysWhere() {
        assertTrue(noRecord(small + 65).contains("multiples of 8"));
        assertTrue(noRecord(-8).contains("multiples of 8"));
        assertTrue(noRecord(base(1) + 8).contains("header of segment 1"));
        assertTrue(noRecord(small).contains("header of segment 1"));
        assertTrue(noRecord(large).contains("header of the flush unit at LSN " + large));
        assertTrue(noRecord(small + 64 + 8).contains("inside the record at LSN " + (small + 64)));
        assertTrue(noRecord(small + 64 + 32 + 40 + 1000).contains("inside the record at LSN " + (small + 64 + 32 + 40)));
        assertTrue(noRecord(large - 8).contains("padding of the flush unit at LSN " + small));
        assertTrue(noRecord(large + 64 + 16_000).contains("inside the record at LSN " + (large + 64)));
        assertTrue(noRecord(one.end()).contains("leaves segment 1 at LSN " + one.end()));
        assertTrue(noRecord(base(2) - 8).contains("leaves segment 1"));
        assertTrue(noRecord(base(3) + 8000).contains("segment 3"));
    }

    /** A crash may leave whole units behind a hole, and recovery cuts them: they are of the log no more, however valid they look. */
    @Test
    void aRecordThatWasCutIsNotRead() throws IOException {
        SegmentImage three = image.segment(3, 1, 2, two.end(), base(1));
        long kept = three.unit(base(1), 50);
        long cut = three.unit(base(1), 60);
        segments.add(LiveSegment.stored(3, LogImage.IDENTITY));
        SegmentImage later = image.segment(5, 2, 3, cut, base(1));
        long after = later.unit(base(1), 70);
        segments.add(LiveSegment.stored(5, LogImage.IDENTITY));
        String message = noRecord(cut + 64);
        assertTrue(message.contains("leaves segment 3 at LSN " + cut), message);
        assertThrows(
                IllegalArgumentException.class,
                () -> reader.readAll(new long[] {kept + 64, cut + 64}, List.of(MemorySegment.NULL, MemorySegment.NULL)));
        assertTrue(read(kept + 64).isRecord());
        assertTrue(read(after + 64).isRecord());
    }

    /** Where the log leaves a segment is in the next one's header; when that is lost, what the segment has is read all the same. */
    @Test
    void aRecordIsReadThoughTheHeaderOfTheNextSegmentIsLost() throws IOException {
        two.rot(base(2) + 80);
        assertTrue(read(large + 64).isRecord());
    }

    @Test
    void damageIsReportedAtItsPlace() {
        one.rot(large + 64 + 16 + 500);
        StoreCorruptException payload = assertThrows(StoreCorruptException.class, () -> read(large + 64));
        assertEquals(large + 64, payload.lsn());
        assertTrue(payload.reason().contains("segment 1, position " + (large + 64 - base(1))), payload.reason());
        two.rot(next + 64 + 4);
        assertEquals(next + 64, assertThrows(StoreCorruptException.class, () -> read(next + 64)).lsn());
        // What follows in the unit cannot be told from the inside of a record any more, except where it is valid itself.
        assertEquals(next + 64, assertThrows(StoreCorruptException.class, () -> read(next + 64 + 8)).lsn());
    }

    @Test
    void aRecordIsReadWhateverBecameOfTheRestOfItsUnit() throws IOException {
        one.lose(small, 64);
        assertTrue(read(small + 64).isRecord());
        two.rot(next + 64 + 4);
        assertTrue(read(next + 64 + 5016).isRecord());
    }

    @Test
    void aLostUnitIsDamage() {
        one.lose(large, 32_000);
        assertEquals(large, assertThrows(StoreCorruptException.class, () -> read(large + 64)).lsn());
    }

    @Test
    void aLostSegmentHeaderIsDamage() {
        two.rot(base(2) + 80);
        StoreCorruptException e = assertThrows(StoreCorruptException.class, () -> read(next + 64));
        assertEquals(base(2), e.lsn());
        assertTrue(e.reason().contains("segment 2, position 0"), e.reason());
    }

    @Test
    void aLostSegmentIsDamage() {
        image.device.segments.remove(1L);
        assertEquals(base(1), assertThrows(StoreCorruptException.class, () -> read(small + 64)).lsn());
    }

    @Test
    void aTruncatedSegmentIsDamage() {
        image.device.truncate(1, (int) (large - base(1)) + 500);
        assertThrows(StoreCorruptException.class, () -> read(large + 64));
    }

    @Test
    void aRottenLengthDoesNotMakeTheReaderReadBeyondTheSegment() {
        byte[] bytes = two.bytes;
        int at = (int) (next - base(2)) + 64 + 4;
        for (int value : new int[] {0x7fff_ffff, 0x8000_0000, 0x0fff_ffff, 200_000, 0}) {
            java.nio.ByteBuffer.wrap(bytes).order(java.nio.ByteOrder.LITTLE_ENDIAN).putInt(at, value);
            assertEquals(next + 64, assertThrows(StoreCorruptException.class, () -> read(next + 64)).lsn());
        }
    }

    @Test
    void whatTheMediumCannotReadIsNotDamage() {
        image.device.unreadable.add(1L);
        assertEquals("segment 1: EIO", assertThrows(IOException.class, () -> read(small + 64)).getMessage());
    }

    @Test
    void aTrimmedRecordIsTrimmed() throws IOException {
        assertTrue(read(small + 64).isRecord());
        assertEquals(List.of(1L), segments.dropBelow(base(2)));
        assertEquals(ReadOutcome.Status.TRIMMED, read(small + 64).status());
        assertEquals(ReadOutcome.Status.TRIMMED, reader.readAll(new long[] {small + 64}, List.of(MemorySegment.NULL)).getFirst().status());
        assertTrue(read(next + 64).isRecord());
    }

    @Test
    void aClosedChainIsClosed() throws IOException {
        segments.close();
        assertThrows(StoreClosedException.class, () -> read(first(1) + 64));
    }

    @Test
    void readersOfATrimmedSegmentFinishOrAreTold() throws Exception {
        for (int round = 0; round < 50; round++) {
            LogSegments racing = segments(image, one.end(), two.end());
            StoredLogReader each = new StoredLogReader(racing);
            List<Throwable> failures = java.util.Collections.synchronizedList(new ArrayList<>());
            AtomicInteger reads = new AtomicInteger();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                threads.add(Thread.ofVirtual().start(() -> {
                    try {
                        ReadOutcome outcome;
                        do {
                            byte[] dst = new byte[10];
                            outcome = each.read(small + 64, MemorySegment.ofArray(dst));
                            reads.incrementAndGet();
                            if (outcome.isRecord()) {
                                assertArrayEquals(LogImage.payload(small + 64, 10), dst);
                            }
                        } while (outcome.isRecord());
                        assertEquals(ReadOutcome.Status.TRIMMED, outcome.status());
                    } catch (Throwable t) {
                        failures.add(t);
                    }
                }));
            }
            // Dropped before the first read, among the first ones, and in the middle of many; a reader that fails reads no more.
            while (reads.get() < round % 10 * 20 && failures.isEmpty()) {
                Thread.onSpinWait();
            }
            MemoryDevice device = image.device;
            assertEquals(List.of(1L), racing.dropBelow(base(2)));
            assertTrue(!device.open.contains(1L), "a handle is open on return");
            for (Thread thread : threads) {
                thread.join();
            }
            assertEquals(List.of(), failures);
            racing.close();
        }
    }
}
