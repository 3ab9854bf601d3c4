package io.lss.filechannel;

import io.lss.api.StoreLocationException;
import io.lss.localfiles.DirectOption;
import io.lss.localfiles.NoSpace;
import io.lss.localfiles.StoreDirectory;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.module.ModuleFinder;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Whether files can be opened so that transfers bypass the page cache, found out by trying.
 *
 * @param option the option to open files with; null if they go through the page cache
 * @param reason why they do, for people; empty if they do not or were asked to
 */
record DirectIo(@Nullable OpenOption option, String reason) {

    private static final String OPTION_MODULE = "jdk.unsupported";

    /**
     * {@return what the directory's file system can do, under what the user asked for}
     *
     * @throws StoreLocationException if direct transfers were asked for and cannot be had
     */
    static DirectIo in(StoreDirectory directory, String setting) throws IOException {
        if (setting.equals(Settings.DIRECT_OFF)) {
            return new DirectIo(null, "");
        }
        DirectIo found = find(directory, setting.equals(Settings.DIRECT_ON));
        if (found.option == null && setting.equals(Settings.DIRECT_ON)) {
            throw new StoreLocationException("direct=on, but O_DIRECT cannot be had at " + directory.path() + ": "
                    + found.reason + "; remove the cause, or set direct to auto or off");
        }
        return found;
    }

    /** {@return what the directory's file system can do, found out by reading a block of a file of the store: nothing can be written there} */
    static DirectIo readingOnly(StoreDirectory directory) throws IOException {
        OpenOption option = DirectOption.lookUp();
        long[] segments = directory.segments();
        if (option == null || segments.length == 0 || directory.medium().isVolatile() || !directory.medium().hasUsableBlockSize()) {
            return new DirectIo(null, "");
        }
        int blockSize = directory.medium().blockSize();
        ByteBuffer block = Arena.ofAuto().allocate(blockSize, blockSize).asByteBuffer();
        try (FileChannel channel = FileChannel.open(directory.segment(segments[0]), StandardOpenOption.READ, option)) {
            channel.read(block, 0);
            return new DirectIo(option, "");
        } catch (IOException | UnsupportedOperationException e) {
            return new DirectIo(null, ""); // it may be the medium; then what reads through the cache meets it as well
        }
    }

    private static DirectIo find(StoreDirectory directory, boolean insist) {
        if (directory.medium().isVolatile() && !insist) {
            return new DirectIo(null, directory.medium().type() + " is memory");
        }
        if (!directory.medium().hasUsableBlockSize()) {
            return new DirectIo(null, directory.medium().type() + " names no block size from 512 to 65536");
        }
        OpenOption option = DirectOption.lookUp();
        if (option == null) {
            boolean inJdk = ModuleFinder.ofSystem().find(OPTION_MODULE).isPresent();
            return new DirectIo(
                    null,
                    inJdk
                            ? "module " + OPTION_MODULE + " is not resolved: run java with --add-modules " + OPTION_MODULE
                            : "this Java run time has no module " + OPTION_MODULE);
        }
        String refusal = tryOut(directory.trialFile(), option, directory.medium().blockSize());
        return refusal == null ? new DirectIo(option, "") : new DirectIo(null, refusal);
    }

    /** Writes and reads back one block that is not the first. Some file systems refuse at open, some only then. */
    private static @Nullable String tryOut(Path file, OpenOption option, int blockSize) {
        try {
            try (FileChannel channel = FileChannel.open(
                    file,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    option)) {
                MemorySegment memory = Arena.ofAuto().allocate(blockSize, blockSize);
                memory.fill((byte) 1);
                ByteBuffer block = memory.asByteBuffer();
                if (channel.write(block, blockSize) != blockSize) {
                    return "a block was not written whole";
                }
                memory.fill((byte) 0);
                block.clear();
                boolean same = channel.read(block, blockSize) == blockSize && block.get(blockSize - 1) == 1;
                return same ? null : "a block read back is not what was written";
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException | UnsupportedOperationException e) {
            if (NoSpace.isCauseOf(e)) {
                return null; // not refused for being direct; a store on a full disk opens as on any other day
            }
            return "the file system refuses it (" + e.getMessage() + ")";
        }
    }
}
