package io.lss.faults.fuzz;

import io.lss.spi.flush.Completion;
import io.lss.spi.flush.Device;
import io.lss.spi.flush.Segment;
import io.lss.spi.flush.Traits;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.Optional;

/** A device on a {@link MemoryMedium}. Everything it is asked to do it has done when the call returns. */
final class MemoryDevice implements Device {

    private final MemoryMedium medium;

    MemoryDevice(MemoryMedium medium) {
        this.medium = medium;
    }

    @Override
    public Traits traits() {
        return new Traits(4096, 4096, 1 << 28, 4, true, true, "byte arrays");
    }

    @Override
    public MemorySegment allocate(long bytes) {
        return Arena.ofAuto().allocate(bytes, 4096);
    }

    @Override
    public Optional<byte[]> readRoot(int copy) {
        return Optional.ofNullable(medium.roots.get(copy)).map(byte[]::clone);
    }

    @Override
    public void writeRoot(int copy, byte[] image) {
        medium.roots.put(copy, image.clone());
    }

    @Override
    public long[] segments() {
        return medium.segments.keySet().stream().mapToLong(Long::longValue).toArray();
    }

    @Override
    public Segment create(long number, long bytes) {
        if (medium.segments.putIfAbsent(number, new byte[0]) != null) {
            throw new FuzzViolationError("segment " + number + " is created, and is there");
        }
        return new Handle(number);
    }

    @Override
    public Segment open(long number) throws IOException {
        if (!medium.segments.containsKey(number)) {
            throw new NoSuchFileException("segment " + number);
        }
        return new Handle(number);
    }

    @Override
    public void delete(long number) {
        medium.segments.remove(number);
    }

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

    private final class Handle implements Segment {
        private final long number;

        Handle(long number) {
            this.number = number;
        }

        @Override
        public void write(MemorySegment src, long position, boolean durable, Completion completion) {
            byte[] bytes = medium.segment(number);
            int end = Math.toIntExact(position + src.byteSize());
            if (end > bytes.length) {
                bytes = Arrays.copyOf(bytes, end);
                medium.segments.put(number, bytes);
            }
            MemorySegment.copy(src, ValueLayout.JAVA_BYTE, 0, bytes, (int) position, (int) src.byteSize());
            completion.done(src.byteSize(), null);
        }

        @Override
        public void sync(Completion completion) {
            completion.done(0, null);
        }

        @Override
        public long read(MemorySegment dst, long position) {
            byte[] bytes = medium.segment(number);
            long length = Math.max(0, Math.min(dst.byteSize(), bytes.length - position));
            if (length > 0) {
                MemorySegment.copy(MemorySegment.ofArray(bytes), position, dst, 0, length);
            }
            return length;
        }

        @Override
        public void finish(long end) {}

        @Override
        public void close() {}
    }
}
