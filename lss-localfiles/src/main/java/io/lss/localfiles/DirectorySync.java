package io.lss.localfiles;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Makes the entries of one directory durable: names that were created, renamed or removed.
 *
 * <p>Linux and macOS sync a directory like a file. Windows cannot, and journals names by itself. Some network and FUSE
 * file systems refuse; then there is nothing to be had, which is logged once per open.
 */
final class DirectorySync {

    private static final System.Logger LOGGER = System.getLogger(DirectorySync.class.getName());

    /** The system's words for a medium that fails; whoever does not sync directories has others. */
    private static final String EIO = "Input/output error";

    private final Path directory;
    private final boolean supported;

    private DirectorySync(Path directory, boolean supported) {
        this.directory = directory;
        this.supported = supported;
    }

    /**
     * Tries whether the directory can be synced, and does so.
     *
     * @throws IOException if it could be, and the medium fails
     */
    static DirectorySync of(Path directory) throws IOException {
        if (System.getProperty("os.name", "").startsWith("Windows")) {
            return new DirectorySync(directory, false);
        }
        try {
            sync(directory);
            return new DirectorySync(directory, true);
        } catch (IOException e) {
            if (String.valueOf(e.getMessage()).contains(EIO)) {
                throw e;
            }
            LOGGER.log(
                    Level.WARNING,
                    "directory {0} cannot be synced ({1}): after a power cut segments that were just created may be missing",
                    directory,
                    e.getMessage());
            return new DirectorySync(directory, false);
        }
    }

    /** {@return one that does nothing, for a directory that is only looked at} */
    static DirectorySync none(Path directory) {
        return new DirectorySync(directory, false);
    }

    /** On return the directory's entries survive power loss, as far as the file system offers it. */
    void sync() throws IOException {
        if (supported) {
            sync(directory);
        }
    }

    private static void sync(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            throw IoFailure.of("sync of directory", directory, e);
        }
    }
}
