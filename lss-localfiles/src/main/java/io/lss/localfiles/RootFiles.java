package io.lss.localfiles;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The two root copies, each a file of its own.
 *
 * <p>A copy is made under a temporary name, so that a crash while a store is created leaves no copy or a whole one, and never
 * a store with a root that is damaged from the start. From then on it is written in place: one write and one sync, no new
 * block, so it also works on a full disk. That write may tear, which is why there are two copies (F9); the other file is not
 * touched.
 */
final class RootFiles {

    /** The longest image, in bytes. */
    static final int MAX_BYTES = 4096;

    private final Path directory;
    private final DirectorySync entries;
    private final Medium medium;
    private final boolean readOnly;

    RootFiles(Path directory, DirectorySync entries, Medium medium, boolean readOnly) {
        this.directory = directory;
        this.entries = entries;
        this.medium = medium;
        this.readOnly = readOnly;
    }

    /**
     * {@return a copy as it is on the medium; empty if it never was written}
     *
     * <p>First synced: an owner that was killed may have left it in the page cache only, and the other copy is overwritten in trust of this
     * one; not where nothing can be written. Then read past the cache, where that can be done: the cache goes on showing a write that failed, and syncs of it succeed.
     */
    Optional<byte[]> read(int copy) throws IOException {
        Path file = directory.resolve(FileNames.root(copy));
        try {
            if (!readOnly) {
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    channel.force(true);
                }
                entries.sync();
            }
            byte[] direct = readDirect(file);
            if (direct != null) {
                return Optional.of(direct);
            }
            try (InputStream in = Files.newInputStream(file)) {
                return Optional.of(in.readNBytes(MAX_BYTES));
            }
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw IoFailure.of("read of root copy " + copy, file, e);
        }
    }

    /**
     * {@return what the medium holds, or null where one cannot read past the page cache} The system's words differ from place to place and
     * follow its language, so none are looked for: a file system that refuses does so at opening, or at the reading of any block. One that
     * has read a block of this file and fails at another time has a medium that fails.
     */
    private byte @Nullable [] readDirect(Path file) throws IOException {
        OpenOption option = DirectOption.lookUp();
        if (option == null || medium.isVolatile() || !medium.hasUsableBlockSize()) {
            return null;
        }
        int length = Math.max(MAX_BYTES, medium.blockSize());
        ByteBuffer buffer = ByteBuffer.allocateDirect(length + medium.blockSize()).alignedSlice(medium.blockSize()).limit(length);
        FileChannel opened;
        try {
            opened = FileChannel.open(file, StandardOpenOption.READ, option);
        } catch (IOException | UnsupportedOperationException e) {
            return null; // the file itself was opened just now
        }
        try (FileChannel channel = opened) {
            long size = channel.size();
            try {
                channel.read(buffer, 0);
            } catch (IOException e) {
                if (isReadableDirectly(file, option)) {
                    throw e;
                }
                return null;
            }
            if (buffer.position() < Math.min(size, MAX_BYTES)) {
                return null; // short, as network and FUSE file systems may: the plain read goes on where it stops
            }
            byte[] content = new byte[Math.min(buffer.position(), MAX_BYTES)];
            buffer.flip().get(content);
            return content;
        }
    }

    /** {@return whether another file beside this one, written for the purpose, can be read past the page cache} */
    private boolean isReadableDirectly(Path file, OpenOption option) {
        Path trial = file.resolveSibling(FileNames.trial());
        int block = medium.blockSize();
        ByteBuffer buffer = ByteBuffer.allocateDirect(2 * block).alignedSlice(block).limit(block);
        try {
            Files.write(trial, new byte[block]);
            try (FileChannel channel = FileChannel.open(trial, StandardOpenOption.READ, option)) {
                return channel.read(buffer, 0) == block;
            } finally {
                Files.deleteIfExists(trial);
            }
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    /** Replaces a copy; durable on return. */
    void write(int copy, byte[] image) throws IOException {
        if (image.length > MAX_BYTES) {
            throw new IllegalArgumentException("root image of " + image.length + " bytes is longer than " + MAX_BYTES);
        }
        Path file = directory.resolve(FileNames.root(copy));
        try {
            if (Files.exists(file)) {
                overwrite(file, image);
            } else {
                make(file, image);
            }
        } catch (IOException e) {
            throw IoFailure.of("write of root copy " + copy, file, e);
        }
    }

    private static void overwrite(Path file, byte[] image) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            boolean resized = channel.size() != image.length;
            writeFully(channel, image);
            if (resized) {
                channel.truncate(image.length);
            }
            channel.force(resized);
        }
    }

    private void make(Path file, byte[] image) throws IOException {
        Path temporary = directory.resolve(FileNames.temporary(file.getFileName().toString()));
        try {
            try (FileChannel channel = FileChannel.open(
                    temporary,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING)) {
                writeFully(channel, image);
                channel.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            entries.sync();
        } catch (IOException e) {
            StoreDirectory.removeQuietly(temporary, e);
            throw e;
        }
    }

    private static void writeFully(FileChannel channel, byte[] image) throws IOException {
        ByteBuffer source = ByteBuffer.wrap(image);
        while (source.hasRemaining()) {
            channel.write(source, source.position());
        }
    }
}
