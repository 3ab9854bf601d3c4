package io.lss.faults.block;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;

/** A disk in a sparse file, of which it knows what was ever written. */
final class DiskImage implements AutoCloseable {

    /** What a disk writes as a whole or not at all, in bytes. */
    static final int BLOCK = 4096;

    private static final MemorySegment ZEROS = MemorySegment.ofArray(new byte[BLOCK]);

    private final FileChannel file;
    private final long bytes;
    private final BitSet written;

    private DiskImage(FileChannel file, long bytes, BitSet written) {
        this.file = file;
        this.bytes = bytes;
        this.written = written;
    }

    /** {@return a disk that holds zeros} */
    static DiskImage create(Path path, long bytes) throws IOException {
        Files.deleteIfExists(path); // truncated, it might be flushed when it is closed
        FileChannel file =
                FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            file.write(ByteBuffer.allocate(1), bytes - 1);
        } catch (IOException e) {
            file.close();
            throw e;
        }
        return new DiskImage(file, bytes, new BitSet());
    }

    /** {@return a disk that holds the same} */
    DiskImage copy(Path path) throws IOException {
        DiskImage copy = create(path, bytes);
        try {
            for (int from = written.nextSetBit(0); from >= 0; ) {
                int to = written.nextClearBit(from);
                copyRange(copy.file, (long) from * BLOCK, Math.min(bytes, (long) to * BLOCK));
                from = written.nextSetBit(to);
            }
            copy.written.or(written);
            return copy;
        } catch (IOException e) {
            copy.close();
            throw e;
        }
    }

    private void copyRange(FileChannel target, long from, long to) throws IOException {
        target.position(from);
        for (long at = from; at < to; ) {
            at += file.transferTo(at, to - at, target);
        }
    }

    /** Writes. Zeros where nothing was ever written stay a hole. */
    void write(long position, MemorySegment data) throws IOException {
        for (long at = 0; at < data.byteSize(); ) {
            long end = Math.min(data.byteSize(), nextBlock(position + at) - position);
            MemorySegment part = data.asSlice(at, end - at);
            int block = (int) ((position + at) / BLOCK);
            if (written.get(block) || part.mismatch(ZEROS.asSlice(0, part.byteSize())) >= 0) {
                written.set(block);
                writeFully(position + at, part);
            }
            at = end;
        }
    }

    /** Makes zeros. */
    void zero(long position, long length) throws IOException {
        for (long at = position; at < position + length; ) {
            long end = Math.min(position + length, nextBlock(at));
            if (written.get((int) (at / BLOCK))) {
                writeFully(at, ZEROS.asSlice(0, end - at));
            }
            at = end;
        }
    }

    /** {@return where the block ends that a position is in} */
    static long nextBlock(long position) {
        return (position / BLOCK + 1) * BLOCK;
    }

    private void writeFully(long position, MemorySegment part) throws IOException {
        ByteBuffer buffer = part.asByteBuffer();
        while (buffer.hasRemaining()) {
            file.write(buffer, position + buffer.position());
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
