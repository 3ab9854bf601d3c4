package io.lss.filechannel;

import io.lss.api.Durability;
import io.lss.localfiles.Medium;
import io.lss.localfiles.Preallocator;
import io.lss.localfiles.StoreDirectory;
import io.lss.localfiles.crew.Call;
import io.lss.localfiles.crew.Crew;
import io.lss.localfiles.crew.DeviceThread;
import io.lss.localfiles.crew.Waiting;
import io.lss.spi.flush.Device;
import io.lss.spi.flush.DeviceOptions;
import io.lss.spi.flush.ReadRequest;
import io.lss.spi.flush.Segment;
import io.lss.spi.flush.Traits;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A store's directory, with the threads that work in it.
 *
 * <ul>
 *   <li>{@code writers} write and sync,
 *   <li>{@code readers} read, so that a read never waits behind a write,
 *   <li>{@code files}, one thread, does all else, one thing after the other: so {@link StoreDirectory} and the set of open
 *       segments are touched by one thread only.
 * </ul>
 */
final class FileChannelDevice implements Device {

    private static final System.Logger LOGGER = System.getLogger(FileChannelDevice.class.getName());

    /** The longest write, in bytes: what fits a buffer view, in whole blocks of any size. */
    private static final long MAX_TRANSFER = 1 << 30;

    /** Memory of at least this many bytes is aligned to it, so that the system can back it with huge pages. */
    private static final long HUGE_PAGE = 2 << 20;

    /** For what is not going to be written. */
    private static final DeviceOptions LOOKING = new DeviceOptions(false, false, Durability.WRITTEN, 1 << 20, 1, Map.of());

    private final StoreDirectory directory;
    private final FileOpener opener;
    private final Preallocator preallocator;
    private final Traits traits;
    private final int transferUnit;
    private final Crew writers;
    private final Crew readers;
    private final Crew files;
    private final Thread filesThread;
    private final WakeupGate gate = new WakeupGate();

    /** The segments whose channels are open. Touched by the thread of {@link #files} only. */
    private final Set<FileSegment> open = new HashSet<>();

    private final ReentrantLock closing = new ReentrantLock();
    private volatile boolean closed;

    private FileChannelDevice(StoreDirectory directory, Settings settings, DirectIo direct, boolean readOnly, Crew files) {
        Medium medium = directory.medium();
        boolean isDirect = direct.option() != null;
        String name = threadName(directory.path());
        this.directory = directory;
        this.opener = new FileOpener(direct.option(), readOnly);
        this.preallocator = settings.zeroFill()
                ? new ZeroFill(opener, medium.blockSize())
                : new SparseFile(opener, medium.blockSize());
        this.transferUnit = isDirect ? medium.blockSize() : 1;
        this.traits = new Traits(
                medium.blockSize(),
                transferUnit,
                MAX_TRANSFER,
                settings.writers(),
                medium.isVolatile(),
                true,
                describe(medium, settings, direct) + (readOnly ? ", read only" : ""));
        this.writers = new Crew(name + "-write", settings.writers());
        this.readers = new Crew(name + "-read", settings.readers());
        this.files = files;
        this.filesThread = Thread.currentThread();
    }

    private static String threadName(Path path) {
        return "lss-" + path.getFileName();
    }

    private static String describe(Medium medium, Settings settings, DirectIo direct) {
        // Asked for, and taken at opening; whether the file system honours it Java cannot find out. Btrfs and FUSE may not.
        String cache = direct.option() != null
                ? "O_DIRECT asked for"
                : "page cache" + (direct.reason().isEmpty() ? "" : " (" + direct.reason() + ")");
        return "FileChannel, " + cache + ", " + medium.type() + (medium.isVolatile() ? " (volatile)" : "")
                + (settings.zeroFill() ? ", zero-filled segments, " : ", sparse segments, ") + settings.writers()
                + " writers";
    }

    /** {@return the device at a location, held exclusively} */
    static FileChannelDevice open(Path location, DeviceOptions options) throws IOException {
        Settings settings = Settings.of(options);
        String openedBy = Thread.currentThread().getName();
        Crew files = new Crew(threadName(location) + "-files", 1);
        try {
            return Call.in(files, () -> openNow(location, options, settings, openedBy, files));
        } catch (IOException | RuntimeException | Error e) {
            files.close();
            throw e;
        }
    }

    private static FileChannelDevice openNow(
            Path location, DeviceOptions options, Settings settings, String openedBy, Crew files) throws IOException {
        StoreDirectory directory = StoreDirectory.open(
                location, options.create(), options.mustCreate(), settings.spares(), openedBy);
        try {
            DirectIo direct = DirectIo.in(directory, settings.direct());
            if (direct.option() == null && !direct.reason().isEmpty()) {
                LOGGER.log(
                        directory.medium().isVolatile() ? Level.DEBUG : Level.WARNING,
                        "store {0} goes through the page cache, which is slower: {1}",
                        location,
                        direct.reason());
            }
            FileChannelDevice device = new FileChannelDevice(directory, settings, direct, false, files);
            device.writers.startOne();
            return device;
        } catch (IOException | RuntimeException | Error e) {
            closeAfter(e, directory);
            throw e;
        }
    }

    /** {@return the device at a location where nothing can be written, to be looked at; nothing if it can be} */
    static Optional<Device> openToRead(Path location) throws IOException {
        String openedBy = Thread.currentThread().getName();
        Crew files = new Crew(threadName(location) + "-files", 1);
        try {
            Optional<Device> device = Call.in(files, () -> openToReadNow(location, openedBy, files));
            if (device.isEmpty()) {
                files.close();
            }
            return device;
        } catch (IOException | RuntimeException | Error e) {
            files.close();
            throw e;
        }
    }

    private static Optional<Device> openToReadNow(Path location, String openedBy, Crew files) throws IOException {
        Optional<StoreDirectory> directory = StoreDirectory.openToRead(location, openedBy);
        if (directory.isEmpty()) {
            return Optional.empty();
        }
        try {
            DirectIo direct = DirectIo.readingOnly(directory.get());
            return Optional.of(new FileChannelDevice(directory.get(), Settings.of(LOOKING), direct, true, files));
        } catch (IOException | RuntimeException | Error e) {
            closeAfter(e, directory.get());
            throw e;
        }
    }

    private static void closeAfter(Throwable failure, StoreDirectory directory) {
        try {
            directory.close();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    FileOpener opener() {
        return opener;
    }

    Crew writers() {
        return writers;
    }

    Crew readers() {
        return readers;
    }

    /** {@return the unit in which channels transfer: the block size past the page cache, 1 through it} */
    int transferUnit() {
        return transferUnit;
    }

    /** {@return whether the device's threads may touch this memory} */
    boolean canTouch(MemorySegment memory) {
        return memory.isAccessibleBy(filesThread);
    }

    @Override
    public Traits traits() {
        return traits;
    }

    @Override
    public MemorySegment allocate(long bytes) throws IOException {
        long alignment = bytes >= HUGE_PAGE ? HUGE_PAGE : Math.max(traits.blockSize(), traits.memoryAlignment());
        try {
            return Arena.ofAuto().allocate(bytes, alignment);
        } catch (OutOfMemoryError e) {
            throw new IOException(
                    "no memory for flush buffers: needed=" + bytes
                            + " limit=-XX:MaxDirectMemorySize (by default the heap's limit, -Xmx); raise it, or use fewer or"
                            + " smaller buffers (" + e.getMessage() + ")",
                    e);
        }
    }

    @Override
    public Optional<byte[]> readRoot(int copy) throws IOException {
        return Call.in(files, () -> directory.readRoot(copy));
    }

    @Override
    public void writeRoot(int copy, byte[] image) throws IOException {
        Call.run(files, () -> directory.writeRoot(copy, image));
    }

    @Override
    public long[] segments() throws IOException {
        return Call.in(files, directory::segments);
    }

    @Override
    public Segment create(long number, long bytes) throws IOException {
        if (bytes <= 0) {
            throw new IllegalArgumentException("segment " + number + " of " + bytes + " bytes");
        }
        return Call.in(files, () -> createNow(number, bytes));
    }

    private FileSegment createNow(long number, long bytes) throws IOException {
        Path file = directory.create(number, bytes, preallocator);
        try {
            FileSegment segment = FileSegment.forWriting(this, number, file, bytes);
            open.add(segment);
            return segment;
        } catch (IOException | RuntimeException | Error e) {
            try {
                directory.delete(number); // no handle, no segment
            } catch (IOException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
    }

    @Override
    public Segment open(long number) throws IOException {
        return Call.in(files, () -> {
            FileSegment segment = FileSegment.forReading(this, number, directory.segment(number));
            open.add(segment);
            return segment;
        });
    }

    @Override
    public void delete(long number) throws IOException {
        Call.run(files, () -> directory.delete(number));
    }

    /** Ends the writing of a segment. */
    void finish(FileSegment segment, long end) throws IOException {
        Call.run(files, () -> {
            if (segment.finishNow(end)) {
                directory.shortened(segment.number());
            }
        });
    }

    /** Closes a segment's channels; after the device was closed that has been done. */
    void closeSegment(FileSegment segment) throws IOException {
        if (closed) {
            return;
        }
        Call.run(files, () -> {
            if (open.remove(segment)) {
                segment.closeNow();
            }
        });
    }

    /** Does nothing: what is handed over starts at once. */
    @Override
    public void submit() {}

    /** Waits; what has ended is completed by the device's own threads. */
    @Override
    public int drive(long nanos) {
        gate.await(nanos);
        return 0;
    }

    @Override
    public void wakeup() {
        gate.wake();
    }

    /** Reads at the depth of the reading threads. */
    @Override
    public void readAll(List<ReadRequest> batch) {
        List<ReadRequest> together = new ArrayList<>(batch.size());
        for (ReadRequest request : batch) {
            if (request.segment() instanceof FileSegment && canTouch(request.dst())) {
                together.add(request);
            } else {
                readOne(request);
            }
        }
        List<ReadTask> tasks = new ArrayList<>(together.size());
        try {
            for (ReadRequest request : together) {
                tasks.add(((FileSegment) request.segment()).startRead(request.dst(), request.position(), new Waiting()));
            }
        } finally {
            tasks.forEach(ReadTask::await); // in any case: they read into the callers' memory (F5)
        }
        for (int i = 0; i < tasks.size(); i++) {
            ReadRequest request = together.get(i);
            try {
                request.complete(tasks.get(i).bytes(), null);
            } catch (IOException e) {
                request.complete(0, e);
            }
        }
    }

    private static void readOne(ReadRequest request) {
        try {
            request.complete(request.segment().read(request.dst(), request.position()), null);
        } catch (IOException e) {
            request.complete(0, e);
        }
    }

    @Override
    public void close() throws IOException {
        if (Thread.currentThread() instanceof DeviceThread) {
            throw new IllegalStateException("close was called by a completion, on a thread that it has to wait for");
        }
        closing.lock();
        try {
            if (closed) {
                return;
            }
            writers.close();
            readers.close();
            try {
                Call.insist(files, this::closeNow);
            } finally {
                closed = true;
                files.close();
                gate.wake();
            }
        } finally {
            closing.unlock();
        }
    }

    private void closeNow() throws IOException {
        IOException first = null;
        for (FileSegment segment : open) {
            try {
                segment.closeNow();
            } catch (IOException e) {
                first = e;
            }
        }
        open.clear();
        try {
            directory.close();
        } catch (IOException e) {
            if (first != null) {
                e.addSuppressed(first);
            }
            throw e;
        }
        if (first != null) {
            throw first;
        }
    }

    @Override
    public String toString() {
        return "FileChannelDevice[" + directory.path() + ", " + traits.description() + ", " + writers + ", " + readers
                + ", " + files + "]";
    }
}
