package io.lss.core.store;

import io.lss.api.StoreOptions;
import io.lss.tck.sim.SimulatedSettings;
import io.lss.tck.sim.Timing;
import java.time.Duration;

/** The three ways in which a store and a device share the work. Small everywhere, so that rolls and full rings happen all the time. */
enum Rig {
    /** No thread at all, virtual time: whoever waits drives. */
    CALLER_DRIVEN(Timing.VIRTUAL, true),
    /** The store's thread drives the device; a lone waiter may lead. */
    STORE_THREAD(Timing.REAL, false),
    /** The device completes on a thread of its own, and takes calls from any. */
    DEVICE_THREAD(Timing.THREADED, false);

    /** The length of a flush buffer, in bytes: the least there is. */
    static final int BUFFER = 16 << 10;

    /** How many flush buffers there are. */
    static final int BUFFERS = 4;

    /** The size of a segment, in bytes: the least there is. */
    static final long SEGMENT = 64 << 10;

    private final Timing timing;
    private final boolean callerDriven;

    Rig(Timing timing, boolean callerDriven) {
        this.timing = timing;
        this.callerDriven = callerDriven;
    }

    /** {@return a correct device, which keeps its history} */
    SimulatedSettings.Builder device() {
        return SimulatedSettings.builder().seed(42).timing(timing).latency(1_000, 30_000).traced(true);
    }

    /** {@return options for a store that flushes only when somebody asks, and never gives a reservation up} */
    StoreOptions.Builder options() {
        return StoreOptions.builder()
                .bufferSize(BUFFER)
                .buffers(BUFFERS)
                .segmentSize(SEGMENT)
                .linger(Duration.ZERO)
                .reservationTimeout(Duration.ZERO)
                .callerDriven(callerDriven);
    }

    /** Opens a store with these settings and options on a blank medium. */
    SimStore open() throws java.io.IOException {
        return SimStore.open(device(), options());
    }
}
