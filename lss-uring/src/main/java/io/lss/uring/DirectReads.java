package io.lss.uring;

import io.lss.localfiles.crew.Call;
import io.lss.localfiles.crew.Crew;
import io.lss.localfiles.crew.DeviceThread;
import io.lss.localfiles.crew.ToldTask;
import io.lss.spi.flush.Completion;
import io.lss.uring.Bounces.Bounce;
import io.lss.uring.linux.Errno;
import io.lss.uring.linux.FileCalls;
import io.lss.uring.linux.SystemCallException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * Single reads: pread(2) on the calling thread, past the page cache like the writes. So no page that a read brought in can hide a
 * completed write (F8), and the log does not displace what others have cached.
 *
 * <p>What is aligned goes straight to its destination; what is not goes by way of a {@link Bounces bounce}, block by block around it. A virtual
 * thread hands over to a thread of the device: a system call would keep its carrier for as long as the disk takes.
 */
final class DirectReads {

    /** The longest single transfer, in bytes. */
    private static final long MAX_TRANSFER = 1 << 30;

    /** A destination that only its own thread may touch is filled by way of the heap, in pieces of this many bytes. */
    private static final int HEAP_PIECE = 1 << 20;

    private final int blockSize;
    private final int memoryAlignment;
    private final Crew readers;
    private final Thread anotherThread;
    private final Bounces bounces = new Bounces();

    /** Reads in blocks; {@code readers} do it for virtual threads, {@code anotherThread} is any thread but the callers'. */
    DirectReads(int blockSize, int memoryAlignment, Crew readers, Thread anotherThread) {
        this.blockSize = blockSize;
        this.memoryAlignment = memoryAlignment;
        this.readers = readers;
        this.anotherThread = anotherThread;
    }

    /** {@return whether every thread may touch this memory} */
    boolean isShared(MemorySegment memory) {
        return memory.isAccessibleBy(anotherThread);
    }

    /** {@return how many bytes were read; fewer than {@code dst} holds only at the end of the file} */
    long read(UringSegment segment, MemorySegment dst, long position) throws IOException {
        if (!Thread.currentThread().isVirtual()) {
            return readNow(segment, dst, position);
        }
        if (isShared(dst)) {
            return handOver(segment, dst, position);
        }
        MemorySegment piece = MemorySegment.ofArray(new byte[(int) Math.min(dst.byteSize(), HEAP_PIECE)]);
        long done = 0;
        while (done < dst.byteSize()) {
            MemorySegment part = piece.asSlice(0, Math.min(piece.byteSize(), dst.byteSize() - done));
            long got = handOver(segment, part, position + done);
            MemorySegment.copy(part, 0, dst, done, got);
            done += got;
            if (got < part.byteSize()) {
                break;
            }
        }
        return done;
    }

    /**
     * {@return whether a thread of the device reads; none does if all are busy} Not a ring of the caller's: what a thread has with a ring ends when
     * the thread does, and the caller may.
     */
    boolean start(UringSegment segment, MemorySegment dst, long position, Completion completion) {
        return readers.offerIfIdle(new ToldTask("read", completion) {
            @Override
            protected long transfer(DeviceThread thread) throws IOException {
                return readNow(segment, dst, position);
            }

            @Override
            protected IOException refusal(String why) {
                return new IOException("read refused: " + why + ": file=" + segment.file());
            }
        });
    }

    private long handOver(UringSegment segment, MemorySegment dst, long position) throws IOException {
        return Call.in(readers, () -> readNow(segment, dst, position));
    }

    /** Reads on this thread, a platform thread. */
    long readNow(UringSegment segment, MemorySegment dst, long position) throws IOException {
        Bounce bounce = bounces.take(); // may find no memory, and nothing is entered yet
        try {
            if (!segment.gate().enter()) {
                throw segment.refused("read");
            }
            try {
                return new OneRead(segment, dst, position, bounce).run();
            } finally {
                segment.gate().leave();
            }
        } finally {
            bounces.giveBack(bounce);
        }
    }

    /** {@return whether a read can go straight to its destination, but for an odd end} */
    private boolean isAligned(MemorySegment dst, long position) {
        return dst.isNative() && dst.address() % memoryAlignment == 0 && position % blockSize == 0;
    }

    /** {@return whether a read can go straight to its destination, whole} */
    boolean isStraight(MemorySegment dst, long position) {
        return isAligned(dst, position) && dst.byteSize() % blockSize == 0;
    }

    private final class OneRead {
        private final UringSegment segment;
        private final MemorySegment dst;
        private final long position;
        private final Bounce bounce;
        private long done;

        OneRead(UringSegment segment, MemorySegment dst, long position, Bounce bounce) {
            this.segment = segment;
            this.dst = dst;
            this.position = position;
            this.bounce = bounce;
        }

        long run() throws IOException {
            long length = dst.byteSize();
            if (isAligned(dst, position)) {
                long straight = length - length % blockSize;
                done = fill(dst.asSlice(0, straight), position);
                if (done < straight) {
                    return done;
                }
            }
            while (done < length) {
                long copied = throughBounce();
                if (copied == 0) {
                    break;
                }
                done += copied;
            }
            return done;
        }

        /** Reads the blocks around as much of what is left as fits into the bounce, and copies. */
        private long throughBounce() throws IOException {
            long at = position + done;
            long before = at % blockSize;
            long wanted = Math.min(before + dst.byteSize() - done, Bounces.BYTES);
            long blocks = Math.ceilDiv(wanted, blockSize) * blockSize;
            long got = fill(bounce.memory().asSlice(0, blocks), at - before);
            long usable = Math.min(got, wanted) - before;
            if (usable <= 0) {
                return 0;
            }
            MemorySegment.copy(bounce.memory(), before, dst, done, usable);
            return usable;
        }

        /** Reads until the memory is full or the file ends. */
        private long fill(MemorySegment to, long from) throws IOException {
            long filled = 0;
            Refused refused = new Refused();
            while (filled < to.byteSize()) {
                long part = Math.min(to.byteSize() - filled, MAX_TRANSFER);
                long got = FileCalls.pread(bounce.errno(), segment.fd(), to.asSlice(filled, part), from + filled);
                if ((got == -Errno.EINTR || got == -Errno.EAGAIN) && refused.again()) {
                    continue;
                }
                if (got < 0) {
                    throw new SystemCallException(
                            "read",
                            (int) -got,
                            "file=" + segment.file() + " position=" + position + " length=" + dst.byteSize() + " done="
                                    + done);
                }
                refused.passed();
                filled += got;
                if (got == 0 || got % blockSize != 0) { // a part of a block: the file ends in it
                    break;
                }
            }
            return filled;
        }
    }
}
