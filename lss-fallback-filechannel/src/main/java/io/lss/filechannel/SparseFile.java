package io.lss.filechannel;

import io.lss.localfiles.IoFailure;
import io.lss.localfiles.Preallocator;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * Makes a file of full length by writing its last block only. It reserves nothing: the space was free when it was created,
 * and others may take it. The length never changes afterwards, so writes to the file need not wait for each other.
 */
final class SparseFile implements Preallocator {

    private final FileOpener opener;
    private final int blockSize;

    SparseFile(FileOpener opener, int blockSize) {
        this.opener = opener;
        this.blockSize = blockSize;
    }

    @Override
    public void make(Path file, long bytes) throws IOException {
        long last = (Math.ceilDiv(bytes, blockSize) - 1) * blockSize;
        ByteBuffer block = Arena.ofAuto().allocate(blockSize, blockSize).asByteBuffer();
        try (FileChannel channel = opener.create(file)) {
            while (block.hasRemaining()) {
                channel.write(block, last + block.position());
            }
            channel.force(true);
        } catch (IOException e) {
            throw IoFailure.ofTransfer("extension", file, last, blockSize, block.position(), e);
        }
    }
}
