package io.lss.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.api.Durability;
import io.lss.api.WriteMode;
import io.lss.core.recovery.StoreIdentity;
import io.lss.spi.flush.Completion;
import io.lss.spi.flush.Segment;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;

/** In which order a step wakes and issues, step by step. */
class FlusherWakeTest {

    private static final int BLOCK = 4096;
    private static final int BUFFER = 4 * BLOCK;
    private static final int BUFFERS = 4;
    private static final long SEGMENT = 64 * BLOCK;

    private final BufferWordsRingTest.NullDevice device = new BufferWordsRingTest.NullDevice(0);
    private final Health health = new Health(URI.create("test:flusher"));
    private final StableWaiters waiters = new StableWaiters();
    private final Deque<Completion> writes = new ArrayDeque<>();
    private boolean endsAtOnce;
    private int issued;

    private final Segment handle = new Segment() {
        @Override
        public void write(MemorySegment src, long position, boolean durable, Completion completion) {
            assertTrue(durable);
            issued++;
            writes.add(completion);
            if (endsAtOnce) {
                completeOne();
            }
        }

        @Override
        public void sync(Completion completion) {
            throw new AssertionError("a durable write needs no sync");
        }

        @Override
        public long read(MemorySegment dst, long position) {
            throw new AssertionError("nothing is read");
        }

        @Override
        public void finish(long end) {}

        @Override
        public void close() {}
    };

    private final FlushRing ring = new FlushRing(
            Arena.ofAuto().allocate(BUFFERS * BUFFER, BLOCK),
            BUFFERS,
            BUFFER,
            BLOCK,
            false,
            health,
            new SegmentSupply(device, SEGMENT, 2, () -> {}),
            new Quiet());

    private final LogSegment segment = new LogSegment(1, SEGMENT, SEGMENT, 7, handle);
    private final Flusher flusher = new Flusher(
            ring,
            device,
            health,
            new SegmentSupply(device, SEGMENT, 2, () -> {}),
            waiters,
            new FlushCounts(() -> {}),
            new StoreIdentity(1, 2, SEGMENT, BLOCK),
            1,
            new Flusher.Settings(Durability.SYNC, WriteMode.TAIL_LOCALIZED, false, BUFFERS, BUFFERS * BUFFER, BUFFERS * BUFFER, 1_000_000_000L),
            SEGMENT,
            () -> {});

    FlusherWakeTest() {
        ring.start(segment, -1, 0);
    }

    private void completeOne() {
        writes.remove().done(BLOCK * (issued == 1 ? 2L : 1L), null);
    }

    /** Appends and waits for it. {@return the LSN} */
    private long commit() throws IOException {
        Appender appender = new Appender(BUFFERS, new Appender.Counts());
        FlushBuffer b = ring.reserve(64, appender, false);
        assertNotNull(b);
        long lsn = b.baseLsn + appender.offset;
        ring.publish(b, 64);
        waiters.add(StableWaiter.parked(lsn));
        return lsn;
    }

    private void assertWoken(long lsn) {
        StableWaiter woken = flusher.takeWoken();
        assertNotNull(woken);
        assertEquals(lsn, woken.lsn);
        assertNull(woken.next);
    }

    @Test
    void besideADeviceThatWritesByItselfTheNextFlushIsIssuedFirst() throws IOException {
        long first = commit();
        flusher.step(true);
        long second = commit();
        flusher.step(true);
        assertEquals(1, issued, "one flush for waiters at a time");
        completeOne();
        flusher.step(true);
        assertEquals(2, issued);
        assertFalse(flusher.hasPutOff());
        assertWoken(first);
        completeOne();
        flusher.step(true);
        assertWoken(second);
    }

    @Test
    void whereTheCallWritesThoseWhoAreDoneAreWokenFirst() throws IOException {
        endsAtOnce = true;
        long first = commit();
        flusher.step(true);
        long second = commit();
        flusher.step(true);
        assertEquals(1, issued, "who waits for the first would wait for the second as well");
        assertTrue(flusher.hasPutOff());
        assertWoken(first);
        flusher.step(true);
        assertEquals(2, issued);
        assertFalse(flusher.hasPutOff());
        flusher.step(true);
        assertWoken(second);
        assertFalse(flusher.hasPutOff(), "nothing is left to be put off");
    }

    @Test
    void nothingIsPutOffWhenTheDeviceIsDead() throws IOException {
        endsAtOnce = true;
        long first = commit();
        flusher.step(true);
        long second = commit();
        flusher.step(true);
        assertTrue(flusher.hasPutOff());
        assertWoken(first);
        assertTrue(flusher.givenUp("the test says so", new IllegalStateException("from the test")));
        flusher.step(true);
        assertFalse(flusher.hasPutOff(), "or whoever steps while there is work steps for ever");
        assertWoken(second);
    }

    /** The ring needs nobody here. */
    private static final class Quiet implements FlushRing.Surroundings {
        @Override
        public void ready() {}

        @Override
        public void signal() {}

        @Override
        public void happened() {}

        @Override
        public long nanoTime() {
            return 0;
        }

        @Override
        public void rolled(LogSegment predecessor, long predecessorEnd, LogSegment to) {}

        @Override
        public void failed(Throwable cause) {
            throw new AssertionError(cause);
        }

        @Override
        public boolean callerDriven() {
            return false;
        }

        @Override
        public void driveForSpace() {}

        @Override
        public void spaceFound() {}
    }
}
