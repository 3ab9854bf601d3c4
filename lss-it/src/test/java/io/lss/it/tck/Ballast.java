package io.lss.it.tck;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Fills a small file system, but for a few bytes. */
final class Ballast {

    private static final int CHUNK = 1 << 20;
    private static final int BLOCK = 4096;

    private final Path directory;

    /** For a file system that nobody else uses. */
    Ballast(Path directory) {
        this.directory = directory;
    }

    /** Leaves so many bytes, or takes all ballast away. */
    void leave(long bytes) throws IOException {
        Path ballast = directory.resolve("ballast");
        Path room = directory.resolve("room");
        release(ballast);
        release(room);
        if (bytes == Long.MAX_VALUE) {
            return;
        }
        if (bytes > 0) {
            fill(room, bytes);
        }
        fill(ballast, Long.MAX_VALUE);
        release(room);
    }

    /** Gives the space back at once: XFS lets that of a removed file wait. */
    private static void release(Path file) throws IOException {
        if (Files.exists(file)) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(0);
                channel.force(true);
            }
            Files.delete(file);
        }
    }

    /** Writes a file, to a length or until there is no more space. */
    private static void fill(Path file, long bytes) throws IOException {
        FileStore store = Files.getFileStore(file.getParent());
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            long written = 0;
            int piece = CHUNK;
            while (written < bytes && piece >= BLOCK) {
                try {
                    written += channel.write(ByteBuffer.allocate((int) Math.min(piece, bytes - written)), written);
                    if (store.getUsableSpace() < CHUNK) {
                        channel.force(false); // what is only in memory has no place yet
                    }
                } catch (IOException e) {
                    piece /= 2; // no space for that
                }
            }
            channel.force(true);
        } catch (IOException e) {
            if (bytes != Long.MAX_VALUE) {
                throw e;
            }
        }
    }
}
