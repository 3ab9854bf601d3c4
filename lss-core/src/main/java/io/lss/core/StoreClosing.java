package io.lss.core;

import io.lss.core.recovery.LogSegments;
import io.lss.spi.flush.Device;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Closing a store: ends reservations, waits until what was published is stable, records where the log ends, lets go of the device. */
final class StoreClosing {

    private final Device device;
    private final Health health;
    private final FlushRing ring;
    private final Flusher flusher;
    private final FlusherTurn turn;
    private final StableWaiters waiters;
    private final Maintenance maintenance;
    private final Trimmer trimmer;
    private final RootKeeper roots;
    private final LogSegments segments;
    private final SegmentSupply supply;
    private final Appenders appenders;
    private final Driver driver;
    private final CallerDrive callerDrive;
    private final @Nullable Thread driverThread;

    StoreClosing(
            Device device,
            Health health,
            FlushRing ring,
            Flusher flusher,
            FlusherTurn turn,
            StableWaiters waiters,
            Maintenance maintenance,
            Trimmer trimmer,
            RootKeeper roots,
            LogSegments segments,
            SegmentSupply supply,
            Appenders appenders,
            Driver driver,
            CallerDrive callerDrive,
            @Nullable Thread driverThread) {
        this.device = device;
        this.health = health;
        this.ring = ring;
        this.flusher = flusher;
        this.turn = turn;
        this.waiters = waiters;
        this.maintenance = maintenance;
        this.trimmer = trimmer;
        this.roots = roots;
        this.segments = segments;
        this.supply = supply;
        this.appenders = appenders;
        this.driver = driver;
        this.callerDrive = callerDrive;
        this.driverThread = driverThread;
    }

    /** Closes; once. */
    void run() throws IOException {
        boolean interrupted = Thread.interrupted();
        health.beginClosing();
        ring.end();
        interrupted |= drain();
        Health.Failure failure = health.failure();
        Trouble trouble = new Trouble(failure == null ? null : health.failed(failure));
        if (failure == null) {
            trouble.attempt(this::recordEnd);
        }
        health.endClosing();
        // From here on nobody else is in the device: not to drive it, not for maintenance.
        maintenance.end();
        turn.takeForGood();
        trimmer.end();
        roots.end();
        ring.wakeWaiting();
        StableWaiters.wakeAll(waiters.takeEverybody(), flusher.watermarks().stableLsn(), health);
        flusher.waits().wakeAll();
        trouble.attempt(segments::close);
        trouble.attempt(device::close);
        appenders.clear();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        trouble.raise();
    }

    /** Collects what goes wrong while the rest is still done. */
    private static final class Trouble {

        /** A step of closing. */
        private interface Step {
            void run() throws IOException;
        }

        private @Nullable Throwable first;

        Trouble(@Nullable Throwable known) {
            first = known;
        }

        void attempt(Step step) {
            try {
                step.run();
            } catch (IOException | RuntimeException | Error e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }

        void raise() throws IOException {
            switch (first) {
                case null -> {}
                case IOException e -> throw e;
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                default -> throw new IOException(first);
            }
        }
    }

    /** Waits until everything published is flushed, or the store has failed; then ends the driver. {@return whether interrupted} */
    private boolean drain() {
        boolean interrupted = false;
        turn.signal();
        while (!flusher.waits().isDrained()) {
            if (driverThread == null) {
                callerDrive.once(1_000_000);
            } else {
                turn.wakeDriver();
                interrupted |= flusher.waits().awaitDrained();
            }
        }
        driver.stop();
        while (driverThread != null && driverThread.isAlive()) {
            try {
                driverThread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        return interrupted;
    }

    /** Puts on record where the log ends. Nothing is reserved, in flight or unsynced any more. */
    private void recordEnd() throws IOException {
        for (FinishedSegment done = flusher.waits().pollFinished(); done != null; done = flusher.waits().pollFinished()) {
            done.segment().handle().finish(done.endLsn() - done.segment().base());
        }
        LogSegment last = ring.currentSegment();
        last.handle().finish(Math.max(0, flusher.watermarks().writtenLsn() - last.base()));
        trimmer.keeping(() -> {
            segments.deviceLock().lock();
            try {
                supply.discard();
                roots.update(root -> root.closedAt(Math.max(root.stableLsn(), flusher.watermarks().syncedLsn())));
                return 0;
            } finally {
                segments.deviceLock().unlock();
            }
        });
    }
}
