package io.lss.tck.reference;

import io.lss.api.Damage;
import io.lss.api.Durability;
import io.lss.api.EndOfLog;
import io.lss.api.LogStructuredStore;
import io.lss.api.OpenMode;
import io.lss.api.ReadOutcome;
import io.lss.api.RecordCursor;
import io.lss.api.RecoveryReport;
import io.lss.api.Reservation;
import io.lss.api.StoreClosedException;
import io.lss.api.StoreCorruptException;
import io.lss.api.StoreException;
import io.lss.api.StoreFailedException;
import io.lss.api.StoreFullException;
import io.lss.api.StoreInterruptedException;
import io.lss.api.StoreLocationException;
import io.lss.api.StoreOptions;
import io.lss.api.StoreStats;
import io.lss.api.VerificationReport;
import io.lss.spi.flush.Device;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.URI;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** The reference store. One lock guards everything but the watermarks; the turn lets one thread at a time into the flusher. */
final class ReferenceStore implements LogStructuredStore {

    private static final long FOR_EVER = Long.MAX_VALUE;
    private static final long SLICE = 1_000_000;

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

    private final URI location;
    private final String provider;
    private final Map<String, String> rejected;
    private final Device device;
    private final Set<Defect> defects;
    private final Flusher flusher;
    private final List<MemorySegment> free = new ArrayList<>();
    private final Deque<Buffer> ring = new ArrayDeque<>();
    private final TreeMap<Long, Frame> frames = new TreeMap<>();
    private final TreeMap<Long, LogSegment> segments = new TreeMap<>();
    private final TreeMap<Long, Long> ends = new TreeMap<>();
    private final TreeSet<Long> numbers = new TreeSet<>();
    private final List<Stage> stages = new ArrayList<>();
    private Root root;
    private int rootCopy;
    private boolean rootUnwritten;
    private LogSegment segment;
    private long position;
    private long initialStable;
    private long firstLsn;
    private long trimmedEnd;
    private long publications;
    private boolean turnTaken;
    private boolean closed;
    private boolean closeEnded;
    private boolean drained;
    private boolean partlyFlushed;
    private StoreFullException full;
    private String failedAt = "";
    private Thread driver;
    private volatile long stable;
    private volatile long tail;
    private volatile long begin;
    private RecoveryReport report;
    private long records;
    private long payloadBytes;
    private long flushes;
    private long flushedBytes;
    private long paddingBytes;
    private long waits;
    private long created;
    private long deleted;
    private long expired;
    private long reads;

    private record Stage(long lsn, CompletableFuture<Void> future) {}

    ReferenceStore(
            URI location, StoreOptions options, String provider, Map<String, String> rejected, Device device, Set<Defect> defects) {
        this.location = location;
        this.options = options;
        this.provider = provider;
        this.rejected = rejected;
        this.device = device;
        this.defects = defects;
        this.blockSize = Math.max(4096, device.traits().blockSize());
        this.flusher = new Flusher(this, device);
    }

    boolean has(Defect defect) {
        return defects.contains(defect);
    }

    // -------------------------------------------------------------------------------------------- open

    ReferenceStore start() throws IOException {
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
        return this;
    }

    private void create(Recovery found) throws IOException {
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

    private void adopt(Recovery found) throws IOException {
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

    private void begun(long salt) {
        format = new Format(has(Defect.PROVIDER_IN_THE_FORMAT) ? salt + provider.hashCode() : salt);
        firstLsn = root.segmentSize();
    }

    private void checkSegmentSize(long size) {
        if (size < 2L * options.bufferSize()) {
            throw new IllegalArgumentException("bufferSize " + options.bufferSize() + " is more than half a segment of this store, " + size);
        }
    }

    /** Syncs a segment on this thread, which stays until that has ended. */
    private void sync(LogSegment each) throws IOException {
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

    private LogSegment newSegment(long number, long rolledFrom) throws IOException {
        LogSegment next =
                new LogSegment(number, number * root.segmentSize(), device.create(number, root.segmentSize()), rolledFrom);
        numbers.add(number);
        segments.put(number, next);
        created++;
        return next;
    }

    private void saveRoot(Root next) throws IOException {
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

    // -------------------------------------------------------------------------------------------- what is wrong

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
                    told.forEach(each -> CompletableFuture.runAsync(() -> each.future().completeExceptionally(failed())));
                }
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private StoreFailedException failed() {
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

    private StoreException closedException() {
        return new StoreClosedException("the store is closed").at(location);
    }

    private void checkUsable() throws StoreException {
        if (closing) {
            throw closedException();
        }
        if (failure != null) {
            throw failed();
        }
    }

    private void checkOpen() throws StoreException {
        if (closing) {
            throw closedException();
        }
    }

    private static IllegalArgumentException misuse(ReferenceStore store, String what) {
        if (store.has(Defect.MISUSE_PANICS)) {
            throw new AssertionError(what);
        }
        return new IllegalArgumentException(what);
    }

    // -------------------------------------------------------------------------------------------- waiting and driving

    static long nanos(Duration duration) {
        try {
            return duration.toNanos();
        } catch (ArithmeticException e) {
            return duration.isNegative() ? 0 : FOR_EVER;
        }
    }

    private long now() {
        return options.callerDriven() ? device.nanoTime() : System.nanoTime();
    }

    /** Something that can be so, or be impossible. */
    private interface Goal {
        boolean reached() throws IOException;
    }

    /** Waits for a goal, and drives if nobody else does. The lock is held. {@return whether it was reached in time} */
    private boolean await(Goal goal, long nanos, String what) throws IOException {
        long start = now();
        try {
            while (!goal.reached()) {
                long left = nanos == FOR_EVER ? FOR_EVER : nanos - (now() - start);
                if (left <= 0) {
                    return false;
                }
                if (Thread.currentThread().isInterrupted() && !has(Defect.INTERRUPT_IGNORED)) {
                    if (has(Defect.INTERRUPT_FAILS_THE_STORE)) {
                        fail("interrupted", new IOException("interrupted"));
                    }
                    throw new StoreInterruptedException("interrupted while waiting for " + what).at(location);
                }
                driveOrWait(Math.min(left, SLICE * 100));
            }
            return true;
        } finally {
            stayForWhatWasIssued();
        }
    }

    private void driveOrWait(long nanos) {
        tick();
        if (options.callerDriven() && !turnTaken) {
            var _ = takeTurn(Math.min(nanos, SLICE));
            return;
        }
        try {
            if (has(Defect.INTERRUPT_IGNORED) && Thread.interrupted()) {
                var _ = changed.awaitNanos(nanos);
                Thread.currentThread().interrupt();
            } else {
                var _ = changed.awaitNanos(nanos);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private int takeTurn(long nanos) {
        turnTaken = true;
        boolean idle = !flusher.hasWork();
        lock.unlock();
        boolean interrupted = Thread.interrupted();
        try {
            if (!idle) {
                return flusher.step(nanos);
            }
            return nanos > 0 ? device.drive(nanos) : 0;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            lock.lock();
            turnTaken = false;
            changed.signalAll();
        }
    }

    /** What a caller issued would die with its thread on some devices. */
    private void stayForWhatWasIssued() {
        if (options.callerDriven() && !device.traits().anyThread()) {
            while (!turnTaken && flusher.isInFlight()) {
                var _ = takeTurn(SLICE);
            }
        }
    }

    /** Seals what has lingered, and gives up what has been open for too long. */
    private void tick() {
        Buffer last = ring.peekLast();
        long linger = options.linger().toNanos();
        if (linger > 0 && last != null && !last.sealed && device.nanoTime() - last.openedAt >= linger) {
            seal(last, false);
        }
        long timeout = options.reservationTimeout().toNanos();
        if (timeout > 0 && !has(Defect.DROPPED_RESERVATION_WEDGES)) {
            for (Buffer each : ring) {
                if (each.sealed && each.open > 0 && device.nanoTime() - each.sealedAt >= timeout) {
                    giveUp(each);
                }
            }
        }
    }

    private void giveUp(Buffer b) {
        for (Frame each : b.frames) {
            if (each.state == Frame.State.OPEN) {
                each.holder.ended = has(Defect.GIVEN_UP_IS_RECORD) ? null : "was given up by the store: it was open for too long, or the store closed";
                complete(each, has(Defect.GIVEN_UP_IS_RECORD));
                expired++;
            }
        }
    }

    /** The thread of a store that has one. */
    private void drive() {
        lock.lock();
        try {
            while (!drained) {
                tick();
                if (flusher.hasWork()) {
                    lock.unlock();
                    try {
                        var _ = flusher.step(SLICE * 10);
                    } finally {
                        lock.lock();
                    }
                } else {
                    boolean timed = !ring.isEmpty() && !(options.linger().isZero() && options.reservationTimeout().isZero());
                    var _ = changed.awaitNanos(timed ? SLICE : FOR_EVER);
                }
            }
        } catch (InterruptedException e) {
            failure = e;
        } finally {
            lock.unlock();
        }
    }

    // -------------------------------------------------------------------------------------------- the ring

    /** {@return the buffer that can go to the device next, or null} */
    Buffer ready() {
        for (Buffer each : ring) {
            if (each.isReady()) {
                return each;
            }
            if (!each.forgotten) {
                return null;
            }
        }
        return null;
    }

    Format.Header header(Buffer b, int length) {
        long rolledFrom = b.segment.rolledFrom();
        return new Format.Header(
                b.lsn(), root.session(), root.first(), root.previous(), root.previousEnd(), rolledFrom, synced, length, b.used);
    }

    void wrote(Buffer b, long end, long told) {
        writtenUpTo = end;
        written = Math.max(written, told);
        if (options.durability() == Durability.WRITTEN) {
            written = end;
        }
        ends.put(b.segment.number(), b.position + b.length(blockSize));
        flushes++;
        flushedBytes += b.length(blockSize);
        paddingBytes += b.length(blockSize) - b.used;
    }

    void stabilise(long end) {
        if (has(Defect.WATERMARK_FROZEN_AT_ROLL) && end > (root.first() + 1) * root.segmentSize()) {
            return;
        }
        stable = Math.max(stable, end);
        List<Stage> over = stages.stream().filter(each -> each.lsn() < end).toList();
        stages.removeAll(over);
        for (Stage each : has(Defect.STAGES_FORGOTTEN) && !over.isEmpty() ? over.subList(0, 1) : over) {
            each.future().completeAsync(() -> null);
        }
    }

    void release(Buffer b) {
        if (ring.remove(b)) {
            b.frames.forEach(each -> each.buffer = null);
            free.add(b.memory);
        }
    }

    private void seal(Buffer b, boolean isFull) {
        if (b.sealed || b.frames.isEmpty()) {
            return;
        }
        b.sealed = true;
        b.sealedAt = device.nanoTime();
        b.writersIgnored = has(isFull ? Defect.SUBMITTED_WITH_WRITERS : Defect.FLUSH_IGNORES_WRITERS);
        b.forgotten = has(Defect.FULL_RING_NEVER_SUBMITTED) && ring.size() == options.buffers();
        if (b.writersIgnored) {
            b.frames.stream().filter(each -> each.state == Frame.State.OPEN).forEach(each -> format.writeFrame(place(each), each.lsn, each.length, true));
        }
        partlyFlushed |= !isFull;
        int length = b.length(blockSize);
        position = b.position + length;
        if (has(Defect.LEAVES_GAPS)) {
            position += blockSize;
        } else if (has(Defect.POSITION_WRITTEN_TWICE)) {
            position -= blockSize;
        }
        tail = Math.max(tail, b.lsn() + length);
        changed.signalAll();
    }

    private void sealFor(long lsn) {
        Buffer last = ring.peekLast();
        if (last != null && lsn >= last.lsn()) {
            seal(last, false);
        }
    }

    private Buffer openBuffer() throws IOException {
        if (has(Defect.FULL_FOR_EVER) && full != null) {
            throw full;
        }
        if (position + options.bufferSize() > root.segmentSize()) {
            try {
                segment = newSegment(segment.number() + 1, position);
                position = 0;
            } catch (StoreFullException e) {
                full = e;
                if (has(Defect.FULL_FAILS_THE_STORE)) {
                    fail("no space", e);
                }
                var _ = e.at(location);
                throw e;
            } catch (IOException e) {
                fail("segment " + (segment.number() + 1) + " could not be created", e);
                throw failed();
            }
        }
        full = null;
        MemorySegment memory = free.isEmpty() ? device.allocate(options.bufferSize()) : free.removeFirst();
        Buffer b = new Buffer(memory, segment, position, device.nanoTime());
        ring.add(b);
        return b;
    }

    /** Claims space for frames of these lengths, together in one buffer. {@return them; null if that would need a wait that is not allowed} */
    private List<Frame> claim(boolean mayWait, int... lengths) throws IOException {
        checkUsable();
        int need = 0;
        for (int each : lengths) {
            need += Format.frameLength(each);
        }
        boolean waited = false;
        while (true) {
            checkUsable();
            Buffer b = ring.peekLast();
            if (b != null && !b.sealed && b.used + need <= options.bufferSize()) {
                return claim(b, lengths);
            }
            if (b != null) {
                seal(b, true);
            }
            if (ring.size() < options.buffers() || has(Defect.UNBOUNDED_RING)) {
                var _ = openBuffer();
            } else if (!mayWait && !has(Defect.TRY_RESERVE_WAITS)) {
                return null;
            } else {
                checkOwn();
                waits += waited ? 0 : 1;
                waited = true;
                try {
                    await(() -> ring.size() < options.buffers() || closing || failure != null, FOR_EVER, "space in the ring");
                } catch (StoreInterruptedException e) {
                    if (has(Defect.INTERRUPTED_APPEND_STAYS)) {
                        boolean was = Thread.interrupted();
                        late(lengths);
                        if (was) {
                            Thread.currentThread().interrupt();
                        }
                    }
                    throw e;
                }
            }
        }
    }

    /** For a defect. */
    private void late(int... lengths) throws IOException {
        Thread.ofPlatform().daemon().start(() -> {
            lock.lock();
            try {
                List<Frame> claimed = claim(true, lengths);
                claimed.forEach(each -> complete(each, true));
            } catch (IOException e) {
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        });
    }

    private List<Frame> claim(Buffer b, int... lengths) {
        List<Frame> claimed = new ArrayList<>();
        for (int each : lengths) {
            Frame frame = new Frame(b.lsn() + b.used, each, Frame.State.OPEN);
            frame.buffer = b;
            b.frames.add(frame);
            b.open++;
            b.used += Format.frameLength(each);
            if (has(Defect.UNALIGNED_AFTER_PARTIAL_FLUSH) && partlyFlushed) {
                b.used -= 3;
            }
            frames.put(frame.lsn, frame);
            claimed.add(frame);
        }
        tail = b.lsn() + b.used;
        return claimed;
    }

    private void checkOwn() {
        Buffer oldest = ring.peekFirst();
        if (options.checked() && oldest != null && oldest.open > 0 && options.reservationTimeout().isZero()) {
            boolean own = oldest.frames.stream()
                    .filter(each -> each.state == Frame.State.OPEN)
                    .allMatch(each -> each.holder != null && Thread.currentThread().equals(each.holder.owner));
            if (own) {
                throw new IllegalStateException("this thread waits for a reservation of its own: " + oldest.frames.getFirst().holder);
            }
        }
    }

    private static MemorySegment place(Frame frame) {
        long offset = frame.lsn - frame.buffer.lsn();
        return frame.buffer.memory.asSlice(offset, Math.min(Format.frameLength(frame.length), frame.buffer.memory.byteSize() - offset));
    }

    /** Ends a claimed frame, whose payload is in its place. */
    private void complete(Frame frame, boolean record) {
        Buffer b = frame.buffer;
        if (frame.state != Frame.State.OPEN || b == null) {
            return;
        }
        if (!b.writersIgnored) {
            if (!record) {
                place(frame).fill((byte) 0);
            }
            format.writeFrame(place(frame), frame.lsn, frame.length, record);
        }
        frame.state = record ? Frame.State.RECORD : Frame.State.FILLER;
        frame.published = publications++;
        b.open--;
        if (record) {
            records++;
            payloadBytes += frame.length;
        }
        if (b.sealed && b.open == 0) {
            changed.signalAll();
        }
    }

    private void copyIn(Frame frame, MemorySegment payload) {
        if (frame.buffer != null && !(frame.buffer.writersIgnored && frame.buffer.sealed)) {
            long offset = frame.lsn - frame.buffer.lsn() + Format.FRAME_HEADER;
            long most = Math.min(payload.byteSize(), frame.buffer.memory.byteSize() - offset);
            MemorySegment.copy(payload, 0, frame.buffer.memory, offset, most);
        }
    }

    // -------------------------------------------------------------------------------------------- append

    @Override
    public int maxRecordLength() {
        return options.bufferSize() - Format.UNIT_HEADER - Format.FRAME_HEADER;
    }

    private void checkLengths(int... lengths) {
        long all = 0;
        for (int each : lengths) {
            if (each < 1 || each > maxRecordLength()) {
                throw misuse(this, "a record of " + each + " bytes; from 1 to " + maxRecordLength());
            }
            all += Format.frameLength(each);
        }
        if (lengths.length == 0 || all > options.bufferSize() - Format.UNIT_HEADER) {
            throw misuse(this, lengths.length + " records of " + all + " bytes together; from 1 record to one buffer full");
        }
    }

    @Override
    public Reservation reserve(int length, Reservation reuse) throws IOException {
        lock.lock();
        try {
            checkOpen();
            checkLengths(length);
            if (reuse != null && !(reuse instanceof ReferenceReservation own && own.store == this)) {
                throw misuse(this, "the reservation to be used again is not one of this store");
            }
            if (reuse != null && ((ReferenceReservation) reuse).ended == null) {
                throw new IllegalStateException("the reservation to be used again is still open: " + reuse);
            }
            List<Frame> claimed = claim(true, length);
            ReferenceReservation reservation = reuse == null ? new ReferenceReservation(this) : (ReferenceReservation) reuse;
            reservation.arm(claimed.getFirst());
            return reservation;
        } finally {
            lock.unlock();
        }
    }

    private Optional<List<Reservation>> reserveAll(boolean mayWait, int... asked) throws IOException {
        int[] lengths = asked.clone();
        lock.lock();
        try {
            checkOpen();
            checkLengths(lengths);
            List<Frame> claimed = claim(mayWait, lengths);
            if (claimed == null) {
                return Optional.empty();
            }
            List<Reservation> reservations = new ArrayList<>();
            for (Frame each : claimed) {
                ReferenceReservation reservation = new ReferenceReservation(this);
                reservation.arm(each);
                reservations.add(reservation);
            }
            return Optional.of(List.copyOf(reservations));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public List<Reservation> reserveAll(int... lengths) throws IOException {
        return reserveAll(true, lengths).orElseThrow();
    }

    @Override
    public Optional<Reservation> tryReserve(int length) throws IOException {
        return reserveAll(false, length).map(List::getFirst);
    }

    @Override
    public Optional<List<Reservation>> tryReserveAll(int... lengths) throws IOException {
        return reserveAll(false, lengths);
    }

    MemorySegment payload(ReferenceReservation reservation) {
        lock.lock();
        try {
            checkStillOpen(reservation);
            return reservation.memory;
        } finally {
            lock.unlock();
        }
    }

    private void checkStillOpen(ReferenceReservation reservation) {
        if (reservation.ended != null) {
            String what = "the reservation at LSN " + reservation.frame.lsn + " " + reservation.ended;
            if (has(Defect.MISUSE_PANICS)) {
                throw new AssertionError(what);
            }
            throw new IllegalStateException(what);
        }
    }

    void end(ReferenceReservation reservation, boolean record, String how) {
        lock.lock();
        try {
            if (has(Defect.ENDS_TWICE) && reservation.ended != null && record) {
                return;
            }
            checkStillOpen(reservation);
            if (record) {
                copyIn(reservation.frame, reservation.memory);
            }
            complete(reservation.frame, record);
            reservation.ended = how;
        } finally {
            lock.unlock();
        }
    }

    void closeReservation(ReferenceReservation reservation) {
        lock.lock();
        try {
            if (reservation.ended == null) {
                complete(reservation.frame, false);
                reservation.ended = "was closed, and so aborted";
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long append(MemorySegment payload) throws IOException {
        checkLengths((int) Math.min(payload.byteSize(), Integer.MAX_VALUE));
        MemorySegment bytes = has(Defect.PAYLOAD_BY_REFERENCE) ? payload : MemorySegment.ofArray(Recovery.bytes(payload));
        lock.lock();
        try {
            Frame frame = claim(true, (int) bytes.byteSize()).getFirst();
            copyIn(frame, bytes);
            complete(frame, true);
            if (has(Defect.PAYLOAD_BY_REFERENCE)) {
                byReference.put(frame, payload);
            }
            return told(frame.lsn);
        } finally {
            lock.unlock();
        }
    }

    /** For a defect. */
    private final Map<Frame, MemorySegment> byReference = new java.util.HashMap<>();

    @Override
    public long append(byte[] payload) throws IOException {
        return append(MemorySegment.ofArray(payload));
    }

    @Override
    public long append(ByteBuffer payload) throws IOException {
        long lsn = append(MemorySegment.ofBuffer(payload));
        payload.position(payload.limit());
        return lsn;
    }

    @Override
    public long[] appendBatch(List<MemorySegment> payloads) throws IOException {
        int[] lengths = payloads.stream().mapToInt(each -> (int) Math.min(each.byteSize(), Integer.MAX_VALUE)).toArray();
        checkLengths(lengths);
        if (has(Defect.BATCH_IN_PARTS) || has(Defect.BATCH_WITHOUT_ITS_BAD_PART)) {
            return appendOneByOne(payloads);
        }
        List<MemorySegment> copies = payloads.stream().map(each -> MemorySegment.ofArray(Recovery.bytes(each))).toList();
        lock.lock();
        try {
            List<Frame> claimed = claim(true, lengths);
            for (int i = 0; i < lengths.length; i++) {
                copyIn(claimed.get(i), copies.get(i));
                complete(claimed.get(i), true);
            }
            return claimed.stream().mapToLong(each -> told(each.lsn)).toArray();
        } finally {
            lock.unlock();
        }
    }

    /** For two defects. */
    private long[] appendOneByOne(List<MemorySegment> payloads) throws IOException {
        long[] lsns = new long[payloads.size()];
        for (int i = 0; i < lsns.length; i++) {
            lsns[i] = append(payloads.get(i));
            if (has(Defect.BATCH_IN_PARTS)) {
                flush();
            }
        }
        return lsns;
    }

    // -------------------------------------------------------------------------------------------- stability

    /** {@return the LSN as it is told to users} */
    long told(long lsn) {
        return has(Defect.LSNS_START_AGAIN) ? lsn % root.segmentSize() : lsn;
    }

    @Override
    public void flush() throws IOException {
        lock.lock();
        try {
            checkUsable();
            sealFor(Long.MAX_VALUE);
        } finally {
            lock.unlock();
        }
    }

    private void checkHandedOut(long lsn) {
        if (has(Defect.UNKNOWN_LSN_IS_STABLE)) {
            return;
        }
        Map.Entry<Long, Frame> at = frames.floorEntry(lsn);
        boolean known = lsn % 8 == 0 && lsn >= firstLsn && (lsn < begin && lsn >= firstLsn + Format.UNIT_HEADER || at != null && lsn < at.getValue().end());
        if (!known) {
            throw misuse(this, "LSN " + lsn + " is no record's");
        }
    }

    @Override
    public void awaitStable(long lsn) throws IOException {
        var _ = awaitStable(lsn, FOR_EVER);
    }

    @Override
    public boolean awaitStable(long lsn, Duration timeout) throws IOException {
        return awaitStable(lsn, nanos(timeout));
    }

    private boolean awaitStable(long lsn, long nanos) throws IOException {
        lock.lock();
        try {
            checkHandedOut(lsn);
            if (nanos > 0 && stable <= lsn && !closing && failure == null) {
                sealFor(lsn);
            }
            long flushesBefore = flushes;
            return await(
                    () -> {
                        if (stable > lsn
                                || has(Defect.UNKNOWN_LSN_IS_STABLE) && !frames.containsKey(lsn)
                                || has(Defect.EMPTY_STORE_IS_STABLE) && stable == initialStable
                                || has(Defect.WAIT_TAKES_ANY_COMPLETION) && flushes > flushesBefore) {
                            return true;
                        }
                        if (failure != null && !has(Defect.FAILURE_WAKES_NOBODY)) {
                            throw failed();
                        }
                        if (closed) {
                            throw closedException();
                        }
                        return false;
                    },
                    nanos,
                    "LSN " + lsn + " to become stable");
        } finally {
            lock.unlock();
        }
    }

    @Override
    public CompletionStage<Void> whenStable(long lsn) {
        CompletableFuture<Void> future = new CompletableFuture<>();
        lock.lock();
        try {
            checkHandedOut(lsn);
            if (stable > lsn) {
                future.complete(null);
            } else if (failure != null) {
                future.completeExceptionally(failed());
            } else if (closed) {
                future.completeExceptionally(closedException());
            } else {
                stages.add(new Stage(lsn, future));
                if (!closing) {
                    sealFor(lsn);
                }
            }
        } finally {
            lock.unlock();
        }
        return future.minimalCompletionStage();
    }

    @Override
    public void sync() throws IOException {
        lock.lock();
        try {
            checkUsable();
            for (Frame each : frames.descendingMap().values()) {
                if (each.lsn < stable) {
                    return;
                }
                if (each.state == Frame.State.RECORD) {
                    var _ = awaitStable(each.lsn, FOR_EVER);
                    return;
                }
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long stableLsn() {
        long now = stable;
        if (has(Defect.QUERY_CHANGES_STATE)) {
            stable = begin;
        }
        return now;
    }

    @Override
    public long writtenLsn() {
        return has(Defect.WRITTEN_LAGS) ? written : Math.max(written, stable);
    }

    @Override
    public long tailLsn() {
        return tail;
    }

    @Override
    public long beginLsn() {
        return begin;
    }

    @Override
    public int poll() throws IOException {
        lock.lock();
        try {
            checkUsable();
            int completed = 0;
            if (options.callerDriven()) {
                tick();
                completed = turnTaken ? 0 : takeTurn(0);
                checkUsable();
            }
            return completed;
        } finally {
            lock.unlock();
        }
    }

    // -------------------------------------------------------------------------------------------- read

    @Override
    public ReadOutcome read(long lsn, MemorySegment dst) throws IOException {
        lock.lock();
        try {
            checkOpen();
            if (has(Defect.FULL_REFUSES_READS) && full != null) {
                throw full;
            }
            reads++;
            if (lsn < begin && lsn >= firstLsn && lsn % 8 == 0 && !has(Defect.TRIMMED_IS_UNKNOWN)) {
                return new ReadOutcome(ReadOutcome.Status.TRIMMED, 0);
            }
            Map.Entry<Long, Frame> floor = frames.floorEntry(lsn);
            Frame frame = has(Defect.READS_INSIDE_A_RECORD) && floor != null ? floor.getValue() : frames.get(lsn);
            if (frame == null) {
                throw misuse(this, "LSN " + lsn + " is no record's");
            }
            return switch (frame.state) {
                case OPEN -> new ReadOutcome(ReadOutcome.Status.UNPUBLISHED, 0);
                case FILLER -> new ReadOutcome(ReadOutcome.Status.ABORTED, 0);
                case RECORD -> {
                    MemorySegment payload = payload(frame);
                    MemorySegment.copy(payload, 0, dst, 0, Math.min(dst.byteSize(), payload.byteSize()));
                    yield new ReadOutcome(ReadOutcome.Status.RECORD, frame.length);
                }
            };
        } finally {
            lock.unlock();
        }
    }

    /** {@return the payload of a record, from its buffer or from the device} */
    private MemorySegment payload(Frame frame) throws IOException {
        MemorySegment bytes;
        if (byReference.containsKey(frame)) {
            return byReference.get(frame);
        }
        if (frame.buffer != null) {
            bytes = MemorySegment.ofArray(Recovery.bytes(place(frame)));
        } else {
            long number = frame.lsn / root.segmentSize();
            int length = Math.min(Format.frameLength(frame.length), (int) (root.segmentSize() - frame.lsn % root.segmentSize()));
            bytes = Recovery.read(segments.get(number).handle(), frame.lsn % root.segmentSize(), length);
            Frame found = format.readFrame(bytes, frame.lsn, has(Defect.CHECKSUMS_IGNORED) || has(Defect.PADDING_LEAKS)
                    || has(Defect.TORN_UNIT_ADOPTED));
            if (found == null || found.length != frame.length) {
                throw new StoreCorruptException(has(Defect.DAMAGE_SOMEWHERE) ? 8 : frame.lsn, "segment " + number
                        + ": the record there is not what was written").at(location);
            }
        }
        int inBlock = (int) (blockSize - (frame.lsn + Format.FRAME_HEADER) % blockSize);
        if (has(Defect.READS_ONE_BLOCK) && frame.buffer == null && frame.length > inBlock) {
            bytes.asSlice(Format.FRAME_HEADER + inBlock).fill((byte) 0);
        }
        return bytes.asSlice(Format.FRAME_HEADER, frame.length);
    }

    @Override
    public List<ReadOutcome> readAll(long[] lsns, List<MemorySegment> dsts) throws IOException {
        if (lsns.length != dsts.size()) {
            throw misuse(this, lsns.length + " LSNs and " + dsts.size() + " destinations");
        }
        List<ReadOutcome> outcomes = new ArrayList<>();
        lock.lock();
        try {
            checkOpen();
            for (int i = 0; i < lsns.length; i++) {
                outcomes.add(read(lsns[i], dsts.get(i)));
            }
        } finally {
            lock.unlock();
        }
        return outcomes;
    }

    private RecordCursor cursor(long fromLsn, boolean tails) throws IOException {
        lock.lock();
        try {
            checkOpen();
            if (fromLsn < begin || fromLsn > tail) {
                throw misuse(this, "LSN " + fromLsn + " is not in the log, which reaches from " + begin + " to " + tail);
            }
            return new ReferenceCursor(this, fromLsn, tails ? Long.MAX_VALUE : stable);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public RecordCursor scan(long fromLsn) throws IOException {
        return cursor(fromLsn, false);
    }

    @Override
    public RecordCursor tail(long fromLsn) throws IOException {
        return cursor(fromLsn, true);
    }

    /** Moves a cursor. {@return the payload of the record it has come to; null if there is none} */
    MemorySegment next(ReferenceCursor cursor, long end, long nanos) throws IOException {
        lock.lock();
        try {
            checkOpen();
            Frame next = nextStable(cursor, end);
            if (next == null && end == Long.MAX_VALUE) {
                await(
                        () -> {
                            checkOpen();
                            if (nextStable(cursor, end) == null && failure != null) {
                                throw failed();
                            }
                            return nextStable(cursor, end) != null;
                        },
                        nanos,
                        "a record at or above LSN " + cursor.position);
                next = nextStable(cursor, end);
            }
            if (next == null) {
                return null;
            }
            MemorySegment payload = MemorySegment.ofArray(Recovery.bytes(payload(next))).asReadOnly();
            cursor.current = next;
            cursor.position = next.lsn + 1;
            return payload;
        } finally {
            lock.unlock();
        }
    }

    private Frame nextStable(ReferenceCursor cursor, long end) {
        if (cursor.position < trimmedEnd) {
            throw new IllegalStateException("the log was trimmed beyond LSN " + cursor.position + ", where the cursor is");
        }
        long limit = Math.min(end, stable);
        List<Frame> order = new ArrayList<>();
        for (Frame each : frames.tailMap(cursor.position).values()) {
            if (each.lsn >= limit || !order.isEmpty() && !outOfOrder()) {
                break;
            }
            if (each.state == Frame.State.RECORD) {
                order.add(each);
            }
        }
        return outOfOrder() ? strange(cursor, order) : order.isEmpty() ? null : order.getFirst();
    }

    private boolean outOfOrder() {
        return has(Defect.SCANS_IN_PUBLISH_ORDER) || has(Defect.SCANS_BACKWARDS);
    }

    /** For two defects: what comes next of all the records that are left, in another order than theirs. */
    private Frame strange(ReferenceCursor cursor, List<Frame> left) {
        List<Frame> all = frames.values().stream()
                .filter(each -> each.state == Frame.State.RECORD && each.lsn >= cursor.from && each.lsn < stable)
                .collect(java.util.stream.Collectors.toCollection(ArrayList::new));
        if (has(Defect.SCANS_IN_PUBLISH_ORDER)) {
            all.sort(java.util.Comparator.comparingLong(each -> each.published));
        } else {
            for (int i = 1; i < all.size(); i += 2) {
                java.util.Collections.swap(all, i - 1, i);
            }
        }
        return cursor.count < all.size() && !(left.isEmpty() && all.isEmpty()) ? all.get(cursor.count) : null;
    }

    // -------------------------------------------------------------------------------------------- trim, root, verify

    @Override
    public void trimBefore(long lsn) throws IOException {
        lock.lock();
        try {
            checkUsable();
            if (lsn > stable) {
                throw misuse(this, "LSN " + lsn + " is above the stable watermark " + stable);
            }
            if (lsn <= begin) {
                return;
            }
            awaitSynced(lsn);
            long to = has(Defect.TRIM_TAKES_THE_SEGMENT) ? Math.min(stable, (lsn / root.segmentSize() + 1) * root.segmentSize()) : lsn;
            Root next = root.withBegin(to, synced);
            if (has(Defect.TRIM_NOT_DURABLE)) {
                rootUnwritten = true;
                root = next;
            } else {
                changeRoot(next);
            }
            begin = to;
            for (Frame each : frames.headMap(to).values()) {
                trimmedEnd = each.end();
            }
            trimmedEnd = Math.min(trimmedEnd, to);
            frames.headMap(to).clear();
            deleteTrimmed();
        } finally {
            lock.unlock();
        }
    }

    private void awaitSynced(long lsn) throws IOException {
        while (synced < lsn && options.durability() == Durability.WRITTEN) {
            syncWanted = true;
            changed.signalAll();
            await(() -> synced >= lsn || closed || failure != null, FOR_EVER, "a sync");
            checkUsable();
        }
        syncWanted = false;
    }

    private void deleteTrimmed() throws IOException {
        if (has(Defect.TRIM_NOT_DURABLE)) {
            return;
        }
        long lowest = Math.min(begin / root.segmentSize(), Math.min(flusher.writing(), segment.number()));
        for (long number : List.copyOf(numbers.headSet(lowest))) {
            LogSegment gone = segments.remove(number);
            if (gone != null && !has(Defect.DELETED_WHILE_OPEN)) {
                gone.handle().close();
            }
            device.delete(number);
            numbers.remove(number);
            ends.remove(number);
            deleted++;
        }
    }

    private void changeRoot(Root next) throws IOException {
        try {
            saveRoot(next);
        } catch (IOException | RuntimeException e) {
            fail("a write of the root failed", e);
            throw failed();
        }
    }

    @Override
    public void setRoot(byte[] bytes) throws IOException {
        if (bytes.length > MAX_ROOT_LENGTH) {
            throw misuse(this, "a root of " + bytes.length + " bytes; at most " + MAX_ROOT_LENGTH);
        }
        lock.lock();
        try {
            checkUsable();
            Root next = root.withApplication(bytes.clone(), Math.max(root.stable(), synced));
            if (has(Defect.ROOT_NOT_DURABLE)) {
                root = next;
            } else {
                changeRoot(next);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public byte[] root() {
        lock.lock();
        try {
            return root.application().clone();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public VerificationReport verify(Consumer<? super Damage> found) throws IOException {
        lock.lock();
        try {
            checkOpen();
            List<Damage> damages = new ArrayList<>();
            long[] counts = new long[3];
            for (Map.Entry<Long, Long> each : ends.entrySet()) {
                verify(each.getKey(), each.getValue(), counts, damages);
            }
            damages.forEach(found);
            return new VerificationReport(ends.size(), counts[0], counts[1], counts[2], damages.size());
        } finally {
            lock.unlock();
        }
    }

    private void verify(long number, long end, long[] counts, List<Damage> damages) throws IOException {
        long base = number * root.segmentSize();
        for (long at = 0; at < end && base + at < stable; at += blockSize) {
            MemorySegment start = Recovery.read(segments.get(number).handle(), at, blockSize);
            Format.Header head = format.readHeader(start, base + at);
            if (head == null) {
                damages.add(new Damage(base + at, "segment " + number + ": no unit at position " + at));
                continue;
            }
            MemorySegment unit = Recovery.read(segments.get(number).handle(), at, head.length());
            counts[0]++;
            counts[2] += head.length();
            for (Frame each : frames.subMap(base + at, base + head.framesEnd() + at).values()) {
                boolean sound = format.readFrame(unit.asSlice(each.lsn - base - at), each.lsn, false) != null;
                counts[1] += sound && each.state == Frame.State.RECORD ? 1 : 0;
                if (!sound) {
                    damages.add(new Damage(each.lsn, "segment " + number + ": the record is not what was written"));
                }
            }
            MemorySegment padding = unit.asSlice(head.framesEnd());
            if (padding.mismatch(MemorySegment.ofArray(new byte[(int) padding.byteSize()])) >= 0) {
                damages.add(new Damage(base + at + head.framesEnd(), "segment " + number + ": padding is not zero"));
            }
            at += head.length() - blockSize;
        }
    }

    @Override
    public long backup(URI target) throws IOException {
        lock.lock();
        try {
            checkOpen();
            throw new UnsupportedOperationException("the reference store makes no backups");
        } finally {
            lock.unlock();
        }
    }

    // -------------------------------------------------------------------------------------------- about

    @Override
    public StoreStats stats() {
        lock.lock();
        try {
            return new StoreStats(
                    records, payloadBytes, flushes, flushedBytes, paddingBytes, 0, syncs, waits, created, deleted, expired, reads,
                    flusher.isInFlight() ? 1 : 0, device());
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

    // -------------------------------------------------------------------------------------------- close

    @Override
    public void close() throws IOException {
        lock.lock();
        try {
            if (closing) {
                if (has(Defect.SECOND_CLOSE_THROWS)) {
                    throw closedException();
                }
                until(() -> closeEnded);
                return;
            }
            closing = true;
            endReservations();
            sealFor(Long.MAX_VALUE);
            changed.signalAll();
            until(() -> failure != null && !flusher.isInFlight() || isDrained());
            syncWanted = true;
            changed.signalAll();
            until(() -> !flusher.hasWork());
            drained = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (driver != null) {
            Flusher.join(driver);
        }
        release();
    }

    private void endReservations() {
        if (has(Defect.CLOSE_DROPS_THE_TAIL)) {
            Buffer last = ring.peekLast();
            if (last != null && !last.sealed) {
                ring.remove(last);
            }
        }
        if (!has(Defect.CLOSE_WAITS_FOR_RESERVATIONS)) {
            ring.forEach(this::giveUp);
        }
    }

    private boolean isDrained() {
        return ring.stream().allMatch(each -> each.forgotten) && !flusher.isInFlight() && !flusher.hasWork() && (ring.isEmpty() || ready() == null);
    }

    private void until(BooleanSupplier condition) {
        boolean interrupted = false;
        while (!condition.getAsBoolean()) {
            interrupted |= Thread.interrupted();
            driveOrWait(SLICE);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void release() throws IOException {
        IOException trouble = null;
        lock.lock();
        try {
            if (failure != null) {
                trouble = failed();
            } else {
                trouble = recordEnd();
            }
            closed = true;
            List<Stage> left = List.copyOf(stages);
            stages.clear();
            for (Stage each : left) {
                CompletableFuture.runAsync(() -> each.future().completeExceptionally(failure != null ? failed() : closedException()));
            }
            for (LogSegment each : segments.values()) {
                each.handle().close();
            }
            device.close();
        } catch (IOException e) {
            trouble = trouble == null ? e : trouble;
        } finally {
            closeEnded = true;
            changed.signalAll();
            lock.unlock();
        }
        if (trouble != null) {
            throw trouble;
        }
    }

    private IOException recordEnd() {
        try {
            flusher.finish();
            saveRoot(root.closedAt(stable));
            return null;
        } catch (IOException e) {
            return e;
        }
    }
}
