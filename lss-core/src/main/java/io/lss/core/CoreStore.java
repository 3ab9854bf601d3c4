package io.lss.core;

import io.lss.api.Damage;
import io.lss.api.Durability;
import io.lss.api.LogStructuredStore;
import io.lss.api.ReadOutcome;
import io.lss.api.RecordCursor;
import io.lss.api.RecoveryReport;
import io.lss.api.Reservation;
import io.lss.api.StoreException;
import io.lss.api.StoreOptions;
import io.lss.api.StoreStats;
import io.lss.api.VerificationReport;
import io.lss.core.format.FrameDescriptor;
import io.lss.core.format.Root;
import io.lss.core.format.SegmentHeader;
import io.lss.core.format.UnitDescriptor;
import io.lss.core.recovery.LiveSegment;
import io.lss.core.recovery.LogSegments;
import io.lss.core.recovery.StoreIdentity;
import io.lss.core.recovery.Verification;
import io.lss.spi.flush.Device;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** An open store: puts the parts together and is what the user calls. Each method is short; the work is in the parts. */
final class CoreStore implements LogStructuredStore {

    private static final long IDLE_SYNC_NANOS = 10_000_000;

    /** See {@link #inFlightWindow}. */
    private static final long MAX_WINDOW = 64 << 20;

    private final StoreOptions options;
    private final ProviderSelection selection;
    private final Device device;
    private final RecoveryReport recovery;
    private final RootKeeper roots;
    private final LogSegments segments;
    private final long session;
    private final StoreIdentity identity;
    private final long windowBytes;

    private final Health health;
    private final StableWaiters waiters = new StableWaiters();
    private final FlushCounts counts;
    private final Appenders appenders;
    private final SegmentSupply supply;
    private final FlusherTurn turn;
    private final FlushRing ring;
    private final Appends appends;
    private final Reservations reservations;
    private final Flusher flusher;
    private final AbandonedReservations abandoned;
    private final Trimmer trimmer;
    private final Maintenance maintenance;
    private final Driver driver;
    private final CallerDrive callerDrive;
    private final StabilityWait stability;
    private final Reads reads;
    private final StoreClosing closing;

    private final AtomicBoolean closeCalled = new AtomicBoolean();
    private final CountDownLatch closed = new CountDownLatch(1);

    CoreStore(
            URI location,
            StoreOptions options,
            ProviderSelection selection,
            Device device,
            MemorySegment memory,
            StoreOpening.Session from) {
        this.health = new Health(location);
        this.options = options;
        this.selection = selection;
        this.device = device;
        this.recovery = from.report();
        this.roots = from.roots();
        this.segments = from.segments();
        this.identity = from.identity();
        Root root = roots.root();
        this.session = root.session();
        int blockSize = identity.blockSize();
        int bufferSize = options.bufferSize();
        long ringBytes = (long) options.buffers() * bufferSize;
        this.windowBytes = options.durability() == Durability.SYNC ? inFlightWindow(ringBytes, identity.segmentSize()) : Long.MAX_VALUE;
        this.turn = new FlusherTurn(device, !options.callerDriven());
        this.counts = new FlushCounts(turn::completed);
        this.appenders = new Appenders(options.buffers());
        this.supply = new SegmentSupply(device, identity.segmentSize(), from.first().number() + 1, turn::wakeDriver);
        this.ring = new FlushRing(
                memory, options.buffers(), bufferSize, blockSize, options.checked(), health, supply, new RingSurroundings());
        this.appends = new Appends(ring, appenders, bufferSize, FlushRing.maxRecordLength(bufferSize, blockSize));
        this.reservations = new Reservations(ring, appenders, appends);
        long lingerNanos = options.linger().toNanos();
        this.flusher = new Flusher(
                ring,
                device,
                health,
                supply,
                waiters,
                counts,
                identity,
                session,
                new Flusher.Settings(
                        options.durability(),
                        options.writeMode(),
                        options.checked(),
                        Math.min(options.buffers(), device.traits().depth()),
                        windowBytes,
                        ringBytes,
                        lingerNanos == 0 ? IDLE_SYNC_NANOS : lingerNanos),
                root.stableLsn(),
                turn::completed);
        turn.of(flusher);
        this.abandoned = new AbandonedReservations(ring, device, options.reservationTimeout().toNanos());
        this.trimmer = new Trimmer(device, segments, roots, flusher);
        this.maintenance = new Maintenance(device, ring, flusher, supply, segments, abandoned, roots, trimmer, health);
        this.driver = new Driver(turn, flusher, maintenance, ring, health, device, lingerNanos);
        this.callerDrive = new CallerDrive(turn, flusher, maintenance, driver, device);
        long firstLsn = identity.firstUnit(1) + UnitDescriptor.HEADER_LENGTH;
        this.stability = new StabilityWait(ring, flusher, turn, waiters, health, callerDrive, options.callerDriven(), firstLsn);
        this.reads = new Reads(health, ring, new RingReader(ring, appenders), segments, flusher, stability, trimmer, firstLsn);
        addToChain(from.first(), root.predecessor(), root.predecessorEnd());
        ring.start(from.first(), root.predecessor(), root.predecessorEnd());
        Thread driverThread = options.callerDriven()
                ? null
                : Thread.ofPlatform().daemon().name("lss-driver " + location).start(driver);
        this.closing = new StoreClosing(
                device,
                health,
                ring,
                flusher,
                turn,
                waiters,
                maintenance,
                trimmer,
                roots,
                segments,
                supply,
                appenders,
                driver,
                callerDrive,
                driverThread);
    }

    /**
     * {@return how far beyond the stable watermark a unit may end, in bytes} Not less than the ring, which would wait for syncs else; and more,
     * so that a sync goes on beside several rings full of writes: with the ring alone, bulk appends reached 0.6 of what the disk takes
     * (docs/decisions/in-flight-window.md).
     */
    static long inFlightWindow(long ringBytes, long segmentSize) {
        return Math.max(ringBytes, Math.min(segmentSize, MAX_WINDOW));
    }

    /** What the ring needs of the rest. */
    private final class RingSurroundings implements FlushRing.Surroundings {

        // A field, because a literal is made where it is first used, and there may be no memory for it then.
        private final String broken = "a flush buffer could not be opened or filled";

        @Override
        public void ready() {
            turn.signalReady();
        }

        @Override
        public void signal() {
            turn.signal();
        }

        @Override
        public void happened() {
            driver.happened();
        }

        @Override
        public long nanoTime() {
            return device.nanoTime();
        }

        @Override
        public void rolled(LogSegment predecessor, long predecessorEnd, LogSegment to) {
            segments.sealEnd(predecessor.number(), predecessorEnd);
            addToChain(to, predecessor.number(), predecessorEnd);
            RollEvent event = new RollEvent();
            event.store = health.store();
            event.segment = to.number();
            event.predecessor = predecessor.number();
            event.predecessorEnd = predecessorEnd;
            event.commit();
        }

        @Override
        public void failed(Throwable cause) {
            flusher.fail(broken, cause);
            turn.signal();
        }

        @Override
        public boolean callerDriven() {
            return options.callerDriven();
        }

        @Override
        public void driveForSpace() {
            callerDrive.once(1_000_000);
        }

        @Override
        public void spaceFound() {
            callerDrive.settle();
        }
    }

    private void addToChain(LogSegment segment, long predecessor, long predecessorEnd) {
        segments.add(LiveSegment.written(
                new SegmentHeader(
                        identity.blockSize(),
                        segment.number(),
                        segment.size(),
                        identity.uuidHigh(),
                        identity.uuidLow(),
                        session,
                        predecessor,
                        predecessorEnd,
                        segment.salt(),
                        windowBytes,
                        0),
                segment.handle()));
    }

    // ---------------------------------------------------------------------------------------------- append

    @Override
    public int maxRecordLength() {
        return appends.maxRecordLength();
    }

    @Override
    public Reservation reserve(int length, @Nullable Reservation reuse) throws IOException {
        return reservations.reserve(length, reuse);
    }

    @Override
    public List<Reservation> reserveAll(int... lengths) throws IOException {
        return reservations.reserveAll(lengths);
    }

    @Override
    public Optional<List<Reservation>> tryReserveAll(int... lengths) throws IOException {
        return reservations.tryReserveAll(lengths);
    }

    @Override
    public Optional<Reservation> tryReserve(int length) throws IOException {
        return reservations.tryReserve(length);
    }

    @Override
    public long append(byte[] payload) throws IOException {
        return appends.append(payload);
    }

    @Override
    public long append(MemorySegment payload) throws IOException {
        return appends.append(payload);
    }

    @Override
    public long append(ByteBuffer payload) throws IOException {
        return appends.append(payload);
    }

    @Override
    public long[] appendBatch(List<MemorySegment> payloads) throws IOException {
        return appends.appendBatch(payloads);
    }

    // ---------------------------------------------------------------------------------------------- stability

    @Override
    public void flush() throws IOException {
        health.check();
        ring.seal();
    }

    @Override
    public void awaitStable(long lsn) throws IOException {
        stability.await(lsn, Long.MAX_VALUE);
    }

    @Override
    public boolean awaitStable(long lsn, Duration timeout) throws IOException {
        return stability.await(lsn, saturatedNanos(timeout));
    }

    static long saturatedNanos(Duration duration) {
        try {
            return duration.toNanos();
        } catch (ArithmeticException e) {
            return duration.isNegative() ? 0 : Long.MAX_VALUE - 1;
        }
    }

    @Override
    public CompletionStage<Void> whenStable(long lsn) {
        return stability.when(lsn);
    }

    @Override
    public void sync() throws IOException {
        long end = ring.reservedEndLsn();
        health.check();
        if (end > flusher.watermarks().stableLsn() && end > recovery.endLsn()) {
            stability.await(end - FrameDescriptor.ALIGNMENT, Long.MAX_VALUE);
        }
    }

    @Override
    public long stableLsn() {
        return flusher.watermarks().stableLsn();
    }

    @Override
    public long writtenLsn() {
        return flusher.watermarks().writtenLsn();
    }

    @Override
    public long tailLsn() {
        return ring.tailLsn();
    }

    @Override
    public long beginLsn() {
        return trimmer.beginLsn();
    }

    @Override
    public int poll() throws IOException {
        health.checkReadable();
        int completed = 0;
        if (options.callerDriven()) {
            completed = callerDrive.once(0);
        } else {
            turn.signal();
        }
        health.check();
        return completed;
    }

    // ---------------------------------------------------------------------------------------------- read

    @Override
    public ReadOutcome read(long lsn, MemorySegment dst) throws IOException {
        return reads.read(lsn, dst);
    }

    @Override
    public List<ReadOutcome> readAll(long[] lsns, List<MemorySegment> dsts) throws IOException {
        return reads.readAll(lsns, dsts);
    }

    @Override
    public RecordCursor scan(long fromLsn) throws IOException {
        return reads.scan(fromLsn);
    }

    @Override
    public RecordCursor tail(long fromLsn) throws IOException {
        return reads.tail(fromLsn);
    }

    // ---------------------------------------------------------------------------------------------- trim, root, backup

    @Override
    public void trimBefore(long lsn) throws IOException {
        health.check();
        long stable = flusher.watermarks().stableLsn();
        if (lsn > stable) {
            throw new IllegalArgumentException("LSN " + lsn + " is above the stable watermark " + stable
                    + ": what is not stable cannot be trimmed; await it first");
        }
        if (lsn > trimmer.beginLsn()) {
            // The root cannot begin above what it says is durable.
            awaitSynced(lsn);
            changeRoot(() -> trimmer.begin(lsn));
        }
        // Also if the begin does not move: a segment that was still being read then can go now.
        trimmer.deleteTrimmed();
    }

    /** Waits until everything below an LSN that is stable is synced too; under SYNC it is. */
    private void awaitSynced(long lsn) throws IOException {
        if (flusher.watermarks().syncedLsn() < lsn) {
            flusher.waits().askSync(lsn);
            turn.signal();
            if (options.callerDriven()) {
                while (flusher.watermarks().syncedLsn() < lsn && health.trouble() == null) {
                    callerDrive.once(1_000_000);
                }
                callerDrive.settle();
            } else {
                flusher.waits().awaitSynced(lsn, () -> health.isFailed() || health.isClosed());
            }
            health.check();
        }
    }

    /** A change of the root. */
    @FunctionalInterface
    private interface RootChange {
        void run() throws IOException;
    }

    /** Changes the root; a failure of that is one of the store. */
    private void changeRoot(RootChange change) throws IOException {
        try {
            change.run();
        } catch (IOException | RuntimeException | Error e) {
            // Once closed the device refuses everything; that is no failure of the store.
            if (!health.isClosed()) {
                flusher.fail("a write of the root failed", e);
                turn.signal();
            }
            health.check();
            if (e instanceof StoreException known) {
                health.located(known);
            }
            throw e;
        }
    }

    @Override
    public void setRoot(byte[] root) throws IOException {
        if (root.length > MAX_ROOT_LENGTH) {
            throw new IllegalArgumentException("an application root of " + root.length + " bytes; at most " + MAX_ROOT_LENGTH);
        }
        health.check();
        byte[] copy = root.clone();
        changeRoot(() -> roots.update(r -> r.withAppRoot(copy)));
    }

    @Override
    public byte[] root() {
        return roots.root().appRoot().clone();
    }

    @Override
    public VerificationReport verify(Consumer<? super Damage> found, LongConsumer progress) throws IOException {
        health.checkReadable();
        try {
            return Verification.verify(segments, trimmer.beginLsn(), flusher.watermarks().stableLsn(), found, progress);
        } catch (StoreException e) {
            throw health.located(e);
        }
    }

    @Override
    public long backup(URI target, LongConsumer progress) throws IOException {
        health.checkReadable();
        return trimmer.keeping(() -> {
            if (!health.isFailed()) {
                awaitSynced(flusher.watermarks().stableLsn());
            }
            return Backup.copy(selection.provider(), target, options, segments, roots.root(), flusher.watermarks().syncedLsn(), progress);
        });
    }

    // ---------------------------------------------------------------------------------------------- about

    @Override
    public StoreStats stats() {
        return new StoreStats(
                appenders.records(),
                appenders.bytes(),
                counts.flushes(),
                counts.bytes(),
                counts.paddingBytes(),
                counts.durableFlushes(),
                counts.syncs(),
                ring.backPressureWaits(),
                supply.created() + 1,
                trimmer.deleted(),
                abandoned.expired(),
                reads.count(),
                flusher.inFlight(),
                device());
    }

    @Override
    public RecoveryReport recovery() {
        return recovery;
    }

    @Override
    public String provider() {
        return selection.provider().name();
    }

    @Override
    public Map<String, String> rejectedProviders() {
        return selection.rejected();
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
        return "LSS store, " + provider() + ", begin " + trimmer.beginLsn() + ", tail " + tailLsn() + System.lineSeparator() + flusher
                + System.lineSeparator() + ring;
    }

    // ---------------------------------------------------------------------------------------------- close

    @Override
    public void close() throws IOException {
        if (!closeCalled.compareAndSet(false, true)) {
            awaitClosed();
            return;
        }
        try {
            closing.run();
        } finally {
            closed.countDown();
        }
    }

    /** A second call returns when the first has ended, so whoever deletes the files afterwards races with nobody. */
    private void awaitClosed() {
        boolean interrupted = false;
        while (closed.getCount() > 0) {
            try {
                closed.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
