package io.lss.filechannel;

import io.lss.localfiles.IoFailure;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * Reads any range into any memory from a channel that may take only whole blocks at aligned addresses.
 *
 * <p>What is aligned goes straight to its destination; what is not goes through scratch memory, block by block around it.
 */
final class BlockReads {

    /** The longest single transfer, in bytes. */
    private static final long MAX_TRANSFER = 1 << 30;

    private final FileChannel channel;
    private final Path file;

    /** The unit of the channel: the block size past the page cache, 1 through it. */
    private final int unit;

    BlockReads(FileChannel channel, Path file, int unit) {
        this.channel = channel;
        this.file = file;
        this.unit = unit;
    }

    /**
     * Reads.
     *
     * @return how many bytes; fewer than {@code dst} holds only at the end of the file
     */
    long read(MemorySegment dst, long position, MemorySegment scratch) throws IOException {
        long length = dst.byteSize();
        long done = 0;
        try {
            if (dst.isNative() && isAligned(position) && isAligned(dst.address())) {
                long straight = length - length % unit;
                done = readStraight(dst.asSlice(0, straight), position);
                if (done < straight) {
                    return done;
                }
            }
            while (done < length) {
                long copied = readThrough(scratch, dst.asSlice(done), position + done);
                if (copied == 0) {
                    break;
                }
                done += copied;
            }
            return done;
        } catch (IOException e) {
            throw IoFailure.ofTransfer("read", file, position, length, done, e);
        }
    }

    private boolean isAligned(long value) {
        return (value & (unit - 1)) == 0;
    }

    private long readStraight(MemorySegment dst, long position) throws IOException {
        long done = 0;
        while (done < dst.byteSize()) {
            long part = Math.min(dst.byteSize() - done, MAX_TRANSFER);
            int got = fill(dst.asSlice(done, part).asByteBuffer(), position + done);
            done += got;
            if (got < part) {
                break;
            }
        }
        return done;
    }

    /** Reads the blocks around as much of {@code dst} as fits into the scratch memory, and copies. */
    private int readThrough(MemorySegment scratch, MemorySegment dst, long position) throws IOException {
        int before = (int) (position & (unit - 1));
        long wanted = Math.min(before + dst.byteSize(), scratch.byteSize());
        long blocks = Math.ceilDiv(wanted, unit) * unit;
        int got = fill(scratch.asSlice(0, blocks).asByteBuffer(), position - before);
        int usable = (int) Math.min(got, wanted) - before;
        if (usable <= 0) {
            return 0;
        }
        MemorySegment.copy(scratch, before, dst, 0, usable);
        return usable;
    }

    /** Reads until the buffer is full or the file ends. */
    private int fill(ByteBuffer buffer, long position) throws IOException {
        while (buffer.hasRemaining()) {
            int got = channel.read(buffer, position + buffer.position());
            if (got <= 0 || !isAligned(got)) { // a part of a block: the file ends in it
                break;
            }
        }
        return buffer.position();
    }
}
