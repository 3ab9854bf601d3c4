package io.lss.core.recovery;

import io.lss.spi.flush.Completion;
import io.lss.spi.flush.Device;
import io.lss.spi.flush.Segment;
import io.lss.spi.flush.Traits;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A device of byte arrays that tests fill by hand. It can be read only, unless a test says so: whoever writes to it has not understood recovery. */
class MemoryDevice implements Device {

    final TreeMap<Long, byte[]> segments = new TreeMap<>();
    final byte[] @Nullable [] roots = new byte[2] @Nullable [];

    /** Segments that cannot be read. */
    final Set<Long> unreadable = new HashSet<>();

    boolean rootsUnreadable;

    /** The root copy that cannot be written; -1: both can. */
    int unwritableRoot = -1;

    /** Whether it may be written. */
    boolean writable;

    /** Where each segment that was written has been finished; -1 before. */
    final TreeMap<Long, Long> finished = new TreeMap<>();

    final AtomicInteger openHandles = new AtomicInteger();
    final AtomicInteger opens = new AtomicInteger();
    final AtomicLong bytesRead = new AtomicLong();

    /** Numbers whose handles are open, for the rule that none is when a segment is deleted. */
    final Set<Long> open = ConcurrentHashMap.newKeySet();

    /** Called before each read of a segment. */
    volatile Runnable beforeRead = () -> {};

    @Override
    public Traits traits() {
        return new Traits(4096, 4096, 1 << 20, 4, true, true, "byte arrays");
    }

    @Override
    public MemorySegment allocate(long bytes) {
        return Arena.ofAuto().allocate(bytes, 4096);
    }

    @Override
    public Optional<byte[]> readRoot(int copy) throws IOException {
        if (rootsUnreadable) {
            throw new IOException("root " + copy + ": EIO");
        }
        return Optional.ofNullable(roots[copy]);
    }

    @Override
    public void writeRoot(int copy, byte[] image) throws IOException {
        if (!writable) {
            throw new AssertionError("root written");
        }
        if (copy == unwritableRoot) {
            throw new IOException("root " + copy + ": EIO");
        }
        roots[copy] = image.clone();
    }

    @Override
    public long[] segments() {
        return segments.keySet().stream().mapToLong(Long::longValue).toArray();
    }

    @Override
    public Segment create(long number, long bytes) throws IOException {
        if (!writable || segments.containsKey(number)) {
            throw new AssertionError("segment created");
        }
        byte[] content = new byte[(int) bytes];
        Arrays.fill(content, (byte) 0xa5); // anything
        segments.put(number, content);
        finished.put(number, -1L);
        return open(number);
    }

    @Override
    public Segment open(long number) throws IOException {
        byte[] bytes = segments.get(number);
        if (bytes == null) {
            throw new NoSuchFileException("segment " + number);
        }
        opens.incrementAndGet();
        openHandles.incrementAndGet();
        open.add(number);
        return new Handle(number, bytes);
    }

    @Override
    public void delete(long number) {
        if (open.contains(number)) {
            throw new AssertionError("segment " + number + " deleted with a handle open");
        }
        segments.remove(number);
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

    /** {@return a copy that can be damaged by itself} */
    MemoryDevice copy() {
        MemoryDevice copy = new MemoryDevice();
        segments.forEach((number, bytes) -> copy.segments.put(number, bytes.clone()));
        for (int i = 0; i < 2; i++) {
            byte @Nullable [] root = roots[i];
            copy.roots[i] = root == null ? null : root.clone();
        }
        return copy;
    }

    byte[] segment(long number) {
        byte[] bytes = segments.get(number);
        if (bytes == null) {
            throw new AssertionError("no segment " + number);
        }
        return bytes;
    }

    void truncate(long number, int length) {
        segments.put(number, Arrays.copyOf(segment(number), length));
    }

    private final class Handle implements Segment {
        private final long number;
        private final byte[] bytes;
        private volatile boolean closed;

        Handle(long number, byte[] bytes) {
            this.number = number;
            this.bytes = bytes;
        }

        @Override
        public void write(MemorySegment src, long position, boolean durable, Completion completion) {
            if (!writable || position % 4096 != 0 || src.byteSize() % 4096 != 0) {
                throw new AssertionError("segment written");
            }
            MemorySegment.copy(src, 0, MemorySegment.ofArray(bytes), position, src.byteSize());
            completion.done(src.byteSize(), null);
        }

        @Override
        public void sync(Completion completion) {
            if (!writable) {
                throw new AssertionError("segment synced");
            }
            completion.done(0, null);
        }

        @Override
        public long read(MemorySegment dst, long position) throws IOException {
            beforeRead.run();
            if (closed) {
                throw new IOException("handle of segment " + number + " used after close");
            }
            if (unreadable.contains(number)) {
                throw new IOException("segment " + number + ": EIO");
            }
            long length = Math.max(0, Math.min(dst.byteSize(), bytes.length - position));
            if (length > 0) {
                MemorySegment.copy(MemorySegment.ofArray(bytes), position, dst, 0, length);
            }
            bytesRead.addAndGet(length);
            return length;
        }

        @Override
        public void finish(long end) {
            if (!writable) {
                throw new AssertionError("segment finished");
            }
            finished.put(number, end);
            segments.put(number, Arrays.copyOf(bytes, (int) end));
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                openHandles.decrementAndGet();
                open.remove(number);
            }
        }
    }
}
