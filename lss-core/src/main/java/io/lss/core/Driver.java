package io.lss.core;

import io.lss.spi.flush.Device;

/**
 * The one thread a store may own: runs maintenance, the flusher when time makes something due, and, on a device that does not
 * take calls from any thread, all of the flusher's work.
 *
 * <p><b>Sleep.</b> While something happened lately the driver wakes by itself every linger time, so appends need not wake it. When
 * nothing has happened for a while it sleeps deeply; then the first reservation of a buffer, or a seal, wakes it.
 */
final class Driver implements Runnable {

    /** How long after the last flush the driver keeps waking by itself. */
    private static final long ACTIVE_NANOS = 100_000_000;

    /** How often it then wakes at least: what begins to age meanwhile does not wake it. */
    private static final long LOOK_NANOS = 10_000_000;

    private final FlusherTurn turn;
    private final Flusher flusher;
    private final Maintenance maintenance;
    private final FlushRing ring;
    private final Health health;
    private final Device device;
    private final long lingerNanos;

    private long lingerStamp = -1;
    private int lingerIndex = -1;
    private long lingerSince;
    private boolean goneDeep;
    // A field, because a literal is made where it is first used, and there may be no memory for it then.
    private final String broken = "internal error in the driver";

    private volatile boolean stopped;

    /** Whether the driver is to be woken by the next thing that happens. Set by the driver, cleared by who wakes it. */
    private volatile boolean deepSleep;

    Driver(
            FlusherTurn turn,
            Flusher flusher,
            Maintenance maintenance,
            FlushRing ring,
            Health health,
            Device device,
            long lingerNanos) {
        this.turn = turn;
        this.flusher = flusher;
        this.maintenance = maintenance;
        this.ring = ring;
        this.health = health;
        this.device = device;
        this.lingerNanos = lingerNanos;
    }

    /** Ends the thread soon. */
    void stop() {
        stopped = true;
        turn.wakeDriver();
    }

    /** Something has happened that time will make due. Any thread; cheap unless the driver sleeps deeply. */
    void happened() {
        if (deepSleep) {
            // Cleared before waking: a driver that is just about to sleep sees that it was cleared, and does not.
            deepSleep = false;
            turn.wakeDriver();
        }
    }

    @Override
    public void run() {
        Throwable untold = null;
        while (!stopped) {
            try {
                if (untold != null) {
                    // Without its driver the store would hang; failed, it says why.
                    flusher.fail(broken, untold);
                    untold = null;
                }
                round();
            } catch (RuntimeException | Error e) {
                untold = e;
            }
        }
    }

    private void round() {
        maintenance.run();
        long now = device.nanoTime();
        sealLingering(now);
        if (turn.isAnyThread()) {
            turn.tick();
            turn.sleep(sleepNanos(now), this::mustStayAwake);
        } else if (!driveOnce(now)) {
            turn.sleep(sleepNanos(now), this::mustStayAwake);
        }
        deepSleep = false;
    }

    /** {@return whether time was spent in the device; otherwise the caller sleeps} */
    private boolean driveOnce(long now) {
        if (!turn.tryTake()) {
            return false;
        }
        boolean drove = false;
        try {
            turn.step(true);
            if (flusher.isBusy()) {
                // Maintenance that is due again and again must not keep completions from being taken in.
                turn.drive(maintenance.isDue() || stopped ? 0 : Math.min(sleepNanos(now), ACTIVE_NANOS));
                turn.step(true);
                drove = true;
            }
        } finally {
            turn.release();
        }
        return drove;
    }

    private boolean mustStayAwake() {
        return stopped || maintenance.isDue() || (goneDeep && (!deepSleep || !ring.current().isEmpty()));
    }

    /** Seals the current buffer when it has held something for the linger time. The driver, or whoever drives in its place. */
    synchronized void sealLingering(long now) {
        if (lingerNanos == 0 || health.isOver()) {
            return;
        }
        FlushBuffer b = ring.current();
        long stamp = b.stamp();
        if (b.isEmpty()) {
            lingerStamp = -1;
        } else if (b.index != lingerIndex || stamp != lingerStamp) {
            lingerIndex = b.index;
            lingerStamp = stamp;
            lingerSince = now;
        } else if (now - lingerSince >= lingerNanos && b.isStill(stamp)) {
            lingerStamp = -1;
            ring.seal();
        }
    }

    private long sleepNanos(long now) {
        // Announced first, looked second: what happens after the look wakes a driver that sleeps deeply.
        goneDeep = true;
        deepSleep = true;
        long nanos = maintenance.nanosUntilDue();
        boolean active = flusher.isBusy()
                || flusher.isUnsynced()
                || now - flusher.lastActivity() < ACTIVE_NANOS
                || !ring.current().isEmpty();
        if (active) {
            goneDeep = false;
            deepSleep = false;
            return Math.min(nanos, lingerNanos > 0 ? Math.min(lingerNanos, LOOK_NANOS) : LOOK_NANOS);
        }
        return nanos;
    }
}
