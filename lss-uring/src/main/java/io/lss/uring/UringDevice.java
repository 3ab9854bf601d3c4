package io.lss.uring;

import io.lss.api.Durability;
import io.lss.localfiles.FileAhead;
import io.lss.localfiles.Medium;
import io.lss.localfiles.StoreDirectory;
import io.lss.localfiles.crew.Call;
import io.lss.localfiles.crew.Crew;
import io.lss.spi.flush.Device;
import io.lss.spi.flush.DeviceOptions;
import io.lss.spi.flush.ReadRequest;
import io.lss.spi.flush.Segment;
import io.lss.spi.flush.Traits;
import io.lss.uring.linux.DirectAlignment;
import io.lss.uring.linux.Errno;
import io.lss.uring.linux.FileCalls;
import io.lss.uring.linux.Ring;
import io.lss.uring.linux.RingCalls;
import io.lss.uring.linux.RingLibrary;
import io.lss.uring.linux.SystemCallException;
import io.lss.uring.linux.UnavailableException;
import io.lss.uring.linux.WakeupEvent;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntUnaryOperator;

/**
 * A store's directory, with a ring for what is written, rings for what is read in batches, and crews of threads: {@code files}, one
 * thread that does all that goes through {@link StoreDirectory}; {@code ahead}, one that makes the file of the next segment; and {@code readers} for
 * virtual threads.
 */
final class UringDevice implements Device {

    /** The longest write, in bytes: fits an int, in whole blocks of any size. */
    private static final long MAX_TRANSFER = 1 << 30;

    /** How many requests a ring takes: enough for the flush buffers of most stores; more are queued here. */
    private static final int ENTRIES = 64;

    /** With fewer a device opens if the limit on locked memory, against which rings count, is low. */
    private static final int LEAST_ENTRIES = 8;

    /** For {@link #open}: the kernel's results as they are. */
    private static final IntUnaryOperator AS_IT_IS = IntUnaryOperator.identity();

    private final StoreDirectory directory;
    private final SegmentFiles segmentFiles;

    /** Of the thread that makes files ahead. */
    private final SegmentFiles filesAhead;

    private final Preallocation preallocation;
    private final Traits traits;
    private final RingMemory memory;
    private final FilePlaces places;
    private final RequestQueue queue;
    private final Crew files;
    private final Crew ahead;
    private final Crew readers;
    private final DirectReads reads;
    private final BatchReads batches;

    /** The segments whose files are open. */
    private final Set<UringSegment> open = ConcurrentHashMap.newKeySet();

    private final ReentrantLock closing = new ReentrantLock();
    private volatile boolean closed;

    private UringDevice(
            StoreDirectory directory,
            DeviceOptions options,
            Settings settings,
            Crew files,
            Ring ring,
            WakeupEvent event,
            RingCalls calls,
            IntUnaryOperator resultFilter)
            throws IOException {
        Medium medium = directory.medium();
        DirectAlignment alignment = DirectTrial.in(directory.path());
        int blockSize = DirectTrial.blockSize(alignment, medium);
        DurableChoice durable = options.durability() == Durability.SYNC
                ? KnownDurable.of(directory, settings.durable(), calls, blockSize)
                : DurableChoice.DEFAULT;
        this.directory = directory;
        this.preallocation = new Preallocation(settings.preallocate(), System.nanoTime());
        this.filesAhead = new SegmentFiles(preallocation, blockSize);
        this.ahead = new Crew(threadName(directory.path()) + "-ahead", 1);
        this.segmentFiles = new SegmentFiles(preallocation, blockSize);
        this.memory = new RingMemory(
                ring, Math.max(blockSize, alignment.memory()), options.bufferBytes(), options.buffers());
        this.traits = new Traits(
                blockSize,
                alignment.memory(),
                MAX_TRANSFER,
                settings.depth(),
                medium.isVolatile(),
                false,
                "io_uring by " + calls.description() + ", O_DIRECT, " + medium.type()
                        + (medium.isVolatile() ? " (volatile)" : "")
                        + ", " + preallocation.description() + ", "
                        + memory.description()
                        + (ring.entries() < ENTRIES ? ", queue of " + ring.entries() : "")
                        + (options.durability() == Durability.SYNC ? ", " + durable.description() : ""));
        this.places = new FilePlaces(ring);
        Gate gate = new Gate();
        this.queue = new RequestQueue(
                ring, new Entries(ring, memory, durable), gate, new Wakeup(event, gate), blockSize, resultFilter);
        this.files = files;
        this.readers = new Crew(threadName(directory.path()) + "-read", settings.readers());
        this.reads = new DirectReads(blockSize, alignment.memory(), readers, Thread.currentThread());
        this.batches = new BatchReads(calls, blockSize, reads, readers);
    }

    private static String threadName(Path path) {
        return "lss-" + path.getFileName();
    }

    /** {@return the device at a location, held exclusively} */
    static UringDevice open(Path location, DeviceOptions options, Settings settings) throws IOException {
        return open(location, options, settings, AS_IT_IS);
    }

    /** As {@link #open(Path, DeviceOptions, Settings)}; {@code resultFilter} stands between the kernel's results and the device. */
    static UringDevice open(Path location, DeviceOptions options, Settings settings, IntUnaryOperator resultFilter)
            throws IOException {
        RingCalls calls = RingLibrary.of(settings.library());
        String openedBy = Thread.currentThread().getName();
        Crew files = new Crew(threadName(location) + "-files", 1);
        try {
            return Call.in(files, () -> {
                StoreDirectory directory = StoreDirectory.open(
                        location, options.create(), options.mustCreate(), settings.spares(), openedBy);
                try {
                    return openRing(directory, options, settings, files, calls, resultFilter);
                } catch (IOException | RuntimeException | Error e) {
                    closeAfter(e, directory);
                    throw e;
                }
            });
        } catch (IOException | RuntimeException | Error e) {
            files.close();
            throw e;
        }
    }

    private static UringDevice openRing(
            StoreDirectory directory,
            DeviceOptions options,
            Settings settings,
            Crew files,
            RingCalls calls,
            IntUnaryOperator resultFilter)
            throws IOException {
        Ring ring = setUp(calls, ENTRIES);
        try {
            WakeupEvent event = new WakeupEvent();
            try {
                return new UringDevice(directory, options, settings, files, ring, event, calls, resultFilter);
            } catch (IOException | RuntimeException | Error e) {
                closeAfter(e, event);
                throw e;
            }
        } catch (IOException | RuntimeException | Error e) {
            closeAfter(e, ring);
            throw e;
        }
    }

    /** Rings count as locked memory, and a closed one does so for a little while yet: with fewer entries if need be. */
    private static Ring setUp(RingCalls calls, int entries) throws UnavailableException {
        try {
            return new Ring(calls, entries);
        } catch (SystemCallException e) {
            if (e.errno() == Errno.ENOMEM && entries > LEAST_ENTRIES) {
                return setUp(calls, entries / 2);
            }
            throw Refusals.ofRing(e);
        }
    }

    private static void closeAfter(Throwable failure, AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            failure.addSuppressed(e);
        }
    }

    RequestQueue queue() {
        return queue;
    }

    DirectReads reads() {
        return reads;
    }

    FilePlaces places() {
        return places;
    }

    @Override
    public Traits traits() {
        return traits;
    }

    @Override
    public MemorySegment allocate(long bytes) throws IOException {
        return memory.take(bytes);
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
    public void prepare(long number, long bytes) {
        // On two threads: to make a file may take long, and roots and other segments do not wait for it.
        boolean zeroFill = preallocation.fillsAhead(bytes, System.nanoTime());
        FileAhead.Maker maker = (file, length, hurried) -> filesAhead.makeAhead(file, length, zeroFill, hurried);
        Call.later(files, () -> {
            Optional<FileAhead> file = directory.prepare(number, bytes, maker);
            if (file.isPresent()) {
                ahead.offer(file.get()); // nothing in between can fail: whoever creates the segment waits for this
            }
        });
    }

    @Override
    public Segment create(long number, long bytes) throws IOException {
        if (bytes <= 0) {
            throw new IllegalArgumentException("segment " + number + " of " + bytes + " bytes");
        }
        return Call.in(files, () -> createNow(number, bytes));
    }

    private UringSegment createNow(long number, long bytes) throws IOException {
        Path file = directory.create(number, bytes, segmentFiles);
        try {
            return open(number, file, bytes);
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
            return open(number, directory.segment(number), UringSegment.READ_ONLY);
        });
    }

    private UringSegment open(long number, Path file, long capacity) throws IOException {
        int fd = SegmentFiles.open(file);
        int place = FilePlaces.NONE;
        try {
            place = capacity == UringSegment.READ_ONLY ? FilePlaces.NONE : places.take(fd);
            UringSegment segment = new UringSegment(this, number, file, capacity, fd, place);
            open.add(segment);
            return segment;
        } catch (RuntimeException | Error e) {
            places.free(place);
            FileCalls.close(fd);
            throw e;
        }
    }

    /** Closes a segment's file, on the thread that files are opened on: the caller may be a virtual thread. */
    void close(UringSegment segment) throws IOException {
        if (closed) {
            return;
        }
        try {
            Call.insist(files, segment::closeNow);
        } catch (IOException e) {
            if (!closed) {
                throw e;
            } // else the device was closed meanwhile, and that has closed the file
        }
        open.remove(segment); // afterwards: until nobody reads it any more, the device is not closed either (F5)
    }

    @Override
    public void delete(long number) throws IOException {
        Call.run(files, () -> directory.delete(number));
    }

    /** Ends the writing of a segment. */
    void finish(UringSegment segment, long end) throws IOException {
        Call.run(files, () -> {
            if (segment.finishNow(end)) {
                directory.shortened(segment.number());
            }
        });
    }

    @Override
    public void submit() {
        queue.submit();
    }

    @Override
    public int drive(long nanos) {
        return queue.drive(nanos);
    }

    @Override
    public void wakeup() {
        queue.wakeup();
    }

    @Override
    public void readAll(List<ReadRequest> batch) {
        batches.readAll(batch);
    }

    /**
     * {@inheritDoc}
     *
     * <p>In this order: no more files are put into the ring's table; what is in flight ends, and the ring with it; then nobody reads any more, since every segment waits for its readers before it closes its
     * file; then the threads and the directory go.
     */
    @Override
    public void close() throws IOException {
        queue.checkNotInCompletion();
        closing.lock(); // around all of it: a second call returns when the first has done everything
        try {
            if (closed) {
                return;
            }
            places.close();
            queue.close();
            try {
                Call.insist(files, this::closeNow);
            } finally {
                closed = true;
                memory.retire();
                ahead.close();
                readers.close();
                batches.close();
                files.close();
            }
        } finally {
            closing.unlock();
        }
    }

    private void closeNow() throws IOException {
        for (UringSegment segment : open) {
            segment.closeNow();
        }
        directory.close();
        open.clear();
    }

    @Override
    public String toString() {
        return "UringDevice[" + directory.path() + ", " + traits.description() + ", " + queue + ", " + readers + ", " + files
                + "]";
    }
}
