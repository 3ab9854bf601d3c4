package io.lss.spike.uring;

import io.lss.localfiles.ProviderProperties;
import io.lss.localfiles.StoreDirectory;
import io.lss.spi.flush.Device;
import io.lss.spi.flush.DeviceOptions;
import io.lss.spi.flush.ReadRequest;
import io.lss.spi.flush.Segment;
import io.lss.spi.flush.Traits;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntUnaryOperator;

/**
 * One ring, driven by the thread that the engine lends: {@code write} and {@code sync} queue a request, {@code submit} enters the
 * kernel, {@code drive} waits there and completes what has ended.
 *
 * <p>Two locks, never contended while the engine keeps the rules: {@code sq} around filling and submitting, {@code cq} around
 * waiting and reaping. They make {@link #close} safe under load, and {@code sq} lets another thread post a wakeup.
 */
final class UringDevice implements Device {

    /** For checks: stands between the kernel's result and the device, so that rare ones can be had. */
    static volatile IntUnaryOperator resultFilter = IntUnaryOperator.identity();

    private static final int ENTRIES = 256;
    private static final int FILE_PLACES = 16;
    private static final int IDLE_RESULTS = 1000;
    private static final long RETRY_NANOS = 1_000_000;
    private static final long WAKE = -1;

    private final StoreDirectory directory;
    private final FilesThread files;
    private final Traits traits;
    private final boolean zeroFill;
    private final boolean fixed;
    private final boolean nopWakeup;

    /** For a measurement: submit does nothing, drive submits and waits in one call. Not what the SPI asks for. */
    private final boolean lazySubmit;

    /** A durable write that is alone is done by pwritev2, in submit. */
    private final boolean loneByPwritev2;

    private final MemorySegment loneVector = Arena.ofAuto().allocate(16, 8);
    private final int bufferBytes;
    private final Reads reads;
    private final Ring ring;

    private final ReentrantLock sq = new ReentrantLock();
    private final ReentrantLock cq = new ReentrantLock();

    // Guarded by sq.
    private final ArrayDeque<Request> todo = new ArrayDeque<>();
    private final Request[] inFlight;
    private final int[] freeSlots;
    private int freeCount;
    private boolean closing;

    // Guarded by cq.
    private final List<Request> ended = new ArrayList<>();
    private final List<IOException> failures = new ArrayList<>();
    private boolean wakeArmed;

    private final int eventFd;
    private final MemorySegment eventBuffer = Arena.ofAuto().allocate(8, 8);
    private final MemorySegment eventErrno = Libc.newErrno();
    private final MemorySegment eventOne = Arena.ofAuto().allocate(8, 8);
    private final AtomicBoolean woken = new AtomicBoolean();
    private volatile boolean waiting;
    private volatile boolean closed;

    /** What is registered; held here, or its addresses might be given to other memory while the kernel knows them. */
    private MemorySegment registered;

    private String registration = "none";

    // Guarded by this.
    private final BitSet places = new BitSet();
    private final Set<UringSegment> open = new HashSet<>();

    private UringDevice(
            StoreDirectory directory, FilesThread files, DeviceOptions options, ProviderProperties properties, long alignment)
            throws IOException {
        this.directory = directory;
        this.files = files;
        this.zeroFill = properties.choice("preallocate", List.of("zero", "fallocate")).equals("zero");
        this.fixed = properties.choice("fixed", List.of("on", "off")).equals("on");
        this.nopWakeup = properties.choice("wakeup", List.of("eventfd", "nop")).equals("nop");
        this.lazySubmit = properties.choice("submit", List.of("eager", "lazy")).equals("lazy");
        this.loneByPwritev2 = properties.choice("lone", List.of("ring", "pwritev2")).equals("pwritev2");
        this.bufferBytes = options.bufferBytes();
        this.ring = new Ring(ENTRIES);
        int block = (int) alignment;
        this.traits = new Traits(
                Math.max(512, block),
                (int) (alignment >>> 32),
                1 << 30,
                properties.number("depth", 4, 1, 64),
                directory.medium().isVolatile(),
                false,
                "io_uring spike, O_DIRECT, " + directory.medium().type() + (zeroFill ? ", zero-filled" : ", fallocated"));
        this.reads = new Reads(Math.max(512, block), traits.memoryAlignment());
        this.inFlight = new Request[ring.cqEntries() - 8];
        this.freeSlots = new int[inFlight.length];
        for (int i = 0; i < freeSlots.length; i++) {
            freeSlots[i] = i;
        }
        this.freeCount = freeSlots.length;
        this.eventFd = Libc.eventfd();
        eventOne.set(ValueLayout.JAVA_LONG, 0, 1);
        if (fixed) {
            ring.registerFiles(FILE_PLACES);
        }
    }

    static UringDevice open(Path location, DeviceOptions options) throws IOException {
        ProviderProperties properties = new ProviderProperties(
                "uring-spike", options.properties(), Set.of("preallocate", "fixed", "wakeup", "depth", "submit", "lone"));
        String openedBy = Thread.currentThread().getName();
        FilesThread files = new FilesThread();
        try {
            return files.call(() -> {
                StoreDirectory directory =
                        StoreDirectory.open(location, options.create(), options.mustCreate(), 4, openedBy);
                try {
                    return new UringDevice(directory, files, options, properties, alignment(directory.path()));
                } catch (IOException | RuntimeException | Error e) {
                    directory.close();
                    throw e;
                }
            });
        } catch (IOException | RuntimeException | Error e) {
            files.close();
            throw e;
        }
    }

    private static long alignment(Path directory) throws IOException {
        int fd = Libc.open(directory.toString(), Libc.O_TMPFILE | Libc.O_RDWR | Libc.O_DIRECT | Libc.O_CLOEXEC, 0600);
        if (fd < 0) {
            throw Libc.failure("open of an unnamed O_DIRECT file", fd, directory);
        }
        long alignment = Libc.directAlignment(fd);
        Libc.close(fd);
        if ((int) alignment == 0) {
            throw new IOException("O_DIRECT is not honoured: directory=" + directory);
        }
        return alignment;
    }

    @Override
    public Traits traits() {
        return traits;
    }

    Reads reads() {
        return reads;
    }

    // -------------------------------------------------------------------------------------------- memory

    @Override
    public synchronized MemorySegment allocate(long bytes) throws IOException {
        if (bytes < 2 << 20) {
            return Arena.ofAuto().allocate(bytes, 4096);
        }
        MemorySegment memory = Libc.hugeMemory(bytes);
        if (fixed && registered == null) {
            long piece = bytes <= 1 << 30 ? bytes : bufferBytes;
            int done = ring.registerBuffers(memory, piece);
            registration = done < 0 ? "refused, errno=" + -done : bytes + " bytes";
            if (done >= 0 && piece == bytes) {
                registered = memory;
            }
        }
        return memory;
    }

    private boolean isRegistered(MemorySegment src) {
        MemorySegment known = registered;
        return known != null
                && src.address() >= known.address()
                && src.address() + src.byteSize() <= known.address() + known.byteSize();
    }

    // -------------------------------------------------------------------------------------------- files

    @Override
    public Optional<byte[]> readRoot(int copy) throws IOException {
        return files.call(() -> directory.readRoot(copy));
    }

    @Override
    public void writeRoot(int copy, byte[] image) throws IOException {
        files.call(() -> {
            directory.writeRoot(copy, image);
            return null;
        });
    }

    @Override
    public long[] segments() throws IOException {
        return files.call(directory::segments);
    }

    @Override
    public Segment create(long number, long bytes) throws IOException {
        Path file = files.call(() -> directory.create(number, bytes, this::preallocate));
        int fd = openFile(file, 0);
        UringSegment segment = UringSegment.forWriting(this, number, file, bytes, fd, takePlace(fd));
        remember(segment);
        return segment;
    }

    private void preallocate(Path file, long bytes) throws IOException {
        int fd = openFile(file, Libc.O_CREAT);
        try {
            int done = zeroFill ? fillWithZeros(fd, bytes) : Libc.fallocate(fd, bytes);
            if (done >= 0) {
                done = Libc.fsync(fd);
            }
            if (done < 0) {
                throw Libc.failure("preallocation of " + bytes + " bytes", done, file);
            }
        } finally {
            Libc.close(fd);
        }
    }

    private static int fillWithZeros(int fd, long bytes) {
        MemorySegment errno = Libc.newErrno();
        int chunk = 4 << 20;
        MemorySegment zeros = Arena.ofAuto().allocate(chunk, 1 << 16);
        for (long at = 0; at < bytes; ) {
            long done = Libc.pwrite(errno, fd, zeros, Math.min(chunk, bytes - at), at);
            if (done == 0) {
                return -Libc.EIO;
            }
            if (done < 0 && done != -Libc.EINTR) {
                return (int) done;
            }
            at += Math.max(0, done);
        }
        return 0;
    }

    private static int openFile(Path file, int flags) throws IOException {
        int fd = Libc.open(file.toString(), Libc.O_RDWR | Libc.O_DIRECT | Libc.O_CLOEXEC | flags, 0644);
        if (fd < 0) {
            throw Libc.failure("open", fd, file);
        }
        return fd;
    }

    @Override
    public Segment open(long number) throws IOException {
        Path file = files.call(() -> directory.segment(number));
        UringSegment segment = UringSegment.forReading(this, number, file, openFile(file, 0));
        remember(segment);
        return segment;
    }

    @Override
    public void delete(long number) throws IOException {
        files.call(() -> {
            directory.delete(number);
            return null;
        });
    }

    void shortened(long number) throws IOException {
        files.call(() -> {
            directory.shortened(number);
            return null;
        });
    }

    private synchronized void remember(UringSegment segment) throws IOException {
        if (closed) {
            segment.closeNow();
            throw new IOException("the device is closed");
        }
        open.add(segment);
    }

    synchronized void forget(UringSegment segment) {
        open.remove(segment);
    }

    private synchronized int takePlace(int fd) {
        int place = places.nextClearBit(0);
        if (closed || !fixed || place >= FILE_PLACES || !ring.setFile(place, fd)) {
            return -1;
        }
        places.set(place);
        return place;
    }

    synchronized void freePlace(int place) {
        if (place >= 0 && !closed) {
            ring.setFile(place, -1);
            places.clear(place);
        }
    }

    // -------------------------------------------------------------------------------------------- requests

    void start(Request request) {
        sq.lock();
        try {
            if (!closing) {
                todo.addLast(request);
                return;
            }
        } finally {
            sq.unlock();
        }
        request.completion.done(0, new IOException("refused, the device is closed: " + request));
    }

    @Override
    public void submit() {
        Request alone = null;
        sq.lock();
        try {
            if (!closed && !lazySubmit) {
                alone = takeAlone();
                submitAll();
            }
        } finally {
            sq.unlock();
        }
        if (alone != null) {
            writeNow(alone);
        }
    }

    private Request takeAlone() {
        boolean is = loneByPwritev2 && freeCount == freeSlots.length && todo.size() == 1 && !todo.getFirst().isSync() && todo.getFirst().durable;
        return is ? todo.removeFirst() : null;
    }

    /** Close does not wait for it: good enough for a measurement, since the engine closes when nothing is under way. */
    private void writeNow(Request r) {
        loneVector.set(ValueLayout.JAVA_LONG, 0, r.src.address());
        loneVector.set(ValueLayout.JAVA_LONG, 8, r.length);
        long done = Libc.pwritev2(eventErrno, r.segment.fd(), loneVector, r.position, Ring.RWF_DSYNC);
        r.completion.done(r.length, done == r.length ? null : Libc.failure("write", Math.min(done, -1), r.toString()));
    }

    /** Hands over as much as there is room for. What is left goes with a later {@link #drive}. */
    private void submitAll() {
        for (; ; ) {
            fillAll();
            if (ring.unsubmitted() == 0) {
                return;
            }
            int taken = ring.submit();
            if (taken == -Libc.EAGAIN || taken == -Libc.EBUSY || taken == -Libc.ENOMEM || taken == 0) {
                return;
            }
            if (taken < 0) {
                throw new IllegalStateException(String.valueOf(Libc.failure("io_uring_enter", taken, "submit").getMessage()));
            }
        }
    }

    private void fillAll() {
        while (!todo.isEmpty() && freeCount > 0 && ring.hasRoom()) {
            fill(todo.removeFirst());
        }
    }

    private void fill(Request r) {
        int slot = freeSlots[--freeCount];
        inFlight[slot] = r;
        boolean placed = r.segment.place() >= 0;
        int flags = placed ? Ring.SQE_FIXED_FILE : 0;
        int file = placed ? r.segment.place() : r.segment.fd();
        if (r.isSync()) {
            ring.fill(Ring.OP_FSYNC, flags, file, 0, 0, 0, Ring.FSYNC_DATASYNC, 0, slot);
        } else {
            ring.fill(
                    isRegistered(r.src) ? Ring.OP_WRITE_FIXED : Ring.OP_WRITE,
                    flags,
                    file,
                    r.position + r.done,
                    r.src.address() + r.done,
                    (int) (r.length - r.done),
                    r.durable ? Ring.RWF_DSYNC : 0,
                    0,
                    slot);
        }
    }

    // -------------------------------------------------------------------------------------------- completions

    @Override
    public int drive(long nanos) {
        cq.lock();
        try {
            if (closed) {
                return 0;
            }
            int count = reap();
            if (count == 0 && nanos > 0) {
                count = await(nanos);
            }
            return count;
        } finally {
            woken.set(false);
            cq.unlock();
        }
    }

    private int await(long nanos) {
        long deadline = System.nanoTime() + nanos;
        waiting = true; // announced first, looked second; a waker does it the other way round
        try {
            while (!woken.get() && !closing) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    break;
                }
                boolean retry = armAndSubmit();
                long wait = retry && !lazySubmit ? Math.min(left, RETRY_NANOS) : left;
                int result = lazySubmit ? ring.submitAndAwait(wait) : ring.await(wait);
                if (result < 0 && result != -Libc.ETIME && result != -Libc.EINTR && result != -Libc.EAGAIN && result != -Libc.EBUSY) {
                    throw new IllegalStateException(String.valueOf(Libc.failure("io_uring_enter", result, "wait").getMessage()));
                }
                int count = reap();
                if (count > 0) {
                    return count;
                }
            }
            return 0;
        } finally {
            waiting = false;
        }
    }

    /** {@return whether something could not be submitted, so that it must be tried again soon} */
    private boolean armAndSubmit() {
        sq.lock();
        try {
            if (!nopWakeup && !wakeArmed && ring.hasRoom()) {
                ring.fill(Ring.OP_READ, 0, eventFd, -1, eventBuffer.address(), 8, 0, 0, WAKE);
                wakeArmed = true;
            }
            if (lazySubmit) {
                fillAll();
            } else {
                submitAll();
            }
            return ring.unsubmitted() > 0 || !todo.isEmpty();
        } finally {
            sq.unlock();
        }
    }

    /** Completes what has ended. Holder of cq. {@return how many operations} */
    private int reap() {
        if (!ring.hasCompletions()) {
            if (!ring.hasOverflown()) {
                return 0;
            }
            ring.await(0); // brings what the queue had no room for
        }
        ended.clear();
        failures.clear();
        boolean more;
        sq.lock();
        try {
            ring.reap(this::take);
            more = !todo.isEmpty();
            if (more) {
                submitAll();
            }
        } finally {
            sq.unlock();
        }
        int count = ended.size();
        for (int i = 0; i < count; i++) {
            Request r = ended.get(i);
            r.completion.done(failures.get(i) == null ? r.length : 0, failures.get(i));
        }
        return count;
    }

    private void take(long userData, int kernelResult) {
        if (userData == WAKE) {
            // By a wakeup; or cancelled, because the thread that had armed it is gone. The next wait arms it again.
            wakeArmed = false;
            return;
        }
        int result = resultFilter.applyAsInt(kernelResult);
        int slot = (int) userData;
        Request r = inFlight[slot];
        inFlight[slot] = null;
        freeSlots[freeCount++] = slot;
        if (result == -Libc.EINTR || result == -Libc.EAGAIN || (r.isSync() && result == -Libc.ECANCELED)) {
            again(r, result);
        } else if (result < 0) {
            end(r, Libc.failure(r.isSync() ? "sync" : "write", result, r.toString()));
        } else if (r.isSync()) {
            end(r, null);
        } else {
            long before = r.done;
            r.done += result;
            if (r.done == r.length) {
                end(r, null);
            } else {
                // Positions stay multiples of the block: a block of which only a part was written goes once more, whole.
                r.done -= r.done % traits.blockSize();
                r.idle = r.done > before ? 0 : r.idle;
                again(r, result == 0 ? -Libc.EIO : result);
            }
        }
    }

    private void again(Request r, int result) {
        if (++r.idle > IDLE_RESULTS) {
            end(r, Libc.failure("no progress, last result " + result + "; operation", Math.min(result, -1), r.toString()));
        } else {
            todo.addFirst(r);
        }
    }

    private void end(Request r, IOException failure) {
        ended.add(r);
        failures.add(failure);
    }

    @Override
    public void wakeup() {
        if (woken.getAndSet(true) || !waiting) {
            return;
        }
        sq.lock(); // so that nothing is closed meanwhile: a raw descriptor may be another file's the next moment
        try {
            if (closed) {
                return;
            }
            if (!nopWakeup) {
                Libc.write(eventErrno, eventFd, eventOne, 8);
            } else if (ring.unsubmitted() == 0) {
                ring.fill(Ring.OP_NOP, 0, -1, 0, 0, 0, 0, 0, WAKE);
                while (ring.submit() < 0) {
                    Thread.onSpinWait(); // no memory for a request; unlike a write to an eventfd it can be refused
                }
            } // else: the driving thread does not sleep for long, and must issue what is there itself
        } finally {
            sq.unlock();
        }
    }

    @Override
    public void readAll(List<ReadRequest> batch) {
        reads.readAll(batch);
    }

    // -------------------------------------------------------------------------------------------- close

    @Override
    public void close() throws IOException {
        sq.lock();
        try {
            closing = true;
        } finally {
            sq.unlock();
        }
        wakeup();
        cq.lock();
        try {
            if (closed) {
                return;
            }
            drain();
            reads.close();
            synchronized (this) {
                closed = true;
                open.forEach(UringSegment::closeNow);
                open.clear();
            }
            sq.lock();
            try {
                ring.close();
                Libc.close(eventFd);
            } finally {
                sq.unlock();
            }
        } finally {
            cq.unlock();
        }
        try {
            files.call(() -> {
                directory.close();
                return null;
            });
        } finally {
            files.close();
        }
    }

    /** Waits until nothing is in flight, the armed wakeup included. */
    private void drain() {
        if (wakeArmed) {
            Libc.write(eventErrno, eventFd, eventOne, 8);
        }
        for (; ; ) {
            reap();
            sq.lock();
            try {
                submitAll();
                if (todo.isEmpty() && freeCount == freeSlots.length && ring.unsubmitted() == 0 && !wakeArmed) {
                    return;
                }
            } finally {
                sq.unlock();
            }
            ring.await(10_000_000);
        }
    }

    @Override
    public String toString() {
        return traits.description() + ", registered memory: " + registration;
    }
}
