package io.lss.tck.sim;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The writes and syncs of a device: queued until they are started, then in flight until they are due, or stuck. Guarded
 * by the monitor.
 */
final class OperationQueue {

    private final SimulatedSettings settings;
    private final SplittableRandom random;
    private final Deque<Operation> queued = new ArrayDeque<>();
    private final PriorityQueue<Operation> inFlight =
            new PriorityQueue<>(Comparator.comparingLong(Operation::due).thenComparingLong(Operation::order));
    private final Deque<Operation> stuck = new ArrayDeque<>();

    OperationQueue(SimulatedSettings settings, SplittableRandom random) {
        this.settings = settings;
        this.random = random;
    }

    void queue(Operation operation) {
        queued.add(operation);
    }

    /** Takes an operation that was queued last back, to complete it at once. */
    void take(Operation operation) {
        queued.removeLastOccurrence(operation);
    }

    /** Starts what is queued. {@return what was started, in order} */
    List<Operation> startQueued(long now) {
        List<Operation> started = new ArrayList<>(queued);
        queued.clear();
        for (Operation operation : started) {
            operation.start(now + latency() + operation.verdict().delayNanos(), random.nextLong());
            if (operation.verdict().stuck()) {
                stuck.add(operation);
            } else {
                inFlight.add(operation);
            }
        }
        return started;
    }

    /** {@return a time an operation takes} */
    long latency() {
        return random.nextLong(settings.minLatencyNanos(), settings.maxLatencyNanos() + 1);
    }

    /** {@return an operation in flight that is due, null if there is none} */
    @Nullable Operation takeDue(long now) {
        Operation first = inFlight.peek();
        return first != null && first.due() <= now ? inFlight.poll() : null;
    }

    /** {@return the operation in flight that ends first, whenever that is; null if there is none} */
    @Nullable Operation takeFirst() {
        return inFlight.poll();
    }

    /** {@return an operation that is not in flight: never started, or stuck; null if there is none} */
    @Nullable Operation takeIdle() {
        Operation operation = queued.poll();
        return operation == null ? stuck.poll() : operation;
    }

    /** {@return when the next operation is due; {@link Long#MAX_VALUE} if none is in flight} */
    long nextDue() {
        Operation first = inFlight.peek();
        return first == null ? Long.MAX_VALUE : first.due();
    }

    /** Makes what is stuck due. {@return how many operations} */
    int releaseStuck(long now) {
        int released = stuck.size();
        for (Operation operation : stuck) {
            operation.start(now, random.nextLong());
            inFlight.add(operation);
        }
        stuck.clear();
        return released;
    }

    /** Makes everything due. */
    void releaseAll(long now) {
        List<Operation> all = new ArrayList<>(queued);
        all.addAll(stuck);
        all.addAll(inFlight);
        clear();
        for (Operation operation : all) {
            operation.start(now, operation.order());
            inFlight.add(operation);
        }
    }

    void clear() {
        queued.clear();
        stuck.clear();
        inFlight.clear();
    }

    int stuck() {
        return stuck.size();
    }

    /** {@return how many operations are queued, in flight or stuck} */
    int size() {
        return queued.size() + inFlight.size() + stuck.size();
    }

    @Override
    public String toString() {
        return queued.size() + " queued, " + inFlight.size() + " in flight, " + stuck.size() + " stuck";
    }
}
