package io.lss.filechannel;

import io.lss.localfiles.IoFailure;
import io.lss.localfiles.Preallocator;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Makes a file by writing zeros all over it: the only way to reserve space that Java has on every system. Blocks that have
 * been written are also the fastest to write.
 */
final class ZeroFill implements Preallocator {

    /** How much is written at once, in bytes. */
    private static final int CHUNK_BYTES = 4 << 20;

    private final FileOpener opener;
    private final int blockSize;
    private @Nullable MemorySegment zeros;

    ZeroFill(FileOpener opener, int blockSize) {
        this.opener = opener;
        this.blockSize = blockSize;
    }

    @Override
    public void make(Path file, long bytes) throws IOException {
        ByteBuffer source = zeros().asByteBuffer();
        long position = 0;
        try (FileChannel channel = opener.create(file)) {
            while (position < bytes) {
                long left = Math.ceilDiv(bytes - position, blockSize) * blockSize;
                source.position(0).limit((int) Math.min(CHUNK_BYTES, left));
                int written = channel.write(source, position);
                if (written <= 0) {
                    throw IoFailure.ofTransfer("zero-fill", file, position, bytes - position, 0, null);
                }
                position += written;
            }
            channel.force(true);
        } catch (IOException e) {
            throw IoFailure.ofTransfer("zero-fill", file, 0, bytes, position, e);
        }
    }

    private MemorySegment zeros() {
        MemorySegment memory = zeros;
        if (memory == null) {
            memory = Arena.ofAuto().allocate(CHUNK_BYTES, Math.max(blockSize, 1 << 16));
            zeros = memory;
        }
        return memory;
    }
}
