package io.lss.localfiles;

import io.lss.api.StoreLocationException;
import io.lss.api.StoreLockedException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The exclusive hold on a store's directory (F7), in two layers.
 *
 * <ol>
 *   <li><b>Within the JVM</b>, across class loaders: a system property, its key made of the directory's identity (device and
 *       inode, so that a symbolic link or a bind mount is no way around), its value the owner's line. {@link
 *       Properties#putIfAbsent} decides. The values are strings, because {@link Properties#list} and {@link
 *       Properties#store} fail on anything else.
 *   <li><b>Between processes</b>: a {@link FileLock} on {@code LOCK}. The system drops it when the process dies, so a dead
 *       owner blocks nobody.
 * </ol>
 *
 * <p>In a directory that cannot be written the hold is shared between processes ({@link #look}): it keeps owners out, and an owner keeps it out.
 *
 * <p>Invariant: only who owns the property opens or closes {@code LOCK}. POSIX drops all locks of a process on a file when
 * the process closes <i>any</i> descriptor of that file, so a second opener in the same JVM, by closing the channel with
 * which it failed, would silently unlock the first.
 */
final class DirectoryLock {

    private static final System.Logger LOGGER = System.getLogger(DirectoryLock.class.getName());

    private static final String KEY_PREFIX = "io.lss.localfiles.lock.";

    /** The length of the lock file's text, in bytes. */
    private static final int TEXT_BYTES = 512;

    /** Locked far behind the text, because on Windows a locked range cannot be read by others. */
    private static final long LOCKED_POSITION = 1L << 40;

    /**
     * Channels that must never be closed, see {@link #lock}. Reachable, or else the collector would close them.
     */
    private static final List<FileChannel> KEPT_OPEN = new CopyOnWriteArrayList<>();

    /** What stands in the lock file while nobody has the store. */
    private static final String NOT_OPEN = "not open";

    private final String key;
    private final String line;

    /** Null if there is no lock file, and there cannot be one. */
    private final @Nullable FileChannel channel;

    private final boolean isExclusive;
    private boolean released;

    private DirectoryLock(String key, String line, @Nullable FileChannel channel, boolean isExclusive) {
        this.key = key;
        this.line = line;
        this.channel = channel;
        this.isExclusive = isExclusive;
    }

    /**
     * Takes the hold, without waiting.
     *
     * @throws StoreLockedException if another live owner has it
     * @throws StoreLocationException if the file system has no locks
     */
    static DirectoryLock acquire(Path directory, String openedBy) throws IOException {
        return take(directory, openedBy, true);
    }

    /**
     * Takes a hold that is enough to look at a directory that cannot be written, without waiting. A directory without a
     * lock file, on a file system that takes no files, is held within this JVM only: an owner that reaches the same files by another, writable, mount is not kept out.
     *
     * @throws StoreLockedException if a live owner has it
     * @throws StoreLocationException if the lock file may not be read, or is missing where it could be made
     */
    static DirectoryLock look(Path directory, String openedBy) throws IOException {
        return take(directory, openedBy, false);
    }

    private static DirectoryLock take(Path directory, String openedBy, boolean isExclusive) throws IOException {
        String key = KEY_PREFIX + identity(directory);
        String line = LockOwner.current(openedBy).line();
        Object other = System.getProperties().putIfAbsent(key, line);
        if (other != null) {
            throw locked(directory, "this JVM (" + other + ")", null);
        }
        FileChannel channel = null;
        try {
            channel = isExclusive ? lock(directory) : lockShared(directory);
            if (channel != null && isExclusive) {
                write(channel, line);
            }
            return new DirectoryLock(key, line, channel, isExclusive);
        } catch (IOException | RuntimeException | Error e) {
            closeQuietly(channel, e);
            System.getProperties().remove(key, line);
            throw e;
        }
    }

    private static FileChannel lock(Path directory) throws IOException {
        Path file = directory.resolve(FileNames.LOCK);
        FileChannel channel;
        try {
            channel = FileChannel.open(
                    file,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.CREATE,
                    LinkOption.NOFOLLOW_LINKS);
        } catch (AccessDeniedException e) {
            throw new StoreLocationException(
                    "no permission to write " + file + "; run as the owner of the store, or change its permissions", e);
        }
        return locked(directory, channel, false);
    }

    private static @Nullable FileChannel lockShared(Path directory) throws IOException {
        Path file = directory.resolve(FileNames.LOCK);
        FileChannel channel;
        try {
            channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            if (takesNoFiles(directory)) {
                return null;
            }
            throw new StoreLocationException(
                    "there is no " + file + " to be locked, and no permission to make it; run as the owner of the store", e);
        } catch (AccessDeniedException e) {
            throw new StoreLocationException(
                    "no permission to read " + file + "; run as the owner of the store, or change its permissions", e);
        }
        return locked(directory, channel, true);
    }

    /** {@return whether the file system is read-only} Found by trying: to a user without permission it says something else, and Java does not see all mounts. */
    private static boolean takesNoFiles(Path directory) throws IOException {
        Path trial = StoreDirectory.trialFileIn(directory);
        try {
            Files.createFile(trial);
        } catch (AccessDeniedException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
        Files.delete(trial);
        return false;
    }

    private static FileChannel locked(Path directory, FileChannel channel, boolean shared) throws IOException {
        FileLock lock;
        try {
            lock = channel.tryLock(LOCKED_POSITION, 1, shared);
        } catch (OverlappingFileLockException e) {
            // Somebody in this JVM holds the lock and the property is gone: a program has replaced the system
            // properties. Closing this channel would drop that lock, so it stays open for good.
            KEPT_OPEN.add(channel);
            throw locked(directory, "this JVM", e);
        } catch (IOException e) {
            closeQuietly(channel, e);
            throw new StoreLocationException(
                    "cannot lock " + directory.resolve(FileNames.LOCK) + " (" + e.getMessage()
                            + "); put the store on a file system that supports locks",
                    e);
        }
        if (lock == null) {
            StoreLockedException failure = locked(directory, "another process (" + readOwner(channel) + ")", null);
            closeQuietly(channel, failure);
            throw failure;
        }
        return channel;
    }

    private static StoreLockedException locked(Path directory, String owner, @Nullable Throwable cause) {
        return new StoreLockedException(
                "store " + directory + " is open in " + owner + "; close it there first, or open another location",
                cause);
    }

    /**
     * What makes a directory this directory, by whatever path it was reached. Where the system gives files no keys
     * (Windows) it is the real path.
     */
    private static String identity(Path directory) throws IOException {
        Object fileKey =
                Files.readAttributes(directory, BasicFileAttributes.class).fileKey();
        return fileKey != null ? fileKey.toString() : directory.toRealPath().toString();
    }

    /**
     * Writes a line into the lock file. In place and always equally long, so that it needs no new block on a full disk; and
     * if it cannot be written all the same, the lock holds without it.
     */
    private static void write(FileChannel channel, String line) {
        byte[] bytes = new byte[TEXT_BYTES];
        Arrays.fill(bytes, (byte) ' ');
        byte[] utf8 = line.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(utf8, 0, bytes, 0, Math.min(utf8.length, TEXT_BYTES - 1));
        bytes[TEXT_BYTES - 1] = '\n';
        ByteBuffer text = ByteBuffer.wrap(bytes);
        try {
            while (text.hasRemaining()) {
                channel.write(text, text.position());
            }
        } catch (IOException e) {
            LOGGER.log(Level.DEBUG, "the owner is not named in the lock file", e);
        }
    }

    /** The line of the owner; the owner may be writing it just now, so it may be incomplete. */
    private static String readOwner(FileChannel channel) {
        ByteBuffer text = ByteBuffer.allocate(TEXT_BYTES);
        try {
            while (text.hasRemaining() && channel.read(text, text.position()) > 0) {
                // Goes on until the end of the file.
            }
        } catch (IOException e) {
            return "its owner cannot be read: " + e.getMessage();
        }
        String line = new String(text.array(), 0, text.position(), StandardCharsets.UTF_8).strip();
        if (line.isEmpty()) {
            return "owner not named";
        }
        if (line.equals(NOT_OPEN)) {
            return "which looks at it and cannot write its name";
        }
        return LockOwner.isGone(line) ? "which perhaps looks at it and cannot write its name; the last owner, which does not run any more, was " + line : line;
    }

    /** Gives the hold up. A second call does nothing. */
    void release() throws IOException {
        if (released) {
            return;
        }
        released = true;
        // Before the property goes: the next owner in this JVM must find the channel closed, or our close would drop
        // its lock.
        try (channel) {
            if (channel != null && isExclusive) {
                write(channel, NOT_OPEN);
            }
        } finally {
            System.getProperties().remove(key, line);
        }
    }

    private static void closeQuietly(@Nullable FileChannel channel, Throwable failure) {
        if (channel == null) {
            return;
        }
        try {
            channel.close();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }
}
