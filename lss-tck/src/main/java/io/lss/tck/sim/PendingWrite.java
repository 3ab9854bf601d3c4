package io.lss.tck.sim;

import org.jspecify.annotations.Nullable;

/** A write to a segment that is not certainly durable. Guarded by the medium's monitor. */
final class PendingWrite {

    /** How far it came. */
    enum State {
        /** Handed to the device, not completed: reads do not see it yet, a crash may keep any of it. */
        IN_FLIGHT,
        /** Completed: reads see it, the next sync makes it durable. */
        COMPLETED,
        /** It failed, or a sync that covered it failed: no later sync makes it durable (F4). */
        LOST
    }

    private final int first;
    private final @Nullable Block[] blocks;
    private final @Nullable SimulatedDevice issuer;
    private State state;

    /**
     * A write.
     *
     * @param first the index of the first block
     * @param blocks what is written; null where nothing is
     * @param issuer the device that is going to complete it, null if there is none any more
     * @param state how far it came
     */
    PendingWrite(int first, @Nullable Block[] blocks, @Nullable SimulatedDevice issuer, State state) {
        this.first = first;
        this.blocks = blocks;
        this.issuer = issuer;
        this.state = state;
    }

    int first() {
        return first;
    }

    @Nullable Block[] blocks() {
        return blocks;
    }

    State state() {
        return state;
    }

    void become(State next) {
        state = next;
    }

    /** {@return whether it is in flight with nobody left to complete it} */
    boolean isOrphan() {
        return state == State.IN_FLIGHT && (issuer == null || issuer.isDead());
    }
}
