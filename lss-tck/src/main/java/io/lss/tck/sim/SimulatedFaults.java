package io.lss.tck.sim;

import java.util.ArrayList;
import java.util.List;

/**
 * Which operations of a device go wrong, and how. Immutable; each method gives a plan with one more fault. Operations
 * are counted from 1, for each open device anew; {@code nth} and {@code first} below that are an
 * {@link IllegalArgumentException}.
 */
public final class SimulatedFaults {

    /** For {@code times}: from the first on, always. */
    public static final long ALWAYS = Long.MAX_VALUE;

    private static final SimulatedFaults NONE = new SimulatedFaults(List.of());

    private final List<Fault> faults;

    private SimulatedFaults(List<Fault> faults) {
        this.faults = faults;
    }

    /** {@return the plan in which nothing goes wrong} */
    public static SimulatedFaults none() {
        return NONE;
    }

    /**
     * {@return this plan and one more fault}
     *
     * @param fault the fault
     */
    public SimulatedFaults and(Fault fault) {
        List<Fault> more = new ArrayList<>(faults);
        more.add(fault);
        return new SimulatedFaults(List.copyOf(more));
    }

    /**
     * {@return this plan and a crash at an operation of whatever kind}
     *
     * @param nth which, see {@link SimulatedDevice#operations()}
     */
    public SimulatedFaults crashAt(long nth) {
        return and(new Fault(null, nth, 1, Fault.Effect.CRASH, 0));
    }

    /**
     * {@return this plan and a crash at an operation of one kind}
     *
     * @param kind which kind
     * @param nth which of that kind
     */
    public SimulatedFaults crashAt(OperationKind kind, long nth) {
        return and(new Fault(kind, nth, 1, Fault.Effect.CRASH, 0));
    }

    /**
     * {@return this plan and an EIO at an operation of whatever kind}
     *
     * @param nth which
     */
    public SimulatedFaults failAt(long nth) {
        return and(new Fault(null, nth, 1, Fault.Effect.FAIL, 0));
    }

    /**
     * {@return this plan and an EIO at an operation of one kind}
     *
     * @param kind which kind
     * @param nth which of that kind
     */
    public SimulatedFaults failAt(OperationKind kind, long nth) {
        return fail(kind, nth, 1);
    }

    /**
     * {@return this plan and an EIO at several operations of one kind}
     *
     * @param kind which kind
     * @param first which of that kind fails first
     * @param times how many fail in a row
     */
    public SimulatedFaults fail(OperationKind kind, long first, long times) {
        return and(new Fault(kind, first, times, Fault.Effect.FAIL, 0));
    }

    /**
     * {@return this plan and a lack of space at several operations of one kind}
     *
     * @param kind {@link OperationKind#CREATE} for one that is recoverable, {@link OperationKind#WRITE} for one that is
     *     not
     * @param first which of that kind finds no space first
     * @param times how many in a row; after that, space has returned
     */
    public SimulatedFaults noSpace(OperationKind kind, long first, long times) {
        return and(new Fault(kind, first, times, Fault.Effect.NO_SPACE, 0));
    }

    /**
     * {@return this plan and a delay of several operations of one kind}
     *
     * @param kind which kind
     * @param first which of that kind is slow first
     * @param times how many in a row
     * @param nanos how much longer each takes, in nanoseconds
     */
    public SimulatedFaults slow(OperationKind kind, long first, long times, long nanos) {
        return and(new Fault(kind, first, times, Fault.Effect.DELAY, nanos));
    }

    /**
     * {@return this plan and writes or syncs that do not complete until {@link SimulatedDevice#releaseStuck}}
     *
     * @param kind {@link OperationKind#WRITE} or {@link OperationKind#SYNC}
     * @param first which of that kind sticks first
     * @param times how many in a row
     */
    public SimulatedFaults stuck(OperationKind kind, long first, long times) {
        return and(new Fault(kind, first, times, Fault.Effect.STICK, 0));
    }

    /** {@return the faults} */
    public List<Fault> faults() {
        return faults;
    }

    @Override
    public String toString() {
        return faults.toString();
    }
}
