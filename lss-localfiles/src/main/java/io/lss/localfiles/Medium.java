package io.lss.localfiles;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The file system under a store, as far as Java tells. */
public final class Medium {

    private static final Set<String> MEMORY_FILE_SYSTEMS = Set.of("tmpfs", "ramfs");

    /** What is assumed where the file system says nothing, or something that no device has. */
    private static final int USUAL_BLOCK_SIZE = 4096;

    private static final int MIN_BLOCK_SIZE = 512;
    private static final int MAX_BLOCK_SIZE = 1 << 16;

    private final @Nullable FileStore store;
    private final long reportedBlockSize;

    private Medium(@Nullable FileStore store, long reportedBlockSize) {
        this.store = store;
        this.reportedBlockSize = reportedBlockSize;
    }

    /**
     * {@return the file system that holds a path}
     *
     * @param existing a file or directory
     */
    public static Medium of(Path existing) {
        try {
            FileStore store = Files.getFileStore(existing);
            return new Medium(store, blockSizeOf(store));
        } catch (IOException e) {
            return new Medium(null, -1); // no entry in the mount table; everything is as usual then
        }
    }

    private static long blockSizeOf(FileStore store) throws IOException {
        try {
            return store.getBlockSize();
        } catch (UnsupportedOperationException e) {
            return -1;
        }
    }

    /** {@return the file system's type, such as {@code ext4}; {@code unknown} if it does not say} */
    public String type() {
        return store == null || store.type().isEmpty() ? "unknown" : store.type();
    }

    /** {@return whether it forgets everything when the machine stops} */
    public boolean isVolatile() {
        return MEMORY_FILE_SYSTEMS.contains(type());
    }

    /** {@return whether {@link #blockSize()} is what the file system said} */
    public boolean hasUsableBlockSize() {
        return reportedBlockSize == blockSize();
    }

    /** {@return the unit in which files are laid out, in bytes: a power of two from 512 to 65536} */
    public int blockSize() {
        boolean plausible = reportedBlockSize >= MIN_BLOCK_SIZE
                && reportedBlockSize <= MAX_BLOCK_SIZE
                && Long.bitCount(reportedBlockSize) == 1;
        return plausible ? (int) reportedBlockSize : USUAL_BLOCK_SIZE;
    }

    /** {@return how many bytes can still be allocated; {@link Long#MAX_VALUE} where that cannot be found out} */
    public long usableSpace() {
        if (store == null) {
            return Long.MAX_VALUE;
        }
        try {
            // Some file systems know no sizes and answer 0 to everything.
            return store.getTotalSpace() > 0 ? store.getUsableSpace() : Long.MAX_VALUE;
        } catch (IOException e) {
            return Long.MAX_VALUE;
        }
    }
}
