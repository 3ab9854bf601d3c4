package io.lss.faults.soak;

import io.lss.api.StoreFullException;
import io.lss.faults.load.Moment.Operation;
import io.lss.faults.load.Watcher;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** What is wrong with a device just now. */
final class Trouble implements Watcher {

    private final AtomicInteger failIn = new AtomicInteger();
    private final AtomicLong happened = new AtomicLong();
    private volatile Operation failing = Operation.ANY;
    private volatile boolean full;
    private volatile int slowNanos;

    /** One operation of a kind fails, the n-th from now. */
    void fail(Operation operation, int n) {
        failing = operation;
        failIn.set(n);
    }

    void full(boolean is) {
        full = is;
    }

    /** Every write and sync takes so much longer. */
    void slow(int nanos) {
        slowNanos = nanos;
    }

    void none() {
        failIn.set(0);
        happened.set(0);
        full = false;
        slowNanos = 0;
    }

    /** {@return how many operations have failed since there was {@linkplain #none none}} */
    long happened() {
        return happened.get();
    }

    @Override
    public Watch begins(Operation operation) {
        if (full && operation == Operation.CREATE) {
            return new Full();
        }
        boolean fails = operation == failing && failIn.get() > 0 && failIn.decrementAndGet() == 0;
        boolean slow = slowNanos > 0 && (operation == Operation.WRITE || operation == Operation.SYNC);
        return fails ? new Failing() : slow ? new Slow() : NOTHING;
    }

    private static final class Full implements Watch {
        @Override
        public void mayBegin() throws IOException {
            throw new StoreFullException("no space left on the device, says the soak");
        }
    }

    private final class Failing implements Watch {
        @Override
        public void hasEnded() throws IOException {
            happened.incrementAndGet();
            throw new IOException("Input/output error, says the soak");
        }
    }

    private final class Slow implements Watch {
        @Override
        public void hasEnded() {
            LockSupport.parkNanos(slowNanos); // the device's speed, nothing waits for this to have passed
        }
    }
}
