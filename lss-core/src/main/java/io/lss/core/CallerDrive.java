package io.lss.core;

import java.util.concurrent.locks.LockSupport;

/** Drives a store that has no thread of its own, on the calling thread: what {@link Driver} does otherwise, once. */
final class CallerDrive {

    /** How long a caller stands back when another one drives. */
    private static final long STAND_BACK_NANOS = 50_000;

    private final FlusherTurn turn;
    private final Flusher flusher;
    private final Maintenance maintenance;
    private final Driver linger;
    private final io.lss.spi.flush.Device device;

    CallerDrive(FlusherTurn turn, Flusher flusher, Maintenance maintenance, Driver linger, io.lss.spi.flush.Device device) {
        this.turn = turn;
        this.flusher = flusher;
        this.maintenance = maintenance;
        this.linger = linger;
        this.device = device;
    }

    /** Does what is due and waits at most {@code nanos} for the device. {@return how many operations completed} */
    int once(long nanos) {
        maintenance.run();
        linger.sealLingering(device.nanoTime());
        if (turn.isAnyThread()) {
            boolean stepped = turn.tick();
            // The device completes on its own threads; a completion that ends the caller's wait unparks it.
            LockSupport.parkNanos(this, stepped ? nanos : Math.min(nanos, STAND_BACK_NANOS));
            return 0;
        }
        if (!turn.tryTake()) {
            LockSupport.parkNanos(this, Math.min(nanos, STAND_BACK_NANOS));
            return 0;
        }
        try {
            turn.step(true);
            int completed = turn.drive(nanos);
            turn.step(true);
            return completed;
        } finally {
            turn.release();
        }
    }

    /**
     * Waits until nothing is in flight, issuing nothing more: a thread that has driven may end after its call, and on a device
     * that does not take calls from any thread, what it issued would end with it.
     */
    void settle() {
        while (!turn.isAnyThread() && flusher.isBusy()) {
            if (turn.tryTake()) {
                try {
                    turn.drive(STAND_BACK_NANOS);
                    turn.step(false);
                } finally {
                    turn.release();
                }
            } else {
                LockSupport.parkNanos(this, STAND_BACK_NANOS);
            }
        }
    }
}
