package io.lss.tck.sim;

import io.lss.api.StoreFullException;
import io.lss.spi.flush.Completion;
import io.lss.spi.flush.Device;
import io.lss.spi.flush.DeviceOptions;
import io.lss.spi.flush.Segment;
import io.lss.spi.flush.Traits;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.NoSuchFileException;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A device on a {@link SimulatedMedium}: correct, seeded and adversarial within the rules, unless its settings ask for
 * faults or flaws. Opened by {@link SimulatedMedium#open} or through {@link SimulatedProvider}.
 *
 * <p>Each operation has an ordinal, counted from 1. What an engine does against its side of the SPI is refused and
 * recorded in {@link SimulatedMedium#violations()}. Safe for use by many threads as far as the SPI asks for it, and the
 * queries always.
 */
public final class SimulatedDevice implements Device {

    private final SimulatedMedium medium;
    private final Monitor monitor;
    private final Disk disk;
    private final SimulatedSettings settings;
    private final Traits traits;
    private final EngineRules rules;
    private final DeviceClock clock;
    private final Gate gate;
    private final SplittableRandom random;
    private final Traffic traffic;
    private final ExecutorService startedReads = Executors.newVirtualThreadPerTaskExecutor();
    private final String name;

    private volatile @Nullable String deathCause;
    private volatile boolean closed;

    // Guarded by the monitor.
    private final Set<SimulatedFile> createdHere = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Map<SimulatedFile, Integer> handles = new HashMap<>();

    SimulatedDevice(
            SimulatedMedium medium,
            Monitor monitor,
            Disk disk,
            SimulatedSettings settings,
            DeviceOptions options,
            long opens) {
        this.medium = medium;
        this.monitor = monitor;
        this.disk = disk;
        this.settings = settings;
        this.name = "simulated device " + opens + " of thread " + Thread.currentThread().getName();
        int block = settings.blockSize();
        long buffer = (options.bufferBytes() + block - 1L) / block * block;
        this.traits = new Traits(
                block,
                settings.memoryAlignment(),
                Math.max(buffer, settings.maxTransfer()),
                settings.depth(),
                settings.volatileMedium(),
                settings.timing() == Timing.THREADED,
                "simulated, " + settings);
        long seed = ContentHash.combine(settings.seed(), opens);
        this.random = new SplittableRandom(seed);
        this.rules = new EngineRules(medium, traits, options);
        this.clock = new DeviceClock(settings.timing() == Timing.VIRTUAL, seed);
        this.gate = new Gate(this, settings);
        this.traffic = new Traffic(this, settings, monitor, clock, gate, rules, random);
    }

    /** Counts the opening as an operation, and starts the device's thread if it has one. The monitor is held. */
    void start() throws IOException {
        try {
            pass(OperationKind.OPEN_DEVICE, -1, -1, -1);
        } catch (IOException e) {
            closed = true;
            throw e;
        }
        if (settings.timing() == Timing.THREADED) {
            Thread.ofPlatform().daemon().name("lss-sim-completer").start(traffic::completeUntilEnd);
        }
    }

    // -------------------------------------------------------------------------------------------- queries of tests

    /** {@return how many operations there were, of all kinds: the highest ordinal at which a fault can have struck} */
    public long operations() {
        try (var _ = monitor.hold()) {
            return gate.count();
        }
    }

    /**
     * {@return how many operations of one kind there were}
     *
     * @param kind which kind
     */
    public long operations(OperationKind kind) {
        try (var _ = monitor.hold()) {
            return gate.count(kind);
        }
    }

    /**
     * {@return a hash of all operations in their order, with segment, position and length: equal histories have equal
     * ones}
     */
    public long fingerprint() {
        try (var _ = monitor.hold()) {
            return gate.fingerprint();
        }
    }

    /**
     * Lets more go wrong while the device is open.
     *
     * @param faults what; counted from the next operation, which is the first
     */
    public void more(SimulatedFaults faults) {
        try (var _ = monitor.hold()) {
            gate.more(faults);
        }
    }

    /** Lets the next sync fail, be it one of its own or that of a durable write. */
    public void failNextSync() {
        try (var _ = monitor.hold()) {
            traffic.failNextSync();
        }
    }

    /** {@return all operations in words, in order; empty unless {@link SimulatedSettings#traced()}} */
    public List<String> history() {
        try (var _ = monitor.hold()) {
            return gate.history();
        }
    }

    /** {@return whether the machine stopped under this device, by a fault or by {@link SimulatedMedium#powerOff}} */
    public boolean crashed() {
        return deathCause != null;
    }

    /** {@return how long this device has been open by its own clock, in nanoseconds} */
    public long elapsedNanos() {
        return clock.elapsed();
    }

    /** {@return how many writes and syncs are queued, in flight or stuck} */
    public int pendingOperations() {
        try (var _ = monitor.hold()) {
            return traffic.size();
        }
    }

    /** {@return how many writes and syncs are stuck} */
    public int stuckOperations() {
        try (var _ = monitor.hold()) {
            return traffic.stuck();
        }
    }

    /**
     * Lets writes and syncs go on that are stuck.
     *
     * @return how many
     */
    public int releaseStuck() {
        try (var _ = monitor.hold()) {
            return traffic.releaseStuck();
        }
    }

    // -------------------------------------------------------------------------------------------- life and death

    /** {@return whether nothing of this device reaches the medium any more} */
    boolean isDead() {
        return closed || deathCause != null;
    }

    boolean isClosed() {
        return closed;
    }

    /** {@return why everything fails, null if the machine has not stopped} */
    @Nullable IOException death() {
        String cause = deathCause;
        return cause == null ? null : new SimulatedCrashException("the simulated machine stopped: " + cause);
    }

    /** Stops the machine. The monitor is held. */
    void die(String cause) {
        if (deathCause == null) {
            deathCause = cause;
            traffic.releaseAll();
        }
    }

    /** {@return why an operation is refused, null if it is not} */
    @Nullable IOException refusal(String what) {
        IOException death = death();
        if (death != null || !closed || settings.has(Flaw.LIVES_AFTER_CLOSE)) {
            return death;
        }
        return rules.violated("F14", what + " after the device was closed");
    }

    private void requireUsable(String what) throws IOException {
        throwIf(refusal(what));
    }

    private static void throwIf(@Nullable IOException failure) throws IOException {
        if (failure != null) {
            throw failure;
        }
    }

    /** Lets an operation pass that ends before its call returns. The monitor is held. */
    private void pass(OperationKind kind, long number, long position, long length) throws IOException {
        Verdict verdict = gate.pass(kind, number, position, length);
        if (verdict.crash()) {
            die(verdict.name());
        } else if (clock.isVirtual()) {
            clock.advance(traffic.latency() + verdict.delayNanos());
        } else if (verdict.delayNanos() > 0) {
            pause(verdict.delayNanos());
        }
        throwIf(death()); // also if somebody cut the power during the pause
        if (kind == OperationKind.CREATE && verdict.failure() == Fault.Effect.NO_SPACE) {
            throw full(number);
        }
        throwIf(verdict.toException());
    }

    private void pause(long nanos) {
        long start = System.nanoTime();
        long left = nanos;
        while (left > 0 && !isDead()) {
            monitor.await(left);
            left = nanos - (System.nanoTime() - start);
        }
    }

    private static StoreFullException full(long number) {
        return new StoreFullException(
                "no space for segment " + number + " on the simulated medium: trim, or raise its capacity");
    }

    // -------------------------------------------------------------------------------------------- SPI: memory, roots

    @Override
    public Traits traits() {
        return traits;
    }

    @Override
    public MemorySegment allocate(long bytes) throws IOException {
        requireUsable("allocate");
        if (bytes <= 0 || bytes % traits.blockSize() != 0) {
            throw rules.violated("F14", "allocate " + bytes + " bytes: not in whole blocks of " + traits.blockSize());
        }
        return Arena.ofAuto().allocate(bytes, traits.memoryAlignment());
    }

    @Override
    public Optional<byte[]> readRoot(int copy) throws IOException {
        try (var _ = monitor.hold()) {
            requireUsable("readRoot");
            throwIf(rules.checkRoot(copy, 0));
            pass(OperationKind.READ_ROOT, copy, -1, -1);
            RootCopy root = disk.root(copy);
            // What a dead owner left in a cache is made durable before it is believed (F9).
            root.syncContent();
            root.syncName();
            return Optional.ofNullable(root.seen()).map(byte[]::clone);
        }
    }

    @Override
    public void writeRoot(int copy, byte[] image) throws IOException {
        try (var _ = monitor.hold()) {
            requireUsable("writeRoot");
            throwIf(rules.checkRoot(copy, image.length));
            RootCopy root = disk.root(copy);
            RootCopy other = disk.root(1 - copy);
            byte[] otherImage = other.seen();
            root.begin(image.clone());
            if (settings.has(Flaw.ROOT_DAMAGES_OTHER) && otherImage != null) {
                other.put(new byte[otherImage.length]);
            }
            pass(OperationKind.WRITE_ROOT, copy, -1, image.length);
            root.apply();
            if (!settings.has(Flaw.ROOT_NOT_DURABLE)) {
                root.syncContent();
            }
            if (!settings.has(Flaw.SKIPS_DIRECTORY_SYNC)) {
                root.syncName();
            }
            if (settings.has(Flaw.ROOT_DAMAGES_OTHER)) {
                other.put(otherImage);
            }
        }
    }

    // -------------------------------------------------------------------------------------------- SPI: name space

    @Override
    public long[] segments() throws IOException {
        try (var _ = monitor.hold()) {
            requireUsable("segments");
            pass(OperationKind.LIST, -1, -1, -1);
            return disk.directory().numbers().stream().mapToLong(n -> n).toArray();
        }
    }

    @Override
    public Segment create(long number, long bytes) throws IOException {
        try (var _ = monitor.hold()) {
            requireUsable("create");
            throwIf(rules.checkCreate(number, bytes, disk.isUsed(number)));
            if (!disk.fits(bytes)) {
                pass(OperationKind.CREATE, number, -1, bytes);
                throw full(number);
            }
            SimulatedFile file = disk.newFile(number, bytes, settings.freshContent(), Fate.seeded(random.nextLong()));
            Directory.Change change = disk.directory().begin(true, file);
            try {
                pass(OperationKind.CREATE, number, -1, bytes);
            } catch (StoreFullException e) {
                disk.directory().forget(change);
                throw e;
            }
            change(change);
            disk.use(number);
            createdHere.add(file);
            return handle(file, true);
        }
    }

    @Override
    public Segment open(long number) throws IOException {
        try (var _ = monitor.hold()) {
            requireUsable("open");
            pass(OperationKind.OPEN, number, -1, -1);
            SimulatedFile file = disk.directory().get(number);
            if (file == null) {
                throw new NoSuchFileException("segment " + number + " of the simulated medium");
            }
            if (file.isHalfMade()) {
                throw new IOException("segment " + number + " of the simulated medium was never completely created");
            }
            return handle(file, false);
        }
    }

    @Override
    public void delete(long number) throws IOException {
        try (var _ = monitor.hold()) {
            requireUsable("delete");
            SimulatedFile file = disk.directory().get(number);
            if (file == null) {
                pass(OperationKind.DELETE, number, -1, -1);
                return;
            }
            if (handles.containsKey(file)) {
                String handlesOpen = handles.get(file) + " handles of it are open";
                throw rules.violated("F14", "delete of segment " + number + ": " + handlesOpen);
            }
            Directory.Change change = disk.directory().begin(false, file);
            pass(OperationKind.DELETE, number, -1, -1);
            change(change);
            disk.bury(file, settings.has(Flaw.REUSES_FOREIGN_SPACE) && !createdHere.contains(file));
        }
    }

    private void change(Directory.Change change) {
        disk.directory().apply(change);
        if (!settings.has(Flaw.SKIPS_DIRECTORY_SYNC)) {
            disk.directory().sync();
        }
    }

    private SimulatedSegment handle(SimulatedFile file, boolean writable) {
        handles.merge(file, 1, Integer::sum);
        return new SimulatedSegment(this, file, writable);
    }

    /** Closes a handle. */
    void close(SimulatedSegment segment) {
        try (var _ = monitor.hold()) {
            if (segment.isClosed()) {
                return;
            }
            if (segment.inFlight() > 0 && !isDead()) {
                String pending = segment.inFlight() + " operations are in flight";
                rules.violated("F14", "close of segment " + segment.number() + ": " + pending);
            }
            segment.markClosed();
            handles.computeIfPresent(segment.file(), (_, count) -> count == 1 ? null : count - 1);
        }
    }

    // -------------------------------------------------------------------------------------------- SPI: data

    void write(SimulatedSegment segment, MemorySegment src, long position, boolean durable, Completion completion) {
        traffic.write(segment, src, position, durable, completion);
    }

    void sync(SimulatedSegment segment, Completion completion) {
        traffic.sync(segment, completion);
    }

    long read(SimulatedSegment segment, MemorySegment dst, long position) throws IOException {
        try (var _ = monitor.hold()) {
            throwIf(death());
            if (closed && !settings.has(Flaw.LIVES_AFTER_CLOSE)) {
                throw new IOException("read of segment " + segment.number() + ": the simulated device is closed");
            }
            if (segment.isClosed() || position < 0) {
                throw rules.violated("F14", "read of segment " + segment.number() + " at position " + position
                        + (segment.isClosed() ? ": the handle was closed" : ": negative"));
            }
            if (settings.has(Flaw.INTERRUPT_BREAKS) && Thread.currentThread().isInterrupted()) {
                die("a reading thread was interrupted");
                throw new ClosedByInterruptException();
            }
            traffic.readMemoryLate();
            pass(OperationKind.READ, segment.number(), position, dst.byteSize());
            MemorySegment part = settings.has(Flaw.READS_SHORT) ? dst.asSlice(0, dst.byteSize() / 2) : dst;
            return segment.file().read(part, position, settings.freshContent(), settings.has(Flaw.READS_STALE));
        }
    }

    /** Where everything else is told by a thread of the device, a read is done by one, too; elsewhere it would not be the same in every run. */
    boolean startRead(SimulatedSegment segment, MemorySegment dst, long position, Completion completion) {
        if (settings.timing() != Timing.THREADED) {
            return false;
        }
        Runnable task = () -> {
            if (settings.has(Flaw.READ_TOLD_EARLY)) {
                completion.done(dst.byteSize(), null);
            }
            long bytes = 0;
            IOException failure = null;
            try {
                bytes = read(segment, dst, position);
            } catch (IOException e) {
                failure = e;
            } catch (RuntimeException | Error e) {
                failure = new IOException("read failed: " + e, e);
            }
            if (!settings.has(Flaw.READ_TOLD_EARLY)) {
                completion.done(bytes, failure);
            }
        };
        try {
            startedReads.execute(task);
            return true;
        } catch (RejectedExecutionException e) {
            return false; // closed
        }
    }

    void finish(SimulatedSegment segment, long end) throws IOException {
        try (var _ = monitor.hold()) {
            requireUsable("finish");
            throwIf(rules.checkFinish(segment, end));
            pass(OperationKind.FINISH, segment.number(), end, -1);
            segment.markFinished();
            segment.file().finish(end);
        }
    }

    @Override
    public void submit() {
        traffic.submit();
    }

    @Override
    public int drive(long nanos) {
        return traffic.drive(nanos);
    }

    @Override
    public void wakeup() {
        traffic.wakeup();
    }

    @Override
    public long nanoTime() {
        return clock.nanoTime();
    }

    // -------------------------------------------------------------------------------------------- SPI: end

    @Override
    public void close() throws IOException {
        IOException failure = null;
        try (var _ = monitor.hold()) {
            if (closed) {
                return;
            }
            try {
                throwIf(death());
                pass(OperationKind.CLOSE, -1, -1, -1);
            } catch (IOException e) {
                failure = e;
            }
            traffic.readMemoryLate();
            if (settings.has(Flaw.CLOSE_LOSES_OPERATIONS)) {
                traffic.forgetAll();
            }
            closed = true;
            monitor.signal();
        }
        traffic.drain();
        startedReads.close(); // returns when all have ended (F12)
        try (var _ = monitor.hold()) {
            medium.release(this);
        }
        throwIf(failure);
    }

    /** {@return which device this is, and what is under way} */
    @Override
    public String toString() {
        try (var _ = monitor.hold()) {
            String state = deathCause != null ? ", crashed" : closed ? ", closed" : "";
            return name + state + ", " + gate.count() + " operations, " + traffic;
        }
    }
}
