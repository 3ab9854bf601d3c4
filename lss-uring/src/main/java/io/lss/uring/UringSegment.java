package io.lss.uring;

import io.lss.spi.flush.Completion;
import io.lss.spi.flush.Segment;
import io.lss.uring.linux.FileCalls;
import io.lss.uring.linux.SystemCallException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** A segment in a file that is open past the page cache. */
final class UringSegment implements Segment {

    /** No write: the segment was opened to be read. */
    static final long READ_ONLY = -1;

    private final UringDevice device;
    private final long number;
    private final Path file;

    /** How many bytes may be written, or {@link #READ_ONLY}. */
    private final long capacity;

    private final int fd;

    /** Open while the descriptor may be used by reads, and to finish the segment. */
    private final Gate gate = new Gate();

    private final SegmentSyncs syncs = new SegmentSyncs(this);

    /** The place in the table of registered files; {@link FilePlaces#NONE}: none. Changed when nothing is in flight. */
    private final AtomicInteger place;

    // Guarded by the queue's submission lock.
    private int operations;
    private boolean closed;

    UringSegment(UringDevice device, long number, Path file, long capacity, int fd, int place) {
        this.device = device;
        this.number = number;
        this.file = file;
        this.capacity = capacity;
        this.fd = fd;
        this.place = new AtomicInteger(place);
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
        return place.get();
    }

    int blockSize() {
        return device.traits().blockSize();
    }

    SegmentSyncs syncs() {
        return syncs;
    }

    Gate gate() {
        return gate;
    }

    /** {@return whether operations may begin} Under the submission lock. */
    boolean isOpen() {
        return !closed;
    }

    /** Counts an operation in. Under the submission lock. */
    void begin() {
        operations++;
    }

    /** Counts an operation out. Under the submission lock. */
    void end() {
        operations--;
    }

    /** Lets no operation begin any more, if none is under way. {@return whether that is so} Under the submission lock. */
    boolean endAll() {
        if (operations == 0) {
            closed = true;
        }
        return closed;
    }

    @Override
    public void write(MemorySegment src, long position, boolean durable, Completion completion) {
        checkWrite(src, position);
        device.queue().start(new WriteRequest(this, src, position, durable, completion));
    }

    private void checkWrite(MemorySegment src, long position) {
        if (capacity == READ_ONLY) {
            throw new IllegalStateException("segment " + number + " was opened to be read, not created");
        }
        long length = src.byteSize();
        int block = device.traits().blockSize();
        if (position < 0 || position % block != 0 || length == 0 || length % block != 0) {
            throw new IllegalArgumentException("write to segment " + number + ": position=" + position + " length="
                    + length + " are not multiples of the block size " + block);
        }
        if (length > capacity - position || length > device.traits().maxTransfer()) {
            throw new IllegalArgumentException("write to segment " + number + ": position=" + position + " length="
                    + length + " exceed capacity=" + capacity + " or maxTransfer=" + device.traits().maxTransfer());
        }
        if (!src.isNative() || src.address() % device.traits().memoryAlignment() != 0) {
            throw new IllegalArgumentException("write to segment " + number
                    + ": source is not native memory at a multiple of " + device.traits().memoryAlignment());
        }
    }

    @Override
    public void sync(Completion completion) {
        device.queue().sync(this, completion);
    }

    @Override
    public long read(MemorySegment dst, long position) throws IOException {
        checkRead(dst, position);
        return device.reads().read(this, dst, position);
    }

    @Override
    public boolean startRead(MemorySegment dst, long position, Completion completion) {
        checkRead(dst, position);
        return device.reads().start(this, dst, position, completion);
    }

    static void checkRead(MemorySegment dst, long position) {
        if (position < 0) {
            throw new IllegalArgumentException("position " + position + " is negative");
        }
        if (dst.isReadOnly()) {
            throw new IllegalArgumentException("the destination of a read is read-only memory");
        }
    }

    @Override
    public void finish(long end) throws IOException {
        device.finish(this, end);
    }

    /**
     * Gives back the space behind {@code end} if that is more than a quarter of the file. If it is less the file keeps its
     * length, so that it can be reused: a segment that ends because it is full lacks less than one flush buffer, and a
     * segment usually has room for four at least.
     *
     * @return whether the file is shorter now
     */
    boolean finishNow(long end) throws IOException {
        if (!gate.enter()) {
            throw refused("finish");
        }
        try {
            giveUpPlace();
            if (capacity == READ_ONLY || capacity - end <= capacity / 4) {
                return false;
            }
            SystemCallException.check(FileCalls.truncate(fd, end), "truncation at " + end, "file=" + file);
            return true;
        } finally {
            gate.leave();
        }
    }

    /** Once, whoever comes first: the place may be another file's afterwards. */
    private void giveUpPlace() {
        device.places().free(place.getAndSet(FilePlaces.NONE));
    }

    @Override
    public void close() throws IOException {
        if (!device.queue().closeSegment(this)) {
            throw new IllegalStateException("segment " + number + " was closed while something is in flight on it");
        }
        device.close(this);
    }

    /** Closes the file when nobody reads it; a second call does nothing. Nothing is in flight. */
    void closeNow() {
        if (gate.close()) {
            try {
                giveUpPlace();
            } finally {
                FileCalls.close(fd);
            }
        }
    }

    IOException refused(String operation) {
        return new IOException(operation + " refused, the segment or its device is closed: file=" + file);
    }

    @Override
    public String toString() {
        return "UringSegment[" + file + "]";
    }
}
