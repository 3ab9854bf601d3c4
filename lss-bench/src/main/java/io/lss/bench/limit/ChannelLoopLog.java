package io.lss.bench.limit;

import io.lss.bench.work.Work;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Copies into a direct buffer, which is written to the end of a file, through the page cache, when it is full. */
final class ChannelLoopLog extends LoopLog {

    private final FileChannel channel;
    private final ByteBuffer buffer;
    private final MemorySegment memory;

    ChannelLoopLog(Path directory, Work work) throws IOException {
        super(work.recordBytes());
        int length = Math.max(1, (1 << 20) / work.recordBytes()) * work.recordBytes();
        memory = Arena.ofAuto().allocate(length, 4096);
        buffer = memory.asByteBuffer();
        channel = FileChannel.open(
                directory.resolve("log"), StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    @Override
    void put(MemorySegment record) throws IOException {
        MemorySegment.copy(record, 0, memory, buffer.position(), record.byteSize());
        buffer.position(buffer.position() + (int) record.byteSize());
        if (!buffer.hasRemaining()) {
            write();
        }
    }

    private void write() throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            int _ = channel.write(buffer);
        }
        buffer.clear();
    }

    @Override
    void force() throws IOException {
        write();
        channel.force(false);
    }

    @Override
    public void readBack(Reader reader) throws IOException {
        force();
        channel.position(0);
        for (long left = channel.size(); left > 0; left -= buffer.limit()) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), left));
            while (buffer.hasRemaining()) {
                if (channel.read(buffer) < 0) {
                    throw new EOFException("the file is shorter than it was");
                }
            }
            tell(memory.asSlice(0, buffer.limit()), reader);
        }
        buffer.clear();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
