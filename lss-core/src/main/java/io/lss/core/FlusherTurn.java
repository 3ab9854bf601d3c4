package io.lss.core;

import io.lss.spi.flush.Device;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is to run the {@link Flusher}, and how a thread that has work for it makes sure that somebody will.
 *
 * <p>Protocol: who has work sets {@code pending}, then tries to take the turn. Who holds the turn clears {@code pending}, steps,
 * gives the turn up, and looks at {@code pending} again. Both are volatile: either the first finds the turn free, or the second
 * finds {@code pending} set; so nothing is left undone, and nobody waits for the turn.
 *
 * <p>On a device that takes calls from any thread, every platform thread with work steps; a virtual thread leaves it
 * to the driver, because it could lose its carrier while it has the turn. On others only threads that stay do: the
 * driver, or a thread that waits for stability and drives until all it issued has completed; the rest just wake the driver.
 */
final class FlusherTurn {

    /** A user thread does at most so many steps for others before it leaves the rest to the driver. */
    private static final int GUEST_STEPS = 4;

    private static final long STEP_ASIDE_NANOS = 50_000;

    private static final VarHandle TAKEN;

    static {
        try {
            TAKEN = MethodHandles.lookup().findVarHandle(FlusherTurn.class, "taken", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Device device;
    private final boolean hasDriver;
    private final boolean anyThread;
    private @Nullable Flusher flusher;

    @SuppressWarnings("unused") // through TAKEN
    private volatile boolean taken;

    /** Who has the turn. Plain: a thread only asks whether it is itself, and finds what it wrote, or another's or no name. */
    private @Nullable Thread holder;

    // A field, because a literal is made where it is first used, and there may be no memory for it then.
    private final String broken = "internal error in the flusher";

    private volatile boolean pending;

    /** Whether the holder of the turn waits in the device, and must be woken through it. */
    private volatile boolean driving;

    /** The driver, while it sleeps outside the device. */
    private volatile @Nullable Thread sleeper;

    FlusherTurn(Device device, boolean hasDriver) {
        this.device = device;
        this.hasDriver = hasDriver;
        this.anyThread = device.traits().anyThread();
    }

    /** Completes the construction; before any other thread knows this object. */
    void of(Flusher f) {
        flusher = f;
    }

    private Flusher flusher() {
        Flusher f = flusher;
        if (f == null) {
            throw new IllegalStateException("no flusher yet");
        }
        return f;
    }

    boolean isAnyThread() {
        return anyThread;
    }

    /**
     * There is work; a user thread says so. The holder of the turn wakes nobody: it looks at {@code pending} itself before it sleeps, or
     * {@linkplain #isLeftUndone when it has led}.
     */
    void signal() {
        pending = true;
        if (isHolder()) {
            return;
        }
        if (anyThread && !(hasDriver && Thread.currentThread().isVirtual())) {
            run(GUEST_STEPS);
        } else {
            wakeDriver();
        }
    }

    /**
     * Somebody new waits. A holder of the turn that waits in the device is not woken if nothing is sealed for a waiter before what is
     * in flight has completed, since then the holder looks anyway. Ordering as in {@link #signalReady}. One that is in a step, perhaps in a
     * write that ends before the call returns, looks at {@code pending} when it goes to the device, or when it has given the turn up: to wake the driver
     * meanwhile would have it find the turn taken, once for each newcomer.
     *
     * <p>Ordering: this writes {@code pending}, then reads {@code driving} and {@code taken}; the holder writes {@code driving} or {@code taken}, then reads
     * {@code pending}. All are volatile, hence in one order: if this finds the turn taken and nobody in the device, the holder finds {@code pending}.
     */
    void signalWaiter() {
        pending = true;
        boolean isSeen = !anyThread && hasDriver && (driving ? flusher().holdsWaiters() : taken);
        if (!isSeen) {
            signal();
        }
    }

    /**
     * A buffer is ready to be issued. A holder of the turn that waits in the device with as much in flight as there may be is not woken: it
     * looks when something of that has completed, and before it could issue nothing.
     *
     * <p>Ordering: the holder writes {@code saturated}, then {@code driving}, then reads {@code pending}; this writes {@code pending}, then reads
     * the other two. All are volatile, hence in one order: a holder that misses {@code pending} has written before what is read here.
     */
    void signalReady() {
        pending = true;
        if (anyThread || !driving || !flusher().isSaturated()) {
            signal();
        }
    }

    /** An operation has completed; the device says so, on whatever thread. */
    void completed() {
        pending = true;
        if (anyThread) {
            run(Integer.MAX_VALUE);
        } else if (!driving && !isHolder()) {
            wakeDriver();
        }
    }

    /** {@return whether there is work for the driver that a thread which led, and has given up the turn, has not done} */
    boolean isLeftUndone() {
        return pending || flusher().hasLeftOver();
    }

    /** Wakes the thread that drives, or sleeps. */
    void wakeDriver() {
        if (driving) {
            device.wakeup();
        }
        Thread asleep = sleeper;
        if (asleep != null) {
            LockSupport.unpark(asleep);
        }
    }

    /** Steps while there is work and the turn can be had, at most so often; what is left is the driver's. */
    private void run(int steps) {
        for (int i = 0; pending; i++) {
            if (i == steps) {
                wakeDriver();
                return;
            }
            if (!tryTake()) {
                return;
            }
            try {
                step(true);
            } finally {
                release();
            }
        }
    }

    /** Steps at least once if the turn can be had, for what time alone has made due. {@return whether it could} */
    boolean tick() {
        if (!tryTake()) {
            return false;
        }
        try {
            step(true);
        } finally {
            release();
        }
        if (anyThread) {
            run(Integer.MAX_VALUE);
        }
        return true;
    }

    @SuppressWarnings("ReferenceEquality") // this very thread
    private boolean isHolder() {
        return holder == Thread.currentThread();
    }

    /** {@return whether the caller now has the turn} */
    boolean tryTake() {
        if (taken || !TAKEN.compareAndSet(this, false, true)) {
            return false;
        }
        holder = Thread.currentThread();
        return true;
    }

    /** Takes the turn and keeps it: from now on nobody steps, and nobody is in the device. For the thread that closes. */
    void takeForGood() {
        while (!tryTake()) {
            // A waiter that drives is about to give it up; it does not stay in the device for long.
            LockSupport.parkNanos(this, STEP_ASIDE_NANOS);
        }
    }

    /** One step. By the holder of the turn. */
    void step(boolean issueMore) {
        pending = false;
        Flusher f = flusher();
        try {
            f.step(issueMore);
            if (f.hasPutOff()) {
                // For the next step, after the turn was given up.
                pending = true;
            }
        } catch (RuntimeException | Error e) {
            // The step ended half-way: what it kept account of cannot be trusted any more.
            if (f.givenUp(broken, e)) {
                // Once more at once, to wake those who wait.
                pending = true;
            }
        }
    }

    /** Waits in the device for completions, unless there is work. By the holder of the turn. {@return how many completed} */
    int drive(long nanos) {
        driving = true;
        try {
            return flusher().drive(pending ? 0 : nanos);
        } finally {
            driving = false;
        }
    }

    /** Gives the turn up and wakes those whose wait is over: after the next flush was issued, so that waking delays nothing. */
    void release() {
        StableWaiter woken = flusher().takeWoken();
        holder = null; // before somebody else writes it
        taken = false;
        if (woken != null) {
            StableWaiters.wakeAll(woken, flusher().watermarks().stableLsn(), flusher().health());
        }
    }

    /** Sleeps until somebody signals, or the time is over. By the driver, without the turn. */
    void sleep(long nanos, BooleanSupplier stayAwake) {
        sleeper = Thread.currentThread();
        try {
            // Announced first, looked second; who signals does it the other way round.
            if (!stayAwake.getAsBoolean() && !(pending && !taken)) {
                if (nanos == Long.MAX_VALUE) {
                    LockSupport.park(this);
                } else if (nanos > 0) {
                    LockSupport.parkNanos(this, nanos);
                }
            }
        } finally {
            sleeper = null;
        }
    }
}
