package io.lss.tck.sim;

import org.jspecify.annotations.Nullable;

/**
 * Something that goes wrong at certain operations of a device. Operations are counted from 1, for each open device
 * anew.
 *
 * @param kind at operations of which kind; null: at any, counting all of them together
 * @param first at which of them for the first time; at least 1
 * @param times at how many in a row; at least 1
 * @param effect what goes wrong
 * @param nanos for {@link Effect#DELAY}: how much later the operation ends, in nanoseconds; otherwise 0
 */
public record Fault(@Nullable OperationKind kind, long first, long times, Effect effect, long nanos) {

    /** What goes wrong. */
    public enum Effect {
        /** The machine stops in the middle of the operation. */
        CRASH,
        /**
         * The operation fails with EIO. Of a write any blocks may have arrived; after a sync the writes it covered are
         * never made durable by a later one; what was to be created, deleted or written as a root may have been, or
         * not.
         */
        FAIL,
        /**
         * There is no space: creating throws StoreFullException and changes nothing, everything else fails with
         * ENOSPC.
         */
        NO_SPACE,
        /** The operation takes longer. */
        DELAY,
        /** The write or sync does not complete before {@link SimulatedDevice#releaseStuck} or close. */
        STICK
    }

    /** Checks the ranges. */
    public Fault {
        if (first < 1 || times < 1) {
            throw new IllegalArgumentException("first " + first + " or times " + times + " is less than 1");
        }
        if (nanos < 0 || (effect != Effect.DELAY && nanos != 0)) {
            throw new IllegalArgumentException("nanos " + nanos + " makes no sense for " + effect);
        }
        if (effect == Effect.STICK && kind != OperationKind.WRITE && kind != OperationKind.SYNC) {
            throw new IllegalArgumentException("only a WRITE or SYNC can stick, not " + kind);
        }
    }

    /** {@return whether it strikes} */
    boolean strikes(OperationKind at, long nthOfKind, long nthOfAll) {
        long nth = kind == null ? nthOfAll : nthOfKind;
        return (kind == null || kind == at) && nth >= first && nth - first < times;
    }
}
