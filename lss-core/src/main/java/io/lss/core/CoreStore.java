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
import io.lss.core.recovery.LogCursor;
import io.lss.core.recovery.LogSegments;
import io.lss.core.recovery.StoredLogReader;
import io.lss.core.recovery.StoreIdentity;
import io.lss.core.recovery.Verification;
import io.lss.spi.flush.Device;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An open store: puts the parts together and is what the user calls. Each method is short; the work is in the parts. */
final class CoreStore implements LogStructuredStore {

    private static final long IDLE_SYNC_NANOS = 10_000_000;

    private final StoreOptions options;
    private final ProviderSelection selection;
    private final Device device;
    private final RecoveryReport recovery;
    private final RootKeeper roots;
    private final LogSegments segments;
    private final int maxRecordLength;
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
    private final Flusher flusher;
    private final AbandonedReservations abandoned;
    private final Trimmer trimmer;
    private final Maintenance maintenance;
    private final Driver driver;
    private final CallerDrive callerDrive;
    private final StabilityWait stability;
    private final long firstLsn;
    private final RingReader ringReader;
    private final StoredLogReader storedReader;
    private final @Nullable Thread driverThread;

    private final LongAdder reads = new LongAdder();
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
        this.windowBytes = options.durability() == Durability.SYNC ? (long) options.buffers() * bufferSize : Long.MAX_VALUE;
        this.maxRecordLength = FlushRing.maxRecordLength(bufferSize, blockSize);
        this.turn = new FlusherTurn(device, !options.callerDriven());
        this.counts = new FlushCounts(turn::completed);
        this.appenders = new Appenders(options.buffers());
        this.supply = new SegmentSupply(device, identity.segmentSize(), from.first().number() + 1, turn::wakeDriver);
        this.ring = new FlushRing(
                memory, options.buffers(), bufferSize, blockSize, options.checked(), health, supply, new RingSurroundings());
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
                        lingerNanos == 0 ? IDLE_SYNC_NANOS : lingerNanos),
                root.stableLsn(),
                turn::completed);
        turn.of(flusher);
        this.abandoned = new AbandonedReservations(ring, device, options.reservationTimeout().toNanos());
        this.trimmer = new Trimmer(device, segments, roots, flusher);
        this.maintenance = new Maintenance(device, ring, flusher, supply, segments, abandoned, roots, trimmer, health);
        this.driver = new Driver(turn, flusher, maintenance, ring, health, device, lingerNanos);
        this.callerDrive = new CallerDrive(turn, flusher, maintenance, driver, device);
        this.firstLsn = identity.firstUnit(1) + UnitDescriptor.HEADER_LENGTH;
        this.stability = new StabilityWait(ring, flusher, turn, waiters, health, callerDrive, options.callerDriven(), firstLsn);
        this.ringReader = new RingReader(ring, appenders);
        this.storedReader = new StoredLogReader(segments);
        addToChain(from.first(), root.predecessor(), root.predecessorEnd());
        ring.start(from.first(), root.predecessor(), root.predecessorEnd());
        this.driverThread = options.callerDriven()
                ? null
                : Thread.ofPlatform().daemon().name("lss-driver " + location).start(driver);
    }

    /** What the ring needs of the rest. */
    private final class RingSurroundings implements FlushRing.Surroundings {
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
            event.segment = to.number();
            event.predecessorEnd = predecessorEnd;
            event.commit();
        }

        @Override
        public void failed(Throwable cause) {
            flusher.fail("the next flush buffer could not be opened", cause);
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
        return maxRecordLength;
    }

    private int frameLength(long length) {
        if (length < 1) {
            throw new IllegalArgumentException("a record of " + length + " bytes; records have 1 to " + maxRecordLength + " bytes");
        }
        if (length > maxRecordLength) {
            throw new IllegalArgumentException("a record of " + length + " bytes; records have 1 to " + maxRecordLength
                    + " bytes with flush buffers of " + options.bufferSize() + ": use larger buffers, or several records");
        }
        return FrameDescriptor.frameLength((int) length);
    }

    @Override
    public Reservation reserve(int length, @Nullable Reservation reuse) throws IOException {
        int frame = frameLength(length);
        PendingReservation reservation = reusable(reuse);
        Appender appender = appenders.acquire();
        try {
            FlushBuffer b = reserveWaiting(frame, appender);
            int offset = appender.offset;
            try {
                reservation.arm(b, offset, length);
            } catch (Throwable t) {
                abandonUnlessOpen(reservation, b, appender, offset, length);
                throw t;
            }
            return reservation;
        } finally {
            appenders.release(appender);
        }
    }

    private PendingReservation reusable(@Nullable Reservation reuse) {
        if (reuse == null) {
            return new PendingReservation(this);
        }
        if (!(reuse instanceof PendingReservation own) || !own.belongsTo(this)) {
            throw new IllegalArgumentException("the reservation to be used again is not one of this store");
        }
        if (own.isOpen()) {
            throw new IllegalStateException("the reservation to be used again is still open: " + own);
        }
        return own;
    }

    private FlushBuffer reserveWaiting(int bytes, Appender appender) throws IOException {
        FlushBuffer b = ring.reserve(bytes, appender, true);
        if (b == null) {
            throw new AssertionError("a reservation that may wait was refused");
        }
        return b;
    }

    @Override
    public List<Reservation> reserveAll(int... lengths) throws IOException {
        return reserveAll(true, lengths).orElseThrow();
    }

    @Override
    public Optional<List<Reservation>> tryReserveAll(int... lengths) throws IOException {
        return reserveAll(false, lengths);
    }

    @Override
    public Optional<Reservation> tryReserve(int length) throws IOException {
        return reserveAll(false, length).map(List::getFirst);
    }

    private Optional<List<Reservation>> reserveAll(boolean mayWait, int... lengths) throws IOException {
        int[] frames = new int[lengths.length];
        long total = 0;
        for (int i = 0; i < lengths.length; i++) {
            frames[i] = frameLength(lengths[i]);
            total += frames[i];
        }
        checkTogether(lengths.length, total);
        // Made before anything is reserved: want of memory must not leave a hole that nobody can close.
        List<PendingReservation> reservations = new ArrayList<>(lengths.length);
        for (int i = 0; i < lengths.length; i++) {
            reservations.add(new PendingReservation(this));
        }
        Appender appender = appenders.acquire();
        try {
            FlushBuffer b = ring.reserve((int) total, appender, mayWait);
            if (b == null) {
                return Optional.empty();
            }
            int at = appender.offset;
            for (int i = 0; i < lengths.length; i++) {
                try {
                    reservations.get(i).arm(b, at, lengths[i]);
                } catch (Throwable t) {
                    for (int k = 0; k < i; k++) {
                        reservations.get(k).close();
                    }
                    for (int k = i; k < lengths.length; k++) {
                        abandonUnlessOpen(reservations.get(k), b, appender, at, lengths[k]);
                        at += frames[k];
                    }
                    throw t;
                }
                at += frames[i];
            }
            return Optional.of(Collections.unmodifiableList(reservations));
        } finally {
            appenders.release(appender);
        }
    }

    /** A reservation was won and could not be handed out (no memory left): it ends at once. */
    private void abandonUnlessOpen(PendingReservation reservation, FlushBuffer b, Appender appender, int offset, int length) {
        if (reservation.isOpen()) {
            reservation.close();
        } else {
            abandon(b, appender, offset, length, FrameDescriptor.frameLength(length));
        }
    }

    private void checkTogether(int count, long frames) {
        if (count == 0) {
            throw new IllegalArgumentException("no records");
        }
        long most = FrameDescriptor.frameLength(maxRecordLength);
        if (frames > most) {
            throw new IllegalArgumentException(count + " records with " + frames + " bytes of frames together exceed a flush buffer, "
                    + "which takes " + most + ": use larger buffers, or fewer records at once");
        }
    }

    /** Writes the frame of a reservation that its holder has ended, and publishes it. */
    void endReservation(FlushBuffer b, int offset, int length, int kind) {
        Appender appender = appenders.acquire();
        try {
            writeFrame(b, appender, offset, length, kind);
            ring.publish(b, FrameDescriptor.frameLength(length));
            if (kind == FrameDescriptor.KIND_RECORD) {
                appender.counts.add(1, length);
            }
        } finally {
            appenders.release(appender);
        }
    }

    private static void writeFrame(FlushBuffer b, Appender appender, int offset, int length, int kind) {
        long salt = b.segment.salt();
        long lsn = b.baseLsn + offset;
        ByteBuffer view = appender.view(b);
        if (kind == FrameDescriptor.KIND_RECORD) {
            FrameDescriptor.write(b.memory, offset, view, appender.checksums, salt, lsn, kind, length);
        } else {
            FrameDescriptor.writeFiller(b.memory, offset, view, appender.checksums, salt, lsn, length);
        }
    }

    @Override
    public long append(byte[] payload) throws IOException {
        int length = payload.length;
        int frame = frameLength(length);
        Appender appender = appenders.acquire();
        try {
            FlushBuffer b = reserveWaiting(frame, appender);
            int offset = appender.offset;
            long lsn = b.baseLsn + offset;
            try {
                appender.view(b).put(offset + FrameDescriptor.HEADER_LENGTH, payload, 0, length);
            } catch (Throwable t) {
                abandon(b, appender, offset, length, frame);
                throw t;
            }
            return publishRecord(b, appender, offset, length, frame, lsn);
        } finally {
            appenders.release(appender);
        }
    }

    @Override
    public long append(MemorySegment payload) throws IOException {
        int frame = frameLength(payload.byteSize());
        int length = (int) payload.byteSize();
        Appender appender = appenders.acquire();
        try {
            FlushBuffer b = reserveWaiting(frame, appender);
            int offset = appender.offset;
            long lsn = b.baseLsn + offset;
            try {
                MemorySegment.copy(payload, 0, b.memory, (long) offset + FrameDescriptor.HEADER_LENGTH, length);
            } catch (Throwable t) {
                abandon(b, appender, offset, length, frame);
                throw t;
            }
            return publishRecord(b, appender, offset, length, frame, lsn);
        } finally {
            appenders.release(appender);
        }
    }

    @Override
    public long append(ByteBuffer payload) throws IOException {
        int length = payload.remaining();
        int frame = frameLength(length);
        int position = payload.position();
        Appender appender = appenders.acquire();
        try {
            FlushBuffer b = reserveWaiting(frame, appender);
            int offset = appender.offset;
            long lsn = b.baseLsn + offset;
            try {
                appender.view(b).put(offset + FrameDescriptor.HEADER_LENGTH, payload, position, length);
            } catch (Throwable t) {
                abandon(b, appender, offset, length, frame);
                throw t;
            }
            publishRecord(b, appender, offset, length, frame, lsn);
            payload.position(position + length);
            return lsn;
        } finally {
            appenders.release(appender);
        }
    }

    private long publishRecord(FlushBuffer b, Appender appender, int offset, int length, int frame, long lsn) {
        FrameDescriptor.write(
                b.memory,
                offset,
                appender.view(b),
                appender.checksums,
                b.segment.salt(),
                lsn,
                FrameDescriptor.KIND_RECORD,
                length);
        appender.counts.add(1, length);
        ring.publish(b, frame);
        return lsn;
    }

    /** The source could not be copied (its arena was closed, its file shrank): a filler takes the record's place. */
    private void abandon(FlushBuffer b, Appender appender, int offset, int length, int frame) {
        writeFrame(b, appender, offset, length, FrameDescriptor.KIND_FILLER);
        ring.publish(b, frame);
    }

    @Override
    public long[] appendBatch(List<MemorySegment> payloads) throws IOException {
        // The caller's list is read once: what it says later, or another thread does to it, cannot harm the buffer.
        MemorySegment[] sources = payloads.toArray(new MemorySegment[0]);
        int[] lengths = new int[sources.length];
        long total = 0;
        long bytes = 0;
        for (int i = 0; i < sources.length; i++) {
            total += frameLength(sources[i].byteSize());
            lengths[i] = (int) sources[i].byteSize();
            bytes += lengths[i];
        }
        checkTogether(sources.length, total);
        long[] lsns = new long[sources.length];
        Appender appender = appenders.acquire();
        try {
            FlushBuffer b = reserveWaiting((int) total, appender);
            int first = appender.offset;
            // Unless all are copied, none of the batch becomes a record.
            int kind = FrameDescriptor.KIND_FILLER;
            try {
                int at = first;
                for (int i = 0; i < sources.length; i++) {
                    MemorySegment.copy(sources[i], 0, b.memory, (long) at + FrameDescriptor.HEADER_LENGTH, lengths[i]);
                    at += FrameDescriptor.frameLength(lengths[i]);
                }
                kind = FrameDescriptor.KIND_RECORD;
            } finally {
                int at = first;
                for (int i = 0; i < sources.length; i++) {
                    lsns[i] = b.baseLsn + at;
                    writeFrame(b, appender, at, lengths[i], kind);
                    at += FrameDescriptor.frameLength(lengths[i]);
                }
                ring.publish(b, total);
            }
            appender.counts.add(sources.length, bytes);
            return lsns;
        } finally {
            appenders.release(appender);
        }
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
        if (end > flusher.stableLsn() && end > recovery.endLsn()) {
            stability.await(end - FrameDescriptor.ALIGNMENT, Long.MAX_VALUE);
        }
    }

    @Override
    public long stableLsn() {
        return flusher.stableLsn();
    }

    @Override
    public long writtenLsn() {
        return flusher.writtenLsn();
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
        health.checkReadable();
        ReadOutcome early = readInMemory(lsn, dst);
        try {
            return early != null ? early : storedReader.read(lsn, dst);
        } catch (StoreException e) {
            throw health.located(e);
        }
    }

    /** {@return what can be said of an LSN without the device, or null} */
    private @Nullable ReadOutcome readInMemory(long lsn, MemorySegment dst) {
        reads.increment();
        if (lsn < firstLsn || lsn % FrameDescriptor.ALIGNMENT != 0) {
            throw new IllegalArgumentException(
                    "LSN " + lsn + " is no record's: LSNs are multiples of 8, and a store's first is " + firstLsn);
        }
        if (lsn < trimmer.beginLsn()) {
            return new ReadOutcome(ReadOutcome.Status.TRIMMED, 0);
        }
        long tail = ring.tailLsn();
        if (lsn >= tail) {
            throw new IllegalArgumentException("LSN " + lsn + " is no record's: the log's tail is at " + tail);
        }
        return ringReader.read(lsn, dst);
    }

    @Override
    public List<ReadOutcome> readAll(long[] lsns, List<MemorySegment> dsts) throws IOException {
        health.checkReadable();
        if (lsns.length != dsts.size()) {
            throw new IllegalArgumentException(lsns.length + " LSNs and " + dsts.size() + " destinations");
        }
        @Nullable ReadOutcome[] outcomes = new ReadOutcome[lsns.length];
        int missing = 0;
        for (int i = 0; i < lsns.length; i++) {
            outcomes[i] = readInMemory(lsns[i], dsts.get(i));
            missing += outcomes[i] == null ? 1 : 0;
        }
        long[] missingLsns = new long[missing];
        List<MemorySegment> missingDsts = new ArrayList<>(missing);
        for (int i = 0; i < lsns.length; i++) {
            if (outcomes[i] == null) {
                missingLsns[missingDsts.size()] = lsns[i];
                missingDsts.add(dsts.get(i));
            }
        }
        List<ReadOutcome> stored = missing == 0 ? List.of() : readStored(missingLsns, missingDsts);
        List<ReadOutcome> all = new ArrayList<>(lsns.length);
        int next = 0;
        for (ReadOutcome outcome : outcomes) {
            all.add(outcome != null ? outcome : stored.get(next++));
        }
        return all;
    }

    private List<ReadOutcome> readStored(long[] lsns, List<MemorySegment> dsts) throws IOException {
        try {
            return storedReader.readAll(lsns, dsts);
        } catch (StoreException e) {
            throw health.located(e);
        }
    }

    @Override
    public RecordCursor scan(long fromLsn) throws IOException {
        checkFrom(fromLsn);
        return new LocatedCursor(
                LogCursor.scan(segments, fromLsn, flusher.stableLsn(), trimmer::beginLsn, health::checkReadable), health);
    }

    @Override
    public RecordCursor tail(long fromLsn) throws IOException {
        checkFrom(fromLsn);
        return new LocatedCursor(
                LogCursor.tail(segments, fromLsn, flusher::stableLsn, trimmer::beginLsn, this::awaitNews, health::checkReadable),
                health);
    }

    private void checkFrom(long fromLsn) throws StoreException {
        health.checkReadable();
        long begin = trimmer.beginLsn();
        long tail = ring.tailLsn();
        if (fromLsn < begin || fromLsn > tail) {
            throw new IllegalArgumentException("LSN " + fromLsn + " is not in the log, which reaches from " + begin + " to " + tail);
        }
    }

    /** Waits until something at or above an LSN is stable; does not ask for it to be flushed. For followers. */
    private boolean awaitNews(long lsn, long nanos) throws IOException {
        return stability.awaitNews(lsn, nanos);
    }

    // ---------------------------------------------------------------------------------------------- trim, root, backup

    @Override
    public void trimBefore(long lsn) throws IOException {
        health.check();
        long stable = flusher.stableLsn();
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
        if (flusher.syncedLsn() < lsn) {
            flusher.askSync(lsn);
            turn.signal();
            if (options.callerDriven()) {
                while (flusher.syncedLsn() < lsn && health.trouble() == null) {
                    callerDrive.once(1_000_000);
                }
                callerDrive.settle();
            } else {
                flusher.awaitSyncedMove(lsn);
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
    public VerificationReport verify(Consumer<? super Damage> found) throws IOException {
        health.checkReadable();
        try {
            return Verification.verify(segments, trimmer.beginLsn(), flusher.stableLsn(), found);
        } catch (StoreException e) {
            throw health.located(e);
        }
    }

    @Override
    public long backup(URI target) throws IOException {
        health.checkReadable();
        return trimmer.keeping(() -> {
            if (!health.isFailed()) {
                awaitSynced(flusher.stableLsn());
            }
            return Backup.copy(selection.provider(), target, options, segments, roots.root(), flusher.syncedLsn());
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
                reads.sum(),
                flusher.inFlight());
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
            closeOnce();
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

    private void closeOnce() throws IOException {
        boolean interrupted = Thread.interrupted();
        health.beginClosing();
        ring.end();
        interrupted |= drain();
        Health.Failure failure = health.failure();
        Trouble trouble = new Trouble(failure == null ? null : health.failed(failure));
        if (failure == null) {
            trouble.attempt(this::recordEnd);
        }
        health.endClosing();
        // From here on nobody else is in the device: not to drive it, not for maintenance.
        maintenance.end();
        turn.takeForGood();
        trimmer.end();
        roots.end();
        ring.wakeWaiting();
        StableWaiters.wakeAll(waiters.takeEverybody(), flusher.stableLsn(), health.trouble());
        flusher.wakeSyncWaiters();
        trouble.attempt(segments::close);
        trouble.attempt(device::close);
        appenders.clear();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        trouble.raise();
    }

    /** Collects what goes wrong while the rest is still done. */
    private static final class Trouble {

        /** A step of closing. */
        private interface Step {
            void run() throws IOException;
        }

        private @Nullable Throwable first;

        Trouble(@Nullable Throwable known) {
            first = known;
        }

        void attempt(Step step) {
            try {
                step.run();
            } catch (IOException | RuntimeException | Error e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }

        void raise() throws IOException {
            switch (first) {
                case null -> {}
                case IOException e -> throw e;
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                default -> throw new IOException(first);
            }
        }
    }

    /** Waits until everything published is flushed, or the store has failed; then ends the driver. {@return whether interrupted} */
    private boolean drain() {
        boolean interrupted = false;
        turn.signal();
        while (!flusher.isDrained()) {
            if (driverThread == null) {
                callerDrive.once(1_000_000);
            } else {
                turn.wakeDriver();
                interrupted |= flusher.awaitDrained();
            }
        }
        driver.stop();
        while (driverThread != null && driverThread.isAlive()) {
            try {
                driverThread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        return interrupted;
    }

    /** Puts on record where the log ends. Nothing is reserved, in flight or unsynced any more. */
    private void recordEnd() throws IOException {
        for (Flusher.Finished done = flusher.pollFinished(); done != null; done = flusher.pollFinished()) {
            done.segment().handle().finish(done.endLsn() - done.segment().base());
        }
        LogSegment last = ring.currentSegment();
        last.handle().finish(Math.max(0, flusher.writtenLsn() - last.base()));
        trimmer.keeping(() -> {
            segments.deviceLock().lock();
            try {
                supply.discard();
                roots.update(root -> root.closedAt(Math.max(root.stableLsn(), flusher.syncedLsn())));
                return 0;
            } finally {
                segments.deviceLock().unlock();
            }
        });
    }
}
