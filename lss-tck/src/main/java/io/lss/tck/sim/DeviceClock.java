package io.lss.tck.sim;

import java.util.concurrent.atomic.AtomicLong;

/** The time of a device. Readable by any thread; moved by whoever holds the monitor. */
final class DeviceClock {

    private final boolean virtual;
    private final long origin;
    private final AtomicLong elapsed = new AtomicLong();

    /**
     * A clock at which no time has passed.
     *
     * @param virtual whether it moves only when it is told to
     * @param seed what the origin of virtual time is drawn from: any number, as with {@link System#nanoTime}
     */
    DeviceClock(boolean virtual, long seed) {
        this.virtual = virtual;
        this.origin = virtual ? ContentHash.mix(seed ^ 0x5ca1ab1e) : System.nanoTime();
    }

    boolean isVirtual() {
        return virtual;
    }

    /** {@return the time since the device was opened, in nanoseconds} */
    long elapsed() {
        return virtual ? elapsed.get() : System.nanoTime() - origin;
    }

    /** {@return the time, in nanoseconds, from an origin that means nothing} */
    long nanoTime() {
        return origin + elapsed();
    }

    /** Moves virtual time; real time moves by itself. */
    void advance(long nanos) {
        elapsed.addAndGet(nanos);
    }
}
