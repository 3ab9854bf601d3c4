package io.lss.core;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntFunction;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Reserve and publish, over a ring of 8 buffers of 1 MiB, in frames of 64 bytes. Whoever makes a buffer ready hands it back at
 * once, so nobody waits for a device. What differs is only how a buffer's state is kept.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
public class StateWordBenchmark {

    private static final int BUFFERS = 8;
    private static final int BUFFER_SIZE = 1 << 20;
    private static final int FRAME = 64;
    private static final int SPINS = 64;

    @Param({"fetch-and-add", "fetch-and-add-blind", "one-line", "cas", "cas-pausing", "lock", "synchronized"})
    String word = "";

    /** Whether the frame is written too: what threads do between reserving and publishing. */
    @Param({"false", "true"})
    boolean copy;

    private StateWord[] buffers = {};
    private MemorySegment memory = MemorySegment.NULL;
    private MemorySegment payload = MemorySegment.NULL;
    private final AtomicBoolean owed = new AtomicBoolean();
    private volatile StateWord current = new StateWord.Locked(0, 0);

    @Setup
    public void setUp() {
        IntFunction<StateWord> make =
                switch (word) {
                    case "fetch-and-add" -> i -> new StateWord.FetchAndAdd(i, BUFFER_SIZE, true);
                    case "fetch-and-add-blind" -> i -> new StateWord.FetchAndAdd(i, BUFFER_SIZE, false);
                    case "one-line" -> i -> new StateWord.OneLine(i, BUFFER_SIZE);
                    case "cas" -> i -> new StateWord.CompareAndSet(i, BUFFER_SIZE, false);
                    case "cas-pausing" -> i -> new StateWord.CompareAndSet(i, BUFFER_SIZE, true);
                    case "lock" -> i -> new StateWord.Locked(i, BUFFER_SIZE);
                    case "synchronized" -> i -> new StateWord.Synchronized(i, BUFFER_SIZE);
                    default -> throw new IllegalArgumentException(word);
                };
        buffers = new StateWord[BUFFERS];
        for (int i = 0; i < BUFFERS; i++) {
            buffers[i] = make.apply(i);
        }
        memory = Arena.ofAuto().allocate((long) BUFFERS * BUFFER_SIZE, 4096);
        memory.fill((byte) 1);
        payload = MemorySegment.ofArray(new byte[FRAME]);
        current = buffers[BUFFERS - 1];
        owed.set(true);
        tryOpen();
    }

    @Benchmark
    @SuppressWarnings("ThreadPriorityCheck") // the sealer may wait for this very processor
    public long append() {
        for (; ; ) {
            StateWord b = current;
            long at = b.reserve(FRAME);
            if (at >= 0) {
                if (copy) {
                    MemorySegment.copy(payload, 0, memory, (long) b.index * BUFFER_SIZE + at, FRAME);
                }
                if (b.publish(FRAME)) {
                    handBack(b);
                }
                return at;
            }
            if (at != StateWord.LOST) {
                owed.set(true);
                tryOpen();
                if (b.settle(-1 - at)) {
                    handBack(b);
                }
            }
            for (int spins = 0; b.index == current.index && !b.looksOpen(); spins++) {
                // The sealer is about to open the next.
                if (spins < SPINS) {
                    Thread.onSpinWait();
                } else {
                    Thread.yield();
                }
            }
        }
    }

    private void handBack(StateWord b) {
        b.free = true;
        tryOpen();
    }

    private void tryOpen() {
        while (owed.get() && next().free && owed.compareAndSet(true, false)) {
            // The right to open is ours: nobody else changes what is current.
            StateWord next = next();
            if (next.free) {
                next.free = false;
                current = next;
                next.open();
                return;
            }
            owed.set(true);
        }
    }

    private StateWord next() {
        return buffers[(current.index + 1) % BUFFERS];
    }

    /** When all have stopped, one buffer is open and the others are back; anything else would have been no measurement. */
    @TearDown
    public void check() {
        for (StateWord b : buffers) {
            boolean isCurrent = b.index == current.index;
            if (b.free == isCurrent || b.looksOpen() != isCurrent) {
                throw new IllegalStateException("buffer " + b.index + " is neither current nor back");
            }
        }
    }
}
