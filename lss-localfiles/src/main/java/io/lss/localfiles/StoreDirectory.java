package io.lss.localfiles;

import io.lss.api.StoreFullException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The directory of an open store, held exclusively. It makes, lists and removes files durably; what is in them is the
 * provider's business.
 *
 * <p>Called by one thread at a time, one that nobody interrupts (see the package).
 */
public final class StoreDirectory implements AutoCloseable {

    /**
     * With less than this free, in bytes, a file that could not be made failed for want of space, whatever the system's
     * words are in its language.
     */
    private static final long NEXT_TO_NOTHING = 1 << 20;

    private final Path path;
    private final DirectoryLock lock;
    private final DirectorySync entries;
    private final RootFiles roots;
    private final SparePool spares;
    private final Medium medium;
    private final boolean readOnly;
    private @Nullable FileAhead ahead;
    private long lastCreated = -1;
    private boolean closed;

    private StoreDirectory(Path path, DirectoryLock lock, int spareFiles, boolean readOnly) throws IOException {
        this.path = path;
        this.lock = lock;
        this.readOnly = readOnly;
        this.entries = readOnly ? DirectorySync.none(path) : DirectorySync.of(path);
        this.spares = new SparePool(spareFiles);
        this.medium = Medium.of(path);
        this.roots = new RootFiles(path, entries, medium, readOnly);
    }

    /**
     * Opens, and if asked to and needed creates, the directory of a store.
     *
     * @param location where it is
     * @param create whether an empty or missing location becomes a store
     * @param mustCreate whether there must be none yet
     * @param spareFiles how many files of deleted segments may wait for reuse
     * @param openedBy the name of the thread that wants it, for the message to the next one who tries
     * @return the directory, locked
     * @throws io.lss.api.StoreLocationException if the location is not what it has to be
     * @throws io.lss.api.StoreLockedException if another live owner has it
     * @throws IOException if the medium fails
     */
    public static StoreDirectory open(
            Path location, boolean create, boolean mustCreate, int spareFiles, String openedBy) throws IOException {
        LocationCheck check = new LocationCheck(location, create, mustCreate);
        check.makeDirectory();
        check.checkContent(); // before anything is written, also to a directory that is not ours
        DirectoryLock lock = DirectoryLock.acquire(location, openedBy);
        try {
            Inventory inventory = check.checkContent(); // again: the one who had the lock may have changed it
            StoreDirectory directory = new StoreDirectory(location, lock, spareFiles, false);
            directory.removeLeftovers(inventory);
            return directory;
        } catch (IOException | RuntimeException | Error e) {
            releaseAfter(e, lock);
            throw e;
        }
    }

    /**
     * {@return the directory of a store in which nothing can be written, to be looked at; nothing if it can be} Owners are kept out meanwhile, other
     * processes that look are not. On a file system that is read-only there need not be a lock file; then nobody else is kept out.
     *
     * @param location where it is
     * @param openedBy the name of the thread that wants it, for the message to the next one who tries
     * @throws io.lss.api.StoreLocationException if there is no store, or it may not be read or locked
     * @throws io.lss.api.StoreLockedException if a live owner has it
     * @throws IOException if the medium fails
     */
    public static Optional<StoreDirectory> openToRead(Path location, String openedBy) throws IOException {
        if (!Files.isDirectory(location) || Files.isWritable(location)) {
            return Optional.empty();
        }
        new LocationCheck(location, false, false).checkReadable();
        DirectoryLock lock = DirectoryLock.look(location, openedBy);
        try {
            return Optional.of(new StoreDirectory(location, lock, 0, true));
        } catch (IOException | RuntimeException | Error e) {
            releaseAfter(e, lock);
            throw e;
        }
    }

    private static void releaseAfter(Throwable failure, DirectoryLock lock) {
        try {
            lock.release();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private void checkWritable() throws IOException {
        if (readOnly) {
            throw new IOException("directory " + path + " was opened to be read only");
        }
    }

    /** A leftover can hold the space that is missing; and nobody may reuse it (F10). */
    private void removeLeftovers(Inventory inventory) throws IOException {
        for (String name : inventory.leftovers()) {
            Files.deleteIfExists(path.resolve(name));
        }
        if (!inventory.leftovers().isEmpty()) {
            entries.sync();
        }
    }

    /** {@return the directory} */
    public Path path() {
        return path;
    }

    /** {@return the file system under it} */
    public Medium medium() {
        return medium;
    }

    /** {@return a path for a file with which the provider tries what the file system can do; the provider removes it} */
    public Path trialFile() {
        return path.resolve(FileNames.trial());
    }

    /**
     * {@return the same in a directory that is not open, and perhaps no store's} No other file has this name. If whoever makes the file is
     * killed before it is removed, the next opening of a store in that directory takes it for a leftover.
     *
     * @param directory any
     */
    public static Path trialFileIn(Path directory) {
        return directory.resolve(FileNames.trial(UUID.randomUUID()));
    }

    /**
     * {@return what a provider has measured of this location earlier, or nothing} Anything may be in it.
     *
     * @see #writeMeasurement
     */
    public Optional<String> readMeasurement() {
        return new MeasurementFile(path).read();
    }

    /**
     * Keeps what a provider has measured of this location, for the next opening. It may get lost; a store is the same without.
     *
     * @param text at most some lines
     */
    public void writeMeasurement(String text) {
        new MeasurementFile(path).write(text);
    }

    /**
     * {@return a root copy as it was last written, or nothing if it never was}
     *
     * @param copy 0 or 1
     * @throws IOException if the medium fails
     */
    public Optional<byte[]> readRoot(int copy) throws IOException {
        return roots.read(copy);
    }

    /**
     * Replaces a root copy; durable on return. After a crash it may hold anything; the other copy is as it was (F9).
     *
     * @param copy 0 or 1
     * @param image at most 4096 bytes
     * @throws IOException if the medium fails
     */
    public void writeRoot(int copy, byte[] image) throws IOException {
        checkWritable();
        roots.write(copy, image);
    }

    /**
     * {@return the numbers of the segments, ascending (F11)}
     *
     * @throws IOException if the medium fails
     */
    public long[] segments() throws IOException {
        return Inventory.of(path).segmentNumbers();
    }

    /**
     * {@return the file of a segment}
     *
     * @param number which
     * @throws NoSuchFileException if there is none
     */
    public Path segment(long number) throws NoSuchFileException {
        Path file = path.resolve(FileNames.segment(number));
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new NoSuchFileException(file.toString(), null, "there is no segment " + number);
        }
        return file;
    }

    /**
     * {@return the file of a segment that will be created soon, to be made by another thread; nothing if that is of no use: a spare one can be had then,
     * space is short, it was said before, or too late} What fails is not told: {@link #create} will meet it.
     *
     * @param number which
     * @param bytes the length of the file
     * @param maker makes it
     */
    public Optional<FileAhead> prepare(long number, long bytes, FileAhead.Maker maker) {
        if (closed || readOnly || number <= lastCreated || spares.has(bytes) || medium.usableSpace() / 2 < bytes) {
            return Optional.empty();
        }
        FileAhead before = ahead;
        if (before != null && (before.isFor(number, bytes) || !before.isOver())) {
            return Optional.empty();
        }
        giveUpAhead();
        Optional<FileAhead> file = Optional.of(new FileAhead(temporarySegment(number), number, bytes, maker));
        ahead = file.get(); // last: from now on somebody may wait for it
        return file;
    }

    private Path temporarySegment(long number) {
        return path.resolve(FileNames.temporary(FileNames.segment(number)));
    }

    /** {@return whether the file of this segment has been made already} What was made for another is given up. */
    private boolean takeAhead(long number, long bytes) {
        FileAhead file = ahead;
        if (file == null || !file.isFor(number, bytes)) {
            giveUpAhead();
            return false;
        }
        boolean made = file.take();
        ahead = null;
        return made;
    }

    private void giveUpAhead() {
        FileAhead file = ahead;
        if (file != null && file.take()) {
            removeQuietly(file.file(), new IOException("made ahead for nothing"));
        }
        ahead = null;
    }

    /**
     * Creates the file of a segment; durable on return, its name included (F9). It takes the file that was
     * {@linkplain #prepare prepared}, or a spare one of that length, and otherwise has one made. The content is anything.
     *
     * @param number one that was never used
     * @param bytes the length of the file
     * @param preallocator makes a file
     * @return the file
     * @throws StoreFullException if there is no space; nothing has changed
     * @throws IOException if the medium fails
     */
    public Path create(long number, long bytes, Preallocator preallocator) throws IOException {
        checkWritable();
        Path file = path.resolve(FileNames.segment(number));
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileAlreadyExistsException(file.toString(), null, "segment " + number + " exists already");
        }
        boolean isPrepared = takeAhead(number, bytes);
        Optional<Path> spare = isPrepared ? Optional.empty() : spares.take(bytes);
        Path source = spare.orElse(temporarySegment(number));
        boolean making = !isPrepared && spare.isEmpty();
        try {
            if (making) {
                checkSpace(number, bytes);
                preallocator.make(source, bytes);
                making = false;
            }
            Files.move(source, file, StandardCopyOption.ATOMIC_MOVE);
            entries.sync();
        } catch (StoreFullException e) {
            throw e;
        } catch (IOException | RuntimeException | Error e) {
            // Looked at before space is freed. What fails later than making (a sync of the directory) has failed, full or not.
            boolean full = NoSpace.isCauseOf(e) || (making && medium.usableSpace() < NEXT_TO_NOTHING);
            removeQuietly(source, e);
            removeQuietly(file, e);
            if (full) {
                throw full(number, bytes, e);
            }
            throw e;
        }
        spares.created(number, bytes);
        lastCreated = Math.max(lastCreated, number);
        return file;
    }

    /**
     * Says that the disk is full before it is tried: filling it to the brim would hurt others and take long. Spare files
     * are given up if there is no other space.
     */
    private void checkSpace(long number, long bytes) throws IOException {
        if (medium.usableSpace() < bytes) {
            spares.clear();
            if (medium.usableSpace() < bytes) {
                throw full(number, bytes, null);
            }
        }
    }

    private StoreFullException full(long number, long bytes, @Nullable Throwable cause) {
        return new StoreFullException(
                "no space for segment " + number + ": directory=" + path + " needed=" + bytes + " usable="
                        + medium.usableSpace(),
                "free space on this file system or raise the quota, or trim the store; appends go on then",
                cause);
    }

    /**
     * Says that a segment's file is shorter than it was created, so that it is not reused.
     *
     * @param number which
     */
    public void shortened(long number) {
        spares.forget(number);
    }

    /**
     * Removes a segment; durable on return (F9). Its file may wait for reuse if it was created here (F10). No handle of it
     * is open. One that does not exist is not an error.
     *
     * @param number which
     * @throws IOException if the medium fails
     */
    public void delete(long number) throws IOException {
        checkWritable();
        Path file = path.resolve(FileNames.segment(number));
        try {
            if (!spares.wants(number) || !isKept(number, file)) {
                spares.forget(number);
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw IoFailure.of("delete of segment " + number, file, e);
        }
        entries.sync();
    }

    /** {@return whether the file waits for reuse now} A full file system may have no room even for another name, and has for none (XFS). */
    private boolean isKept(long number, Path file) {
        Path spare = path.resolve(FileNames.spare(number));
        try {
            Files.move(file, spare, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            return false;
        }
        spares.keep(number, spare);
        return true;
    }

    /** Removes the files that wait for use and gives the lock up, this in any case. A second call does nothing. */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        try {
            giveUpAhead();
            spares.clear();
        } finally {
            lock.release();
        }
        closed = true; // afterwards: whoever had no memory for it calls again
    }

    /** Removes a file that may not exist, because something else failed already. */
    static void removeQuietly(Path file, Throwable failure) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }
}
