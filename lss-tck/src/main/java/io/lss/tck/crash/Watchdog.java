package io.lss.tck.crash;

import io.lss.tck.sim.Moment;
import io.lss.tck.sim.OperationKind;
import io.lss.tck.sim.SimulatedMedium;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ends what hangs: when nothing happens for too long, the thread is interrupted and the power of the medium in use is cut, so that
 * every operation fails and whoever waits for one comes back. One for each run; {@link #touch} is called whenever something
 * happens.
 *
 * <p>It cannot end a wait for an operation that a broken device has forgotten, nor a close that waits for what never comes.
 */
final class Watchdog {

    private final long limitNanos;
    private final Deque<SimulatedMedium> inUse = new ArrayDeque<>();
    private volatile long touched = System.nanoTime();
    private final Thread watched = Thread.currentThread();
    private volatile boolean barked;
    private boolean started;

    Watchdog(long limitNanos) {
        this.limitNanos = limitNanos;
    }

    /** From now on this is the medium whose power is cut. */
    synchronized void enter(SimulatedMedium medium) {
        touch();
        inUse.push(medium);
        if (!started) {
            started = true;
            Thread.ofVirtual().name("lss-crash-watchdog").start(this::watch);
        }
    }

    /** Goes back to the medium before. */
    synchronized void leave() {
        touch();
        inUse.pop();
    }

    void touch() {
        touched = System.nanoTime();
    }

    /** Something happens in a device; that it is asked to start what is queued, which who waits may do all the time, is nothing. */
    void touch(Moment moment) {
        if (moment.kind() != OperationKind.SUBMIT) {
            touch();
        }
    }

    /** {@return whether something hung since the last call} */
    boolean hasBarked() {
        boolean did = barked;
        if (did && !Thread.interrupted()) {
            touch();
        }
        barked = false;
        return did;
    }

    private void watch() {
        try {
            while (stillInUse()) {
                TimeUnit.NANOSECONDS.sleep(limitNanos / 4);
                SimulatedMedium hung = hung();
                if (hung != null) {
                    barked = true;
                    watched.interrupt();
                    hung.powerOff();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean stillInUse() {
        started = !inUse.isEmpty();
        return started;
    }

    private synchronized @Nullable SimulatedMedium hung() {
        return System.nanoTime() - touched > limitNanos ? inUse.peek() : null;
    }
}
