package io.lss.faults;

import java.time.Duration;

/**
 * What is asked of a layer.
 *
 * @param seed all randomness follows from it; the moments at which processes die do not wholly
 * @param scale how much to do: 1 is a default run on two cores
 * @param untilCaught whether to stop at the first violation, which is expected: a mutant runs
 * @param limit for layers that run for a time and not for a number of times: that time; zero is the layer's own choice
 */
public record Request(long seed, double scale, boolean untilCaught, Duration limit) {

    /**
     * {@return the time for which a layer runs}
     *
     * @param usual that in a default run; it is scaled
     */
    public Duration limit(Duration usual) {
        return limit.isZero() ? Duration.ofNanos((long) (usual.toNanos() * scale)) : limit;
    }

    String replay(String layer) {
        return "bin/lss-faults run --only " + layer + " --seed " + seed + (scale == 1 ? "" : " --scale " + scale);
    }
}
