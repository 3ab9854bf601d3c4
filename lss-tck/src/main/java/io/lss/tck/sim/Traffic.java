package io.lss.tck.sim;

import io.lss.spi.flush.Completion;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The writes and syncs of one device, from being handed over to being told.
 *
 * <p>Everything that changes the medium happens under the monitor; completions are told outside it, one after the other
 * in each thread, so that an engine may issue more from within a completion.
 */
final class Traffic {

    /** How much virtual time passes in a drive in which nothing else makes it pass, in nanoseconds. */
    private static final long TICK = 1_000;

    /** How much virtual time passes at most in one drive; keeps "for ever" from overflowing. In nanoseconds. */
    private static final long LONGEST_JUMP = 3_600_000_000_000L;

    /** How many writes {@link Flaw#READS_MEMORY_LATE} comes back to. */
    private static final int MOST_READ_LATE = 64;

    private final SimulatedDevice device;
    private final SimulatedSettings settings;
    private final Monitor monitor;
    private final DeviceClock clock;
    private final Gate gate;
    private final EngineRules rules;
    private final SplittableRandom random;
    private final OperationQueue queue;
    private final AtomicBoolean wakeup = new AtomicBoolean();

    // Guarded by the monitor.
    private final List<Thread> telling = new ArrayList<>();
    private final List<Operation> readLate = new ArrayList<>();
    private boolean nextSyncFails;
    private int writesInFlight;
    private long settled;
    private long told;

    Traffic(
            SimulatedDevice device,
            SimulatedSettings settings,
            Monitor monitor,
            DeviceClock clock,
            Gate gate,
            EngineRules rules,
            SplittableRandom random) {
        this.device = device;
        this.settings = settings;
        this.monitor = monitor;
        this.clock = clock;
        this.gate = gate;
        this.rules = rules;
        this.random = random;
        this.queue = new OperationQueue(settings, random);
    }

    // -------------------------------------------------------------------------------------------- handing over

    void write(SimulatedSegment segment, MemorySegment src, long position, boolean durable, Completion completion) {
        boolean entered = rules.enter("write");
        try {
            Told now;
            try (var _ = monitor.hold()) {
                now = acceptWrite(segment, src, position, durable, completion);
            }
            tell(now);
        } finally {
            rules.leave(entered);
        }
    }

    private @Nullable Told acceptWrite(
            SimulatedSegment segment, MemorySegment src, long position, boolean durable, Completion completion) {
        IOException refusal = device.refusal("write");
        if (refusal == null) {
            refusal = rules.checkWrite(segment, src, position, durable, writesInFlight);
        }
        if (refusal != null) {
            return begin(Told.failed(completion, refusal));
        }
        segment.advance(src.byteSize());
        Block[] blocks = Block.copyOf(src, settings.blockSize());
        if (settings.has(Flaw.REPORTS_SHORT_WRITES)) {
            blocks = Arrays.copyOf(blocks, blocks.length / 2);
        }
        PendingWrite write = segment.file().begin(Math.toIntExact(position / settings.blockSize()), blocks, device);
        Verdict verdict = gate.pass(OperationKind.WRITE, segment.number(), position, src.byteSize());
        verdict = durable ? withSyncFault(verdict) : verdict;
        writesInFlight++;
        return offer(Operation.write(segment, src, write, durable, verdict, completion));
    }

    void sync(SimulatedSegment segment, Completion completion) {
        boolean entered = rules.enter("sync");
        try {
            Told now;
            try (var _ = monitor.hold()) {
                now = acceptSync(segment, completion);
            }
            tell(now);
        } finally {
            rules.leave(entered);
        }
    }

    private @Nullable Told acceptSync(SimulatedSegment segment, Completion completion) {
        IOException refusal = device.refusal("sync");
        if (refusal == null) {
            refusal = rules.checkSync(segment);
        }
        if (refusal != null) {
            return begin(Told.failed(completion, refusal));
        }
        readMemoryLate();
        List<PendingWrite> covered = segment.file().completed();
        Verdict verdict = withSyncFault(gate.pass(OperationKind.SYNC, segment.number(), -1, -1));
        return offer(Operation.sync(segment, covered, verdict, completion));
    }

    /** Lets the next sync fail, be it one of its own or that of a durable write. */
    void failNextSync() {
        nextSyncFails = true;
    }

    private Verdict withSyncFault(Verdict verdict) {
        boolean fails = nextSyncFails;
        nextSyncFails = false;
        return fails ? new Verdict(verdict.name() + " (its sync)", verdict.crash(), Fault.Effect.FAIL, 0, false) : verdict;
    }

    /** Queues an operation. {@return its completion if it ends at once} */
    private @Nullable Told offer(Operation operation) {
        operation.segment().began();
        queue.queue(operation);
        if (operation.verdict().crash()) {
            device.die(operation.verdict().name());
        } else if (!operation.verdict().stuck() && random.nextInt(100) < settings.inlinePercent()) {
            queue.take(operation);
            return begin(settle(operation));
        }
        return null;
    }

    void submit() {
        boolean entered = rules.enter("submit");
        try {
            List<Told> now = new ArrayList<>();
            try (var _ = monitor.hold()) {
                if (device.refusal("submit") != null) {
                    return;
                }
                Verdict verdict = gate.pass(OperationKind.SUBMIT, -1, -1, -1);
                if (verdict.crash()) {
                    device.die(verdict.name());
                    return;
                }
                for (Operation operation : queue.startQueued(clock.elapsed() + verdict.delayNanos())) {
                    PendingWrite write = operation.write();
                    if (write != null && settings.has(Flaw.ACKNOWLEDGES_AT_SUBMIT)) {
                        operation.acknowledge();
                        now.add(begin(new Told(operation.completion(), 1, bytesOf(operation), null)));
                    }
                }
                monitor.signal();
            }
            now.forEach(this::tell);
        } finally {
            rules.leave(entered);
        }
    }

    // -------------------------------------------------------------------------------------------- completing

    int drive(long nanos) {
        boolean entered = rules.enter("drive");
        try {
            try (var _ = monitor.hold()) {
                readMemoryLate();
                if (settings.timing() == Timing.VIRTUAL) {
                    letTimePass(nanos);
                } else {
                    waitForWork(nanos);
                }
            }
            if (settings.timing() == Timing.THREADED) {
                return 0;
            }
            int completed = 0;
            for (Told next = takeDue(); next != null; next = takeDue()) {
                tell(next);
                completed++;
            }
            return completed;
        } finally {
            rules.leave(entered);
        }
    }

    private void letTimePass(long nanos) {
        if (wakeup.getAndSet(false)) {
            clock.advance(TICK);
            return;
        }
        long untilDue = queue.nextDue() - clock.elapsed();
        clock.advance(Math.clamp(Math.min(untilDue, nanos), TICK, LONGEST_JUMP));
    }

    private void waitForWork(long nanos) {
        long start = System.nanoTime();
        long before = told;
        boolean waiting = true;
        while (waiting) {
            long left = nanos - (System.nanoTime() - start);
            long untilDue = settings.timing() == Timing.REAL ? queue.nextDue() - clock.elapsed() : Long.MAX_VALUE;
            waiting = left > 0 && untilDue > 0 && told == before && !wakeup.get() && !device.isClosed();
            if (waiting) {
                monitor.await(Math.min(left, untilDue));
            }
        }
        wakeup.set(false);
    }

    void wakeup() {
        wakeup.set(true);
        if (settings.timing() != Timing.VIRTUAL) {
            try (var _ = monitor.hold()) {
                monitor.signal();
            }
        }
    }

    private @Nullable Told takeDue() {
        try (var _ = monitor.hold()) {
            Operation due = queue.takeDue(clock.elapsed());
            return due == null ? null : begin(settle(due));
        }
    }

    /** Completes on the calling thread whatever is due, until the device is closed or dead. */
    void completeUntilEnd() {
        Told next = awaitDue();
        while (next != null) {
            tell(next);
            next = awaitDue();
        }
    }

    private @Nullable Told awaitDue() {
        try (var _ = monitor.hold()) {
            Operation due = queue.takeDue(clock.elapsed());
            while (due == null && !device.isDead()) {
                monitor.await(queue.nextDue() - clock.elapsed());
                due = queue.takeDue(clock.elapsed());
            }
            return due == null ? null : begin(settle(due));
        }
    }

    /** Ends an operation under the monitor: does to the medium what it does. {@return what is to be told} */
    private Told settle(Operation operation) {
        operation.segment().ended();
        PendingWrite write = operation.write();
        if (write != null) {
            writesInFlight--;
        }
        int once = operation.isAcknowledged() ? 0 : 1;
        IOException death = device.death();
        if (death != null) {
            return new Told(operation.completion(), once, 0, death);
        }
        long position = write == null ? -1 : (long) write.first() * settings.blockSize();
        Verdict verdict = gate.pass(OperationKind.COMPLETE, operation.segment().number(), position, -1);
        if (verdict.crash()) {
            device.die(verdict.name());
            return new Told(operation.completion(), once, 0, device.death());
        }
        if (once > 0) {
            rules.checkCompletion(operation);
        }
        IOException failure = operation.verdict().toException();
        if (failure == null) {
            failure = verdict.toException();
        }
        if (write != null) {
            settleWrite(operation, write, failure);
        } else {
            failure = settleSync(operation, failure);
        }
        settled++;
        return new Told(operation.completion(), once * tellings(), failure == null ? bytesOf(operation) : 0, failure);
    }

    /** {@return how often the completion settled last is told} */
    private int tellings() {
        if (settings.has(Flaw.COMPLETES_TWICE)) {
            return 2;
        }
        return settings.has(Flaw.LOSES_COMPLETIONS) && settled % 3 == 0 ? 0 : 1;
    }

    private void settleWrite(Operation operation, PendingWrite write, @Nullable IOException failure) {
        SimulatedFile file = operation.segment().file();
        if (failure != null) {
            file.fail(write, Fate.seeded(random.nextLong()).survivors(write.blocks()));
            return;
        }
        file.complete(write);
        if (operation.durable() && !settings.has(Flaw.IGNORES_DURABLE)) {
            file.persist(List.of(write));
        }
        if (settings.has(Flaw.READS_MEMORY_LATE)) {
            readLate.add(operation);
        }
    }

    private @Nullable IOException settleSync(Operation operation, @Nullable IOException failure) {
        SimulatedFile file = operation.segment().file();
        if (failure != null) {
            file.lose(operation.covered());
            return settings.has(Flaw.RETRIES_FAILED_SYNC) ? null : failure;
        }
        if (!settings.has(Flaw.SYNC_LIES)) {
            file.persist(operation.covered());
        }
        return null;
    }

    private long bytesOf(Operation operation) {
        MemorySegment src = operation.src();
        if (src == null) {
            return 0;
        }
        return settings.has(Flaw.REPORTS_SHORT_WRITES) ? src.byteSize() / 2 : src.byteSize();
    }

    /** What F5 forbids: looks at memory again after completion, until it finds something new there. */
    void readMemoryLate() {
        readLate.removeIf(this::readAgain);
        while (readLate.size() > MOST_READ_LATE) {
            readLate.removeFirst();
        }
    }

    /** {@return whether that changed what was written} */
    private boolean readAgain(Operation operation) {
        MemorySegment src = operation.src();
        PendingWrite write = operation.write();
        if (src == null || write == null || !src.scope().isAlive()) {
            return true;
        }
        boolean changed = false;
        for (int i = 0; i < write.blocks().length; i++) {
            Block written = write.blocks()[i];
            long offset = (long) i * settings.blockSize();
            if (written != null && !written.isAt(src, offset)) {
                Block[] found = Block.copyOf(src.asSlice(offset, settings.blockSize()), settings.blockSize());
                operation.segment().file().damage(write.first() + i, found[0]);
                changed = true;
            }
        }
        return changed;
    }

    // -------------------------------------------------------------------------------------------- telling

    /** Notes that this thread is going to tell a completion. The monitor is held. */
    private Told begin(Told next) {
        telling.add(Thread.currentThread());
        return next;
    }

    private void tell(@Nullable Told next) {
        if (next == null) {
            return;
        }
        try {
            next.tell(rules);
        } finally {
            try (var _ = monitor.hold()) {
                telling.remove(Thread.currentThread());
                told++;
                monitor.signal();
            }
        }
    }

    // -------------------------------------------------------------------------------------------- ending

    /** Completes everything that has not completed, and waits until other threads have told what they are telling. */
    void drain() {
        Told next = takeAny();
        while (next != null) {
            tell(next);
            next = takeAny();
        }
        Thread self = Thread.currentThread();
        try (var _ = monitor.hold()) {
            while (telling.stream().anyMatch(thread -> !thread.equals(self))) {
                monitor.await(Long.MAX_VALUE);
            }
        }
    }

    private @Nullable Told takeAny() {
        try (var _ = monitor.hold()) {
            Operation operation = queue.takeFirst();
            if (operation != null) {
                clock.advance(Math.max(0, operation.due() - clock.elapsed()));
                return begin(settle(operation));
            }
            operation = queue.takeIdle();
            return operation == null ? null : begin(giveUp(operation));
        }
    }

    /** Ends an operation that was never started or is stuck. */
    private Told giveUp(Operation operation) {
        operation.segment().ended();
        PendingWrite write = operation.write();
        if (write != null) {
            writesInFlight--;
            operation.segment().file().fail(write, Fate.seeded(random.nextLong()).survivors(write.blocks()));
        }
        int once = operation.isAcknowledged() ? 0 : 1;
        var failure = new IOException("the device was closed before the operation ended");
        return new Told(operation.completion(), once, 0, failure);
    }

    void forgetAll() {
        queue.clear();
    }

    /** Makes everything due: it fails when it is completed, because the device is dead. */
    void releaseAll() {
        queue.releaseAll(clock.elapsed());
        monitor.signal();
    }

    int releaseStuck() {
        int released = queue.releaseStuck(clock.elapsed());
        monitor.signal();
        return released;
    }

    int stuck() {
        return queue.stuck();
    }

    int size() {
        return queue.size();
    }

    long latency() {
        return queue.latency();
    }

    @Override
    public String toString() {
        return queue.toString();
    }
}
