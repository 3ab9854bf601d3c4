package io.lss.core.recovery;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lss.spi.flush.Completion;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever way the bytes come, they are those of the segment. */
class ChunkReaderTest {

    private static final int BYTES = 12 << 20;

    /** Small, so that there are many. */
    private static final int CHUNK = 256 << 10;

    private final ReadAheadMemory buffers = new ReadAheadMemory(new MemoryDevice());

    private final ExecutorService threads = Executors.newFixedThreadPool(2);

    @AfterEach
    void end() {
        threads.close();
    }

    /** A segment of random bytes; what is started ends when and how a test says. */
    private class Bytes implements ChunkReader.Source {
        final byte[] bytes = new byte[BYTES];
        final Random random;
        final AtomicLong read = new AtomicLong();
        final AtomicInteger started = new AtomicInteger();
        int there = BYTES;

        /** One in so many started reads fails, or is not even started; 0: none. */
        int failing;

        /** Whether started reads end on the thread that starts them. */
        boolean atOnce;

        /** Started reads that nobody has done yet, if they are held back. */
        final List<Runnable> held = new ArrayList<>();

        boolean holdsBack;

        Bytes(long seed) {
            random = new Random(seed);
            random.nextBytes(bytes);
        }

        @Override
        public long read(MemorySegment dst, long position) {
            int count = (int) Math.clamp(there - position, 0, dst.byteSize());
            MemorySegment.copy(bytes, (int) position, dst, ValueLayout.JAVA_BYTE, 0, count);
            read.addAndGet(count);
            return count;
        }

        @Override
        public boolean startRead(MemorySegment dst, long position, Completion completion) throws IOException {
            boolean fails = failing > 0 && random.nextInt(failing) == 0;
            if (fails && random.nextBoolean()) {
                if (random.nextBoolean()) {
                    return false;
                }
                throw new IOException("not started");
            }
            started.incrementAndGet();
            Runnable read = () -> completion.done(fails ? 0 : read(dst, position), fails ? new IOException("failed") : null);
            if (holdsBack) {
                held.add(read);
            } else if (atOnce) {
                read.run();
            } else {
                threads.execute(read);
            }
            return true;
        }

        void letGo() {
            holdsBack = false;
            Collections.reverse(held);
            held.forEach(Runnable::run);
            held.clear();
        }
    }

    private static void walk(ChunkReader chunks, Bytes source, int longest) throws IOException {
        int position = 0;
        while (position < source.there) {
            int length = Math.min(1 + source.random.nextInt(longest), source.there - position);
            assertTrue(chunks.ensure(source, position, length, BYTES), "at " + position);
            look(chunks, source, position, length);
            position += length;
        }
    }

    private static void look(ChunkReader chunks, Bytes source, int position, int length) {
        byte[] found = chunks.memory().asSlice(chunks.offset(position), length).toArray(ValueLayout.JAVA_BYTE);
        assertArrayEquals(Arrays.copyOfRange(source.bytes, position, position + length), found, () -> "at " + position);
        assertEquals(found[length - 1], chunks.view().get(chunks.offset(position) + length - 1), "view at " + position);
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 5_000, 300_000, 1 << 20, 3 << 20})
    void whatIsReadAheadIsWhatIsThere(int longest) throws IOException {
        for (int seed = 0; seed < 6; seed++) {
            Bytes source = new Bytes(seed);
            source.atOnce = seed == 0;
            ChunkReader chunks = new ChunkReader(new ReadAhead(CHUNK, buffers));
            walk(chunks, source, longest);
            if (longest < CHUNK / 2) {
                assertTrue(source.started.get() > 0, "nothing was read ahead");
                // The begin of what does not end in one of the first two chunks is read twice, nothing later.
                assertTrue(source.read.get() <= BYTES + 2L * longest + 3 * 4096, "read " + source.read);
            } else {
                // As much as without: what is longer than a chunk ends reading ahead.
                Bytes same = new Bytes(seed);
                walk(new ChunkReader(CHUNK), same, longest);
                assertTrue(source.read.get() <= same.read.get() + 4L * CHUNK, "read " + source.read + ", without " + same.read);
            }
            chunks.close();
            assertEquals(0, buffers.out(), "all memory was given back");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void whatFailsAheadIsReadByWhoNeedsIt(int oneIn) throws IOException {
        for (int seed = 0; seed < 10; seed++) {
            Bytes source = new Bytes(seed);
            source.failing = oneIn;
            ChunkReader chunks = new ChunkReader(new ReadAhead(CHUNK, buffers));
            walk(chunks, source, 40_000);
            chunks.close();
        }
    }

    @Test
    void thereAreOnlySoManyBuffersAndWhoHasToDoWithoutReadsAllTheSame() throws IOException {
        List<ChunkReader> holders = new ArrayList<>();
        Bytes source = new Bytes(1);
        source.atOnce = true;
        int before;
        do {
            before = buffers.out();
            ChunkReader holder = new ChunkReader(new ReadAhead(CHUNK, buffers));
            for (int at = 0; at < 6 * CHUNK; at += CHUNK / 2) {
                assertTrue(holder.ensure(source, at, CHUNK / 2, BYTES));
            }
            holders.add(holder);
        } while (buffers.out() > before);
        Bytes other = new Bytes(2);
        ChunkReader late = new ChunkReader(new ReadAhead(CHUNK, buffers));
        walk(late, other, 40_000);
        assertEquals(0, other.started.get());
        holders.forEach(ChunkReader::rest);
        assertEquals(0, buffers.out());
        late.reset();
        walk(late, other, 40_000);
        assertTrue(other.started.get() > 0);
    }

    @Test
    void aDeviceWithoutMemoryForItIsAskedOnce() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        ReadAheadMemory none = new ReadAheadMemory(new MemoryDevice() {
            @Override
            public MemorySegment allocate(long bytes) {
                asked.incrementAndGet();
                throw new OutOfMemoryError("none");
            }
        });
        Bytes source = new Bytes(4);
        walk(new ChunkReader(new ReadAhead(CHUNK, none)), source, 40_000);
        assertEquals(0, source.started.get());
        assertEquals(1, asked.get());
        assertEquals(0, none.out());
    }

    @Test
    void aSegmentThatEndsInAChunkEndsThere() throws IOException {
        for (int seed = 0; seed < 10; seed++) {
            Bytes source = new Bytes(seed);
            source.there = 2 * CHUNK + 1 + source.random.nextInt(2 * CHUNK);
            ChunkReader chunks = new ChunkReader(new ReadAhead(CHUNK, buffers));
            walk(chunks, source, 40_000);
            assertFalse(chunks.ensure(source, source.there - 10L, 11, BYTES));
            chunks.close();
        }
    }

    @Test
    void aLimitIsNeverReadBeyond() throws IOException {
        Bytes source = new Bytes(3);
        ChunkReader chunks = new ChunkReader(new ReadAhead(CHUNK, buffers));
        int limit = 0;
        for (int position = 0; position < BYTES; position += 4096) {
            if (position == limit) {
                // What was not below the limit may have been anything.
                byte[] later = new byte[BYTES - limit];
                source.random.nextBytes(later);
                System.arraycopy(later, 0, source.bytes, limit, later.length);
                limit = Math.min(BYTES, limit + 4096 * (1 + source.random.nextInt(1500)));
            }
            assertTrue(chunks.ensure(source, position, 4096, limit));
            look(chunks, source, position, 4096);
        }
    }

    /** The memory that a read is on its way to is nobody's. */
    @Test
    void aReadThatIsStillOnItsWayHarmsNothingThatIsLookedAtMeanwhile() throws IOException {
        Bytes source = new Bytes(5);
        ChunkReader chunks = new ChunkReader(new ReadAhead(CHUNK, buffers));
        int position = 0;
        source.holdsBack = true;
        while (source.held.isEmpty()) {
            assertTrue(chunks.ensure(source, position, 4096, BYTES));
            position += 4096;
        }
        // Elsewhere, with another segment's bytes, for as long as that read takes.
        Bytes other = new Bytes(6);
        chunks.reset();
        for (int at = 0; at < BYTES / 2; at += 4096) {
            assertTrue(chunks.ensure(other, at, 4096, BYTES));
            look(chunks, other, at, 4096);
        }
        assertEquals(0, other.started.get(), "there is one buffer to read ahead into, and it is not free");
        chunks.reset();
        assertTrue(chunks.ensure(other, 0, 4096, BYTES));
        source.letGo();
        look(chunks, other, 0, 4096);
        walk(chunks, other, 40_000);
        assertTrue(other.started.get() > 0, "it is free again");
    }

    @Test
    void anInterruptEndsNoReadAndIsStillThereAfterwards() throws IOException {
        Bytes source = new Bytes(7);
        ChunkReader chunks = new ChunkReader(new ReadAhead(CHUNK, buffers));
        Thread.currentThread().interrupt();
        walk(chunks, source, 40_000);
        assertTrue(Thread.interrupted());
    }

    @Test
    void aFailureOfTheReaderItselfIsTold() {
        ChunkReader chunks = new ChunkReader(new ReadAhead(CHUNK, buffers));
        IOException e = assertThrows(IOException.class, () -> chunks.ensure((dst, position) -> {
            throw new IOException("no");
        }, 0, 10, BYTES));
        assertEquals("no", e.getMessage());
    }
}
