package io.lss.core.recovery;

import java.io.IOException;

/** How a tail waits for more; the engine implements it. */
@FunctionalInterface
public interface TailWait {

    /**
     * Waits until the stable watermark is above an LSN.
     *
     * @param lsn which
     * @param nanos how long at most, by the device's clock; {@link Long#MAX_VALUE}: for ever; 0 or less: do not wait
     * @return whether it is
     * @throws IOException if the store is closed or has failed, or the thread is interrupted
     */
    boolean awaitStable(long lsn, long nanos) throws IOException;
}
