package io.lss.tck.reference;

import io.lss.api.Durability;
import io.lss.api.LogStructuredStore;
import io.lss.api.OpenMode;
import io.lss.api.RecoveryReport;
import io.lss.api.StoreClosedException;
import io.lss.api.StoreException;
import io.lss.api.StoreFailedException;
import io.lss.api.StoreFullException;
import io.lss.api.StoreLocationException;
import io.lss.api.StoreOptions;
import io.lss.api.StoreStats;
import io.lss.spi.flush.Device;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A store: what it consists of, how it is opened, and what is wrong with it. One lock guards everything but the watermarks; the turn lets one
 * thread at a time into the flusher. What it can do follows, each part in a class of its own that adds to the one before;
 * {@link ReferenceStore} has all.
 */
abstract class StoreBase implements LogStructuredStore {

    static final long FOR_EVER = Long.MAX_VALUE;
    static final long SLICE = 1_000_000;

    final ReentrantLock lock = new ReentrantLock();
    final Condition changed = lock.newCondition();
    final StoreOptions options;
    final int blockSize;
    Format format;

    /** The first failure; guarded by the lock, as is everything below that is not volatile. */
    Throwable failure;

    boolean closing;
    boolean syncWanted;
    long synced;
    long syncs;
    long writtenUpTo;
    volatile long written;

    final URI location;
    final String provider;
    final Map<String, String> rejected;
    final Device device;
    final Set<Defect> defects;
    final List<MemorySegment> free = new ArrayList<>();
    final Deque<Buffer> ring = new ArrayDeque<>();
    final TreeMap<Long, Frame> frames = new TreeMap<>();
    final TreeMap<Long, LogSegment> segments = new TreeMap<>();
    final TreeMap<Long, Long> ends = new TreeMap<>();
    final TreeSet<Long> numbers = new TreeSet<>();
    final List<Stage> stages = new ArrayList<>();
    Root root;
    int rootCopy;
    LogSegment segment;
    long position;
    long initialStable;
    long firstLsn;
    long trimmedEnd;
    long publications;
    boolean turnTaken;
    boolean closed;
    boolean closeEnded;
    boolean drained;
    boolean partlyFlushed;
    StoreFullException full;
    String failedAt = "";
    Thread driver;
    volatile long stable;
    volatile long tail;
    volatile long begin;
    RecoveryReport report;
    long records;
    long payloadBytes;
    long flushes;
    long flushedBytes;
    long paddingBytes;
    long waits;
    long created;
    long deleted;
    long expired;
    long reads;

    record Stage(long lsn, CompletableFuture<Void> future) {}

    /**
     * What a store is made from.
     *
     * @param location where it is
     * @param options how it is opened
     * @param provider the name of the device's provider
     * @param rejected why other providers were not taken
     * @param device an open device
     * @param defects what the engine does wrong
     */
    record Setting(
            URI location, StoreOptions options, String provider, Map<String, String> rejected, Device device, Set<Defect> defects) {}

    StoreBase(Setting setting) {
        location = setting.location();
        options = setting.options();
        provider = setting.provider();
        rejected = setting.rejected();
        device = setting.device();
        defects = setting.defects();
        blockSize = Math.max(4096, device.traits().blockSize());
    }

    boolean has(Defect defect) {
        return defects.contains(defect);
    }

    /** {@return what takes buffers to the device} */
    abstract Flusher flusher();

    /** Drives the store until it is closed: for the thread of a store that has one. */
    abstract void drive();

    abstract void release(Buffer b);

    final void start() throws IOException {
        if (options.bufferSize() < blockSize * 2 || options.bufferSize() > device.traits().maxTransfer()) {
            throw new IllegalArgumentException("bufferSize " + options.bufferSize() + " does not suit a device with blocks of " + blockSize
                    + " bytes and transfers of at most " + device.traits().maxTransfer());
        }
        for (int i = 0; i < options.buffers(); i++) {
            free.add(device.allocate(options.bufferSize()));
        }
        long started = System.nanoTime();
        Recovery found = new Recovery(device, blockSize, this::has);
        boolean there = found.readRoot();
        rootCopy = found.rootCopy;
        numbers.addAll(found.existing);
        if (there && has(Defect.REOPENING_OVERWRITES)) {
            there = false;
        }
        if (there) {
            adopt(found);
        } else {
            create(found);
        }
        synced = stable;
        written = stable;
        writtenUpTo = stable;
        initialStable = stable;
        long next = found.highestSegment + 1;
        segment = newSegment(next, 0);
        saveRoot(root.began(root.session() + 1, next, found.lastSegment, found.lastEnd, stable));
        tail = segment.base();
        report = new RecoveryReport(
                found.end, root.session(), Math.max(begin, found.recorded), found.endLsn, frames.size(), found.bytesScanned, 0, segments.size(),
                found.end.toString(), Duration.ofNanos(System.nanoTime() - started));
        if (!options.callerDriven()) {
            driver = Thread.ofPlatform().daemon().name("lss-reference-flusher " + location).start(this::drive);
        }
    }

    void create(Recovery found) throws IOException {
        if (options.openMode() == OpenMode.OPEN_EXISTING) {
            throw new StoreLocationException("there is no store at " + location);
        }
        long size = options.newSegmentSize();
        checkSegmentSize(size);
        long salt = new SecureRandom().nextLong();
        begin = (found.highestSegment + 1) * size;
        root = new Root(1, salt, size, 0, 0, 0, 0, begin, begin, false, new byte[0]);
        stable = begin;
        begun(salt);
        saveRoot(root);
    }

    void adopt(Recovery found) throws IOException {
        root = found.root;
        checkSegmentSize(root.segmentSize());
        if (options.segmentSize().isPresent() && options.segmentSize().getAsLong() != root.segmentSize()) {
            throw new IllegalArgumentException("segmentSize " + options.segmentSize().getAsLong() + ": it was fixed when the store was created, at "
                    + root.segmentSize());
        }
        begun(root.salt());
        found.format = format;
        found.readLog();
        for (LogSegment each : found.segments.values()) {
            if (each.number() >= root.first() && !has(Defect.ADOPTED_WITHOUT_SYNC)) {
                sync(each);
            }
        }
        begin = root.begin();
        stable = Math.max(found.endLsn, Math.max(begin, root.stable()));
        if (has(Defect.DAMAGE_IS_A_TORN_TAIL) || has(Defect.LAST_UNIT_DROPPED)) {
            stable = Math.max(begin, found.endLsn);
        }
        frames.putAll(found.frames);
        segments.putAll(found.segments);
        ends.putAll(found.ends);
    }

    void begun(long salt) {
        format = new Format(has(Defect.PROVIDER_IN_THE_FORMAT) ? salt + provider.hashCode() : salt);
        firstLsn = root.segmentSize();
    }

    void checkSegmentSize(long size) {
        if (size < 2L * options.bufferSize()) {
            throw new IllegalArgumentException("bufferSize " + options.bufferSize() + " is more than half a segment of this store, " + size);
        }
    }

    /** Syncs a segment on this thread, which stays until that has ended. */
    void sync(LogSegment each) throws IOException {
        CompletableFuture<IOException> done = new CompletableFuture<>();
        each.handle().sync((_, why) -> done.complete(why));
        device.submit();
        boolean interrupted = Thread.interrupted();
        while (!done.isDone() && !device.traits().anyThread()) {
            var _ = device.drive(SLICE);
        }
        IOException why = done.join();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (why != null) {
            throw why;
        }
    }

    LogSegment newSegment(long number, long rolledFrom) throws IOException {
        LogSegment next =
                new LogSegment(number, number * root.segmentSize(), device.create(number, root.segmentSize()), rolledFrom);
        numbers.add(number);
        segments.put(number, next);
        created++;
        return next;
    }

    void saveRoot(Root next) throws IOException {
        root = next.next();
        byte[] image = root.encode();
        if (has(Defect.ROOT_IN_PLACE)) {
            device.writeRoot(0, image);
            return;
        }
        // The copy that recovery would take is written last.
        device.writeRoot(1 - rootCopy, image);
        device.writeRoot(rootCopy, image);
    }

    /** The store has failed, for good. Any thread. */
    void fail(String what, Throwable cause) {
        lock.lock();
        try {
            if (failure == null) {
                failure = cause;
                failedAt = what;
                List<Stage> told = List.copyOf(stages);
                stages.clear();
                if (!has(Defect.FAILURE_WAKES_NOBODY)) {
                    told.forEach(each -> end(each, failed()));
                }
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Dependents do not run on the store's threads. */
    static void end(Stage stage, StoreException why) {
        var _ = CompletableFuture.runAsync(() -> stage.future().completeExceptionally(why));
    }

    StoreFailedException failed() {
        Throwable cause = has(Defect.FIRST_CAUSE_LOST) ? new IOException("something failed") : failure;
        var e = new StoreFailedException(
                failedAt + ": " + cause + "; what is below LSN " + stable + " is stable. Close the store and open it again", stable, cause);
        var _ = e.at(location);
        if (has(Defect.FAILURE_TOLD_ONCE)) {
            failure = null;
            Buffer lost = ring.peek();
            if (lost != null) {
                release(lost);
            }
        }
        return e;
    }

    StoreException closedException() {
        return new StoreClosedException("the store is closed").at(location);
    }

    void checkUsable() throws StoreException {
        if (closing) {
            throw closedException();
        }
        if (failure != null) {
            throw failed();
        }
    }

    void checkOpen() throws StoreException {
        if (closing) {
            throw closedException();
        }
    }

    static IllegalArgumentException misuse(StoreBase store, String what) {
        if (store.has(Defect.MISUSE_PANICS)) {
            throw new AssertionError(what);
        }
        return new IllegalArgumentException(what);
    }

    /** {@return the LSN as it is told to users} */
    long told(long lsn) {
        return has(Defect.LSNS_START_AGAIN) ? lsn % root.segmentSize() : lsn;
    }

    void changeRoot(Root next) throws IOException {
        try {
            saveRoot(next);
        } catch (IOException | RuntimeException e) {
            fail("a write of the root failed", e);
            throw failed();
        }
    }

    @Override
    public StoreStats stats() {
        lock.lock();
        try {
            return new StoreStats(
                    records, payloadBytes, flushes, flushedBytes, paddingBytes, 0, syncs, waits, created, deleted, expired, reads,
                    flusher().isInFlight() ? 1 : 0, device());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public RecoveryReport recovery() {
        return report;
    }

    @Override
    public String provider() {
        return provider;
    }

    @Override
    public Map<String, String> rejectedProviders() {
        return Map.copyOf(rejected);
    }

    @Override
    public String device() {
        return device.traits().description();
    }

    @Override
    public Durability durability() {
        return options.durability();
    }

    @Override
    public boolean volatileMedium() {
        return device.traits().volatileMedium();
    }

    @Override
    public String toString() {
        return "reference store at " + location + ", begin " + begin + ", stable " + stable + ", tail " + tail;
    }
}
