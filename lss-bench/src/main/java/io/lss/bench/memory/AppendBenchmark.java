package io.lss.bench.memory;

import io.lss.api.LogStructuredStore;
import io.lss.api.StoreOptions;
import io.lss.bench.work.Quiet;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A record into memory: by the store, on a device that takes every buffer at once; and by the least that any such store has to do, a
 * copy into a ring of 8 MiB and a CRC32C of what was copied.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class AppendBenchmark {

    private static final int RING = 8 << 20;
    private static final int SOURCES = 64;
    private static final int HEADER = 16;

    /** Shared by the threads. */
    @State(Scope.Benchmark)
    public static class Shared {

        private @Nullable LogStructuredStore store;

        LogStructuredStore store() {
            return Objects.requireNonNull(store, "set up by JMH");
        }

        /** Opens the store. */
        @Setup(Level.Trial)
        public void setUp() throws IOException {
            Quiet.logs();
            store = LogStructuredStore.open(
                    URI.create("null:jmh"), StoreOptions.builder().provider("null").build());
        }

        /** Closes it. */
        @TearDown(Level.Trial)
        public void tearDown() throws IOException {
            store().close();
        }
    }

    /** Each thread's own. */
    @State(Scope.Thread)
    public static class Own {

        /** Payload of a record, in bytes. */
        @Param({"64", "256", "4096"})
        public int record;

        private final CRC32C crc = new CRC32C();
        private MemorySegment[] sources = {};
        private MemorySegment ring = MemorySegment.NULL;
        private ByteBuffer view = ByteBuffer.allocate(0);
        private byte[] array = {};
        private final AtomicLong reserved = new AtomicLong();
        private final AtomicLong published = new AtomicLong();
        private long sequence;
        private int tail;

        /** Makes memory. */
        @Setup(Level.Trial)
        public void setUp() {
            MemorySegment source = Arena.global().allocate(SOURCES * 64L + record, 64).fill((byte) 'a');
            sources = new MemorySegment[SOURCES];
            for (int i = 0; i < SOURCES; i++) {
                sources[i] = source.asSlice(i * 64L, record);
            }
            array = new byte[record];
            ring = Arena.global().allocate(RING, 2 << 20).fill((byte) 0);
            view = ring.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        }

        private MemorySegment next() {
            sequence++;
            MemorySegment next = sources[(int) sequence & SOURCES - 1];
            next.set(ValueLayout.JAVA_LONG_UNALIGNED, 0, sequence);
            return next;
        }
    }

    /** {@return the LSN} */
    @Benchmark
    public long append(Shared shared, Own own) throws IOException {
        return shared.store().append(own.next());
    }

    /** {@return the LSN} */
    @Benchmark
    public long appendArray(Shared shared, Own own) throws IOException {
        return shared.store().append(own.array);
    }

    /** {@return the checksum} */
    @Benchmark
    public long copyAndChecksum(Own own) {
        return copyAndChecksum(own, 0);
    }

    /** {@return the checksum} With a frame's header of 16 bytes between the records, 12 of them in the checksum: nothing is aligned any more. */
    @Benchmark
    public long copyAndChecksumFramed(Own own) {
        return copyAndChecksum(own, HEADER);
    }

    /** {@return the checksum} And with the two atomic operations that a log for several threads has: one to reserve, one to publish. */
    @Benchmark
    public long copyAndChecksumFramedAtomic(Own own) {
        own.reserved.getAndAdd(own.record);
        long crc = copyAndChecksum(own, HEADER);
        return crc + own.published.getAndAdd(own.record);
    }

    private static long copyAndChecksum(Own own, int header) {
        int end = own.tail + header + own.record;
        if (end > RING) {
            own.tail = 0;
            end = header + own.record;
        }
        if (header > 0) {
            own.ring.set(ValueLayout.JAVA_LONG, own.tail, own.record);
            own.ring.set(ValueLayout.JAVA_LONG, own.tail + 8L, own.sequence);
        }
        MemorySegment.copy(own.next(), 0, own.ring, own.tail + header, own.record);
        own.crc.reset();
        own.view.limit(end).position(own.tail + (header > 0 ? 4 : 0));
        own.crc.update(own.view);
        int crc = (int) own.crc.getValue();
        if (header > 0) {
            own.ring.set(ValueLayout.JAVA_INT, own.tail, crc);
        }
        own.tail = end;
        return crc;
    }
}
