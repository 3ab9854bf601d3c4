package io.lss.tck.sim;

import java.io.IOException;

/**
 * The simulated machine has stopped: every operation of the device fails with this from now on, nothing reaches the
 * medium any more. An {@link IOException}, so that an engine under test ends its threads and its waits in the ordinary
 * way.
 */
public final class SimulatedCrashException extends IOException {

    private static final long serialVersionUID = 1L;

    /**
     * The machine stopped.
     *
     * @param message at which operation
     */
    public SimulatedCrashException(String message) {
        super(message);
    }
}
