package io.lss.spike.uring;

import io.lss.spi.flush.Completion;
import io.lss.spi.flush.Segment;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** A segment in a file that is open with O_DIRECT. */
final class UringSegment implements Segment {

    private static final long READ_ONLY = -1;

    private final UringDevice device;
    private final long number;
    private final Path file;
    private final long capacity;
    private final int fd;

    /** Its place in the table of registered files; -1: none. */
    private int place;

    private boolean closed;

    private UringSegment(UringDevice device, long number, Path file, long capacity, int fd, int place) {
        this.device = device;
        this.number = number;
        this.file = file;
        this.capacity = capacity;
        this.fd = fd;
        this.place = place;
    }

    static UringSegment forWriting(UringDevice device, long number, Path file, long bytes, int fd, int place) {
        return new UringSegment(device, number, file, bytes, fd, place);
    }

    static UringSegment forReading(UringDevice device, long number, Path file, int fd) {
        return new UringSegment(device, number, file, READ_ONLY, fd, -1);
    }

    long number() {
        return number;
    }

    Path file() {
        return file;
    }

    int fd() {
        return fd;
    }

    int place() {
        return place;
    }

    @Override
    public void write(MemorySegment src, long position, boolean durable, Completion completion) {
        long length = src.byteSize();
        int block = device.traits().blockSize();
        if (capacity == READ_ONLY) {
            throw new IllegalStateException("segment " + number + " was opened to be read");
        }
        if (position < 0 || position % block != 0 || length == 0 || length % block != 0 || length > capacity - position) {
            throw new IllegalArgumentException(
                    "write to segment " + number + ": position=" + position + " length=" + length + " block=" + block);
        }
        if (!src.isNative() || src.address() % device.traits().memoryAlignment() != 0) {
            throw new IllegalArgumentException("write to segment " + number + ": source is not aligned native memory");
        }
        device.start(new Request(this, src, position, durable, completion));
    }

    @Override
    public void sync(Completion completion) {
        device.start(new Request(this, null, 0, true, completion));
    }

    @Override
    public long read(MemorySegment dst, long position) throws IOException {
        return device.reads().read(this, dst, position);
    }

    @Override
    public void finish(long end) throws IOException {
        device.freePlace(place);
        place = -1;
        if (capacity != READ_ONLY && capacity - end > capacity / 8) {
            int done = Libc.ftruncate(fd, end);
            if (done < 0) {
                throw Libc.failure("truncation at " + end, done, file);
            }
            device.shortened(number);
        }
    }

    @Override
    public void close() {
        device.forget(this);
        closeNow();
    }

    synchronized void closeNow() {
        if (!closed) {
            closed = true;
            device.freePlace(place);
            place = -1;
            Libc.close(fd);
        }
    }
}
