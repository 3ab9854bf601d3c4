package io.lss.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lss.api.StoreFullException;
import io.lss.spi.flush.Device;
import io.lss.spi.flush.Segment;
import io.lss.spi.flush.Traits;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/**
 * The ring of buffers between producers, sealers, a flusher and the maker of segments, without a store around it.
 *
 * <p>What must hold: no LSN is given out twice; every reservation lies in one generation, and they tile it from its start to its
 * end; generations reach the flusher in LSN order, without a gap, every segment with its header; a buffer is not handed on before
 * its last byte is there; the tail never shrinks; and the ring never wedges.
 */
class BufferWordsRingTest {

    private static final long PATIENCE_SECONDS = 60;

    @Test
    void underStressReservationsTileTheLogAndTheRingNeverWedges() throws Exception {
        assertEquals("", new Storm(100_000, PATIENCE_SECONDS).call());
    }

    @Test
    void whoLookedAtOneDebtDoesNotSettleALaterOne() throws Exception {
        assertEquals("", new LateOpener().call());
    }

    // -------------------------------------------------------------------------------- a ring without a store

    /** A ring, and a log that only remembers which units it was given. One flusher at a time; the rest any thread. */
    static final class SmallRing implements FlushRing.Surroundings {

        static final int BLOCK = 64;

        /** What one caller was given. */
        record Claim(long lsn, long end) {}

        /** What was flushed. */
        record Unit(long segment, long baseLsn, int start, int end) {}

        final Health health = new Health(URI.create("test:ring"));
        final SegmentSupply supply;
        final FlushRing ring;
        final int largest;

        /** What to do when the ring signals. Set before there are threads. */
        Runnable signalled = () -> {};

        /** What to do when a segment is asked for. Set before there are threads. */
        Runnable asked = () -> {};

        // Arrays: each volatile access here is one more place where the model checker may switch threads, to no end.
        private final Claim[] claims;
        private final AtomicInteger claimCount = new AtomicInteger();
        private Unit[] units = new Unit[16];
        private int unitCount;
        private int issueIndex;
        private LogSegment segment;
        private long expectedLsn;

        SmallRing(int buffers, int bufferSize, int segmentSize, Device device, int claims) {
            this.claims = new Claim[claims];
            supply = new SegmentSupply(device, segmentSize, 1, () -> asked.run());
            MemorySegment memory = MemorySegment.ofArray(new long[buffers * bufferSize / Long.BYTES]);
            ring = new FlushRing(memory, buffers, bufferSize, BLOCK, false, health, supply, this);
            largest = bufferSize - 2 * BLOCK;
            segment = new LogSegment(0, 0, segmentSize, 0, LogSegment.NONE.handle());
            ring.start(segment, -1, 0);
        }

        /** Reserves and publishes. {@return whether there was space without waiting} */
        boolean append(int bytes) {
            return append(bytes, false);
        }

        /** Reserves and publishes. {@return whether there was space} */
        boolean append(int bytes, boolean mayWait) {
            try {
                Appender appender = new Appender(ring.size(), new Appender.Counts());
                FlushBuffer b = ring.reserve(bytes, appender, mayWait);
                if (b != null) {
                    claim(b.baseLsn + appender.offset, bytes);
                    ring.publish(b, bytes);
                }
                return b != null;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        void claim(long lsn, int bytes) {
            claims[claimCount.getAndIncrement()] = new Claim(lsn, lsn + bytes);
        }

        /** Makes a segment if one was asked for. By the maker of segments. {@return whether anything has changed} */
        boolean prepare() throws IOException {
            boolean changed = supply.prepare();
            if (changed) {
                if (supply.prepared() != null) {
                    ring.tryOpen();
                }
                ring.wakeWaiting();
            }
            return changed;
        }

        /** Makes a segment, wanted or not. */
        void prepareAhead() {
            try {
                supply.request();
                prepare();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        /** {@return the next buffer in LSN order, now issued, or null if it is not ready} By the flusher. */
        FlushBuffer issue() {
            FlushBuffer b = ring.buffer(issueIndex);
            if (b.phase != FlushBuffer.Phase.READY) {
                return null;
            }
            issueIndex = (issueIndex + 1) % ring.size();
            if (b.end > b.start) {
                take(b);
            }
            b.phase = FlushBuffer.Phase.ISSUED;
            return b;
        }

        private void take(FlushBuffer b) {
            if (unitCount == units.length) {
                units = Arrays.copyOf(units, 2 * units.length);
            }
            units[unitCount++] = new Unit(b.segment.number(), b.baseLsn, b.start, b.end);
            boolean first = b.baseLsn == b.segment.base();
            check(first == b.unitOffset > 0, "a segment header is where a segment begins, and nowhere else");
            if (b.segment.number() != segment.number()) {
                check(b.segment.number() > segment.number() && first, "a new segment is a later one, from its beginning");
                check(ring.predecessorNumber(b) == segment.number(), "a segment names its predecessor");
                check(ring.predecessorEnd(b) == expectedLsn, "a segment knows where its predecessor ends");
                segment = b.segment;
                expectedLsn = segment.base();
            }
            check(b.baseLsn == expectedLsn, "units follow each other without a gap");
            expectedLsn = b.baseLsn + ring.padded(b.end);
            check(expectedLsn <= segment.limit(), "a unit ends in its segment");
        }

        /** The device is done with it. By the flusher. */
        void free(FlushBuffer b) {
            b.phase = FlushBuffer.Phase.FREE;
            ring.tryOpen();
        }

        /** Issues and frees all that is ready. {@return whether anything was} */
        boolean flush() {
            boolean any = false;
            for (FlushBuffer b = issue(); b != null; b = issue()) {
                free(b);
                any = true;
            }
            return any;
        }

        /** From now on whoever signals flushes and makes segments, unless another thread is at it, who then goes on. */
        void serveAtOnce() {
            AtomicBoolean turn = new AtomicBoolean();
            AtomicBoolean pending = new AtomicBoolean();
            signalled = () -> {
                pending.set(true);
                while (pending.get() && turn.compareAndSet(false, true)) {
                    pending.set(false);
                    try {
                        flush();
                        prepare();
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    } finally {
                        turn.set(false);
                    }
                }
            };
            asked = signalled;
        }

        boolean isFree() {
            for (int i = 0; i < ring.size(); i++) {
                if (ring.buffer(i).phase != FlushBuffer.Phase.FREE) {
                    return false;
                }
            }
            return true;
        }

        /** When all is quiet: flushes the rest, sees that the ring still works, and checks the log. */
        void finishAndCheck() {
            prepareAhead();
            flush();
            check(append(24), "the ring is not wedged");
            ring.seal();
            flush();
            checkLog();
        }

        /** Everything that was claimed lies in a unit, end to end. */
        void checkLog() {
            Claim[] sorted = Arrays.copyOf(claims, claimCount.get());
            Arrays.sort(sorted, Comparator.comparingLong(Claim::lsn));
            int next = 0;
            for (Unit unit : Arrays.copyOf(units, unitCount)) {
                long at = unit.baseLsn + unit.start;
                while (at < unit.baseLsn + unit.end) {
                    if (next == sorted.length || sorted[next].lsn != at) {
                        throw violated("reservations tile " + unit + ", but at " + at);
                    }
                    at = sorted[next++].end;
                }
                check(at == unit.baseLsn + unit.end, "no reservation reaches over the end of a unit");
            }
            check(next == sorted.length, "every reservation was flushed");
        }

        void check(boolean holds, String rule) {
            if (!holds) {
                throw violated(rule);
            }
        }

        AssertionError violated(String rule) {
            return new AssertionError("violated: " + rule + System.lineSeparator() + this);
        }

        @Override
        public void ready() {
            signalled.run();
        }

        @Override
        public void signal() {
            signalled.run();
        }

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
        public void driveForSpace() {
            throw new IllegalStateException("not caller-driven");
        }

        @Override
        public void spaceFound() {
            throw new IllegalStateException("not caller-driven");
        }

        @Override
        public String toString() {
            Unit[] all = units;
            int count = Math.min(unitCount, all.length);
            return ring + System.lineSeparator() + "next to issue #" + issueIndex + ", next LSN " + expectedLsn
                    + ", flushed last " + Arrays.toString(Arrays.copyOfRange(all, Math.max(0, count - 8), count));
        }
    }

    /** Segments that keep nothing; every so often there is no space for one. */
    record NullDevice(int fullEvery) implements Device {

        @Override
        public Segment create(long number, long bytes) throws StoreFullException {
            if (fullEvery > 0 && FULL.nextInt(fullEvery) == 0) {
                throw new StoreFullException("no space, for now");
            }
            return LogSegment.NONE.handle();
        }

        private static final Random FULL = new Random(7);

        @Override
        public Traits traits() {
            throw new UnsupportedOperationException();
        }

        @Override
        public MemorySegment allocate(long bytes) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<byte[]> readRoot(int copy) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void writeRoot(int copy, byte[] image) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long[] segments() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Segment open(long number) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void delete(long number) {}

        @Override
        public void submit() {}

        @Override
        public int drive(long nanos) {
            return 0;
        }

        @Override
        public void wakeup() {}

        @Override
        public void close() {}
    }

    // -------------------------------------------------------------------------------- many threads

    /**
     * Producers, a sealer and an observer against one flusher and one maker of segments, all at once. A buffer holds a few records,
     * a segment a few buffers. The result of a run is what went wrong; empty if nothing did.
     */
    static final class Storm implements Callable<String> {

        private static final int PRODUCERS = 3;
        private static final int BUFFERS = 3;
        private static final int BUFFER_SIZE = 1024;
        private static final int SEGMENT_SIZE = 4 * BUFFER_SIZE;

        /** What a producer writes at an LSN. Different everywhere, so that what an earlier generation left is not taken for it. */
        private static final long STAMP = 0x9e37_79b9_7f4a_7c15L;

        private final SmallRing small;
        private final FlushRing ring;
        private final int reservations;
        private final long patienceSeconds;
        private final CountDownLatch produced = new CountDownLatch(PRODUCERS);
        private final AtomicReference<Throwable> failure = new AtomicReference<>();
        private final List<Thread> threads = new ArrayList<>();
        private volatile boolean ending;

        /** Each producer makes at least so many reservations; if they have not ended after so long, the ring is wedged. */
        Storm(int reservations, long patienceSeconds) {
            this.reservations = reservations;
            this.small = new SmallRing(BUFFERS, BUFFER_SIZE, SEGMENT_SIZE, new NullDevice(4), 2 * PRODUCERS * reservations);
            this.ring = small.ring;
            this.patienceSeconds = patienceSeconds;
        }

        @Override
        public String call() throws Exception {
            Thread flusher = thread("flusher", this::flush);
            Thread maker = thread("maker of segments", this::makeSegments);
            small.signalled = () -> LockSupport.unpark(flusher);
            small.asked = () -> LockSupport.unpark(maker);
            thread("sealer", this::seal);
            thread("observer", this::observe);
            for (int i = 0; i < PRODUCERS; i++) {
                Random random = new Random(i);
                thread("producer " + i, () -> produce(random));
            }
            threads.forEach(Thread::start);
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(patienceSeconds);
            boolean done = produced.await(patienceSeconds, TimeUnit.SECONDS);
            ending = true;
            if (done && failure.get() == null) {
                small.health.beginClosing();
                ring.end();
                threads.forEach(LockSupport::unpark);
                for (Thread t : threads) {
                    t.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())));
                    done &= !t.isAlive();
                }
            }
            String verdict = verdict(done);
            threads.forEach(Thread::interrupt);
            return verdict;
        }

        private String verdict(boolean done) {
            Throwable first = failure.get();
            if (first != null) {
                return first.toString();
            }
            if (!done) {
                StringBuilder s = new StringBuilder("wedged: ").append(small);
                for (Thread t : threads) {
                    s.append(System.lineSeparator()).append(t.getName()).append(' ').append(t.getState()).append(' ');
                    s.append(Arrays.toString(t.getStackTrace()));
                }
                return s.toString();
            }
            try {
                small.checkLog();
                return "";
            } catch (AssertionError e) {
                return e.toString();
            }
        }

        private interface Task {
            void run() throws IOException;
        }

        private Thread thread(String name, Task task) {
            Thread t = Thread.ofPlatform().daemon().name(name).unstarted(() -> {
                try {
                    task.run();
                } catch (Throwable e) {
                    failure.compareAndSet(null, e);
                    while (produced.getCount() > 0) {
                        produced.countDown();
                    }
                }
            });
            threads.add(t);
            return t;
        }

        private boolean isOver() {
            return ending || failure.get() != null;
        }

        private void produce(Random random) throws IOException {
            Appender appender = new Appender(ring.size(), new Appender.Counts());
            for (int i = 0; i < reservations && !isOver(); i++) {
                int bytes = length(random);
                FlushBuffer b = reserve(bytes, appender);
                int offset = appender.offset;
                write(b, offset, bytes);
                long lsn = b.baseLsn + offset;
                small.check(ring.tailLsn() >= lsn + bytes, "the tail is above every LSN given out");
                if (random.nextInt(8) == 0) {
                    // Out of order: the second is published first. A thread that holds one must not wait for another.
                    int more = length(random);
                    FlushBuffer second = tryReserve(more, appender);
                    if (second != null) {
                        small.check(second.baseLsn + appender.offset > lsn, "LSNs of one thread increase");
                        write(second, appender.offset, more);
                        ring.publish(second, more);
                    }
                }
                ring.publish(b, bytes);
            }
            produced.countDown();
        }

        private int length(Random random) {
            int most = random.nextInt(16) == 0 ? small.largest : small.largest / 8;
            return 24 + 8 * random.nextInt((most - 24) / 8 + 1);
        }

        private FlushBuffer reserve(int bytes, Appender appender) throws IOException {
            for (; ; ) {
                try {
                    return ring.reserve(bytes, appender, true);
                } catch (StoreFullException noSpaceNow) {
                    // Nothing was reserved; the next attempt asks for a segment again.
                    Thread.onSpinWait();
                }
            }
        }

        private FlushBuffer tryReserve(int bytes, Appender appender) throws IOException {
            try {
                return ring.reserve(bytes, appender, false);
            } catch (StoreFullException noSpaceNow) {
                return null;
            }
        }

        private void write(FlushBuffer b, int offset, int bytes) {
            long lsn = b.baseLsn + offset;
            small.claim(lsn, bytes);
            for (int at = 0; at < bytes; at += Long.BYTES) {
                b.memory.set(ValueLayout.JAVA_LONG, offset + at, (lsn + at) * STAMP);
            }
        }

        private void seal() {
            while (produced.getCount() > 0) {
                ring.seal();
                Thread.onSpinWait();
            }
        }

        private void observe() {
            for (long before = 0; produced.getCount() > 0; ) {
                long tail = ring.tailLsn();
                if (tail < before) {
                    throw small.violated("the tail never shrinks, as from " + before + " to " + tail);
                }
                before = tail;
            }
        }

        private void flush() {
            Random random = new Random(42);
            List<FlushBuffer> inFlight = new ArrayList<>();
            while (failure.get() == null && !(ending && small.isFree())) {
                FlushBuffer b = small.issue();
                if (b != null) {
                    verify(b);
                    inFlight.add(b);
                } else if (!inFlight.isEmpty()) {
                    // The device completes in any order.
                    small.free(inFlight.remove(random.nextInt(inFlight.size())));
                } else {
                    LockSupport.park(this);
                }
            }
        }

        private void verify(FlushBuffer b) {
            for (int at = b.start; at < b.end; at += Long.BYTES) {
                if (b.memory.get(ValueLayout.JAVA_LONG, at) != (b.baseLsn + at) * STAMP) {
                    throw small.violated("at LSN " + (b.baseLsn + at) + " is what its producer wrote");
                }
            }
        }

        private void makeSegments() throws IOException {
            while (!isOver()) {
                if (!small.prepare()) {
                    LockSupport.park(this);
                }
            }
        }
    }

    // -------------------------------------------------------------------------------- one debt, another debt

    /**
     * A thread looks at the debt, finds a buffer free and asks for a segment; before it goes on, others settle that debt, use the
     * buffer, and owe again. It must not open the buffer that it has seen free. The result is what went wrong.
     */
    static final class LateOpener implements Callable<String> {

        private final SmallRing small = new SmallRing(2, 256, 512, new NullDevice(0), 16);

        @Override
        public String call() {
            try {
                appendAndSeal(24);
                appendAndSeal(24);
                small.flush();
                appendAndSeal(24);
                small.flush();
                // A segment is owed, and buffer 1 is free.
                small.signalled = this::meanwhile;
                small.ring.tryOpen();
                small.finishAndCheck();
                return "";
            } catch (AssertionError e) {
                return e.toString();
            }
        }

        private void meanwhile() {
            small.signalled = () -> {};
            small.prepareAhead();
            appendAndSeal(small.largest);
            appendAndSeal(small.largest + SmallRing.BLOCK);
            // Again a segment is owed, and now there is one; buffer 1 is not flushed.
            small.prepareAhead();
        }

        private void appendAndSeal(int bytes) {
            small.check(small.append(bytes), "there is space for " + bytes);
            small.check(small.ring.seal(), "there is something to seal");
        }
    }
}
