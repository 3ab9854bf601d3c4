package io.lss.uring;

import io.lss.localfiles.Preallocator;
import io.lss.uring.linux.Errno;
import io.lss.uring.linux.ErrnoCapture;
import io.lss.uring.linux.FileCalls;
import io.lss.uring.linux.SystemCallException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Opens the files of segments past the page cache, and makes them at their full length. One thread at a time. */
final class SegmentFiles implements Preallocator {

    /** How much is written at once when a file is filled with zeros, in bytes. */
    private static final int CHUNK_BYTES = 4 << 20;

    /** Of memory, for every file system, in bytes. */
    private static final int ALIGNMENT = 1 << 16;

    /** rw-r--r--, less what the process's umask takes away. */
    private static final int MODE = 0644;

    private final Preallocation preallocation;
    private final int blockSize;
    private final ErrnoCapture errno = new ErrnoCapture();
    private @Nullable MemorySegment zeros;

    SegmentFiles(Preallocation preallocation, int blockSize) {
        this.preallocation = preallocation;
        this.blockSize = blockSize;
    }

    /** {@return a descriptor of a file that exists} The caller closes it. */
    static int open(Path file) throws IOException {
        return open(file, FileCalls.O_RDWR | FileCalls.O_DIRECT);
    }

    private static int open(Path file, int flags) throws IOException {
        int fd = FileCalls.open(file, flags, MODE);
        if (fd == -Errno.ENOENT) {
            throw new NoSuchFileException(file.toString());
        }
        return SystemCallException.check(fd, "open", "file=" + file);
    }

    @Override
    public void make(Path file, long bytes) throws IOException {
        make(file, bytes, preallocation.fillsNow(), () -> false);
    }

    /** As {@link #make}, of a file for which nobody waits yet; {@code hurried} when somebody does. */
    void makeAhead(Path file, long bytes, boolean zeroFill, BooleanSupplier hurried) throws IOException {
        make(file, bytes, zeroFill, preallocation.fillsNow() ? () -> false : hurried);
    }

    private void make(Path file, long bytes, boolean zeroFill, BooleanSupplier hurried) throws IOException {
        int fd = open(file, FileCalls.O_RDWR | FileCalls.O_DIRECT | FileCalls.O_CREAT | FileCalls.O_EXCL);
        try {
            long length = Math.ceilDiv(bytes, blockSize) * blockSize;
            SystemCallException.check(FileCalls.allocate(fd, length), "fallocate", "file=" + file + " length=" + length);
            if (zeroFill) {
                long start = System.nanoTime();
                long filled = fill(fd, file, length, hurried);
                preallocation.filled(filled, System.nanoTime() - start);
            }
            SystemCallException.check(FileCalls.fsync(fd), "sync", "file=" + file);
        } finally {
            FileCalls.close(fd);
        }
    }

    /** {@return how much was filled until somebody waited} */
    private long fill(int fd, Path file, long length, BooleanSupplier hurried) throws IOException {
        MemorySegment source = zeros(file);
        Refused refused = new Refused();
        long done = 0;
        while (done < length && !hurried.getAsBoolean()) {
            long part = Math.min(source.byteSize(), length - done);
            long written = FileCalls.pwrite(errno, fd, source.asSlice(0, part), done);
            boolean passing = written == -Errno.EINTR || written == -Errno.EAGAIN || written >= 0;
            long whole = Math.max(0, written) & -blockSize; // a part of a block is written again
            if (whole > 0) {
                refused.passed();
                done += whole;
            } else if (!passing || !refused.again()) {
                throw new SystemCallException(
                        "zero-fill",
                        written >= 0 ? Errno.EIO : (int) -written,
                        "file=" + file + " position=0 length=" + length + " done=" + done);
            }
        }
        return done;
    }

    /** {@return as many zeros as there is memory for; in blocks they are written more slowly, but written} */
    private MemorySegment zeros(Path file) throws IOException {
        MemorySegment memory = zeros;
        for (int bytes = CHUNK_BYTES; memory == null; bytes /= 4) {
            try {
                memory = Arena.ofAuto().allocate(bytes, Math.min(bytes, ALIGNMENT));
            } catch (OutOfMemoryError e) {
                if (bytes / 4 < blockSize) {
                    throw new IOException(
                            "zero-fill failed: file=" + file + " needed=" + bytes
                                    + " cause=no memory outside the heap; raise -XX:MaxDirectMemorySize (" + e.getMessage() + ")",
                            e);
                }
            }
        }
        // What was had for want of more is not kept: there may be more the next time.
        zeros = memory.byteSize() == CHUNK_BYTES ? memory : null;
        return memory;
    }
}
