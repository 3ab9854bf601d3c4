package io.lss.filechannel;

import io.lss.localfiles.IoFailure;
import io.lss.localfiles.crew.Waiting;
import io.lss.spi.flush.Completion;
import io.lss.spi.flush.Segment;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A segment in a file.
 *
 * <p>What the interface asks for is handed to the device's threads; the methods whose names end in {@code Now} do it, on
 * such a thread.
 */
final class FileSegment implements Segment {

    /** A destination that only its own thread may touch is filled by way of the heap, in pieces of this many bytes. */
    private static final int HEAP_PIECE = 1 << 20;

    /** No write: the segment was opened to be read. */
    private static final long READ_ONLY = -1;

    private final FileChannelDevice device;
    private final long number;
    private final Path file;

    /** How many bytes may be written, or {@link #READ_ONLY}. */
    private final long capacity;

    /** Reads, writes that need not be durable by themselves, syncs. */
    private final FileChannel channel;

    /** Durable writes; null if the segment was opened to be read. */
    private final @Nullable FileChannel durableChannel;

    private final SyncQueue syncs;
    private final BlockReads reads;

    FileSegment(
            FileChannelDevice device,
            long number,
            Path file,
            long capacity,
            FileChannel channel,
            @Nullable FileChannel durableChannel) {
        this.device = device;
        this.number = number;
        this.file = file;
        this.capacity = capacity;
        this.channel = channel;
        this.durableChannel = durableChannel;
        this.syncs = new SyncQueue(device.writers(), this, this::syncNow);
        this.reads = new BlockReads(channel, file, device.transferUnit());
    }

    /** {@return a segment whose file was just created, to be written} */
    static FileSegment forWriting(FileChannelDevice device, long number, Path file, long bytes) throws IOException {
        FileChannel channel = device.opener().open(file);
        try {
            return new FileSegment(device, number, file, bytes, channel, device.opener().openDurable(file));
        } catch (IOException | RuntimeException | Error e) {
            channel.close();
            throw e;
        }
    }

    /** {@return a segment to be read and synced} */
    static FileSegment forReading(FileChannelDevice device, long number, Path file) throws IOException {
        return new FileSegment(device, number, file, READ_ONLY, device.opener().open(file), null);
    }

    long number() {
        return number;
    }

    @Override
    public void write(MemorySegment src, long position, boolean durable, Completion completion) {
        checkWrite(src, position);
        device.writers().offer(new WriteTask(this, src, position, durable, completion));
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

    /** Writes the whole range (F1). What was not written at the first failure never will be (F4). */
    void writeNow(MemorySegment src, long position, boolean durable) throws IOException {
        FileChannel target = durable && durableChannel != null ? durableChannel : channel;
        ByteBuffer source = src.asByteBuffer();
        IOException cause = null;
        try {
            while (source.hasRemaining() && target.write(source, position + source.position()) > 0) {
                // A short transfer goes on where it stopped; one of nothing at all ends the loop.
            }
        } catch (IOException e) {
            cause = e;
        }
        if (source.hasRemaining()) {
            throw IoFailure.ofTransfer("write", file, position, src.byteSize(), source.position(), cause);
        }
    }

    @Override
    public void sync(Completion completion) {
        syncs.add(completion);
    }

    private void syncNow() throws IOException {
        try {
            channel.force(false);
        } catch (IOException e) {
            throw IoFailure.of("sync", file, e);
        }
    }

    @Override
    public long read(MemorySegment dst, long position) throws IOException {
        checkRead(dst, position);
        if (device.canTouch(dst)) {
            return readShared(dst, position);
        }
        MemorySegment piece = MemorySegment.ofArray(new byte[(int) Math.min(dst.byteSize(), HEAP_PIECE)]);
        long done = 0;
        while (done < dst.byteSize()) {
            MemorySegment part = piece.asSlice(0, Math.min(piece.byteSize(), dst.byteSize() - done));
            long got = readShared(part, position + done);
            MemorySegment.copy(part, 0, dst, done, got);
            done += got;
            if (got < part.byteSize()) {
                break;
            }
        }
        return done;
    }

    private long readShared(MemorySegment dst, long position) throws IOException {
        Waiting waiting = new Waiting();
        ReadTask task = new ReadTask(this, dst, position, waiting);
        device.readers().offer(task);
        waiting.await();
        return task.bytes();
    }

    /** {@return a read that has been handed over, to be awaited with others; its memory is one that every thread may touch} */
    ReadTask startRead(MemorySegment dst, long position, Waiting waiting) {
        ReadTask task = new ReadTask(this, dst, position, waiting);
        device.readers().offer(task);
        return task;
    }

    @Override
    public boolean startRead(MemorySegment dst, long position, Completion completion) {
        checkRead(dst, position);
        return device.readers().offerIfIdle(new StartedRead(this, dst, position, completion));
    }

    static void checkRead(MemorySegment dst, long position) {
        if (position < 0) {
            throw new IllegalArgumentException("position " + position + " is negative");
        }
        if (dst.isReadOnly()) {
            throw new IllegalArgumentException("the destination of a read is read-only memory");
        }
    }

    /** Reads, with scratch memory of the calling thread. */
    long readNow(MemorySegment dst, long position, MemorySegment scratch) throws IOException {
        return reads.read(dst, position, scratch);
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
        if (durableChannel != null) {
            durableChannel.close(); // nothing will be written; one open file less
        }
        if (capacity == READ_ONLY || capacity - end <= capacity / 4) {
            return false;
        }
        try {
            channel.truncate(end);
            return true;
        } catch (IOException e) {
            throw IoFailure.of("truncation at " + end, file, e);
        }
    }

    @Override
    public void close() throws IOException {
        device.closeSegment(this);
    }

    /** Closes the channels. */
    void closeNow() throws IOException {
        try (channel) {
            if (durableChannel != null) {
                durableChannel.close();
            }
        }
    }

    IOException refused(String operation, String why) {
        return new IOException(operation + " refused, the device is " + why + ": file=" + file);
    }

    @Override
    public String toString() {
        return "FileSegment[" + file + "]";
    }
}
