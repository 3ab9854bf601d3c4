package io.lss.tck.sim;

/** By which clock a simulated device lives, and who delivers its completions. */
public enum Timing {

    /**
     * Virtual time, which only moves when the device is used: {@code drive(n)} jumps to the next completion, or by
     * {@code n} nanoseconds if none is due by then. Completions are delivered by {@code drive}. One driving thread
     * means one history for each seed. For stores that are driven by their callers: with a driver thread, time flies as
     * fast as that thread can loop.
     */
    VIRTUAL,

    /** Real time; completions are delivered by {@code drive}, which really waits. For stores with a driver thread. */
    REAL,

    /**
     * Real time; completions are delivered by a thread of the device's own, and any thread may issue ({@code
     * anyThread}). The thread is a daemon; it ends when the device is closed or its medium's power is cut.
     */
    THREADED
}
