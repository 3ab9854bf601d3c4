package io.lss.bench.memory;

import io.lss.spi.flush.Completion;
import io.lss.spi.flush.Device;
import io.lss.spi.flush.DeviceOptions;
import io.lss.spi.flush.DeviceProvider;
import io.lss.spi.flush.Probe;
import io.lss.spi.flush.Segment;
import io.lss.spi.flush.Traits;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.URI;
import java.util.Optional;

/** A device that forgets what is written, at once: what is left is the engine's own time. Locations: {@code null:anything}. */
public final class NullProvider implements DeviceProvider {

    /** For the service loader. */
    public NullProvider() {}

    @Override
    public String name() {
        return "null";
    }

    @Override
    public int preference() {
        return Integer.MIN_VALUE;
    }

    @Override
    public Probe probe(URI location) {
        return location.getScheme().equals(name())
                ? Probe.available("forgets everything, for benchmarks")
                : Probe.unavailable("it serves null: locations only, for benchmarks", "");
    }

    @Override
    public Device open(URI location, DeviceOptions options) {
        return new NullDevice(options);
    }

    private static final class NullDevice implements Device {

        private static final int BLOCK = 4096;

        private final Traits traits;
        private final byte[][] roots = new byte[2][];

        NullDevice(DeviceOptions options) {
            this.traits = new Traits(BLOCK, BLOCK, options.bufferBytes(), options.buffers(), true, true, "forgets everything");
        }

        @Override
        public Traits traits() {
            return traits;
        }

        @Override
        public MemorySegment allocate(long bytes) {
            MemorySegment memory = Arena.ofAuto().allocate(bytes, 2 << 20);
            return memory.fill((byte) 0);
        }

        @Override
        public Optional<byte[]> readRoot(int copy) {
            return Optional.ofNullable(roots[copy]);
        }

        @Override
        public void writeRoot(int copy, byte[] image) {
            roots[copy] = image.clone();
        }

        @Override
        public long[] segments() {
            return new long[0];
        }

        @Override
        public Segment create(long number, long bytes) {
            return new NullSegment();
        }

        @Override
        public Segment open(long number) throws IOException {
            throw new IOException("segment " + number + " is forgotten");
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

    private static final class NullSegment implements Segment {

        @Override
        public void write(MemorySegment src, long position, boolean durable, Completion completion) {
            completion.done(src.byteSize(), null);
        }

        @Override
        public void sync(Completion completion) {
            completion.done(0, null);
        }

        @Override
        public long read(MemorySegment dst, long position) throws IOException {
            throw new EOFException("nothing is kept");
        }

        @Override
        public void finish(long end) {}

        @Override
        public void close() {}
    }
}
