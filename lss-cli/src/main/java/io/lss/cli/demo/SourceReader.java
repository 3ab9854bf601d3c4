package io.lss.cli.demo;

import io.lss.cli.demo.Corpus.SourceFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * Reads bytes of the corpus through a window, so that walking through a file costs few system calls. Read, not
 * mapped: a file that somebody cuts short meanwhile is an error with its name, not a fault of the JVM. Used by one
 * thread.
 */
final class SourceReader implements AutoCloseable {
    private final Corpus corpus;
    private final ByteBuffer window;
    private final MemorySegment memory;
    private int file = -1;
    private long windowStart;
    private FileChannel channel;

    /**
     * A reader that reads nothing yet.
     *
     * @param corpus what to read
     * @param windowBytes how much to read at a time; at least the longest run of bytes asked for
     */
    @SuppressWarnings("NullAway.Init") // the channel comes with the first file
    SourceReader(Corpus corpus, int windowBytes) {
        this.corpus = corpus;
        window = ByteBuffer.allocateDirect(windowBytes);
        memory = MemorySegment.ofBuffer(window);
        window.limit(0);
    }

    /** Brings bytes of a file into memory, where the other methods find them. */
    void load(Cut cut) throws IOException {
        if (cut.file() == file && cut.offset() >= windowStart
                && cut.offset() + cut.length() <= windowStart + window.limit()) {
            return;
        }
        SourceFile source = corpus.files().get(cut.file());
        if (cut.file() != file) {
            close();
            channel = FileChannel.open(source.path());
            file = cut.file();
        }
        windowStart = cut.offset();
        window.clear().limit((int) Math.min(window.capacity(), source.length() - windowStart));
        while (window.hasRemaining()) {
            if (channel.read(window, windowStart + window.position()) < 0) {
                throw new IOException(
                        source.path() + " has become shorter while it was read; give files that stand still");
            }
        }
        window.flip();
    }

    /** Copies bytes that {@link #load} has brought. */
    void copy(Cut cut, MemorySegment dst, long dstOffset) {
        MemorySegment.copy(memory, cut.offset() - windowStart, dst, dstOffset, cut.length());
    }

    /** {@return the first byte in which memory differs from what {@link #load} has brought; -1 if none does} */
    long mismatch(Cut cut, MemorySegment bytes, long bytesOffset) {
        long start = cut.offset() - windowStart;
        return MemorySegment.mismatch(
                memory, start, start + cut.length(), bytes, bytesOffset, bytesOffset + cut.length());
    }

    @Override
    public void close() throws IOException {
        if (file >= 0) {
            file = -1;
            window.limit(0);
            channel.close();
        }
    }
}
