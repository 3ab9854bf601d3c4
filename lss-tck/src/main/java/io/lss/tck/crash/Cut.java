package io.lss.tck.crash;

import io.lss.tck.sim.SimulatedMedium;

/** The ways in which a program is cut off, and what they leave. */
enum Cut {
    /** Power loss; nothing arrived that was not synced. */
    DROP_ALL(true),
    /** Power loss; everything arrived. */
    KEEP_ALL(true),
    /** Power loss; some arrived, some of it torn. */
    RANDOM(true),
    /** The process died; writes in flight arrived, were lost, or torn. */
    KILL(false),
    /** The process died; some writes in flight are still to come. */
    KILL_LATE(false);

    private final boolean power;

    Cut(boolean power) {
        this.power = power;
    }

    /** {@return whether the machine stopped, not just the process} */
    boolean power() {
        return power;
    }

    /** {@return what is left of a disk} */
    SimulatedMedium of(SimulatedMedium medium, long seed) {
        return switch (this) {
            case DROP_ALL -> medium.crashDroppingAll();
            case KEEP_ALL -> medium.crashKeepingAll();
            case RANDOM -> medium.crash(seed);
            case KILL -> medium.kill(seed);
            case KILL_LATE -> medium.killWithLateWrites(seed);
        };
    }
}
